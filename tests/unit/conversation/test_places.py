from earwitness.conversation.insight import Entity, EntityMatch
from earwitness.conversation.places import by_message, gathered


def _entity(key: str, *message_ids: str) -> Entity:
    return Entity(key, "date", "today", "today", tuple(EntityMatch(one, "", 0) for one in message_ids))


def test_places_are_spread_over_their_messages_and_joined_again() -> None:
    whole = (_entity("a", "m1", "m2", "m1"), _entity("b", "m2"))
    spread = list(by_message(whole))
    assert spread == [
        ("m1", _entity("a", "m1", "m1")),
        ("m2", _entity("a", "m2")),
        ("m2", _entity("b", "m2")),
    ]
    assert gathered(one for _, one in spread) == (_entity("a", "m1", "m1", "m2"), _entity("b", "m2"))
