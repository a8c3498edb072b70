"""Engines asked for by calls, and engines that fail in the middle of one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from earwitness.audio.files import write_wav
from earwitness.audio.pcm import Pcm, Samples
from earwitness.cli.client import Client
from earwitness.cli.errors import CliError
from earwitness.server import Server
from earwitness.settings import Settings
from earwitness.speech.engines.folder import write_notes
from earwitness.speech.engines.opening import open_engines
from earwitness.speech.engines.slot import Slot
from earwitness.speech.models import silero_model
from earwitness.speech.seams import Heard
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.segmenter import PATIENT
from earwitness.speech.vad import SileroVad
from earwitness.testing.callee import Callee
from earwitness.testing.demo import Demo, load_demo
from tests.support.calls import follow, to
from tests.support.meeting import part_of
from tests.support.models import moonshine_folder
from tests.support.server import client_of, running_server
from tests.support.tap import hear_at_once

PART = part_of(load_demo(), 0, 2)


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server with the bundled model, one more in English, one that claims German and a broken one."""
    home = tmp_path_factory.mktemp("home")
    broken = moonshine_folder(home / "models", "sherpa-onnx-moonshine-broken-en")
    write_notes(broken, wer_percent=1.0, cost=0.01)
    (broken / "tokens.txt").write_text("not base64\n" * 10)
    moonshine_folder(home / "models", "sherpa-onnx-moonshine-mine-en")
    moonshine_folder(home / "models", "sherpa-onnx-moonshine-deutsch-de")
    async with running_server(home) as server:
        yield server


@pytest.fixture
async def client(server: Server) -> Client:
    return await client_of(server)


async def _models(client: Client) -> dict[str, dict[str, Any]]:
    return {model["name"]: model for model in (await client.get("/v1/models"))["models"]}


async def test_a_call_is_heard_by_the_model_that_it_asks_for(server: Server, client: Client) -> None:
    models = await _models(client)
    assert {name: model["languages"] for name, model in models.items()} == {
        "moonshine-tiny-en": ["en"],
        "moonshine-broken-en": ["en"],
        "moonshine-deutsch-de": ["de"],
        "moonshine-mine-en": ["en"],
    }
    assert models["moonshine-tiny-en"]["state"] == "ready"
    assert models["moonshine-mine-en"]["state"] == "unloaded"
    async with Callee(PART.samples) as callee:
        followed = await follow(client, to(callee.uri, model="moonshine-mine-en"))
    assert _end_of(PART) in followed.text.casefold()
    models = await _models(client)
    assert models["moonshine-mine-en"]["state"] == "ready"
    assert models["moonshine-mine-en"]["punctuation"]
    assert not models["moonshine-mine-en"]["wordTimes"]


async def test_an_engine_that_fails_is_stood_in_for_and_told(server: Server, client: Client) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        reply = (await http.get(f"{server.url}/readyz")).json()
        metrics = (await http.get(f"{server.url}/metrics")).text
    assert reply["status"] == "ready"
    assert list(reply["failingEngines"]) == ["moonshine-broken-en"]
    assert "cannot be loaded" in reply["failingEngines"]["moonshine-broken-en"]
    assert (await _models(client))["moonshine-broken-en"]["failures"] >= 1
    assert 'earwitness_engine_state{engine="moonshine-broken-en",state="resting"} 1.0' in metrics


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"languages": ["fr-FR"]}, "languages: 'fr-FR' cannot be transcribed here; there is de, en."),
        ({"model": "parakeet"}, "model: there is no 'parakeet'; there is moonshine-tiny-en, "),
        (
            {"model": "moonshine-mine-en", "languages": ["de"]},
            "model: 'moonshine-mine-en' cannot transcribe 'de', only en.",
        ),
    ],
)
async def test_what_no_engine_can_is_answered_with_those_there_are(
    client: Client, asked: dict[str, Any], why: str
) -> None:
    with pytest.raises(CliError) as caught:
        await client.start(to("sip:nobody@127.0.0.1:9", **asked))
    assert why in str(caught.value)


async def test_a_recording_asks_for_its_model_too(server: Server, client: Client, tmp_path: Path) -> None:
    write_wav(tmp_path / "part.wav", PART.samples)
    app = (await server.store.apps.listing())[0]
    headers = {"X-API-KEY": server.tokens.issue(app.id), "Content-Type": "audio/wav"}
    audio = (tmp_path / "part.wav").read_bytes()
    async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as http:
        refused = await http.post("/v1/process/audio", params={"model": "parakeet"}, content=audio)
        assert (refused.status_code, refused.json()["message"][:31]) == (
            400,
            "model: there is no 'parakeet'; ",
        )
        taken = await http.post("/v1/process/audio", params={"model": "moonshine-mine-en"}, content=audio)
        job = taken.json()
        async with asyncio.timeout(60):
            while (await client.get(f"/v1/job/{job['jobId']}"))["status"] != "completed":  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    messages = (await client.get(f"/v1/conversations/{job['conversationId']}/messages"))["messages"]
    assert _end_of(PART) in " ".join(message["text"] for message in messages).casefold()


async def test_words_are_not_lost_when_an_engine_fails_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine of choice decodes the first sentence and none after it."""
    folder = moonshine_folder(tmp_path / "models", "sherpa-onnx-moonshine-better-en")
    write_notes(folder, wer_percent=6.0, cost=0.04)
    engines = open_engines(Settings(home=tmp_path))
    assert engines.choose("en").capabilities.name == "moonshine-better-en"
    recognizer = SegmentedRecognizer(engines, SileroVad(silero_model()), threads=1)
    stream = recognizer.open("in")
    finals: list[str] = []
    for piece in _pieces(PART.samples):
        stream.push(piece)
    stream.end()
    async for event in stream:
        if isinstance(event, Heard) and event.utterance.is_final:
            finals.append(event.utterance.text)
            _break(engines.slot("moonshine-better-en", "en"), monkeypatch)
    assert len(finals) > 1
    assert _end_of(PART) in " ".join(finals).casefold()
    better, bundled = (
        engines.slot(name, "en").standing for name in ("moonshine-better-en", "moonshine-tiny-en")
    )
    assert (better.state, bundled.state) == ("resting", "ready")
    assert better.failure == "decoding failed: the graphics card is gone"
    assert [one.state for one in recognizer.standings] == ["ready", "resting"]
    await recognizer.aclose()


def _break(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(samples: Samples, language: str) -> None:
        raise RuntimeError("the graphics card is gone")

    monkeypatch.setattr(slot.load(), "decode", decode)


async def test_the_role_of_refining_has_its_own_engine(tmp_path: Path) -> None:
    folder = moonshine_folder(tmp_path / "models", "sherpa-onnx-moonshine-slow-en")
    write_notes(folder, wer_percent=6.0, cost=0.5)  # more than live calls can afford on two cores
    engines = open_engines(Settings(home=tmp_path, refine_model="moonshine-slow-en"))
    recognizer = SegmentedRecognizer(engines, SileroVad(silero_model()), threads=1)
    stream = recognizer.open_again("in", "en-US", PATIENT)
    stream.push(Pcm(PART.samples[: 8 * 16_000], 0.0))
    stream.end()
    heard = [event.utterance.text async for event in stream if isinstance(event, Heard)]
    states = {standing.capabilities.name: standing.state for standing in recognizer.standings}
    await recognizer.aclose()
    assert heard
    assert states == {"moonshine-slow-en": "ready", "moonshine-tiny-en": "unloaded"}


async def test_audio_waits_while_its_engine_is_loaded(tmp_path: Path) -> None:
    engines = open_engines(Settings(home=tmp_path))
    recognizer = SegmentedRecognizer(engines, SileroVad(silero_model()), threads=1)
    assert not engines.choose("en").is_loaded
    assert _end_of(PART) in (await hear_at_once(recognizer, PART.samples)).casefold()
    assert engines.choose("en").is_loaded
    await recognizer.aclose()


def _pieces(samples: Samples) -> list[Pcm]:
    return [Pcm(samples[at : at + 16_000], at / 16_000) for at in range(0, len(samples), 16_000)]


def _end_of(part: Demo) -> str:
    """Return the last words of a recording, as a recogniser should hear them."""
    return " ".join(part.lines[-1].text.split()[-3:]).strip(".?!").casefold()
