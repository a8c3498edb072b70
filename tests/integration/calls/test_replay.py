"""A recording of a call gives the conversation that the call gave."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from earwitness.audio.pcm import RATE_HZ, Samples
from earwitness.cli.client import Client
from earwitness.speech import moonshine
from earwitness.testing.callee import Callee
from earwitness.testing.demo import load_demo
from tests.support.calls import follow, to
from tests.support.jobs import ended
from tests.support.live import PCMU
from tests.support.meeting import part_of
from tests.support.recordings import write_call_wav, write_recording
from tests.support.server import client_of, running_server
from tests.support.tap import TappedRecognizer, tape_of

_PACKET = RATE_HZ // 50
_ONE_S = 1.0


async def test_a_replayed_recording_gives_what_the_call_gave(tmp_path: Path) -> None:
    samples = part_of(load_demo(), 4, 6).samples
    samples = samples[: len(samples) // _PACKET * _PACKET]
    wav = write_call_wav(tmp_path / "call.wav", samples)
    flac = write_recording(tmp_path / "meeting.flac", "flac", samples)
    engine = TappedRecognizer(await asyncio.to_thread(moonshine.load, tmp_path / "cache"))
    async with (
        running_server(tmp_path / "home", engine) as server,
        Callee(samples, codecs=PCMU) as far_end,
    ):
        client = await client_of(server)
        called = await follow(client, to(far_end.uri))
        call = await messages(client, called.connection["conversationId"])
        once, again = [await replayed(client, wav) for _ in range(2)]
        wide = [await replayed(client, flac) for _ in range(2)]
    heard = [tape_of(tape) for tape in engine.tapes]
    assert_same_audio(heard[0], heard[1])
    assert [one["text"] for one in once] == [one["text"] for one in call]
    assert len(call) >= 3
    for ours, theirs in zip(once, call, strict=True):
        assert ours["start_s"] == pytest.approx(theirs["start_s"], abs=0.05)
        assert ours["end_s"] == pytest.approx(theirs["end_s"], abs=0.05)
    assert again == once, "text and times are the same each time, to the last digit"
    assert wide[0] == wide[1]


async def messages(client: Client, conversation_id: str) -> list[dict[str, Any]]:
    """The text of each message, and its place on the conversation's clock in seconds."""
    path = f"/v1/conversations/{conversation_id}/messages?verbose=true"
    found = (await client.get(path))["messages"]
    return [
        {
            "text": one["text"],
            "start_s": one["timeOffset"],
            "end_s": round(one["timeOffset"] + one["duration"], 2),
            "words": [(word["word"], word["timeOffset"]) for word in one["words"]],
        }
        for one in found
    ]


async def replayed(client: Client, path: Path) -> list[dict[str, Any]]:
    begun = await client.send_recording(path, {})
    assert (await ended(client, begun["jobId"]))["status"] == "completed"
    return await messages(client, begun["conversationId"])


def assert_same_audio(call: Samples, recording: Samples) -> None:
    """The recogniser got the same samples, wherever the call's first packet was; its end may differ."""
    probe = recording[_PACKET : len(recording) - round(_ONE_S * RATE_HZ)]
    starts = [
        at for at in range(len(call) - len(probe) + 1) if np.array_equal(call[at : at + 64], probe[:64])
    ]
    assert any(np.array_equal(call[at : at + len(probe)], probe) for at in starts)
