"""One side of what is understood of a conversation."""

from collections.abc import Sequence
from typing import Protocol

from earwitness.conversation.events import Understood
from earwitness.insights.seams import Found
from earwitness.insights.talk import Heard, Talk


class Aspect(Protocol):
    """Follows one side of a conversation, such as its topics."""

    def follow(self, talk: Talk, fresh: Sequence[Heard]) -> Found:
        """Take messages that are new in the talk, or changed, and return how things stand on this side.

        What is known of the people may have changed without any message.
        """

    def conclude(self, talk: Talk, so_far: Understood) -> Understood:
        """Add what the whole conversation gives on this side to what the aspects before it gave."""
