"""Reading JSON bodies the way clients really send them."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema

from earwitness.api.context import context_of
from earwitness.api.errors import ApiError, bad_fields

Model = TypeVar("Model", bound=BaseModel)


async def read_json(request: Request) -> Any:
    """Return the JSON of a request, whatever its content type says.

    Raises:
        ApiError: 400 where it is no JSON, 413 where it is too long.
    """
    most = context_of(request).settings.max_body_bytes
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise ApiError(413, f"The body is longer than {most} bytes, the most that this server accepts.")
    if not body.strip():
        raise ApiError(400, "The body is empty; send a JSON object.")
    try:
        return json.loads(body)
    except ValueError as error:
        raise ApiError(400, f"The body is not valid JSON: {error}.") from None
    except RecursionError:
        raise ApiError(400, "The body is nested too deeply.") from None


def body_of(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """Return a dependency that reads the body as `model`."""

    async def read(request: Request) -> Model:
        given = await read_json(request)
        if not isinstance(given, dict):
            raise ApiError(400, "The body must be a JSON object.")
        try:
            return model.model_validate(given)
        except ValidationError as error:
            raise bad_fields(error) from None

    return read


_described: dict[str, type[BaseModel]] = {}


def described(model: type[BaseModel]) -> dict[str, Any]:
    """Return the OpenAPI description of a body that `body_of(model)` reads."""
    _described[model.__name__] = model
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def body_schemas() -> dict[str, Any]:
    """Return the OpenAPI component schemas that `described` refers to."""
    _, top = models_json_schema(
        [(model, "validation") for model in _described.values()], ref_template="#/components/schemas/{model}"
    )
    schemas: dict[str, Any] = top.get("$defs", {})
    return schemas
