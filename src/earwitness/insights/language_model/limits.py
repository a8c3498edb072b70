"""What reading one conversation may cost, and what happens at each limit.

Before the first request the whole is estimated: a conversation that would need more tokens than it may is not
read at all. A request is only sent when what it may cost at most is left, so the bound holds whatever the
server answers; and only while there is time left. Parts that were read by then stay read.
"""

import math
from dataclasses import dataclass


class ModelError(Exception):
    """The language model gave no usable answer; the message says why."""


class LimitError(ModelError):
    """A limit of the reading is reached: nothing more is asked."""


@dataclass(frozen=True, slots=True)
class ModelServer:
    """An OpenAI-compatible server."""

    base_url: str
    """Of its API, such as `http://127.0.0.1:11434/v1`; `/v1` may be left out behind a bare host."""
    model: str
    key: str | None = None
    timeout_s: float = 120.0
    """For one answer."""
    at_once: int = 2
    """Requests that may be under way at the same time, for all conversations together."""

    @property
    def url(self) -> str:
        """The address of chat completions."""
        base = self.base_url.rstrip("/")
        has_path = "/" in base.partition("://")[2]
        return f"{base}/chat/completions" if has_path else f"{base}/v1/chat/completions"


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """For one conversation."""

    time_s: float = 300.0
    tokens: int = 200_000
    answer_tokens: int = 2_000
    """Of one answer."""


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text is, rather too many: three octets of UTF-8 each."""
    return math.ceil(len(text.encode(errors="replace")) / 3)


class Spending:
    """What one reading has spent; `now` is monotonic."""

    def __init__(self, limits: ReadingLimits, now: float) -> None:
        self.limits = limits
        self.deadline = now + limits.time_s
        self.spent = 0
        self._reserved = 0
        self._stopped: str | None = None
        """Why nothing more is asked."""

    def left_s(self, now: float) -> float:
        """Return how much time is left.

        Raises:
            LimitError: none.
        """
        if now >= self.deadline:
            raise self.out_of_time()
        return self.deadline - now

    def out_of_time(self) -> LimitError:
        """Return what to raise when there is no time left."""
        return LimitError(
            f"the time limit of {self.limits.time_s:g} s is reached (EARWITNESS_LLM_TIME_LIMIT_S)"
        )

    def reserve(self, prompt: str) -> int:
        """Set aside what a request may cost at most, and return it; `settle` gives back the rest.

        Raises:
            LimitError: so much is not left.
            ModelError: the reading was stopped.
        """
        if self._stopped is not None:
            raise ModelError(self._stopped)
        most = estimate_tokens(prompt) + self.limits.answer_tokens
        if self.spent + self._reserved + most > self.limits.tokens:
            raise LimitError(f"the limit of {self.limits.tokens} tokens is reached (EARWITNESS_LLM_TOKENS)")
        self._reserved += most
        return most

    def settle(self, reserved: int, used: int) -> None:
        """Note what a request cost."""
        self._reserved -= reserved
        self.spent += used

    def stop(self, reason: str) -> None:
        """Let nothing more be asked: every other request would fail like the one that did."""
        self._stopped = self._stopped or reason
