"""Log lines: structlog's rendering over the standard library's loggers."""

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

_SECRETS = re.compile(
    r"((?:access_token|x-api-key|authorization)[\"']?\s*[=:]\s*(?:bearer\s+)?)[^\s&\"',]+", re.I
)
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
"""A JWT, wherever it stands: a socket's token may be its subprotocol, and names may be percent-encoded."""


_PHONE = re.compile(r"(?<![\w.:-])\+?(?:\d[ ()-]?){9,14}\d(?![\w.:-])")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+%-]{1,64}@(?=[\w-])")
_USER = re.compile(r"(?<=[sS][iI][pP]:)[^@\s<>;]{1,64}@|(?<=[sS][iI][pP][sS]:)[^@\s<>;]{1,64}@")
_ID_DIGITS = 16
"""A conversation's id has so many; a log without them helps nobody."""


def configure_logs(level: str = "info", *, as_json: bool = False, redact: bool = False) -> None:
    """Send all log lines to standard error, with secrets masked; `redact` hides personal data too."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _drop_colour,
        _mask,
    ]
    if redact:
        shared += [structlog.processors.format_exc_info, _hide]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            renderer,
        ]
        if as_json
        else [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in ("alembic", "httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _drop_colour(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    event.pop("color_message", None)  # uvicorn's own, a repeat of the message
    return event


def _hide(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Hide addresses and phone numbers in every text of a line; what is said in calls is in no log anyway."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = hide_addresses(value)
    return event


def hide_addresses(text: str) -> str:
    """Return a text without the users of e-mail addresses and SIP URIs and without phone numbers."""
    text = _ADDRESS.sub("[EMAIL_ADDRESS]@", _USER.sub("[PERSON_NAME]@", text))
    return _PHONE.sub(_as_phone, text)


def _as_phone(match: re.Match[str]) -> str:
    return match.group() if match.group().isdigit() and len(match.group()) == _ID_DIGITS else "[PHONE_NUMBER]"


def _mask(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    text = event.get("event")
    if isinstance(text, str):
        event["event"] = _TOKEN.sub("***", _SECRETS.sub(r"\1***", text))
    return event
