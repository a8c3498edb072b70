import pytest

from earwitness.insights.summary.quoting import quotable


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("We will launch the pilot in March.", "We will launch the pilot in March."),
        ("Th the launch is planned for March now.", "The launch is planned for March now."),
        ("I my experience is that customers call us.", "My experience is that customers call us."),
        ("When you shake it a few times, the battery is loaded.", None),
        (
            "If the tests pass then we can release on Friday.",
            "If the tests pass then we can release on Friday.",
        ),
        ("Hi Denise, the router keeps losing the line.", "The router keeps losing the line."),
        ("Good morning everyone, the big audit starts this week.", "The big audit starts this week."),
        ("The audit of 2027-01-18 is over by now.", None),
        ("The licence is 1,500,000 dollars a year.", None),
    ],
)
def test_whole_sentences_are_quoted_without_their_false_starts(said: str, quoted: str | None) -> None:
    assert quotable(said) == (quoted or said)


@pytest.mark.parametrize(
    "said",
    [
        "Did the customer sign the contract yet?",
        "Budget first.",
        "If you could open the presentation for us.",
        "Maybe if we can find the time for it.",
        "What the technology has to do for them.",
        "It's a good idea for the our new website.",
        "The plan should be have a second phase.",
        "That is the product is it's we like.",
        "We keep the cus the same customer for years.",
        "We have to talk to them about.",
        "Another beep to stop the meeting.",
        "Thank you for joining us this morning.",
        "Hi Denise, my name is Robert Nguyen.",
        "Good afternoon, this is Denise from Acme Broadband.",
        "It's the account 4471 9902 that I mean.",
        "You can write to rob.nguyen@mail.example at any time.",
    ],
)
def test_what_is_broken_asks_or_says_nothing_is_not_quoted(said: str) -> None:
    assert quotable(said) is None
