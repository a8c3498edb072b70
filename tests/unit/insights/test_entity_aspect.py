from datetime import UTC, datetime

from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.wishes import Wishes, wishes_of
from earwitness.insights.aspects.entities import EntityAspect
from earwitness.insights.embedded import EmbeddedAnalysis
from earwitness.insights.seams import Setting

STARTED_AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
ANNA = Member("a", "Anna Berg")


def analysis(wishes: Wishes) -> EmbeddedAnalysis:
    return EmbeddedAnalysis(Setting(STARTED_AT, members=(ANNA,), wishes=wishes), [EntityAspect])


def message(number: int, text: str) -> Message:
    return Message(str(number), text, 3.0 * number, 3.0 * number + 2.0, speaker=ANNA)


ALL = wishes_of({"detectEntities": True, "entities": [{"customType": "Plan", "text": "Gold", "value": "G"}]})


def test_nothing_is_found_unless_it_is_asked_for() -> None:
    assert analysis(Wishes()).follow([message(0, "Call Anna Berg at 212 555 0143.")]).entities == ()


def test_what_stays_as_it_was_is_the_same_object() -> None:
    following = analysis(ALL)
    first = following.follow([message(0, "We met in Germany, and I met Anna Berg in Germany.")]).entities
    assert following.follow([message(1, "All right.")]).entities == first
    again = following.follow([message(2, "Germany again.")]).entities
    assert all(one is other for one, other in zip(first, again[: len(first)], strict=True))
    assert [len(entity.matches) for entity in first if entity.kind == "location"] == [2]


def test_in_the_end_each_entity_has_all_its_places() -> None:
    following = analysis(ALL)
    following.follow([message(0, "I live in Germany and take the gold plan tomorrow.")])
    following.follow([message(1, "Germany is fine, gold too.")])
    entities = following.conclude(Setting(STARTED_AT, members=(ANNA,), wishes=ALL)).entities
    assert {(one.kind, one.value): [match.message_id for match in one.matches] for one in entities} == {
        ("location", "Germany"): ["0", "1"],
        ("custom", "G"): ["0", "1"],
        ("date", "2026-11-28"): ["0"],
    }


def test_a_later_message_may_change_what_an_earlier_one_holds() -> None:
    following = analysis(ALL)
    assert following.follow([message(0, "My number is five five five.")]).entities == ()
    found = following.follow([message(1, "One two one two.")]).entities
    assert [(one.kind, one.matches[0].message_id) for one in found] == [
        ("phone_number", "0"),
        ("phone_number", "1"),
    ]
