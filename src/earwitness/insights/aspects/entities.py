"""Entities: found message by message, if the client asked for them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from earwitness.conversation.events import Understood
from earwitness.conversation.places import gathered
from earwitness.insights.aspects.sparing import sparing
from earwitness.insights.seams import Found, Setting
from earwitness.insights.talk import Heard, Talk

if TYPE_CHECKING:
    from earwitness.insights.entities.finder import EntityFinder


class EntityAspect:
    """Finds what is named; see `Aspect`."""

    def __init__(self, setting: Setting) -> None:
        """Begin with nothing heard."""
        self._wishes = setting.wishes
        self._finder: EntityFinder | None = None
        """Made when it is needed."""

    def follow(self, talk: Talk, fresh: Sequence[Heard]) -> Found:
        """See `Aspect.follow`."""
        wishes = self._wishes
        if not wishes.entities and not wishes.custom_entities:
            return Found()
        if self._finder is None:
            from earwitness.insights.entities.finder import EntityFinder

            self._finder = EntityFinder(talk.id, wishes.custom_entities, managed=wishes.entities)
        for heard in fresh:
            with sparing("entities", heard.message.id):
                today = talk.people.local_time(heard.message).date()
                self._finder.follow(heard.message, today, talk.people.names)
        return Found(entities=self._finder.found)

    def conclude(self, talk: Talk, so_far: Understood) -> Understood:
        """See `Aspect.conclude`."""
        if self._finder is None:
            return so_far
        return replace(so_far, entities=gathered(self._finder.found))
