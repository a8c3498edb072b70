import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

import pytest

from earwitness.logs import configure_logs, hide_addresses
from earwitness.settings import Settings


@contextmanager
def logged(*, as_json: bool, redact: bool) -> Iterator[io.StringIO]:
    """Give what is logged, as a server that is configured so writes it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs("info", as_json=as_json, redact=redact)
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    try:
        yield stream
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Log lines as JSON, with personal data hidden."""
    with logged(as_json=True, redact=True) as stream:
        yield stream


@pytest.fixture(params=[(as_json, redact) for as_json in (False, True) for redact in (False, True)])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Log lines, in each way that they can be asked for."""
    as_json, redact = request.param
    with logged(as_json=as_json, redact=redact) as stream:
        yield stream


def test_no_local_variable_is_in_a_traceback(log: io.StringIO) -> None:
    def hear(heard: str, settings: Settings) -> None:
        raise RuntimeError(f"a defect after {len(heard)} characters on port {settings.port}")

    said, settings = "my card number is four one one one", Settings(llm_key="sesame")
    try:
        hear(said, settings)
    except RuntimeError:
        logging.getLogger("test").exception("failed")
    shown = log.getvalue()
    assert "a defect after 34 characters on port 8080" in shown
    assert "in hear" in shown
    assert "card number" not in shown
    assert "sesame" not in shown


@pytest.mark.parametrize(
    "told",
    [
        "GET /v1/calls?access_token=sesame&x=1",
        "{'X-API-KEY': 'sesame'}",
        '{"authorization": "Bearer sesame"}',
        "authorization: Basic sesame",
        "the subprotocol eyJhbGciOi.sesame.sesame",
    ],
)
def test_secrets_are_masked_wherever_they_stand(log: io.StringIO, told: str) -> None:
    logger = logging.getLogger("test")
    logger.info("asked: %s", told)
    logger.info("asked", extra={"request": told, "parts": [{"of": told}, PurePosixPath(told)]})
    logger.info("asked", extra={"headers": {"X-API-KEY": "sesame", "accept": "*/*"}})
    try:
        raise ValueError(told)
    except ValueError:
        logger.exception("failed")
    shown = log.getvalue()
    assert "sesame" not in shown
    assert "accept" in shown
    assert shown.count("***") >= 5


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
        "at 192.168.100.200:5060 since 1764225294.123",
    ],
)
def test_what_is_no_address_stays(text: str) -> None:
    assert hide_addresses(text) == text


@pytest.mark.parametrize(
    "number",
    [
        "14085551234",
        "+14085551234",
        "(408) 555-1234",
        "+1 (408) 555-1234",
        "408.555.1234",
        "+44.20.7946.0958",
    ],
)
@pytest.mark.parametrize("around", ["to {}", "to {}: busy", "called {}.", "<tel:{}>", "'{}'"])
def test_phone_numbers_are_hidden_however_they_are_written(around: str, number: str) -> None:
    assert hide_addresses(around.format(number)) == around.format("[PHONE_NUMBER]")
