"""What a language model gets to read: a conversation with its messages numbered."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from earwitness.conversation.insight import Insight
from earwitness.conversation.message import Message
from earwitness.conversation.reading import Prompt
from earwitness.insights.seams import Setting

MOST_SHOWN = 2_000
"""Characters of a message that the model is shown; messages of texts may be long."""


@dataclass(frozen=True, slots=True)
class Material:
    """One conversation."""

    setting: Setting
    messages: tuple[Message, ...]
    """In order."""
    language: str = "en-US"
    insights: tuple[Insight, ...] = ()
    """What the embedded analyst found: it stays where the model reads nothing."""
    prompts: tuple[Prompt, ...] = ()
    guidance: str = ""
    """How the app wants its summaries worded."""

    @property
    def lines(self) -> list[str]:
        """The messages as the model sees them: one line each, `[1] Anna: …`.

        Whatever is said stays on its line, so that nobody can speak in another one's name or number.
        """
        return [
            f"[{number}] {_one_line(message.speaker.name) if message.speaker else 'Unknown'}: "
            f"{_one_line(message.text)[:MOST_SHOWN]}"
            for number, message in enumerate(self.messages, 1)
        ]

    def cited(self, numbers: Sequence[int], shown: Container[int]) -> tuple[Message, ...]:
        """Return the messages of these numbers without repeats; none where one of them was not shown."""
        if any(number not in shown for number in numbers):
            return ()
        return tuple(self.messages[number - 1] for number in dict.fromkeys(numbers))


def _one_line(text: str) -> str:
    return " ".join(text.split())
