from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
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


def texts(messages: Iterable[Message]) -> list[str]:
    return [message.text for message in messages]


def speaker_at(timeline: Timeline, at_s: float) -> Member | None:
    return timeline.speaker_of(heard("Yes.", at_s - 0.1, at_s + 0.1)).member


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
    assert speaker_at(timeline, 5.0) == ANNA
    assert speaker_at(timeline, 12.0) == MARK


def test_events_may_come_out_of_order_and_twice() -> None:
    timeline = marked(
        Timeline(),
        ("started_speaking", 10.0, MARK),
        ("started_speaking", 0.0, ANNA),
        ("started_speaking", 1.0, ANNA),
        ("stopped_speaking", 9.0, ANNA),
    )
    assert speaker_at(timeline, 4.0) == ANNA
    assert speaker_at(timeline, 10.5) == MARK


def test_far_from_every_span_nobody_is_named() -> None:
    timeline = marked(Timeline(), ("started_speaking", 0.0, ANNA), ("stopped_speaking", 5.0, ANNA))
    assert speaker_at(timeline, 4.9) == ANNA
    assert speaker_at(timeline, 7.0) is None
    assert said(timeline, heard("Who was that?", 20.0, 21.0)) == [(None, "Who was that?")]


def test_the_leg_of_a_member_needs_no_events() -> None:
    timeline = marked(Timeline(), ("started_speaking", 0.0, MARK))
    timeline.seat("left", ANNA)
    utterance = Utterance("u", "left", "We met today.", 1.0, 2.0, is_final=True)
    assert timeline.speaker_of(utterance).member == ANNA
    (message,) = timeline.hear(utterance).messages
    assert (message.speaker, message.provenance) == (ANNA, "leg")
    (message,) = timeline.hear(heard("So we did.", 3.0, 4.0)).messages
    assert (message.speaker, message.provenance) == (MARK, "event")


def test_stopped_ends_everyone() -> None:
    timeline = marked(
        Timeline(), ("started_speaking", 0.0, ANNA), ("started_speaking", 1.0, MARK), ("stopped", 3.0, None)
    )
    assert speaker_at(timeline, 6.0) is None


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
    for turn in range(1000):
        marked(
            timeline,
            ("started_speaking", turn * 2.0, ANNA if turn % 2 else MARK),
            ("stopped_speaking", turn * 2.0 + 1.5, ANNA if turn % 2 else MARK),
        )
        timeline.hear(heard("Yes.", turn * 2.0, turn * 2.0 + 1.0))
    assert len(timeline._speakers._events) < 700


def test_a_sentence_that_a_pause_cut_is_one_message() -> None:
    timeline = Timeline()
    assert texts(timeline.hear(heard("All is well. We went to the.", 0.0, 3.0)).messages) == ["All is well."]
    assert timeline.begin("in", 4.0) == ()
    (message,) = timeline.hear(heard("Store yesterday.", 4.0, 5.0)).messages
    assert message.text == "We went to the store yesterday."
    assert (message.start_s > 1.0, message.end_s) == (True, 5.0)
    assert timeline.flush() == ()


def test_a_long_pause_ends_a_sentence_even_so() -> None:
    timeline = Timeline()
    timeline.hear(heard("We went to the.", 0.0, 1.0))
    assert texts(timeline.begin("in", 3.6)) == ["We went to the."]
    timeline.hear(heard("So then and.", 3.6, 4.0))
    assert texts(timeline.pause("in")) == ["So then and."]
    timeline.hear(heard("We went to the.", 10.0, 11.0))
    assert texts(timeline.flush()) == ["We went to the."]


def test_another_speaker_does_not_finish_a_sentence() -> None:
    timeline = marked(
        Timeline(),
        ("started_speaking", 0.0, ANNA),
        ("stopped_speaking", 1.0, ANNA),
        ("started_speaking", 2.0, MARK),
    )
    assert said(timeline, heard("We went to the.", 0.0, 1.0)) == []
    assert said(timeline, heard("Store yesterday.", 2.0, 3.0)) == [
        ("Anna", "We went to the."),
        ("Mark", "Store yesterday."),
    ]


def test_legs_wait_apart() -> None:
    timeline = Timeline()
    timeline.hear(heard("We went to the.", 0.0, 1.0))
    other = Utterance("v", "out", "Yes.", 1.2, 1.5, is_final=True)
    assert texts(timeline.hear(other).messages) == ["Yes."]
    assert timeline.pause("out") == ()
    assert texts(timeline.hear(heard("Store.", 2.0, 2.5)).messages) == ["We went to the store."]


def test_late_events_revise_what_was_given_out() -> None:
    timeline = Timeline()
    (first,) = timeline.hear(heard("We met today.", 1.0, 2.5)).messages
    (second,) = timeline.hear(heard("All is well.", 4.0, 5.0)).messages
    assert first.speaker is None
    assert timeline.revise() == ()
    marked(timeline, ("stopped_speaking", 2.6, ANNA), ("started_speaking", 0.9, ANNA))
    (revised,) = timeline.revise()
    assert (revised.id, revised.text, revised.speaker, revised.provenance) == (
        first.id,
        first.text,
        ANNA,
        "event",
    )
    assert timeline.revise() == ()
    marked(timeline, ("started_speaking", 3.9, MARK))
    assert [message.id for message in timeline.revise()] == [second.id]


def test_two_at_once_and_nobody_are_not_guessed() -> None:
    timeline = marked(
        Timeline(),
        ("started_speaking", 0.0, ANNA),
        ("started_speaking", 0.0, MARK),
        ("stopped_speaking", 5.0, ANNA),
        ("stopped_speaking", 5.0, MARK),
    )
    assert said(timeline, heard("We met today.", 1.0, 3.0)) == [(None, "We met today.")]
    assert said(timeline, heard("Who was that?", 8.0, 9.0)) == [(None, "Who was that?")]


def test_a_mixer_is_trusted_more_than_a_client() -> None:
    timeline = marked(Timeline(), ("started_speaking", 0.0, MARK))
    timeline.contribute("in", 0.0, (ANNA,))
    timeline.contribute("in", 3.0, ())
    timeline.contribute("in", 6.0, (ANNA, MARK))
    (by_mixer,) = timeline.hear(heard("We met today.", 1.0, 2.0)).messages
    assert (by_mixer.speaker, by_mixer.provenance) == (ANNA, "csrc")
    (by_client,) = timeline.hear(heard("All is well.", 4.0, 5.0)).messages
    assert (by_client.speaker, by_client.provenance) == (MARK, "event")
    (tie_of_the_mixer,) = timeline.hear(heard("So it is.", 7.0, 8.0)).messages
    assert (tie_of_the_mixer.speaker, tie_of_the_mixer.provenance) == (MARK, "event")


def test_a_renamed_or_merged_member_has_the_new_name_from_then_on() -> None:
    timeline = marked(Timeline(), ("started_speaking", 0.0, ANNA))
    timeline.seat("left", MARK)
    timeline.know_as("a", Member("a", "Anna Berg"))
    timeline.know_as("m", ANNA)
    assert said(timeline, heard("We met today.", 1.0, 2.0)) == [("Anna Berg", "We met today.")]
    utterance = Utterance("u", "left", "All is well.", 3.0, 4.0, is_final=True)
    assert timeline.speaker_of(utterance).member == ANNA


spoken = st.lists(
    st.tuples(
        st.sampled_from(["All is well.", "We went to the.", "Yes. And so the.", "Uh,"]), st.integers(1, 40)
    ),
    max_size=12,
)


@given(spoken)
def test_every_word_is_given_out_once_and_in_order(lines: list[tuple[str, int]]) -> None:
    timeline = Timeline()
    messages: list[Message] = []
    at_s = 0.0
    for text, pause in lines:
        messages += timeline.begin("in", at_s)
        messages += timeline.hear(heard(text, at_s, at_s + 1.0)).messages
        at_s += 1.0 + pause / 10
    messages += timeline.flush()
    given_out = [word.text.strip(".,").casefold() for message in messages for word in message.words]
    assert given_out == [word.strip(".,").casefold() for text, _ in lines for word in text.split()]
    assert [message.start_s for message in messages] == sorted(message.start_s for message in messages)
