"""The option `redaction` of a request, as clients write it; what cannot be understood is refused.

Anything else that makes no sense may be passed over, but who asks for redaction may not go without.
"""

import re
from collections.abc import Mapping
from typing import Any

from earwitness.api.wire.words import folded

_SWITCHES = ("redactContent", "identifyContent")
_KEYS = (*_SWITCHES, "redactionString", "exclude")
_TAGS = re.compile(r"\w+")
_SHOWN = 40
"""Characters of an unknown key that are shown."""


def with_redaction(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request with its `redaction`, at the top and in `config`, in the one form that is read.

    Raises:
        ValueError: it cannot be understood; the message says where, and what is wanted.
    """
    request = dict(given)
    if request.get("redaction") is not None:
        request["redaction"] = _read(request["redaction"], "redaction")
    config = request.get("config")
    if isinstance(config, Mapping) and config.get("redaction") is not None:
        request["config"] = {**config, "redaction": _read(config["redaction"], "config.redaction")}
    return request


def _read(value: Any, where: str) -> dict[str, Any]:
    """Read an object, or a mere yes or no."""
    if not isinstance(value, Mapping):
        is_on = _yes_or_no(value)
        if is_on is None:
            raise ValueError(f'{where}: must be true, false, or an object such as {{"redactContent": true}}')
        return {"redactContent": is_on}
    if unknown := next((key for key in value if key not in _KEYS), None):
        raise ValueError(f"{where}: there is no {str(unknown)[:_SHOWN]!r}; there is {', '.join(_KEYS)}")
    return {key: _field(key, one, f"{where}.{key}") for key, one in value.items() if one is not None}


def _field(key: str, value: Any, where: str) -> Any:
    if key in _SWITCHES:
        is_on = _yes_or_no(value)
        if is_on is None:
            raise ValueError(f"{where}: must be true or false")
        return is_on
    if key == "redactionString":
        if not isinstance(value, str):
            raise ValueError(f"{where}: must be a string")
        return value
    if isinstance(value, str):
        return _TAGS.findall(value)
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise ValueError(f'{where}: must be a list of kinds such as ["PERSON_NAME"]')
    return value


def _yes_or_no(value: Any) -> bool | None:
    """Return what a client means; None: nobody knows."""
    word = folded(value)
    if isinstance(word, str):
        return {"true": True, "false": False}.get(word)
    return bool(value) if isinstance(value, bool | int) and value in (0, 1) else None
