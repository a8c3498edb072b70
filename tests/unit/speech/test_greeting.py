"""Who answered, from real audio by the real recogniser."""

from pathlib import Path

import numpy as np

from earwitness.audio.codec import OPUS, open_decoder, open_encoder
from earwitness.audio.files import read_audio
from earwitness.audio.pcm import RATE_HZ, Pcm, Samples
from earwitness.conversation.intent import Intent
from earwitness.insights.intents import IntentWatch
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.seams import Heard, SoundHeard, SpeechEvent, SpeechPaused
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.vad import SileroVad
from tests.support import sounds


async def heard_in(engine: MoonshineEngine, vad: SileroVad, samples: Samples) -> list[SpeechEvent]:
    recognizer = SegmentedRecognizer(engine, vad, threads=2)
    stream = recognizer.open("in")
    for at in range(0, len(samples), 320):
        stream.push(Pcm(samples[at : at + 320], at / RATE_HZ))
    stream.end()
    events = [event async for event in stream]
    await recognizer.aclose()
    return events


def intents_in(events: list[SpeechEvent]) -> list[Intent]:
    watch = IntentWatch(["answering_machine"])
    found: list[Intent] = []
    for event in events:
        match event:
            case Heard(utterance=utterance):
                found += watch.hear(utterance)
            case SoundHeard(sound=sound):
                found += watch.sound(sound)
            case SpeechPaused(at_s=at_s):
                found += watch.pause(at_s)
    return found


async def test_an_answering_machine(engine: MoonshineEngine, vad: SileroVad) -> None:
    events = await heard_in(engine, vad, read_audio(Path(__file__).parent / "data" / "greeting.opus"))
    found = intents_in(events)
    assert found[-1].sub_name == "answered_by_machine"
    assert found[-1].score >= 0.9
    assert found[-1].at_s < 8.0
    (beep,) = (event.sound for event in events if isinstance(event, SoundHeard))
    assert beep.kind == "beep"


async def test_a_person(engine: MoonshineEngine, vad: SileroVad, two_sentences: Samples) -> None:
    says = np.concatenate([two_sentences[: 4 * RATE_HZ], sounds.silence(4.0)])
    assert [one.sub_name for one in intents_in(await heard_in(engine, vad, says))] == ["answered_by_human"]


async def test_hold_music_has_no_words(engine: MoonshineEngine, vad: SileroVad) -> None:
    encoder, decoder = open_encoder(OPUS), open_decoder(OPUS)
    music = np.concatenate([sounds.music("8-bit", 8.0), *(sounds.music(kind, 8.0) for kind in sounds.MUSIC)])
    music[: 8 * RATE_HZ] = np.concatenate(
        [decoder.decode(encoder.encode(packet)) for packet in music[: 8 * RATE_HZ].reshape(-1, 320)]
    )
    events = await heard_in(engine, vad, music)
    assert [event for event in events if isinstance(event, Heard)] == []
    assert {event.sound.kind for event in events if isinstance(event, SoundHeard)} == {"music"}
