"""Asking an OpenAI-compatible server, over httpx.

The `openai` client would add nothing here but half a second of imports: its retries know no deadline over
several requests, and forms that a server refuses are left to the caller. The key goes into one header and
nowhere else.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from earwitness.insights.language_model.answers import Form, read_answer, schema_of
from earwitness.insights.language_model.dialect import Dialect, Turn
from earwitness.insights.language_model.limits import (
    LimitError,
    ModelError,
    ModelServer,
    Spending,
    estimate_tokens,
)

logger = logging.getLogger(__name__)

_ATTEMPTS = 3
_READINGS = 2
"""How often an answer may miss its form: once."""
_FIRST_PAUSE_S = 0.5
"""Before the second attempt; doubled before each further one, or as long as the server asks for."""
_CONNECT_S = 10.0
_MOST_REPEATED = 4_000
"""Characters of an answer in another form that the model is shown again."""
_MOST_OCTETS = 4 << 20
"""Of an answer."""
_WORTH_ANOTHER_TRY = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_HOPELESS = frozenset({401, 402, 403, 404})


class Chat:
    """Asks for answers in a given form; used from one event loop."""

    def __init__(self, server: ModelServer) -> None:
        """Connect with the first request."""
        self._server = server
        self._dialect = Dialect()
        self._slots = asyncio.Semaphore(server.at_once)
        self._headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
        # Answers have a deadline of their own, below: a read timeout counts from each octet anew.
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(None, connect=_CONNECT_S))

    async def ask(self, instructions: str, material: str, form: type[Form], spending: Spending) -> Form:
        """Return the model's answer to a system prompt and a user's message.

        Raises:
            LimitError: a limit was reached before there was one.
            ModelError: there is none, or none in this form.
        """
        turns = [{"role": "system", "content": instructions}, {"role": "user", "content": material}]
        async with self._slots:
            for reading in range(1, _READINGS + 1):
                text = await self._answer(turns, form, spending)
                try:
                    return read_answer(text, form)
                except ModelError as error:
                    if reading == _READINGS:
                        raise ModelError(
                            f"{self._server.model} did not answer in the form: {error}"
                        ) from error
                    again = f"That is not in the form that was asked for ({error}). Answer again, in full."
                    turns += [
                        {"role": "assistant", "content": text[:_MOST_REPEATED]},
                        {"role": "user", "content": again},
                    ]
        raise AssertionError("the last reading returns or raises")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _answer(self, turns: Sequence[Turn], form: type[Form], spending: Spending) -> str:
        """Return the text of one answer, asking in another way or again where that may help."""
        pause_s = _FIRST_PAUSE_S
        attempt = 1
        dialect = self._dialect
        while True:
            body = dialect.body(
                self._server.model, turns, form.__name__, schema_of(form), spending.limits.answer_tokens
            )
            try:
                text = await self._post(body, spending)
            except _RefusedError as error:
                other = dialect.after(error.status, str(error))
                if other is not None:
                    dialect = other
                    continue
                if error.status not in _WORTH_ANOTHER_TRY or attempt == _ATTEMPTS:
                    raise self._failed(error, spending) from error
                pause_s = max(pause_s, error.retry_after_s)
            except httpx.RequestError as error:
                if attempt == _ATTEMPTS:
                    raise self._failed(error, spending) from error
                logger.info("the language model is asked again: %s", _told(error))
            else:
                self._dialect = dialect
                return text
            if pause_s >= spending.left_s(asyncio.get_running_loop().time()):
                raise LimitError(
                    f"the language model is to be asked again in {pause_s:g} s, after the time limit"
                )
            await asyncio.sleep(pause_s)
            pause_s *= 2
            attempt += 1

    async def _post(self, body: dict[str, Any], spending: Spending) -> str:
        loop = asyncio.get_running_loop()
        prompt = "\n".join(turn["content"] for turn in body["messages"]) + json.dumps(body["response_format"])
        left_s = spending.left_s(loop.time())
        timeout_s = min(self._server.timeout_s, left_s)
        reserved = spending.reserve(prompt)
        # What a server that broke off or was too slow has spent is not known: all that it might have.
        used = reserved
        try:
            async with asyncio.timeout(timeout_s):
                status, headers, octets = await self._exchange(body)
            if status != 200:
                used = 0
                raise _RefusedError(status, octets, headers.get("retry-after"))
            text, counted = _content(octets)
            used = counted or estimate_tokens(prompt + text)
            return text
        except TimeoutError:
            if timeout_s == left_s:
                raise spending.out_of_time() from None
            raise ModelError(f"the language model gave no answer within {timeout_s:g} s") from None
        finally:
            spending.settle(reserved, used)

    async def _exchange(self, body: dict[str, Any]) -> tuple[int, httpx.Headers, bytes]:
        octets = bytearray()
        async with self._client.stream(
            "POST", self._server.url, json=body, headers=self._headers
        ) as response:
            async for part in response.aiter_bytes():
                octets += part
                if len(octets) > _MOST_OCTETS:
                    raise ModelError(f"the answer is longer than {_MOST_OCTETS} octets")
        return response.status_code, response.headers, bytes(octets)

    def _failed(self, error: Exception, spending: Spending) -> ModelError:
        told = _told(error)
        if self._server.key:
            told = told.replace(self._server.key, "***")  # some servers repeat what they refuse
        failed = ModelError(f"the language model cannot be asked: {told}")
        if isinstance(error, httpx.RequestError) or (
            isinstance(error, _RefusedError) and error.status in _HOPELESS
        ):
            spending.stop(str(failed))
        return failed


class _RefusedError(Exception):
    """An answer with another status than 200."""

    def __init__(self, status: int, octets: bytes, retry_after: str | None) -> None:
        told = f"status {status}: {_message(octets)}"
        if status in (401, 403):
            told += "; set EARWITNESS_LLM_KEY to a key that it takes"
        super().__init__(told)
        self.status = status
        self.retry_after_s = retry_after_s(retry_after)


def _content(octets: bytes) -> tuple[str, int]:
    """Return an answer's text and how many tokens it cost with its question, 0 where that isn't told.

    Raises:
        ModelError: it is no chat completion, or was cut off.
    """
    try:
        body = json.loads(octets)
        choice = body["choices"][0]
        text = choice["message"]["content"]
        tokens = (body.get("usage") or {}).get("total_tokens")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError("the answer is no chat completion") from error
    if choice.get("finish_reason") == "length":
        raise ModelError("the answer was cut off at its limit; raise EARWITNESS_LLM_ANSWER_TOKENS")
    if not isinstance(text, str):
        raise ModelError("the answer has no text")
    return text, tokens if isinstance(tokens, int) and tokens > 0 else 0


def _message(octets: bytes) -> str:
    """Return what a server says of a refusal, in one line of at most 200 characters."""
    text = octets.decode(errors="replace")
    try:
        told = json.loads(text)
        error = told.get("error", told)
        text = str(error.get("message", error) if isinstance(error, dict) else error)
    except (ValueError, AttributeError, RecursionError):
        pass  # then the text is what it says
    return " ".join(text.split())[:200]


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, _RefusedError) else f"{type(error).__name__} {error}".strip()


def retry_after_s(text: str | None) -> float:
    """Return a `Retry-After` (RFC 9110 §10.2.3), seconds or a date, in seconds."""
    if not text:
        return 0.0
    try:
        return max(0.0, float(text))
    except ValueError:
        pass  # then it is a date
    try:
        at = parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, (at - datetime.now(UTC)).total_seconds())
