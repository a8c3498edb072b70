"""Fetching a large file over HTTP: goes on where it stopped, and trusts nothing it hasn't checked."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from earwitness.speech.seams import RecognizerError

Progress = Callable[[int, int | None], None]
"""Told the bytes that are there and the whole, where it is known."""

_ATTEMPTS_WITHOUT_A_BYTE = 4
_PAUSE_S = 0.5
_TIMEOUT = httpx.Timeout(30.0)
"""Of silence, not of the whole."""

_MOST_TEXT_BYTES = 1 << 20
_RANGE_REFUSED = 416


class DownloadError(RecognizerError):
    """A file could not be fetched or is not what it should be."""


def fetch(url: str, target: Path, *, sha256: str | None, progress: Progress | None = None) -> None:
    """Fetch a file; what an earlier attempt left in `target.part` is kept and completed.

    The file appears under its name only when its checksum is right. A connection that breaks is taken up
    again as long as each attempt brings something.

    Raises:
        DownloadError: the server refuses or can't be reached, or the file isn't as expected.
        OSError: the disk is full or can't be written.
    """
    part = target.with_name(target.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    if target.is_file():
        target.replace(part)  # whole perhaps, but unchecked: somebody else's, or of an interrupted unpacking
    idle = 0
    with httpx.Client(follow_redirects=True, timeout=_TIMEOUT) as client:
        while True:
            before = part.stat().st_size if part.exists() else 0
            try:
                whole = _continue(client, url, part, before, progress)
                break
            except (httpx.TransportError, EOFError) as error:
                after = part.stat().st_size if part.exists() else 0
                idle = 0 if after > before else idle + 1
                if idle >= _ATTEMPTS_WITHOUT_A_BYTE:
                    raise DownloadError(
                        f"{url} cannot be fetched: {str(error) or type(error).__name__}; what has come is "
                        "kept, so the same command goes on from there",
                        retryable=True,
                    ) from error
                time.sleep(_PAUSE_S * idle)
    _check(url, part, sha256, whole)
    part.replace(target)


def fetch_text(url: str) -> str | None:
    """Return a small text file; None where the server has none.

    Raises:
        DownloadError: the server can't be reached, or it is no small text.
    """
    try:
        answer = httpx.get(url, follow_redirects=True, timeout=_TIMEOUT)
    except httpx.TransportError as error:
        raise DownloadError(f"{url} cannot be fetched: {error}", retryable=True) from error
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    if not answer.is_success or len(answer.content) > _MOST_TEXT_BYTES:
        raise DownloadError(f"{url} cannot be fetched: status {answer.status_code}", retryable=True)
    return answer.text


def _continue(client: httpx.Client, url: str, part: Path, have: int, progress: Progress | None) -> int | None:
    """Fetch what is missing and return the size of the whole, where the server says it."""
    headers = {"Range": f"bytes={have}-"} if have else {}
    # A compressed transfer would count other bytes than the file has.
    with client.stream("GET", url, headers=headers | {"Accept-Encoding": "identity"}) as answer:
        if answer.status_code == _RANGE_REFUSED and have:
            return have  # complete already; the checksum decides
        if answer.status_code >= 500:
            raise httpx.RemoteProtocolError(f"status {answer.status_code}")
        if not answer.is_success:
            raise DownloadError(f"{url} cannot be fetched: status {answer.status_code}", retryable=False)
        goes_on = answer.status_code == httpx.codes.PARTIAL_CONTENT
        there = have if goes_on else 0
        length = answer.headers.get("content-length")
        whole = there + int(length) if length is not None else None
        with part.open("ab" if goes_on else "wb") as file:
            for piece in answer.iter_raw():  # as it comes: nothing is lost when the connection breaks
                file.write(piece)
                there += len(piece)
                if progress is not None:
                    progress(there, whole)
            file.flush()
            os.fsync(file.fileno())
    if whole is not None and there < whole:
        raise EOFError("the connection ended early")
    return whole


def _check(url: str, part: Path, sha256: str | None, size: int | None) -> None:
    """Keep nothing that is wrong: the next attempt must start anew."""
    found_size = part.stat().st_size
    if size is not None and found_size != size:
        part.unlink()
        raise DownloadError(f"{url} has {found_size} bytes instead of {size}", retryable=True)
    if sha256 is None:
        return
    with part.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256.lower():
        part.unlink()
        raise DownloadError(
            f"{url} is not the file that was expected: its SHA-256 is {found}, not {sha256.lower()}; it was "
            "removed. Try again, and if that doesn't help, the server or what is between changes it",
            retryable=True,
        )
