"""Reading JSON bodies the way clients really send them."""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema
from starlette.requests import ClientDisconnect

from earwitness.api.context import context_of
from earwitness.api.errors import ApiError, bad_fields

Model = TypeVar("Model", bound=BaseModel)

_DEEPEST = 32
"""Levels of nesting; what is sent by clients has five."""
STALL_S = 60.0
"""A client that sends nothing for so long has given up."""
_DRAINED = 16
"""How often the longest body is read to its end, so that its sender gets to read why it was refused."""


async def read_json(request: Request, most: int | None = None) -> Any:
    """Return the JSON of a request, whatever its content type says; `most` octets where the setting is less.

    Raises:
        ApiError: 400 where it is no JSON, 408 where it breaks off, 413 where it is too long.
    """
    least = context_of(request).settings.max_body_bytes
    return json_of(await read_body(request, max(most or 0, least)))


async def chunks_of(request: Request) -> AsyncIterator[bytes]:
    """Iterate over the body of a request as it comes.

    Raises:
        ApiError: 400 where the client breaks off, 408 where nothing comes any more.
    """
    chunks = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(STALL_S):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except ClientDisconnect:
            raise ApiError(400, "The body broke off.") from None
        except TimeoutError:
            raise ApiError(408, f"Nothing came for {STALL_S:.0f} s.", {"Connection": "close"}) from None
        yield chunk


async def read_body(request: Request, most: int) -> bytes:
    """Return the body of a request.

    Raises:
        ApiError: 400 where there is none, 408 where it breaks off, 413 where it is longer than `most` bytes.
    """
    body = bytearray()
    length = 0
    async for chunk in chunks_of(request):
        length += len(chunk)
        if length <= most:
            body += chunk
        elif length > most * _DRAINED:
            break
    if length > most:
        message = f"The body is longer than {most} bytes, the most that this server accepts."
        raise ApiError(413, message, {"Connection": "close"})
    if not body.strip():
        raise ApiError(400, "The body is empty; send a JSON object.")
    return bytes(body)


def json_of(body: bytes) -> Any:
    """Return the JSON of a body.

    Raises:
        ApiError: 400, it is no JSON.
    """
    try:
        return parse_json(body)
    except ValueError as error:
        raise ApiError(400, f"The body is not valid JSON: {error}.") from None


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text (RFC 8259), if it is one that can be stored and sent on.

    Raises:
        ValueError: it is no JSON, is nested very deeply, or holds a number that is not finite, a NUL or half
            a surrogate pair, which neither UTF-8 nor databases take.
    """
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    _check(value, _DEEPEST)
    return value


def _check(value: Any, levels: int) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a string holds a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("a string holds half a surrogate pair") from None
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("NaN and infinite numbers are not part of JSON")
    elif isinstance(value, dict | list):
        if not levels:
            raise ValueError(f"it is nested more than {_DEEPEST} levels deep")
        for part in [*value, *value.values()] if isinstance(value, dict) else value:
            _check(part, levels - 1)


def body_of(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """Return a dependency that reads the body as `model`."""

    async def read(request: Request) -> Model:
        return as_model(model, await read_json(request))

    return read


def as_model(model: type[Model], given: Any, wanted: str = "The body must be a JSON object.") -> Model:
    """Return what was given as `model`.

    Raises:
        ApiError: 400, it is no object (`wanted` says what is), or fields of it are wrong.
    """
    if not isinstance(given, dict):
        raise ApiError(400, wanted)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise bad_fields(error) from None


_described: dict[str, type[BaseModel]] = {}


def described(model: type[BaseModel], example: Any = None) -> dict[str, Any]:
    """Return the OpenAPI description of a body that `body_of(model)` reads, with one that it takes."""
    _described[model.__name__] = model
    media: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}
    if example is not None:
        media["example"] = example
    return {"requestBody": {"required": True, "content": {"application/json": media}}}


def body_schemas() -> dict[str, Any]:
    """Return the OpenAPI component schemas that `described` refers to."""
    _, top = models_json_schema(
        [(model, "validation") for model in _described.values()], ref_template="#/components/schemas/{model}"
    )
    schemas: dict[str, Any] = top.get("$defs", {})
    return schemas
