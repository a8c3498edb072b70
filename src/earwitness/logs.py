"""Log lines: structlog's rendering over the standard library's loggers."""

import logging
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_SECRET_NAME = re.compile(r"access_token|x-api-key|authorization", re.I)
_SECRETS = re.compile(
    rf"((?:{_SECRET_NAME.pattern})[\"']?\s*[=:]\s*[\"']?(?:(?:bearer|basic)\s+)?)[^\s&\"',]+", re.I
)
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
"""A JWT, wherever it stands: a socket's token may be its subprotocol, and names may be percent-encoded."""


_PHONE = re.compile(
    r"(?:\+\d(?:[ ().-]{0,2}\d){9,14}"  # +44.20.7946.0958
    r"|(?<![\w.+-])(?:1[. -]?)?\d{3}\.\d{3}\.\d{4}"  # 408.555.1234, which no IPv4 address can be
    r"|(?<![\w.+-])\(?\d(?:[ ()-]{0,2}\d){9,14})"
    r"(?![\w-])(?![.:]\d)"
)
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+%-]{1,64}@(?=[\w-])")
_USER = re.compile(r"(?<=[sS][iI][pP]:)[^@\s<>;]{1,64}@|(?<=[sS][iI][pP][sS]:)[^@\s<>;]{1,64}@")
_ID_DIGITS = 16
"""A conversation's id has so many; a log without them helps nobody."""


def configure_logs(level: str = "info", *, as_json: bool = False, redact: bool = False) -> None:
    """Send all log lines to standard error, with secrets masked; `redact` hides personal data too.

    Tracebacks tell where an error was raised and no values: local variables hold what is said in calls,
    settings and tokens, and printing those of all frames would keep the event loop busy for seconds.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _drop_colour,
    ]
    finishing: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _mask,  # Behind it: what an exception says may hold a secret, too.
    ]
    if redact:
        finishing.append(_hide)
    finishing.append(
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=finishing)
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


def _mask(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Mask secrets in every text of a line; what is no text, number or collection becomes one."""
    masked: EventDict = _each_text(mask_secrets, event)
    return masked


def _hide(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Hide addresses and phone numbers in every text of a line; what is said in calls is in no log anyway."""
    hidden: EventDict = _each_text(hide_addresses, event)
    return hidden


def _each_text(change: Callable[[str], str], value: Any) -> Any:
    match value:
        case str():
            return change(value)
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {
                key: "***" if _SECRET_NAME.fullmatch(str(key)) else _each_text(change, each)
                for key, each in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return [_each_text(change, each) for each in value]
        case _:
            return change(repr(value))


def mask_secrets(text: str) -> str:
    """Return a text without tokens, whether alone or behind the name of their parameter or header."""
    return _TOKEN.sub("***", _SECRETS.sub(r"\1***", text))


def hide_addresses(text: str) -> str:
    """Return a text without the users of e-mail addresses and SIP URIs and without phone numbers."""
    text = _ADDRESS.sub("[EMAIL_ADDRESS]@", _USER.sub("[PERSON_NAME]@", text))
    return _PHONE.sub(_as_phone, text)


def _as_phone(match: re.Match[str]) -> str:
    return match.group() if match.group().isdigit() and len(match.group()) == _ID_DIGITS else "[PHONE_NUMBER]"
