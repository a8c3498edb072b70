from datetime import UTC, datetime

from earwitness.conversation.events import (
    Body,
    Event,
    MessagesAdded,
    Opened,
    SpeakerMarked,
    UtteranceHeard,
)
from earwitness.conversation.member import Member
from earwitness.conversation.replay import untold
from earwitness.conversation.speaker_event import SpeakerEvent
from earwitness.conversation.timeline import Timeline
from earwitness.conversation.utterance import Utterance

ANNA = Member("a", "Anna")


def log(*utterances: Utterance, seat: Member | None = None) -> list[Event]:
    """What is stored of utterances before their last sentence is complete."""
    timeline = Timeline()
    if seat is not None:
        timeline.seat("in", seat)
    bodies: list[Body] = [Opened("app", "name", datetime(2026, 1, 1, tzinfo=UTC))]
    for utterance in utterances:
        spoken = timeline.hear(utterance)
        bodies.append(UtteranceHeard(utterance, spoken.speaker.member, spoken.speaker.provenance))
        if spoken.messages:
            bodies.append(MessagesAdded(spoken.messages))
    return [Event("c", seq, body) for seq, body in enumerate(bodies, 1)]


def heard(text: str, start_s: float, leg: str = "in") -> Utterance:
    return Utterance(f"u{start_s}", leg, text, start_s, start_s + 1.0, is_final=True)


def test_a_complete_log_lacks_nothing() -> None:
    assert untold(log(heard("All is well.", 0.0), heard("Yes.", 2.0))) == ()
    assert untold([]) == ()


def test_the_sentence_that_was_open_is_told() -> None:
    (rest,) = untold(log(heard("All is well. We went to the.", 0.0), heard("Store and.", 2.0)))
    assert rest.text == "We went to the store and."
    assert 0.0 < rest.start_s < 1.0
    assert rest.end_s == 3.0


def test_it_has_the_speaker_that_its_leg_or_its_events_name() -> None:
    (rest,) = untold(log(heard("We went to the.", 0.0), seat=ANNA))
    assert (rest.speaker, rest.provenance) == (ANNA, "leg")
    events = log(heard("We went to the.", 0.0))
    late = Event("c", len(events) + 1, SpeakerMarked(SpeakerEvent("started_speaking", 0.0, ANNA)))
    (rest,) = untold([*events, late])
    assert (rest.speaker, rest.provenance) == (ANNA, "event")
