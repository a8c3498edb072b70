"""`GET /v1/models`: the engines that may hear a call, what they can do, and how they stand."""

from typing import Any

from fastapi import APIRouter

from earwitness.api.context import App, Ctx
from earwitness.api.errors import ApiError
from earwitness.speech.seams import Standing

router = APIRouter(tags=["Operation"])


@router.get("/v1/models")
async def models(_: App, context: Ctx) -> dict[str, Any]:
    """Return the engines; `name` is what `model` asks for when a call starts."""
    standings = context.standings()
    if not standings:
        raise ApiError(503, f"Nothing is known of the models: {context.ready()}.", {"Retry-After": "2"})
    return {"models": [_model(standing) for standing in standings]}


def _model(standing: Standing) -> dict[str, Any]:
    can = standing.capabilities
    return {
        "name": can.name,
        "languages": list(can.languages),
        "streaming": can.streaming,
        "wordTimes": can.word_times,
        "confidence": can.confidence,
        "punctuation": can.punctuation,
        "hotWords": can.hot_words,
        "customVocabulary": list(can.vocabulary),
        "state": standing.state,
        "failures": standing.failures,
        "failure": standing.failure,
    }
