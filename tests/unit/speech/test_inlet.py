import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.speech.inlet import Block, Inlet
from earwitness.speech.vad import WINDOW_SAMPLES

WINDOW_S = WINDOW_SAMPLES / RATE_HZ


def _ramp(start: int, count: int) -> Pcm:
    """Audio in which each sample tells its position."""
    return Pcm(np.arange(start, start + count, dtype=np.int64).astype(np.int16), start / RATE_HZ)


def _all(inlet: Inlet) -> list[Block]:
    blocks = []
    while (block := inlet.take(WINDOW_S)) is not None:
        blocks.append(block)
    return blocks


def _samples(blocks: list[Block]) -> Samples:
    return np.concatenate([block.samples for block in blocks])


def test_it_gives_whole_windows_when_enough_waits() -> None:
    inlet = Inlet()
    inlet.push(_ramp(0, 1000))
    assert inlet.take(4 * WINDOW_S) is None
    inlet.push(_ramp(1000, 1200))
    block = inlet.take(4 * WINDOW_S)
    assert block is not None
    assert (block.start, len(block.samples), block.closes) == (0, 4 * WINDOW_SAMPLES, False)
    assert inlet.take(WINDOW_S) is None
    assert inlet.waiting_s == (2200 - 4 * WINDOW_SAMPLES) / RATE_HZ


def test_a_flush_gives_what_is_left() -> None:
    inlet = Inlet()
    inlet.push(_ramp(0, 700))
    inlet.flush()
    inlet.push(_ramp(700, 600))
    first, second = _all(inlet)
    assert (first.start, len(first.samples), first.closes) == (0, 700, True)
    assert (second.start, len(second.samples), second.closes) == (700, WINDOW_SAMPLES, False)


def test_the_end_gives_all_and_nothing_comes_after() -> None:
    inlet = Inlet()
    inlet.push(_ramp(0, 600))
    inlet.end()
    inlet.push(_ramp(600, 600))
    inlet.flush()
    assert not inlet.exhausted
    (block,) = _all(inlet)
    assert len(block.samples) == 600
    assert block.closes
    assert inlet.exhausted


def test_an_end_without_audio_leaves_nothing() -> None:
    inlet = Inlet()
    inlet.flush()
    inlet.end()
    assert inlet.exhausted
    assert inlet.take(0.0) is None


def test_times_that_differ_by_rounding_are_contiguous() -> None:
    inlet = Inlet()
    inlet.push(_ramp(0, 512))
    inlet.push(Pcm(np.zeros(512, np.int16), 0.0329))
    (block,) = _all(inlet)
    assert len(block.samples) == 1024


def test_a_short_gap_is_filled_with_silence() -> None:
    inlet = Inlet()
    inlet.push(Pcm(np.full(512, 7, np.int16), 0.0))
    inlet.push(Pcm(np.full(512, 7, np.int16), 0.128))
    (block,) = _all(inlet)
    assert len(block.samples) == 2560
    assert np.flatnonzero(block.samples == 0).tolist() == list(range(512, 2048))


def test_a_long_gap_closes_the_block_and_keeps_the_time() -> None:
    inlet = Inlet()
    inlet.push(_ramp(0, 700))
    inlet.push(_ramp(RATE_HZ, 512))
    first, second = _all(inlet)
    assert (first.start, len(first.samples), first.closes) == (0, 700, True)
    assert (second.start, len(second.samples), second.closes) == (RATE_HZ, 512, False)


def test_a_gap_after_whole_windows_closes_with_an_empty_block() -> None:
    inlet = Inlet()
    inlet.push(_ramp(0, 512))
    (first,) = _all(inlet)
    inlet.push(_ramp(RATE_HZ, 512))
    gap, second = _all(inlet)
    assert not first.closes
    assert (gap.start, len(gap.samples), gap.closes) == (512, 0, True)
    assert second.start == RATE_HZ


def test_audio_whose_time_has_passed_is_cut_off_and_counted() -> None:
    inlet = Inlet()
    inlet.push(_ramp(0, 1024))
    inlet.push(_ramp(512, 1024))
    inlet.push(_ramp(0, 100))
    assert np.array_equal(_samples(_all(inlet)), np.arange(1536)[:1536])
    assert inlet.misplaced_s == (512 + 100) / RATE_HZ


def test_when_too_much_waits_the_oldest_goes_and_is_counted() -> None:
    inlet = Inlet(most_s=1.0)
    for second in range(3):
        for at in range(0, RATE_HZ, 320):
            inlet.push(_ramp(second * RATE_HZ + at, 320))
    assert inlet.waiting_s == 1.0
    assert inlet.dropped_s == pytest.approx(2.0)
    inlet.end()
    blocks = _all(inlet)
    assert blocks[0].start == 2 * RATE_HZ
    assert len(_samples(blocks)) == RATE_HZ


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=20))
def test_no_sample_is_lost_or_doubled_in_any_pieces(sizes: list[int]) -> None:
    inlet = Inlet()
    blocks = []
    at = 0
    for size in sizes:
        inlet.push(_ramp(at, size))
        at += size
        blocks += _all(inlet)
    inlet.end()
    blocks += _all(inlet)
    assert np.array_equal(_samples(blocks), _ramp(0, at).samples)
    assert all(len(block.samples) % WINDOW_SAMPLES == 0 for block in blocks[:-1])
    assert [block.closes for block in blocks] == [False] * (len(blocks) - 1) + [True]
    position = 0
    for block in blocks:
        assert block.start == position
        position += len(block.samples)
