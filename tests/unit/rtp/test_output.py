import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from earwitness.rtp.output import ContiguousOutput
from tests.unit.rtp.streams import joined


@given(
    st.lists(st.tuples(st.sampled_from(["audio", "concealed", "silence", "take"]), st.integers(0, 40_000)))
)
def test_pieces_are_contiguous_and_hold_every_sample(steps: list[tuple[str, int]]) -> None:
    output = ContiguousOutput()
    pieces = []
    total = concealed = 0
    for kind, count in steps:
        if kind == "take":
            pieces += output.take()
            continue
        if kind == "silence":
            output.append_silence(count, concealed=False)
        else:
            output.append(np.full(count, 7, np.int16), concealed=kind == "concealed")
            concealed += count if kind == "concealed" else 0
        total += count
    pieces += output.take()
    assert len(joined(pieces)) == output.position == total
    assert output.concealed_samples == concealed == sum(len(p.samples) for p in pieces if p.concealed)
    assert all(len(piece.samples) > 0 for piece in pieces)


def test_neighbours_of_one_kind_are_one_piece() -> None:
    output = ContiguousOutput()
    for _ in range(3):
        output.append(np.ones(320, np.int16))
    output.append(np.ones(320, np.int16), concealed=True)
    assert [(len(piece.samples), piece.start_s) for piece in output.take()] == [(960, 0.0), (320, 0.06)]


def test_long_silence_comes_in_seconds() -> None:
    output = ContiguousOutput()
    output.append_silence(40_000, concealed=True)
    assert [len(piece.samples) for piece in output.take()] == [16_000, 16_000, 8_000]


def test_times_stay_right_over_hours() -> None:
    output = ContiguousOutput()
    piece = np.ones(960, np.int16)
    for _ in range(240_000):
        output.append(piece)
        (last,) = output.take()
    assert abs(last.end_s - 240_000 * 0.06) < 1e-6


def test_the_newest_audio_is_stretched_without_a_seam() -> None:
    output = ContiguousOutput()
    output.append(np.arange(0, 3200, 10, dtype=np.int16))
    assert output.stretch(1) == 1
    assert output.stretch(-2) == -2
    (piece,) = output.take()
    assert len(piece.samples) == 319 == output.position
    assert piece.samples[0] == 0
    assert piece.samples[-1] == 3190
    assert np.abs(np.diff(piece.samples.astype(int)) - 10).max() <= 1
    assert output.stretch(1) == 0


def test_only_quiet_audio_is_repeated_or_left_out() -> None:
    output = ContiguousOutput()
    output.append(np.full(320, 50, np.int16))
    assert output.stretch_quiet(320, level=100) == 320
    assert output.stretch_quiet(-320, level=100) == -320
    assert output.stretch_quiet(-320, level=100) == -320
    assert output.stretch_quiet(-320, level=100) == 0
    assert output.take() == []
    output.append(np.full(320, 5000, np.int16))
    assert output.stretch_quiet(320, level=100) == 0
    assert output.position == 320
