"""Replies about entities and trackers, and where they were found."""

from typing import Literal

from pydantic import Field

from earwitness.api.replies.common import Id, Reply


class PlaceReply(Reply):
    """Where in a message something was said."""

    id: Id
    text: str
    offset: int = Field(ge=-1, description="In characters; -1 where it is the meaning that matches.")


class EntityMatchReply(Reply):
    """Places where an entity was said in the same words."""

    detectedValue: str  # noqa: N815
    messageRefs: list[PlaceReply]  # noqa: N815


class EntityReply(Reply):
    """An entity, with the keys of both shapes that clients know."""

    id: str
    type: str
    subType: str  # noqa: N815
    category: Literal["Managed", "Custom"]
    text: str
    value: str
    messageRefs: list[PlaceReply]  # noqa: N815
    matches: list[EntityMatchReply]


class EntitiesReply(Reply):
    """The entities."""

    entities: list[EntityReply]


class InsightRefReply(Reply):
    """An insight in which a tracker matched."""

    id: Id
    type: str
    text: str
    offset: int = Field(ge=-1)


class TrackerMatchReply(Reply):
    """A phrase of a tracker and where it was said."""

    type: Literal["vocabulary"]
    value: str
    messageRefs: list[PlaceReply]  # noqa: N815
    insightRefs: list[InsightRefReply]  # noqa: N815


class TrackerReply(Reply):
    """A tracker that matched."""

    id: str
    name: str
    matches: list[TrackerMatchReply]
