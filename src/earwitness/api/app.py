"""The application: all routes, errors and middleware."""

from typing import Any

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.types import ASGIApp

from earwitness import __version__
from earwitness.api import auth, errors, health, models
from earwitness.api.context import Context
from earwitness.api.conversations import (
    abstract_topics,
    analytics,
    bookmarks,
    call_score,
    contents,
    experiences,
    listing,
    members,
    readings,
    transcripts,
)
from earwitness.api.cors import Cors
from earwitness.api.jobs import process, process_text
from earwitness.api.live import sockets, speaker_events, streaming, telephony
from earwitness.api.management import manage_entities, manage_trackers
from earwitness.api.openapi import describe


def build_app(context: Context) -> FastAPI:
    """Return the application without pages; wrap it with `with_cors` when all routes are added."""
    app = FastAPIOffline(
        title="earwitness",
        version=__version__,
        summary="Joins calls over SIP, hears them and gives back conversation intelligence.",
        redoc_url=None,
    )
    app.state.context = context
    errors.install(app)
    for part in (
        health,
        models,
        auth,
        telephony,
        speaker_events,
        analytics,
        transcripts,
        experiences,
        readings,
        abstract_topics,
        call_score,
        listing,
        bookmarks,
        contents,
        process,
        process_text,
        members,
        manage_trackers,
        manage_entities,
        streaming,
        sockets,
    ):
        app.include_router(part.router)

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]
    return app


def with_cors(app: FastAPI, origins: str) -> ASGIApp:
    """Return the application with cross-origin headers on every reply, errors included."""
    return Cors(app, origins)
