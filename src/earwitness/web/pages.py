"""The HTML pages. They hold no data: their scripts fetch it with a token that no server log sees."""

import shlex
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from earwitness import __version__
from earwitness.api.context import base_url
from earwitness.web.assets import asset_router, load_assets
from earwitness.web.conversations import list_router
from earwitness.web.headers import MEDIA_PAGE_HEADERS, PAGE_HEADERS
from earwitness.web.meeting import meeting_router

if TYPE_CHECKING:
    import jinja2


def add_pages(app: FastAPI, maildir: Path | None) -> None:
    """Add the pages to the application.

    Args:
        app: its `state.context` is the API's `Context`.
        maildir: the Maildir that keeps e-mails when there is no mail server; None where they are sent.
    """
    assets = load_assets()

    def page(name: str, request: Request, headers: dict[str, str] = PAGE_HEADERS) -> HTMLResponse:
        url = base_url(request)
        html = (
            _templates()
            .get_template(name)
            .render(static=assets.base, version=__version__, url=url, quoted_url=shlex.quote(url))
        )
        return HTMLResponse(html, headers=headers)

    async def landing(request: Request) -> HTMLResponse:
        return page("landing.html", request)

    async def meeting(request: Request) -> HTMLResponse:
        return page("meeting.html", request)

    async def meeting_with_media(request: Request) -> HTMLResponse:
        return page("meeting.html", request, MEDIA_PAGE_HEADERS)

    async def conversations(request: Request) -> HTMLResponse:
        return page("list.html", request)

    for path, endpoint in (
        ("/meeting", meeting),
        ("/meeting/media", meeting_with_media),
        ("/meeting/list", conversations),
    ):
        for spelled in (path, f"{path}/"):
            _add_page(app, spelled, endpoint)
    _add_page(app, "/", landing)
    app.include_router(asset_router(assets))
    app.include_router(meeting_router(maildir))
    app.include_router(list_router())


def _add_page(app: FastAPI, path: str, endpoint: Callable[[Request], Awaitable[HTMLResponse]]) -> None:
    app.add_api_route(
        path, endpoint, methods=["GET", "HEAD"], include_in_schema=False, response_class=HTMLResponse
    )


@cache
def _templates() -> "jinja2.Environment":
    # Imported with the first page: a server that only serves the API starts without it.
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("earwitness.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
