"""The OpenAPI description: FastAPI's, with our bodies and errors."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from earwitness.api.replies.common import ErrorReply
from earwitness.api.requests.bodies import body_schemas

_ERROR = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorReply"}}}}
_OF_FASTAPI = ("HTTPValidationError", "ValidationError")
_METHODS = ("get", "put", "post", "delete", "patch")


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the description of an application (OpenAPI 3.1)."""
    described = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    for name in _OF_FASTAPI:
        schemas.pop(name, None)
    schemas |= {**body_schemas(), "ErrorReply": ErrorReply.model_json_schema()}
    for operations in described["paths"].values():
        for method in _METHODS:
            if method in operations:
                _add_errors(operations[method])
    return described


def _add_errors(operation: dict[str, Any]) -> None:
    """Describe the errors: a wrong parameter is a 400 here, not FastAPI's 422."""
    responses = operation.setdefault("responses", {})
    responses.pop("422", None)
    wrong = {"400": "The request makes no sense."}
    if "security" in operation:
        wrong["401"] = "The access token is missing, wrong or expired."
    wrong |= {"404": "There is no such thing.", "default": "The request was not carried out."}
    for status, description in wrong.items():
        responses.setdefault(status, {"description": description, **_ERROR})
