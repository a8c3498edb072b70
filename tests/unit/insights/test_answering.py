import pytest

from earwitness.conversation.sound import Sound
from earwitness.conversation.utterance import Utterance
from earwitness.insights.answering import AnsweringDetector, Verdict
from earwitness.insights.intents import IntentWatch


def said(text: str, start_s: float, end_s: float, *, is_final: bool = True) -> Utterance:
    return Utterance("u", "in", text, start_s, end_s, is_final)


def verdicts(*heard: Utterance | Sound | float) -> list[Verdict]:
    """Take utterances, sounds, and the times of pauses."""
    detector = AnsweringDetector()
    found = []
    for one in heard:
        match one:
            case Utterance():
                found.append(detector.hear(one))
            case Sound():
                found.append(detector.sound(one))
            case float():
                found.append(detector.pause(one))
    return [verdict for verdict in found if verdict is not None]


@pytest.mark.parametrize(
    ("text", "length_s"),
    [
        ("Hello?", 0.5),
        ("Yes, Miller speaking.", 1.4),
        ("Good morning, Acme Plumbing, how can I help you?", 3.4),
        ("Who is this?", 0.8),
        ("Thank you for calling Acme Motors, the home of fine cars. My name is Tom, are you well?", 6.0),
        ("Hahn.", 0.4),
    ],
)
def test_a_person_says_something_short_and_waits(text: str, length_s: float) -> None:
    (verdict,) = verdicts(said(text, 1.0, 1.0 + length_s))
    assert verdict.answered == "answered_by_human"
    assert verdict.score >= 0.7
    assert verdict.text == text


@pytest.mark.parametrize(
    "text",
    [
        "You've reached the voicemail of Anna Berg.",
        "Hi, this is Tom. I can't take your call right now.",
        "Please leave a message after the tone.",
        "The person you are calling is not available.",
        "At the tone, please record your message.",
        "Nobody is available to take your call. Please leave your name and number.",
        "For sales, press one.",
    ],
)
def test_a_machine_says_that_it_is_one(text: str) -> None:
    (verdict,) = verdicts(said(text, 0.5, 3.0, is_final=False), said(text, 0.5, 3.5), 6.0)
    assert verdict.answered == "answered_by_machine"
    assert verdict.score >= 0.9


def test_a_greeting_that_goes_on_is_a_machine_s() -> None:
    (verdict,) = verdicts(
        said("This is the Berg family and we are out at the moment, thank you very much.", 0.5, 5.3),
        said("We are looking forward to hearing from you very soon.", 6.0, 9.0),
    )
    assert (verdict.answered, verdict.at_s) == ("answered_by_machine", 9.0)


def test_a_beep_after_a_greeting_is_a_machine_s() -> None:
    beep = Sound("in", "beep", 5.0, 5.4)
    assert verdicts(beep) == []
    (verdict,) = verdicts(said("This is the line of Anna Berg and Tom Hahn.", 0.5, 4.0), beep)
    assert verdict.answered == "answered_by_machine"


def test_a_person_is_taken_back_once() -> None:
    first, second = verdicts(
        said("Hello.", 0.5, 1.0),
        said("You have reached Anna Berg.", 2.0, 4.0),
        Sound("in", "beep", 5.0, 5.4),
        said("Hello?", 6.0, 6.5),
    )
    assert (first.answered, second.answered) == ("answered_by_human", "answered_by_machine")


def test_a_pause_decides_what_was_open() -> None:
    assert [one.answered for one in verdicts(said("It is the workshop of Hahn", 0.5, 4.0), 6.5)] == [
        "answered_by_human"
    ]
    assert verdicts(6.5) == []


def test_nothing_later_in_the_call_tells_who_answered() -> None:
    heard = verdicts(
        said("Hello?", 0.5, 1.0),
        said("I called you but you didn't answer so I left a voicemail.", 80.0, 84.0),
        Sound("in", "beep", 90.0, 90.4),
    )
    assert [one.answered for one in heard] == ["answered_by_human"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Please take me off your list.", "do_not_call"),
        ("Don't call me again.", "do_not_call"),
        ("Sorry, I'm not interested.", "not_interested"),
        ("We'd be interested in that.", "interested"),
        ("That sounds great, tell me more.", "interested"),
        ("I'm not really interested.", "not_interested"),
        ("We are not quite interested, sorry.", "not_interested"),
        ("I'm not very interested.", "not_interested"),
        ("Please don't call him yet.", None),
        ("Don't call me back please.", None),
        ("The interest rate went up.", None),
    ],
)
def test_what_the_called_party_wants(text: str, name: str | None) -> None:
    watch = IntentWatch(["do_not_call", "not_interested", "interested"])
    utterance = said(text, 10.0, 12.0)
    assert [intent.name for intent in watch.hear(utterance)] == ([] if name is None else [name])
    assert list(watch.hear(utterance)) == []


def test_only_what_was_asked_for_is_told() -> None:
    watch = IntentWatch(["interested"])
    assert list(watch.hear(said("Hello?", 0.5, 1.0))) == []
    assert list(watch.hear(said("Don't call me again.", 2.0, 3.0))) == []


def test_after_its_silence_an_intent_is_looked_for_no_longer() -> None:
    watch = IntentWatch(["interested", "not_interested"], {"interested": 5.0})
    watch.answered(1.0)
    assert list(watch.hear(said("Hello?", 5.5, 6.0))) == []
    late = said("I'm interested.", 11.5, 12.5)
    assert list(watch.hear(late)) == []
    (found,) = watch.hear(said("Well, I'm not interested.", 40.0, 41.0))
    assert found.name == "not_interested"


def test_silence_counts_from_the_answer_alone_and_sounds_are_no_silence() -> None:
    watch = IntentWatch(["interested"], {"interested": 5.0})
    list(watch.sound(Sound("in", "ringing", 0.0, 2.0)))
    assert list(watch.pause(20.0)) == []
    watch.answered(30.0)
    list(watch.sound(Sound("in", "music", 32.0)))
    list(watch.sound(Sound("in", "music", 32.0, 60.0)))
    list(watch.sound(Sound("in", "silence", 60.0)))
    (found,) = watch.hear(said("I'm interested.", 64.0, 65.0))
    assert found.name == "interested"


def test_who_answered_is_told_by_what_was_heard_before_the_silence() -> None:
    watch = IntentWatch(["answering_machine"], {"answering_machine": 1.0})
    watch.answered(0.0)
    greeting = said("Welcome to the office of Miller and Sons in Berlin", 0.5, 5.2)
    assert list(watch.hear(greeting)) == []
    (found,) = watch.hear(said("Please leave a message.", 6.5, 8.0))
    assert (found.sub_name, found.at_s) == ("answered_by_human", 6.2)
    assert list(watch.hear(said("After the tone.", 8.2, 9.0))) == []
