import io
import json
import logging
from collections.abc import Iterator

import pytest

from earwitness.logs import configure_logs, hide_addresses


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Log lines as JSON, with personal data hidden."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs("info", as_json=True, redact=True)
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def test_addresses_are_hidden_in_every_text_of_a_line(lines: io.StringIO) -> None:
    logger = logging.getLogger("test")
    logger.info("no mail to %s", "anna@example.com", extra={"endpoint": "sip:+15551230143@trunk.example"})
    try:
        raise ValueError("call 212 555 0143 back")
    except ValueError:
        logger.exception("call %s failed", "1234567890123456")
    shown = lines.getvalue()
    assert "anna" not in shown
    assert "555" not in shown.replace("1234567890123456", "")
    first, second = map(json.loads, shown.splitlines())
    assert first["event"] == "no mail to [EMAIL_ADDRESS]@example.com"
    assert second["event"] == "call 1234567890123456 failed"


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1:5060",
        "2026-11-27T06:54:54.123Z",
        "conversation 1234567890123456",
        "12.5 s for 4000 messages",
    ],
)
def test_what_is_no_address_stays(text: str) -> None:
    assert hide_addresses(text) == text
