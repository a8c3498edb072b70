"""What helps to see why a peer was not content."""

import logging
from typing import Any

import pytest


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The event loop that `serve` runs on: libuv polls sockets in ways of its own."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(autouse=True)
def sip_trace(caplog: pytest.LogCaptureFixture) -> None:
    """Show our side of the signalling where a test fails."""
    caplog.set_level(logging.DEBUG, "earwitness.sip.trace")
