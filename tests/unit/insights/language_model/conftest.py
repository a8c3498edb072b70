"""A conversation to read, and a language model to read it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from earwitness.conversation.insight import Insight
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.reading import Prompt
from earwitness.insights.language_model.limits import ModelServer, ReadingLimits
from earwitness.insights.language_model.material import Material
from earwitness.insights.language_model.reader import ModelReader
from earwitness.insights.seams import Setting
from tests.support.chat_server import ChatProcess, chat_process

ANNA = Member("a", "Anna", "anna@example.com")
VIKRAM = Member("v", "Vikram Rao")
SAID = (
    (ANNA, "The supplier raised the prices of the sensors by twelve percent."),
    (VIKRAM, "Does the contract allow them to do that?"),
    (ANNA, "I'll send you the contract by Friday."),
    (VIKRAM, "Please book a meeting with the supplier, and then we meet again on Monday."),
    (None, "The biggest risk is that the sensors arrive late."),
)
ZERO_AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
"""A Wednesday."""


@pytest.fixture(scope="session")
def chat() -> Iterator[ChatProcess]:
    """A real server process."""
    with chat_process() as process:
        yield process


@pytest.fixture
def material() -> Material:
    """A short conversation."""
    return material_of(SAID)


def material_of(said: Any, **fields: Any) -> Material:
    """Return a conversation in which this was said, a message every four seconds."""
    messages = tuple(
        Message(str(1000 + number), text, number * 4.0, number * 4.0 + 3, speaker=speaker)
        for number, (speaker, text) in enumerate(said, 1)
    )
    embedded = tuple(
        Insight(f"e{message.id}", "question", message.text, 0.9, (message.id,), message.speaker)
        for message in messages
        if message.text.endswith("?")
    )
    values: dict[str, Any] = {
        "insights": embedded,
        "prompts": (Prompt("Risks", "Which risks are there about the sensors?"),),
        **fields,
    }
    setting = Setting(ZERO_AT, "Europe/Berlin", (ANNA, VIKRAM))
    return Material(setting, messages, **values)


@asynccontextmanager
async def model(chat: ChatProcess, **options: Any) -> AsyncIterator[ModelReader]:
    """Connect to the server process."""
    limits = {name: options.pop(name) for name in ("time_s", "tokens", "answer_tokens") if name in options}
    reader = ModelReader(ModelServer(chat.url, "rules-1", **options), ReadingLimits(**limits))
    try:
        yield reader
    finally:
        await reader.aclose()
