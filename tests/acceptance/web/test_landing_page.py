"""The landing page, as a reader sees it."""

from playwright.async_api import expect

from earwitness.calls.seams import CallStatus, Connection
from earwitness.conversation.events import Closed
from tests.acceptance.web.conftest import Served, Tab
from tests.support.pages import STARTED_AT


async def test_conversations_are_listed_searched_and_opened(served: Served, tab: Tab) -> None:
    page, site = tab.page, served.site
    await site.begin_complete("Pilot review")
    await site.begin("Budget <b>talk</b>", Closed(STARTED_AT))
    live = await site.begin("Stand-up")
    site.calls.live = [
        CallStatus(
            Connection("c", live),
            "sip:8002@sip.example.com",
            "answered",
            200,
            "OK",
            "opus",
            STARTED_AT,
            STARTED_AT,
            None,
            None,
        )
    ]
    await page.goto(served.url)
    await expect(page.locator("#status-text")).to_have_text("Running, and ready to place calls")
    await page.get_by_label("Access token").fill(site.tokens.issue(site.app_id))
    await page.get_by_role("button", name="Show conversations").click()
    await expect(page.locator("#live-calls li")).to_contain_text("Stand-up")
    await expect(page.locator("#live-calls li")).to_contain_text("Connected")
    await expect(page.locator("#conversations li")).to_have_count(2)
    await page.get_by_label("Search by name").fill("budget")
    await expect(page.locator("#conversations .open")).to_have_text(["Budget <b>talk</b>"])
    await page.get_by_label("Search by name").fill("nothing")
    await expect(page.locator("#none")).to_have_text("No name contains “nothing”.")
    await page.reload()
    await page.get_by_role("button", name="Pilot review").click()  # The tab has kept the token.
    await expect(page.locator("h1")).to_have_text("Pilot review")
    await expect(page.locator("#criteria li")).to_have_count(6)
    await page.goto(served.url)
    await page.get_by_role("button", name="Forget the token").click()
    await expect(page.locator("#browser")).to_be_hidden()
    assert await page.evaluate("sessionStorage.length") == 0


async def test_a_refused_token_is_explained_and_not_kept(served: Served, tab: Tab) -> None:
    page = tab.page
    await page.goto(served.url)
    await page.get_by_label("Access token").fill("not-a-token")
    await page.get_by_role("button", name="Show conversations").click()
    await expect(page.locator("#notice")).to_contain_text("Token validation failed")
    await expect(page.get_by_label("Access token")).to_be_focused()
    assert await page.evaluate("sessionStorage.length") == 0
