"""A conversation as its analysts see it: what was said, by whom as now known, and when."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from earwitness.conversation.ids import new_id
from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.insights.english.sentences import cleaned_sentences, hesitates
from earwitness.insights.seams import Setting

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message and what every method looks at in it."""

    message: Message
    sentences: tuple[str, ...]
    """Clean ones."""
    hesitates: bool
    """Whether it has fillers, as only what is spoken has."""


class Talk:
    """All messages of a conversation, its people and the ids of what was found in it.

    It holds the text of every message twice, so its size is bounded by the length of calls and texts.
    """

    def __init__(self, setting: Setting) -> None:
        self.people = People(setting)
        """Another object whenever anything about them has changed."""
        self._setting = setting
        self._heard: list[Heard] = []
        self._places: dict[str, int] = {}
        """Where the message of an id is in that list."""
        self._ids: dict[tuple[str, ...], str] = {}

    @property
    def heard(self) -> Sequence[Heard]:
        """All messages: in the order in which they came, once `sort` was called in that of their begin."""
        return self._heard

    def hear(self, message: Message) -> Heard:
        """Take a message; one that was taken before takes its own place again."""
        # Word times are of no use here, and most of what a message takes in memory.
        text = message.text
        heard = Heard(replace(message, words=()), tuple(cleaned_sentences(text)), hesitates(text))
        place = self._places.setdefault(message.id, len(self._heard))
        self._heard[place : place + 1] = [heard]
        if message.speaker is not None and not self.people.knows(message.speaker):
            self.people = self.people.joined_by(message.speaker)
        return heard

    def know(self, setting: Setting) -> None:
        """Take what is known of the conversation now."""
        if setting == self._setting:
            return
        self._setting = setting
        people = People(setting)
        for heard in self._heard:
            speaker = heard.message.speaker
            if speaker is not None and not people.knows(speaker):
                people = people.joined_by(speaker)
        self.people = people

    def sort(self) -> None:
        """Put the messages in order: legs are heard side by side, so they come a little out of it."""
        self._heard.sort(key=lambda heard: heard.message.start_s)
        self._places = {heard.message.id: place for place, heard in enumerate(self._heard)}

    def place(self, message_id: str) -> int:
        """Return which of the messages it is."""
        return self._places[message_id]

    def id(self, *key: str) -> str:
        """Return the id of what a key stands for, always the same within the conversation."""
        return self._ids.setdefault(key, new_id())


class People:
    """The members as now known, and the conversation's clock."""

    def __init__(self, setting: Setting, heard: Sequence[Member] = ()) -> None:
        self._setting = setting
        self._heard = tuple(heard)
        self._members = {member.id: member for member in setting.members}
        for member in heard:
            self._members.setdefault(member.id, member)
        self._merged = dict(setting.merged)
        self._zone = _zone(setting.timezone)
        self.threshold = setting.confidence_threshold
        """The least score of insights."""

    @property
    def members(self) -> tuple[Member, ...]:
        """Everybody announced or heard."""
        return tuple(self._members.values())

    @property
    def names(self) -> list[str]:
        """The members' names."""
        return [member.name for member in self._members.values()]

    def knows(self, member: Member) -> bool:
        """Return whether somebody has been announced or heard, be it as another member."""
        return member.id in self._members or member.id in self._merged

    def joined_by(self, member: Member) -> "People":
        """Return these people and one more."""
        return People(self._setting, (*self._heard, member))

    def now(self, member: Member | None) -> Member | None:
        """Return a member under the present name."""
        if member is None:
            return None
        return self._members.get(self._merged.get(member.id, member.id), member)

    def local_time(self, message: Message) -> datetime:
        """Return when a message was said, in the conversation's time zone."""
        return (self._setting.zero_at + timedelta(seconds=message.start_s)).astimezone(self._zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        _logger.debug("time zone %r is unknown, due dates are resolved in UTC", name)
        return ZoneInfo("UTC")
