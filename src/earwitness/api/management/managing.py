"""What the endpoints of the management API have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Request
from pydantic import AfterValidator, Field

from earwitness.api.errors import ApiError
from earwitness.api.requests.bodies import read_json
from earwitness.api.requests.start_request import Line
from earwitness.store.seams import KeepingRefusedError

MOST_AT_ONCE = 500
"""Things that one request may bring."""
_LARGEST_OCTETS = 1_000_000


def _different(phrases: list[str]) -> list[str]:
    """Leave out what is there twice."""
    return list(dict.fromkeys(phrases))


Phrases = Annotated[
    list[Annotated[Line, Field(min_length=1, max_length=500)]],
    Field(min_length=1, max_length=500),
    AfterValidator(_different),
]
"""Of one tracker or entity."""


async def long_body(request: Request) -> Any:
    """Return the JSON of a request, of up to a megabyte."""
    return await read_json(request, _LARGEST_OCTETS)


def listed(given: Any) -> list[Any]:
    """Return what was given as a list; a single thing is one, too."""
    return given if isinstance(given, list) else [given]


@contextmanager
def refusals_told() -> Iterator[None]:
    """Answer 409 where the store refuses to keep something.

    Raises:
        ApiError: 409.
    """
    try:
        yield
    except KeepingRefusedError as error:
        raise ApiError(409, str(error)) from None
