from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.revision import Revision, applied, revise, words_of
from earwitness.conversation.utterance import Utterance, Word
from earwitness.conversation.word_times import estimate_words

ANNA, MARK = Member("a", "Anna"), Member("m", "Mark")


def _message(id_: str, text: str, start_s: float, end_s: float, speaker: Member | None = None) -> Message:
    words = estimate_words(text, start_s, end_s)
    return Message(id_, text, start_s, end_s, speaker=speaker, words=words, provenance="event")


def _heard(text: str, start_s: float, end_s: float, leg: str = "in") -> Utterance:
    return Utterance("u", leg, text, start_s, end_s, True, estimate_words(text, start_s, end_s))


def _texts(messages: tuple[Message, ...], revision: Revision) -> list[tuple[str, str]]:
    return [(message.id, message.text) for message in applied(messages, revision)]


def test_better_words_keep_the_id_the_speaker_and_the_times() -> None:
    before = (
        _message("1", "The serms like came on.", 0.0, 2.0, ANNA),
        _message("2", "When was that?", 2.5, 3.5, MARK),
    )
    revision = revise(before, [_heard("The service light came on. When was that?", 0.0, 3.5)])
    (changed,) = revision.messages
    assert (changed.id, changed.text, changed.speaker) == ("1", "The service light came on.", ANNA)
    assert changed.provenance == "event"
    assert changed.words[-1].end_s == before[0].words[-1].end_s
    assert _texts(before, revision)[1] == ("2", "When was that?")


def test_fragments_become_one_sentence() -> None:
    before = (
        _message("1", "Well, I want.", 0.0, 1.0, ANNA),
        _message("2", "To talk.", 2.5, 3.0, ANNA),
        _message("3", "About the bill we got.", 4.5, 6.0, ANNA),
    )
    revision = revise(before, [_heard("Well, I want to talk about the bill we got.", 0.0, 6.0)])
    assert _texts(before, revision) == [("3", "Well, I want to talk about the bill we got.")]
    assert set(revision.removed) == {"1", "2"}


def test_a_sentence_that_was_two_is_cut_and_the_longer_part_keeps_the_id() -> None:
    before = (_message("1", "I see that the bill is wrong here", 0.0, 4.0, ANNA),)
    revision = revise(before, [_heard("I see. That the bill is wrong here.", 0.0, 4.0)])
    first, second = revision.messages
    assert (first.text, second.text, second.id) == ("I see.", "That the bill is wrong here.", "1")
    assert first.id != "1"
    assert first.speaker == second.speaker == ANNA


def test_a_sentence_over_two_speakers_is_cut_between_them() -> None:
    before = (
        _message("1", "Did you send the plan.", 0.0, 2.0, ANNA),
        _message("2", "Yes I sent it yesterday.", 2.2, 4.0, MARK),
    )
    revision = revise(before, [_heard("Did you send the plan, yes I sent it yesterday.", 0.0, 4.0)])
    now = applied(before, revision)
    assert [(message.id, message.speaker) for message in now] == [("1", ANNA), ("2", MARK)]
    assert [message.text for message in now] == ["Did you send the plan.", "Yes I sent it yesterday."]


def test_what_was_not_heard_again_stays() -> None:
    before = (
        _message("1", "We begin with the sales.", 0.0, 2.0),
        _message("2", "Okay.", 20.0, 20.5),
        Message("3", "On another leg.", 1.0, 2.0, leg="out"),
    )
    revision = revise(before, [_heard("We begin with the sails.", 0.0, 2.0)])
    assert [id_ for id_, _ in _texts(before, revision)] == ["1", "3", "2"]
    assert revision.removed == ()


def test_a_hearing_that_lost_words_is_not_believed() -> None:
    before = (_message("1", "One two three four five six seven eight nine ten.", 0.0, 5.0),)
    assert not revise(before, [_heard("One two three.", 0.0, 1.5)])
    assert not revise(before, [])


def test_the_same_words_change_nothing() -> None:
    before = (_message("1", "We begin.", 0.0, 1.0), _message("2", "Who speaks?", 3.0, 4.0))
    assert not revise(before, [_heard("We begin.", 0.0, 1.0), _heard("Who speaks?", 3.0, 4.0)])


def _bare(word: str) -> str:
    return word.strip(".,?").casefold()


WORDS = st.sampled_from("we will send the plan report today. to you and Anna, yes. no?".split())


@given(st.lists(st.lists(WORDS, min_size=1, max_size=8), max_size=6), st.data())
def test_no_word_of_the_second_hearing_is_lost(said: list[list[str]], data: st.DataObject) -> None:
    speakers = st.sampled_from([None, ANNA, MARK])
    before = tuple(
        _message(str(n), " ".join(words), 4.0 * n, 4.0 * n + 2, data.draw(speakers))
        for n, words in enumerate(said)
    )
    again = [data.draw(st.lists(WORDS, min_size=1, max_size=8)) for _ in said]
    heard = [_heard(" ".join(words), 4.0 * n, 4.0 * n + 2) for n, words in enumerate(again)]
    revision = revise(before, heard)
    now = applied(before, revision)
    assert len({message.id for message in now}) == len(now)
    assert not {message.id for message in revision.messages} & set(revision.removed)
    if revision:
        told = Counter(_bare(word) for message in now for word in message.text.split())
        assert Counter(_bare(word.text) for one in heard for word in one.words) <= told
        for one in revision.messages:
            assert one.text == " ".join(word.text for word in words_of(one))
            assert all(a.start_s <= b.start_s for a, b in pairwise(one.words))


def test_measured_times_are_kept() -> None:
    before = (_message("1", "See you.", 0.0, 1.0),)
    words = (Word("See", 0.1, 0.2), Word("ya.", 0.3, 0.4))
    heard = Utterance("u", "in", "See ya.", 0.0, 1.0, True, words, words_estimated=False)
    (changed,) = revise(before, [heard]).messages
    assert changed.words == words
