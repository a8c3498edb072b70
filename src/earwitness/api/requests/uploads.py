"""Recordings on their way from a client into a file."""

import asyncio
from pathlib import Path

from fastapi import Request

from earwitness.api.errors import ApiError
from earwitness.api.requests.bodies import chunks_of

_CHUNK_OCTETS = 1 << 20


async def save_body(request: Request, path: Path, most_octets: int) -> None:
    """Write the raw body of a request to a file, whatever its content type says.

    Raises:
        ApiError: 400 where there is no body, 408 where it breaks off, 413 where it is too long, 503 where it
            cannot be kept.
    """
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > most_octets:
        raise _too_long(most_octets)
    try:
        size = await _save(request, path, most_octets)
    except OSError as error:
        raise ApiError(
            503, f"The recording cannot be kept: {error.strerror}.", {"Retry-After": "60"}
        ) from error
    if not size:
        raise ApiError(400, "The body is empty; send the recording as it is, without any form around it.")


async def _save(request: Request, path: Path, most_octets: int) -> int:
    size = 0
    waiting = bytearray()
    with path.open("wb") as file:
        async for chunk in chunks_of(request):
            size += len(chunk)
            if size > most_octets:
                raise _too_long(most_octets)
            waiting += chunk
            if len(waiting) >= _CHUNK_OCTETS:
                await asyncio.to_thread(file.write, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(file.write, bytes(waiting))
    return size


def _too_long(most_octets: int) -> ApiError:
    return ApiError(
        413,
        f"The recording is longer than {most_octets} bytes, the most that this server accepts.",
        {"Connection": "close"},
    )
