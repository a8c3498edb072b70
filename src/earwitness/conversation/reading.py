"""What a language model makes of a conversation when it is over."""

from dataclasses import dataclass
from typing import Literal

from earwitness.conversation.insight import SummaryItem

ReadingState = Literal["pending", "completed", "partial", "failed"]
"""`partial`: some parts are the model's, the others stayed as the embedded analyst found them."""

ReadingPart = Literal["insights", "topics", "summary", "answers"]

MOST_PROMPTS = 10
"""Of an app, and of a request."""
LONGEST_PROMPT = 2_000
LONGEST_PROMPT_NAME = 100
"""Both in characters."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question that an app or a request wants answered from every conversation."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PromptAnswer:
    """What a conversation says to a prompt; no statements where it says nothing."""

    prompt: Prompt
    statements: tuple[SummaryItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """How the reading of a conversation stands."""

    state: ReadingState
    model: str
    prompts: tuple[Prompt, ...] = ()
    """Of the request; those of the app come to them."""
    reason: str | None = None
    """Why it is not complete."""
    parts: tuple[ReadingPart, ...] = ()
    """What the model wrote."""
    answers: tuple[PromptAnswer, ...] = ()
    tokens: int = 0
    """What it cost, as the server counts or, where it does not, by estimate."""
    rejected: int = 0
    """Findings that were dropped because nothing that was said supports them."""
