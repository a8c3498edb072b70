import pytest

from earwitness.insights.summary.personal_data import has_personal_data
from earwitness.insights.summary.summary import Spoken, summarise


@pytest.mark.parametrize(
    "said",
    [
        "And my date of birth is March 5th, 1984.",
        "His number is 415-555-0132, and he answers in the evening.",
        "You can write to rob dot nguyen at example dot com at any time.",
        "I live at 12 Main Street in the old house.",
        "The number of the account is four four seven one nine nine zero two.",
    ],
)
def test_how_to_reach_somebody_is_in_no_summary(said: str) -> None:
    assert has_personal_data(said)
    rest = [Spoken("The relaunch of the website is planned for the spring.", "Ann", "1")]
    assert said not in " ".join(told.text for told in summarise([*rest, Spoken(said, None, "2")]))


@pytest.mark.parametrize(
    "said",
    [
        "We have spent $60,000, which is 10% over the budget.",
        "Anna Keller will join the team of the pilot in March 2027.",
        "We shipped 1,200,000 units between 2019 and 2024.",
        "Most of our users are 25 years old.",
    ],
)
def test_names_dates_ages_and_amounts_are_told(said: str) -> None:
    assert not has_personal_data(said)
