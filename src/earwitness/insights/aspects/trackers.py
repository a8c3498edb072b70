"""Tracked phrases, message by message: found exactly, or by their meaning."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from earwitness.conversation.events import Understood
from earwitness.conversation.insight import TrackerMatch
from earwitness.conversation.places import gathered
from earwitness.insights.aspects.sparing import sparing
from earwitness.insights.seams import Found, Setting
from earwitness.insights.talk import Heard, Talk
from earwitness.insights.trackers import TrackerMatcher


class TrackerAspect:
    """Looks for the trackers of the setting in each message; see `Aspect`."""

    def __init__(self, setting: Setting) -> None:
        """Begin with nothing heard; what many trackers cost to prepare is paid with the first message."""
        self._setting = setting
        self._matcher: TrackerMatcher | None = None
        self._found: dict[str, tuple[TrackerMatch, ...]] = {}
        """By message id."""
        self._all = Found()

    def follow(self, talk: Talk, fresh: Sequence[Heard]) -> Found:
        """See `Aspect.follow`."""
        before = {one.message.id: self._found.get(one.message.id, ()) for one in fresh}
        for one in fresh:
            with sparing("trackers", one.message.id):
                self._look(one)
        if any(self._found.get(key, ()) != matches for key, matches in before.items()):
            self._all = Found(trackers=tuple(itertools.chain.from_iterable(self._found.values())))
        return self._all

    def conclude(self, talk: Talk, so_far: Understood) -> Understood:
        """See `Aspect.conclude`."""
        found = (self._found.get(one.message.id, ()) for one in talk.heard)
        return replace(so_far, trackers=gathered(itertools.chain.from_iterable(found)))

    def _look(self, one: Heard) -> None:
        self._found.pop(one.message.id, None)
        if self._matcher is None:
            by_meaning = self._setting.language.partition("-")[0].lower() == "en"
            self._matcher = TrackerMatcher(self._setting.wishes.trackers, by_meaning=by_meaning)
        if matches := self._matcher.matches(one.message, one.sentences):
            self._found[one.message.id] = matches
