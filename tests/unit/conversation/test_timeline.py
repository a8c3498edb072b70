from earwitness.conversation.member import Member
from earwitness.conversation.speaker_event import SpeakerEvent, SpeakerEventKind
from earwitness.conversation.timeline import Timeline
from earwitness.conversation.utterance import Utterance, Word

ANNA = Member("a", "Anna")
MARK = Member("m", "Mark")


def heard(text: str, start_s: float, end_s: float) -> Utterance:
    return Utterance("u", "in", text, start_s, end_s, is_final=True)


def marked(timeline: Timeline, *events: tuple[SpeakerEventKind, float, Member | None]) -> Timeline:
    for kind, at_s, member in events:
        timeline.mark(SpeakerEvent(kind, at_s, member))
    return timeline


def said(timeline: Timeline, utterance: Utterance) -> list[tuple[str | None, str]]:
    return [
        (message.speaker.name if message.speaker else None, message.text)
        for message in timeline.hear(utterance).messages
    ]


def test_a_message_is_a_sentence_with_its_part_of_the_time() -> None:
    first, second = Timeline().hear(heard("We met today. All is well.", 10.0, 12.0)).messages
    assert (first.text, second.text) == ("We met today.", "All is well.")
    assert first.start_s == 10.0
    assert first.end_s == second.start_s
    assert second.end_s == 12.0
    assert [word.text for word in first.words] == ["We", "met", "today."]
    assert first.words_estimated
    assert first.provenance == "unknown"


def test_the_span_that_covers_a_sentence_names_its_speaker() -> None:
    timeline = marked(
        Timeline(),
        ("started_speaking", 0.0, ANNA),
        ("stopped_speaking", 5.0, ANNA),
        ("started_speaking", 5.5, MARK),
    )
    assert said(timeline, heard("How are sales? They are fine now.", 3.0, 8.0)) == [
        ("Anna", "How are sales?"),
        ("Mark", "They are fine now."),
    ]


def test_a_turn_inside_a_sentence_cuts_it() -> None:
    timeline = marked(
        Timeline(),
        ("started_speaking", 0.0, ANNA),
        ("stopped_speaking", 4.5, ANNA),
        ("started_speaking", 5.0, MARK),
    )
    utterance = heard("one two three four five six seven eight nine ten", 0.0, 10.0)
    assert [speaker for speaker, _ in said(timeline, utterance)] == ["Anna", "Mark"]


def test_who_started_last_speaks_where_no_stop_was_said() -> None:
    timeline = marked(Timeline(), ("started_speaking", 0.0, ANNA), ("started_speaking", 10.0, MARK))
    assert timeline.speaker_at(5.0) == ANNA
    assert timeline.speaker_at(12.0) == MARK


def test_events_may_come_out_of_order_and_twice() -> None:
    timeline = marked(
        Timeline(),
        ("started_speaking", 10.0, MARK),
        ("started_speaking", 0.0, ANNA),
        ("started_speaking", 1.0, ANNA),
        ("stopped_speaking", 9.0, ANNA),
    )
    assert timeline.speaker_at(4.0) == ANNA
    assert timeline.speaker_at(10.5) == MARK


def test_far_from_every_span_nobody_is_named() -> None:
    timeline = marked(Timeline(), ("started_speaking", 0.0, ANNA), ("stopped_speaking", 5.0, ANNA))
    assert timeline.speaker_at(5.5) == ANNA
    assert timeline.speaker_at(7.0) is None
    assert said(timeline, heard("Who was that?", 20.0, 21.0)) == [(None, "Who was that?")]


def test_the_leg_of_a_member_needs_no_events() -> None:
    timeline = marked(Timeline(), ("started_speaking", 0.0, MARK))
    timeline.seat("left", ANNA)
    utterance = Utterance("u", "left", "We met today.", 1.0, 2.0, is_final=True)
    assert timeline.speaker_of(utterance) == ANNA
    (message,) = timeline.hear(utterance).messages
    assert (message.speaker, message.provenance) == (ANNA, "leg")
    (message,) = timeline.hear(heard("So we did.", 3.0, 4.0)).messages
    assert (message.speaker, message.provenance) == (MARK, "event")


def test_stopped_ends_everyone() -> None:
    timeline = marked(
        Timeline(), ("started_speaking", 0.0, ANNA), ("started_speaking", 1.0, MARK), ("stopped", 3.0, None)
    )
    assert timeline.speaker_at(6.0) is None


def test_measured_words_are_kept() -> None:
    words = (Word("Hello", 1.0, 1.4, 0.9), Word("there.", 1.5, 1.9, 0.8))
    utterance = Utterance(
        "u", "in", "Hello there.", 1.0, 1.9, is_final=True, words=words, words_estimated=False
    )
    (message,) = Timeline().hear(utterance).messages
    assert message.words == words
    assert not message.words_estimated


def test_old_spans_are_forgotten() -> None:
    timeline = Timeline()
    for turn in range(2000):
        marked(
            timeline,
            ("started_speaking", turn * 2.0, ANNA if turn % 2 else MARK),
            ("stopped_speaking", turn * 2.0 + 1.5, ANNA if turn % 2 else MARK),
        )
        timeline.hear(heard("Yes.", turn * 2.0, turn * 2.0 + 1.0))
    assert len(timeline._spans) < 300
