"""What the rest of the system asks of a language model."""

from typing import Protocol

from earwitness.conversation.events import ReadingEnded
from earwitness.insights.language_model.material import Material


class Reader(Protocol):
    """Reads conversations when they are over; asynchronous, for it waits for others."""

    @property
    def name(self) -> str:
        """The model's name, which marks what it finds."""

    async def read(self, material: Material) -> ReadingEnded:
        """Return what the model finds in a conversation, or why it finds nothing.

        Nothing that a server does makes it raise.
        """

    async def aclose(self) -> None:
        """Close what is open."""
