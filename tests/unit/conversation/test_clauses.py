import pytest

from earwitness.conversation.clauses import seems_complete


@pytest.mark.parametrize(
    "text",
    ["We ship on Friday.", "Really?", "I think so", "Yes.", "Send it to me.", 'He said "no."'],
)
def test_a_clause_that_may_be_over(text: str) -> None:
    assert seems_complete(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "We ship the.", "I wanted to", "And then we,", "So um.", "I was going...", "It is because"],
)
def test_a_clause_that_goes_on(text: str) -> None:
    assert not seems_complete(text)
