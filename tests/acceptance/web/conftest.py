"""Pages served on a free port of this machine, and a browser that opens them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from tests.support.pages import Site, open_site

_CHROMIUM = "/usr/bin/chromium"
_FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass(slots=True)
class Served:
    """A site that can be reached, stopped and started again under the same address."""

    site: Site
    port: int
    _server: uvicorn.Server | None = None
    _serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}"

    def page(self, conversation_id: str) -> str:
        """Return the address of a conversation's page."""
        return f"{self.url}/meeting/#/{self.site.page_token(conversation_id)}"

    async def start(self) -> None:
        """Serve; returns when connections are accepted."""
        listening = socket.create_server(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(self.site.app, lifespan="off", log_config=None, ws="none")
        self._server = uvicorn.Server(config)
        self._serving = asyncio.create_task(self._server.serve([listening]))
        while not self._server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Stop serving; the browser's connections are closed."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
            self._server = self._serving = None


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with open_site(tmp_path) as site:
        served = Served(site, 0)
        await served.start()
        yield served
        await served.stop()


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS)
        yield browser
        await browser.close()


@dataclass(slots=True)
class Tab:
    """A page of the browser and what went wrong in it."""

    page: Page
    errors: list[str] = field(default_factory=list)


@asynccontextmanager
async def _tab(browser: Browser, width: int, height: int) -> AsyncIterator[Tab]:
    context = await browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    page = await context.new_page()
    page.set_default_timeout(10_000)
    tab = Tab(page)
    page.on("pageerror", lambda error: tab.errors.append(str(error)))
    page.on("dialog", lambda dialog: tab.errors.append(f"dialog: {dialog.message}"))
    yield tab
    await context.close()


@pytest.fixture
async def tab(browser: Browser) -> AsyncIterator[Tab]:
    async with _tab(browser, 1280, 800) as tab:
        yield tab
        assert tab.errors == []


@pytest.fixture
async def narrow_tab(browser: Browser) -> AsyncIterator[Tab]:
    async with _tab(browser, 380, 800) as tab:
        yield tab
        assert tab.errors == []
