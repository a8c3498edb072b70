"""What helps to see why a peer was not content."""

import logging

import pytest


@pytest.fixture(autouse=True)
def sip_trace(caplog: pytest.LogCaptureFixture) -> None:
    """Show our side of the signalling where a test fails."""
    caplog.set_level(logging.DEBUG, "earwitness.sip.trace")
