"""The page of a conversation, as a reader sees it."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import expect

from earwitness.conversation.bookmark import Author, Bookmark
from earwitness.conversation.events import (
    BookmarkKept,
    CallProgressed,
    Closed,
    InsightsFound,
    MediaStarted,
    MessagesAdded,
    ReadingEnded,
    ReadingRequested,
)
from earwitness.conversation.insight import SummaryItem
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.reading import Prompt, PromptAnswer
from earwitness.delivery.maildir import MaildirMailer
from earwitness.delivery.summary_email import compose
from earwitness.store.seams import Draft, ExperienceRecord
from tests.acceptance.web.conftest import Served, Tab
from tests.support.pages import ANNA, MARK, SAID, STARTED_AT, UNDERSTOOD


async def test_a_complete_conversation_is_shown_with_all_that_was_understood(
    served: Served, tab: Tab
) -> None:
    page = tab.page
    await page.goto(served.page(await served.site.begin_complete()))
    await expect(page.locator("h1")).to_have_text("Pilot review")
    await expect(page).to_have_title("Pilot review · earwitness")
    await expect(page.locator("#date")).to_have_text(re.compile("Thursday,? 6 March 2025"))  # In Tokyo.
    facts = page.locator("#facts")
    await expect(facts).to_contain_text("08:30–08:31 Asia/Tokyo")
    await expect(facts).to_contain_text("1 min 30 s")
    await expect(facts).to_contain_text("2 attendees")
    await expect(facts).to_contain_text("Ended")
    await expect(page.locator("#summary")).to_have_text("Mark said that the pilot launch went well.")
    await expect(page.locator("#actions li")).to_contain_text("Mark will send the report by Friday.")
    await expect(page.locator("#actions li")).to_contain_text(re.compile("due Fri,? 7 Mar 2025"))
    await expect(page.locator("#follow-ups li")).to_contain_text("Nobody named yet")
    await expect(page.locator("#questions li")).to_contain_text("asked by Anna")
    await expect(page.locator("#topics button")).to_have_text(["pilot launch"])
    await expect(page.locator("#people li").first).to_contain_text("40 % of the talk")
    await expect(page.locator("#people .bar")).to_have_count(2)
    await expect(page.locator("#call")).to_contain_text("200 BYE")
    await expect(page.locator("#call")).to_contain_text("4,521 packets · 0.3 % lost · jitter 4 ms")
    await expect(page.locator(".turn h3")).to_have_text(["Anna 0:00", "Mark 0:06"])
    await expect(page.locator(".message")).to_have_text([message.text for message in SAID])
    await expect(page.locator("#live")).to_be_hidden()
    await expect(page.locator("#notice")).to_be_hidden()


async def test_an_insight_leads_to_its_message_and_a_topic_filters(served: Served, tab: Tab) -> None:
    page = tab.page
    await page.goto(served.page(await served.site.begin_complete()))
    await page.get_by_role("button", name="Mark will send the report").click()
    await expect(page.locator(".message.marked")).to_have_text([SAID[3].text])
    await expect(page.locator(f"#message-{SAID[3].id}")).to_be_focused()
    topic = page.get_by_role("button", name="pilot launch", exact=True)
    await topic.click()
    await expect(topic).to_have_attribute("aria-pressed", "true")
    await expect(page.locator(".message.marked")).to_have_text([SAID[1].text, SAID[2].text])
    await expect(page.locator("#filter-name")).to_have_text("pilot launch: 2 sentences")
    await page.get_by_label("Show only these").check()
    await expect(page.locator(".message:visible")).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(page.locator(".message:visible")).to_have_count(4)
    await expect(topic).to_have_attribute("aria-pressed", "false")


async def test_bookmarks_and_the_call_score_are_shown(served: Served, tab: Tab) -> None:
    page, site = tab.page, served.site
    complete = await site.begin_complete()
    await page.goto(served.page(complete))
    await expect(page.locator("#summary")).to_be_visible()
    await expect(page.locator("#bookmarks")).to_be_hidden()
    await expect(page.locator("#score-section")).to_be_hidden()

    marks = (
        Bookmark("5000000000000001", "Who sends it", 9.0, 4.0, "By Friday, he says", Author("Eve")),
        Bookmark("5000000000000002", "Launch", 3.0, 6.0),
    )
    epoch = await site.store.log.claim(complete)
    await site.store.log.append(complete, [Draft(BookmarkKept(one)) for one in marks], epoch=epoch)
    token = site.tokens.issue_page(site.app_id, complete, call_score=True)
    await page.goto(f"{served.url}/meeting/#/{token}")
    bookmarks = page.locator("#bookmarks li")
    await expect(bookmarks).to_have_text([
        re.compile("Launch.*0:03 · 6 s"), re.compile("Who sends it.*By Friday, he says.*0:09 · 4 s · Eve"),
    ])  # fmt: skip
    await bookmarks.get_by_role("button", name="Launch").click()
    await expect(page.locator(".message.marked")).to_have_text([SAID[1].text, SAID[2].text])
    await expect(page.locator("#score")).to_have_text(re.compile(r"^\d+$"))
    await expect(page.locator("#score-summary")).to_contain_text("The call scores")
    await expect(page.locator("#criteria li")).to_have_count(6)


async def test_what_a_language_model_writes_appears(served: Served, tab: Tab) -> None:
    page, site = tab.page, served.site
    conversation = await site.begin(
        "Pilot review", MessagesAdded(SAID), UNDERSTOOD, ReadingRequested("rules-1"), Closed(STARTED_AT)
    )
    await page.goto(served.page(conversation))
    await expect(page.locator("#author")).to_have_text("rules-1 is reading the conversation …")
    await expect(page.locator("#answers")).to_be_hidden()
    sentence = SummaryItem("5000000000000001", "The pilot launch went well.", (SAID[2].id,), "rules-1")
    answers = (
        PromptAnswer(Prompt("Risks", "Which risks?"), (sentence,)),
        PromptAnswer(Prompt("Budget", "What does it cost?")),
    )
    await site.add(conversation, ReadingEnded("completed", "rules-1", summary=(sentence,), answers=answers))
    await expect(page.locator("#author")).to_have_text("Written by rules-1.", timeout=10_000)
    await expect(page.locator("#answers h2")).to_have_text(["Risks", "Budget"])
    await expect(page.locator("#answers")).to_contain_text("Nothing was said about it.")
    await page.locator("#answers button").click()
    await expect(page.locator(".message.marked")).to_have_text([SAID[2].text])


async def test_a_live_conversation_grows_until_it_is_complete(served: Served, tab: Tab) -> None:
    page, site = tab.page, served.site
    live = await site.begin(
        "Stand-up", MediaStarted(STARTED_AT + timedelta(seconds=2)), MessagesAdded(SAID[:2])
    )
    await page.goto(served.page(live))
    await expect(page.locator("#live")).to_be_visible()
    await expect(page.locator(".message")).to_have_count(2)
    first = await page.locator(".message").first.element_handle()
    await site.add(live, MessagesAdded(SAID[2:]), InsightsFound(UNDERSTOOD.insights[1:2]))
    await expect(page.locator(".message")).to_have_count(4)
    await expect(page.locator("#actions li")).to_contain_text("Mark will send the report")
    assert first is not None
    assert await first.evaluate("node => node.isConnected")  # What was there is left in place.
    await expect(page.locator("#pane")).to_have_attribute("aria-live", "polite")
    await site.add(live, CallProgressed("ended", 200, "BYE", "opus"), UNDERSTOOD)
    await site.add(live, Closed(STARTED_AT + timedelta(seconds=92)))
    await expect(page.locator("#live")).to_be_hidden()
    await expect(page.locator("#summary")).to_have_text("Mark said that the pilot launch went well.")


async def test_a_live_transcript_follows_its_end_unless_the_reader_scrolled_up(
    served: Served, tab: Tab
) -> None:
    page, site = tab.page, served.site
    many = [
        Message(str(10**15 + at), f"Sentence number {at}.", at, at + 0.9, speaker=(ANNA, MARK)[at % 2])
        for at in range(80)
    ]
    live = await site.begin("Long talk", MessagesAdded(tuple(many[:60])))
    await page.goto(served.page(live))
    pane = page.locator("#pane")
    from_end = "pane => pane.scrollHeight - pane.scrollTop - pane.clientHeight"
    await expect(page.locator(".message")).to_have_count(60)
    assert await pane.evaluate(from_end) < 5
    await site.add(live, MessagesAdded(tuple(many[60:70])))
    await expect(page.locator(".message")).to_have_count(70)
    assert await pane.evaluate(from_end) < 5
    await pane.evaluate("pane => pane.scrollTo(0, 0)")
    await page.evaluate("new Promise(requestAnimationFrame)")  # The scroll event comes with the next frame.
    await site.add(live, MessagesAdded(tuple(many[70:])))
    latest = page.get_by_role("button", name="Jump to the latest words")
    await expect(latest).to_be_visible()
    assert await pane.evaluate("pane => pane.scrollTop") == 0
    await latest.click()
    await expect(latest).to_be_hidden()
    assert await pane.evaluate(from_end) < 5


async def test_text_of_a_call_is_never_markup(served: Served, tab: Tab) -> None:
    page = tab.page
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    message = Message("1000000000000009", attack, 0.0, 1.0, speaker=Member("m-x", attack))
    await page.goto(
        served.page(await served.site.begin(attack, MessagesAdded((message,)), Closed(STARTED_AT)))
    )
    await expect(page.locator("h1")).to_have_text(attack)
    await expect(page.locator(".message")).to_have_text(attack)
    await expect(page.locator(".speaker")).to_have_text(attack)
    assert await page.locator("main img, main script").count() == 0


async def test_a_bad_link_and_a_deleted_conversation_are_explained(served: Served, tab: Tab) -> None:
    page, site = tab.page, served.site
    await page.goto(f"{served.url}/meeting/#/not-a-token")
    await expect(page.locator("#notice")).to_contain_text("The link to this page is not valid")
    await expect(page.locator("#loading")).to_be_hidden()
    await page.goto(f"{served.url}/meeting/")
    await expect(page.locator("#notice")).to_contain_text("no page token")
    gone = await site.begin_complete()
    await site.store.conversations.delete(site.app_id, gone)
    await page.goto(served.page(gone))
    await expect(page.locator("#notice")).to_contain_text("deleted")


async def test_a_lost_server_leaves_what_is_shown_and_is_found_again(served: Served, tab: Tab) -> None:
    page, site = tab.page, served.site
    live = await site.begin("Stand-up", MessagesAdded(SAID[:2]))
    await page.goto(served.page(live))
    await expect(page.locator(".message")).to_have_count(2)
    await served.stop()
    await expect(page.locator("#notice")).to_contain_text("connection to the server is lost")
    await expect(page.locator(".message")).to_have_count(2)
    await site.add(live, MessagesAdded(SAID[2:]))
    await served.start()
    await expect(page.locator(".message")).to_have_count(4)
    await expect(page.locator("#notice")).to_be_hidden()


async def test_the_transcript_can_be_downloaded_and_copied(served: Served, tab: Tab) -> None:
    page = tab.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.goto(served.page(await served.site.begin_complete()))
    await page.get_by_label("Format of the transcript").select_option("srt")
    async with page.expect_download() as started:
        await page.get_by_role("button", name="Download").click()
    download = await started.value
    assert download.suggested_filename == "pilot-review.srt"
    saved = await asyncio.to_thread((await download.path()).read_text, "utf-8")
    assert "00:00:00,600 --> 00:00:02,600\nAnna: Good morning, Mark." in saved
    await page.get_by_role("button", name="Copy").click()
    await expect(page.locator("#copy")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == saved


async def test_kept_mail_is_shown_without_power_over_the_page(served: Served, tab: Tab) -> None:
    page, site = tab.page, served.site
    complete = await site.begin_complete()
    content = await site.store.conversations.content(complete)
    assert content is not None
    message = compose(
        content,
        sender="earwitness <earwitness@localhost>",
        recipients=["user@example.com"],
        page_url=served.page(complete),
        message_id="<1@localhost>",
        date=datetime.now(UTC),
    )
    html = message.get_body(("html",))
    assert html is not None
    html.set_content(html.get_content() + "<script>parent.document.title = 'taken'</script>", subtype="html")
    await MaildirMailer(site.maildir).send(message, ["user@example.com"])
    await page.goto(served.page(complete))
    await page.locator(".mail summary").click()
    inside = page.frame_locator(".mail iframe")
    await expect(inside.get_by_text("Mark will send the report by Friday.").first).to_be_visible()
    await expect(page).to_have_title("Pilot review · earwitness")
    await page.get_by_role("button", name="Show as plain text").click()
    await expect(page.locator(".mail-text")).to_contain_text("Mark will send the report by Friday.")


async def test_a_page_has_the_look_and_the_recording_that_a_client_wants(served: Served, tab: Tab) -> None:
    page, site = tab.page, served.site
    complete = await site.begin_complete()
    look: dict[str, Any] = {
        "videoUrl": f"{served.url}/recording.mp4",
        "logo": f"{served.url}/logo.png",
        "favicon": f"{served.url}/favicon.png",
        "color": {"background": "#0A2136", "topicsFilter": "#FF0000", "insightsFilter": "#00FF00"},
        "font": {"family": "Roboto"},
        "summaryURLExpiresIn": 0,
    }
    await site.store.experiences.add(ExperienceRecord("x", complete, "video-summary", look, STARTED_AT))
    token = site.tokens.issue_page(site.app_id, complete, experience_id="x", lasts_s=60)
    await page.goto(f"{served.url}/meeting/media/#/{token}")
    await expect(page.locator("h1")).to_have_text("Pilot review")
    await expect(page.locator("body")).to_have_css("background-color", "rgb(10, 33, 54)")
    await expect(page.locator("h1")).to_have_css("color", "rgb(242, 240, 234)")
    await expect(page.locator("body")).to_have_css("font-family", re.compile("^Roboto"))
    await expect(page.locator(".brand img")).to_have_attribute("src", look["logo"])
    await expect(page.locator("link[rel=icon]")).to_have_attribute("href", look["favicon"])
    player = page.locator("video#media")
    await expect(player).to_have_attribute("src", look["videoUrl"])
    await expect(page.locator("#mail-section")).to_be_hidden()
    topic = page.get_by_role("button", name="pilot launch", exact=True)
    await topic.click()
    await expect(topic).to_have_css("background-color", "rgb(255, 0, 0)")


async def test_the_list_leads_to_the_pages_of_all_conversations(served: Served, tab: Tab) -> None:
    page, site = tab.page, served.site
    await site.begin_complete()
    await site.begin("Stand-up")
    token = site.tokens.issue_list(site.app_id, lasts_s=60)
    await page.goto(f"{served.url}/meeting/list/#/{token}")
    rows = page.locator("#conversations li")
    await expect(rows).to_have_count(2)
    await expect(rows.filter(has_text="Stand-up")).to_contain_text("Going on")
    await expect(rows.filter(has_text="Pilot review")).to_contain_text("Anna, Mark")
    await expect(page.locator("#found")).to_have_text("2 conversations")
    await page.get_by_role("searchbox").fill("pilot")
    await expect(rows).to_have_count(1)
    await page.get_by_role("link", name="Pilot review").click()
    await expect(page.locator("h1")).to_have_text("Pilot review")
    await page.goto(f"{served.url}/meeting/list/#/not-a-token")
    await expect(page.locator("#notice")).to_contain_text("The link to this page is not valid")


async def test_a_narrow_screen_needs_no_sideways_scrolling(served: Served, narrow_tab: Tab) -> None:
    page, site = narrow_tab.page, served.site
    for address in (served.page(await site.begin_complete("Donau" + "dampf" * 30)), served.url):
        await page.goto(address)
        await expect(page.locator("h1")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 380
