import pytest

from earwitness.insights.summary.reporting import report
from earwitness.insights.summary.telling import Teller, short_names

LOWERED = {"let", "if", "tuesday", "may", "german", "the", "we", "it", "because", "there"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("The pilot starts soon.", "Anna said that the pilot starts soon."),
        ("I think it is late.", "Anna thinks it is late."),
        ("I don't think we can wait.", "Anna doesn't think we can wait."),
        ("I've sent my draft.", "Anna has sent their draft."),
        ("I'm going to fix it myself.", "Anna is going to fix it themselves."),
        ("I finished the draft.", "Anna finished the draft."),
        ("I just need my notes.", "Anna needs their notes."),
        ("I will say that we are late.", "Anna said that we are late."),
        ("Let's meet again on Friday.", "Anna proposed to meet again on Friday."),
        ("No, the audit is over.", "Anna said that the audit is over."),
        ("We stop because it is late.", "Anna explained that we stop because it is late."),
        ("There is a problem with the login.", "Anna pointed out that there is a problem with the login."),
        ("Ohio is next.", "Anna said that Ohio is next."),
        ("Honestly, I'm fed up with it.", "Anna is fed up with it."),
        ("No, to be honest, the audit is over.", "Anna said that the audit is over."),
        ("Let's not do the survey.", "Anna proposed not to do the survey."),
        ("Let's hope it holds.", "Anna said that let's hope it holds."),
        ("Honestly speaking, I need a break.", "Anna needs a break."),
        ("One more thing: the pilot starts soon.", "Anna said that the pilot starts soon."),
        ("Tuesday is bad, the audit begins.", "Anna said that Tuesday is bad, the audit begins."),
        ("May 3rd is too late.", "Anna said that May 3rd is too late."),
        ("German customers wait.", "Anna said that German customers wait."),
        (
            "The relaunch is in May, and I want to know if my page is done.",
            "Anna said that the relaunch is in May, and wants to know if their page is done.",
        ),
        ("Let's meet on Monday, and I'll bring it.", "Anna proposed to meet on Monday, and will bring it."),
        (
            "If it is late, and I am out, we stop.",
            "Anna said that if it is late, and they are out, we stop.",
        ),
        ("We have decided that the pilot starts in May.", "It was decided that the pilot starts in May."),
        ("I think we all agreed to wait.", "It was agreed to wait."),
        ("We agreed to move my call.", "Anna said that we agreed to move their call."),
        ("We agreed with them.", "Anna said that we agreed with them."),
        ("I like it, but I've not used it.", "Anna likes it, but has not used it."),
    ],
)
def test_a_statement_is_told_as_its_speakers(said: str, told: str) -> None:
    assert report(said, "Anna", LOWERED) == told


def test_who_was_quoted_last_adds() -> None:
    assert report("Ohio is next.", "Anna", LOWERED, again=True) == "Anna added that Ohio is next."


def test_without_a_speaker_a_sentence_stays_as_it_is() -> None:
    assert report("The pilot starts soon.", None, LOWERED) == "The pilot starts soon."


def test_a_full_name_is_said_once() -> None:
    teller = Teller(["The plan is in Ohio."], ["Anna Keller", "Vikram Rao"])
    assert teller.tell("The plan is good.", "Anna Keller") == "Anna Keller said that the plan is good."
    assert teller.tell("We met in Ohio.", "Vikram Rao") == "Vikram Rao said that we met in Ohio."
    assert teller.tell("Ohio was fine.", "Anna Keller") == "Anna said that Ohio was fine."
    assert teller.tell("It is far.", "Anna Keller") == "It is far."
    assert teller.tell("It was cold.", "Anna Keller") == "Anna added that it was cold."


def test_only_a_persons_name_is_shortened_and_only_where_that_is_clear() -> None:
    assert short_names(["Anna Keller", "Project Manager", "Speaker 1", "Vikram Rao", "Vikram Sethi"]) == {
        "Anna Keller": "Anna"
    }
