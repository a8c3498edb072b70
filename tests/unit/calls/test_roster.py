from datetime import UTC, datetime

import pytest

from earwitness.calls.mixed import MixedPeople
from earwitness.calls.roster import MOST_BY_EVENTS, Roster
from earwitness.calls.seams import CallRefusedError, PushedEvent
from earwitness.conversation.events import MemberChanged, MemberJoined
from earwitness.conversation.member import Member, new_member

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANNA, MARK = Member("a", "Anna", "anna@example.com", "anna@example.com"), Member("m", "Mark")


def pushed(name: str | None = None, user_id: str | None = None) -> PushedEvent:
    return PushedEvent("started_speaking", NOW, None, name, user_id)


def test_a_member_is_found_by_old_and_new_keys() -> None:
    roster = Roster([ANNA, MARK])
    assert roster.find(pushed(user_id="Anna@Example.com")) == (ANNA, False)
    renamed = Member("m", "Mark Stone", "mark@example.com", "mark@example.com")
    assert roster.change(renamed) is None
    assert roster.find(pushed("Mark")) == (renamed, False)
    assert roster.find(pushed(user_id="mark@example.com")) == (renamed, False)
    assert roster.find(pushed()) == (None, False)
    assert roster.find(pushed("Lucy"))[1]


def test_events_name_only_so_many_people() -> None:
    roster = Roster([ANNA])
    for number in range(MOST_BY_EVENTS):
        assert roster.find(pushed(f"Guest {number}"))[1]
    with pytest.raises(CallRefusedError):
        roster.find(pushed("One more"))
    assert roster.find(pushed("Guest 7"))[0] == roster.members[8]
    assert roster.find(pushed(user_id="anna@example.com")) == (ANNA, False)
    assert len(roster.members) == 1 + MOST_BY_EVENTS


def test_who_gets_the_address_of_another_is_that_person() -> None:
    roster = Roster([ANNA, MARK])
    merged = Member("m", "Anna Berg", "anna@example.com", "anna@example.com")
    assert roster.change(merged) == ANNA
    assert roster.members == (merged,)
    assert roster.merged == {"a": "m"}
    assert roster.find(pushed(user_id="anna@example.com")) == (merged, False)
    assert roster.by_id("a") is None
    with pytest.raises(KeyError):
        roster.change(ANNA)


def test_two_of_one_name_are_two() -> None:
    other = Member("o", "Mark")
    roster = Roster([MARK, other])
    assert roster.members == (MARK, other)
    assert roster.find(pushed("Mark")) == (MARK, False)
    renamed = Member("o", "Mark Stone")
    assert roster.change(renamed) is None
    assert roster.members == (MARK, renamed)


def test_sources_of_a_mixer_are_numbered_until_they_have_a_name() -> None:
    roster = Roster([Member("x", "Speaker 1")])
    people = MixedPeople(roster)
    two, three = people.members_of((101, 202))
    assert (two.name, three.name) == ("Speaker 2", "Speaker 3")
    assert people.news() == [MemberJoined(two), MemberJoined(three)]
    assert people.members_of((202,)) == (three,)
    assert people.name(101, "c1", "Anna Berg") == Member(two.id, "Anna Berg")
    assert people.news() == [MemberChanged(Member(two.id, "Anna Berg"))]
    assert people.name(101, "c1", "Anna Berg") is None
    assert people.members_of((101,))[0].name == "Anna Berg"


def test_a_source_that_begins_anew_is_the_same_person() -> None:
    people = MixedPeople(Roster([]))
    people.name(101, "c1", "Anna")
    (anna,) = people.members_of((101,))
    assert anna.name == "Anna"
    people.name(555, "c1", "Anna")
    assert people.members_of((555,)) == (anna,)


def test_a_named_source_is_the_member_of_that_name() -> None:
    mark = new_member("Mark")
    people = MixedPeople(Roster([mark]))
    people.name(101, "", "Mark")
    assert people.members_of((101,)) == (mark,)
    assert people.news() == []


def test_a_mixer_brings_in_no_more_than_it_may() -> None:
    roster = Roster([])
    people = MixedPeople(roster)
    people.members_of(range(1000))
    for number in range(1000):
        people.name(number, f"c{number}", "")
    assert len(roster.members) == 64


def test_a_source_that_is_named_again_and_again_takes_nobodys_place() -> None:
    people = MixedPeople(Roster([]))
    (one,) = people.members_of([1])
    for number in range(1000):
        people.name(1, f"{number}@example.com", "")
    assert people.members_of([1]) == (one,)
    assert len(people.members_of(range(1, 100))) == 64


def test_sources_of_one_person_stay_one_when_one_of_them_becomes_another() -> None:
    people = MixedPeople(Roster([]))
    people.name(1, "anna@example.com", "Anna")
    people.name(2, "anna@example.com", "Anna")
    (anna,) = people.members_of([1])
    people.name(1, "room@example.com", "")
    assert people.members_of([2]) == (anna,)
