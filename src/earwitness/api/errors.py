"""Errors as clients see them: always `{"message": …}` with the status."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from earwitness.calls.seams import CallRefusedError, UnknownCallError
from earwitness.jobs.seams import JobRefusedError
from earwitness.store.seams import StoreUnavailableError, UnknownConversationError

UNKNOWN_CONVERSATION = "The conversationId is either invalid or does not exist."


class ApiError(Exception):
    """A request that cannot be carried out; the message says what, where and what to do."""

    def __init__(
        self,
        status: int,
        message: str,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Make it; `more` is what the body says besides the message."""
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.more = dict(more or {})


def unauthorized(message: str) -> ApiError:
    """Return a 401."""
    return ApiError(401, message, {"WWW-Authenticate": "Bearer"})


def reply(error: ApiError) -> JSONResponse:
    """Return the response for an error."""
    return JSONResponse({**error.more, "message": str(error)}, error.status, error.headers)


_WHAT = {
    "missing": "required",
    "model_type": "must be a JSON object",
    "dict_type": "must be a JSON object",
    "list_type": "must be a list",
    "string_type": "must be a string",
    "too_short": "must not be empty",
}
"""Kinds of validation errors whose own words speak of Python."""


def named_fields(errors: list[Any]) -> str:
    """Say which fields are wrong and why, in one line."""
    parts = []
    for error in errors[:5]:
        where = ".".join(str(step) for step in error["loc"] if step not in ("body", "query", "path"))
        what = _WHAT.get(error["type"]) or error["msg"].removeprefix("Value error, ")
        parts.append(f"{where}: {what}" if where else what)
    return "; ".join(parts)


def bad_fields(error: ValidationError) -> ApiError:
    """Return a 400 that names the fields."""
    return ApiError(400, named_fields(list(error.errors())))


def as_api_error(error: Exception) -> ApiError:
    """Translate the errors of other rooms."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, CallRefusedError):
        headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
        return ApiError(error.status, str(error), headers)
    if isinstance(error, JobRefusedError):
        return ApiError(error.status, str(error), {"Retry-After": "10"}, {"statusCode": error.status})
    if isinstance(error, UnknownCallError):
        return ApiError(404, "The connectionId is either invalid or its call has ended.")
    if isinstance(error, UnknownConversationError):
        return ApiError(404, UNKNOWN_CONVERSATION)
    if isinstance(error, StoreUnavailableError):
        return ApiError(503, "The store cannot be used now; try again later.", {"Retry-After": "10"})
    raise error


def install(app: FastAPI) -> None:
    """Have every error of `app` answered in our form."""

    def known(_: Request, error: Exception) -> JSONResponse:
        return reply(as_api_error(error))

    for kind in (
        ApiError,
        CallRefusedError,
        JobRefusedError,
        UnknownCallError,
        UnknownConversationError,
        StoreUnavailableError,
    ):
        app.add_exception_handler(kind, known)

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return reply(ApiError(400, named_fields(list(error.errors()))))

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> JSONResponse:
        messages = {
            404: f"There is nothing at {request.url.path}.",
            405: f"{request.method} is not possible at {request.url.path}.",
        }
        message = messages.get(error.status_code, str(error.detail))
        return reply(ApiError(error.status_code, message, error.headers))

    @app.exception_handler(Exception)
    def broken(_: Request, error: Exception) -> JSONResponse:
        return reply(ApiError(500, "The server failed on this request; its log has the reason."))
