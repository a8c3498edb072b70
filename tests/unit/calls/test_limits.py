from earwitness.calls.limits import Limits, LimitValues

VALUES = LimitValues(answer_s=60, media_s=30, idle_s=100, call_s=1000)


def test_a_call_that_is_not_answered_in_time() -> None:
    limits = Limits(VALUES, 0.0)
    limits.media(10.0)
    assert limits.breach(59.9) is None
    assert limits.breach(60.0) == "no_answer"


def test_media_must_keep_coming_outside_hold() -> None:
    limits = Limits(VALUES, 0.0)
    limits.answered(5.0)
    limits.media(20.0)
    assert limits.breach(49.9) is None
    assert limits.breach(50.0) == "media_timeout"
    limits.hold(50.0, held=True)
    assert limits.breach(90.0) is None
    limits.hold(90.0, held=False)
    assert limits.breach(104.0) is None


def test_silence_ends_a_call_unless_it_may_last() -> None:
    limits = Limits(VALUES, 0.0)
    limits.answered(0.0)
    limits.media(99.0)
    limits.speech(1.0)
    assert limits.breach(100.9) is None
    assert limits.breach(101.0) == "idle_timeout"
    forever = Limits(LimitValues(60, 30, -1, 1000), 0.0)
    forever.answered(0.0)
    forever.media(900.0)
    assert forever.breach(900.0) is None


def test_no_call_lasts_for_ever() -> None:
    limits = Limits(VALUES, 0.0)
    limits.answered(10.0)
    limits.media(1009.0)
    limits.speech(1009.0)
    assert limits.breach(1009.0) is None
    assert limits.breach(1010.0) == "too_long"
