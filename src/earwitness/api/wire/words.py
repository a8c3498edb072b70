"""Words of the contract, in whatever case clients write them."""

from typing import Any


def folded(value: Any) -> Any:
    """Return a text without the spaces around it and without case; anything else as it is."""
    return value.strip().casefold() if isinstance(value, str) else value


def upper(value: Any) -> Any:
    """Return a text without the spaces around it and in capitals; anything else as it is."""
    return value.strip().upper() if isinstance(value, str) else value
