"""How the end of a dialog is told."""

import pytest

from earwitness.calls.outcome import final_state
from earwitness.sip.events import EndCause


@pytest.mark.parametrize(
    ("cause", "state"),
    [
        (EndCause("remote", 486), "busy"),
        (EndCause("remote", 600), "busy"),
        (EndCause("remote", 603), "declined"),
        (EndCause("remote", 403), "declined"),
        (EndCause("remote", 480), "no_answer"),
        (EndCause("timeout", 408), "no_answer"),
        (EndCause("remote", 404), "failed"),
        (EndCause("remote", 302), "failed"),
        (EndCause("transport"), "failed"),
        # Our own stop before the answer, and an answer of theirs that was of no use.
        (EndCause("local"), "ended"),
        (EndCause("local", 200), "failed"),
    ],
)
def test_a_call_that_was_never_answered(cause: EndCause, state: str) -> None:
    assert final_state(cause, answered=False) == state


def test_a_limit_of_ours_ends_a_call_that_rings() -> None:
    assert final_state(EndCause("local"), answered=False, failure="no_answer") == "no_answer"


def test_an_answer_without_a_common_codec_fails() -> None:
    assert final_state(EndCause("local"), answered=False, failure="no common codec") == "failed"


def test_an_answered_call_has_ended_whoever_ended_it() -> None:
    causes = [EndCause("local"), EndCause("remote"), EndCause("timeout"), EndCause("transport")]
    assert {final_state(cause, answered=True) for cause in causes} == {"ended"}
