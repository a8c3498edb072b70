"""What is rendered beside the event loop: whatever grows with a conversation."""

import inspect

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from earwitness.api.conversations import (
    abstract_topics,
    analytics,
    bookmarks,
    call_score,
    contents,
    listing,
    transcripts,
)

SMALL = {"", "/members", "/intents", "/summary", "/callscore/status", "/lm-insights/status"}
"""Their size is bounded, or by far smaller than that of the others."""
OF_ONE = {"/bookmarks/{bookmarkId}", "/bookmarks/{bookmarkId}/summary", "/bookmarks-summary"}


def read_by(*routers: APIRouter) -> dict[str, APIRoute]:
    return {
        route.path.removeprefix("/v1/conversations/{conversationId}"): route
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    }


def test_what_grows_with_a_conversation_is_rendered_on_a_thread() -> None:
    routes = read_by(
        contents.router,
        bookmarks.router,
        abstract_topics.router,
        analytics.router,
        call_score.router,
    )
    assert routes.keys() >= SMALL | OF_ONE
    for route in [route for path, route in routes.items() if path not in SMALL | OF_ONE]:
        assert not inspect.iscoroutinefunction(route.endpoint), route.path
        # Whatever else it returned would be turned into JSON on the event loop.
        assert inspect.signature(route.endpoint).return_annotation is JSONResponse, route.path
    assert not inspect.iscoroutinefunction(transcripts.make_transcript)
    assert inspect.signature(listing.list_conversations).return_annotation is JSONResponse
