"""Whether the server lives, and whether it can take calls."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from earwitness import __version__
from earwitness.api.context import Ctx

router = APIRouter(tags=["Operation"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Answer as soon as the server runs."""
    return {"status": "ok", "version": __version__}


@router.get("/readyz")
async def readyz(context: Ctx) -> JSONResponse:
    """Answer 200 when calls can be placed, else 503 with the reason.

    Engines that failed lately, so that others stand in for them, are told with why.
    """
    reason = context.ready()
    if reason is None:
        failing = {one.capabilities.name: one.failure for one in context.standings() if one.failure}
        return JSONResponse({"status": "ready", **({"failingEngines": failing} if failing else {})})
    return JSONResponse({"status": "not ready", "message": reason}, 503, {"Retry-After": "2"})


@router.get("/metrics", response_class=Response)
async def metrics(context: Ctx) -> Response:
    """Return the figures of this process in the Prometheus text format."""
    from prometheus_client import CONTENT_TYPE_LATEST

    from earwitness.api.metrics import exposition

    return Response(
        exposition(context.load(), context.standings(), context.rereader), media_type=CONTENT_TYPE_LATEST
    )
