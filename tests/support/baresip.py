"""baresip as the far end: a telephone that answers every call and plays a recording."""

import asyncio
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Literal

import numpy as np
import soxr

from earwitness.audio.files import read_audio
from earwitness.audio.pcm import RATE_HZ
from tests.support.peer_process import PeerProcess, Transport, free_port, peer_process

Codec = Literal["opus", "G722", "PCMU", "PCMA"]

_CODECS: dict[Codec, str] = {
    "opus": "opus/48000/1",
    "G722": "G722/16000/1",
    "PCMU": "PCMU/8000/1",
    "PCMA": "PCMA/8000/1",
}
"""As baresip spells them in an account; one that it does not know, it leaves out and goes on."""
_MODULES = ("opus", "g722", "g711", "aufile", "aubridge")
_PLAY_RATE_HZ = 48_000
_RUNS_AT_MOST_S = 900

_CONFIG = Template(
    """\
poll_method epoll
sip_listen 127.0.0.1:$port
net_interface 127.0.0.1
audio_player aubridge,sink
audio_source aufile,$wav
audio_alert nil,nil
audio_level no
ausrc_srate $rate
auplay_srate $rate
ausrc_channels 1
auplay_channels 1
ausrc_format s16
auplay_format s16
auenc_format s16
audec_format s16
rtp_ports 20000-29999
rtcp_mux no
jitter_buffer_delay 2-6
rtp_stats yes
module_path /usr/lib/baresip/modules
$modules
module_tmp uuid.so
module_tmp account.so
module_app menu.so
menu_bell no
opus_stereo no
opus_sprop_stereo no
opus_bitrate 28000
opus_inbandfec yes
opus_packet_loss 10
"""
)


@dataclass(frozen=True, slots=True)
class Registrar:
    """Where baresip registers, and passes its requests through."""

    uri: str
    """SIP URI of the proxy, with its transport."""
    domain: str
    password: str


@dataclass(slots=True)
class Baresip:
    """A running baresip."""

    uri: str
    """Where to call it directly."""
    process: PeerProcess


@asynccontextmanager
async def baresip(
    folder: Path,
    *,
    wav: Path,
    codec: Codec = "opus",
    silence_after_s: float = 0.0,
    user: str = "bob",
    transport: Transport = "udp",
    registrar: Registrar | None = None,
) -> AsyncIterator[Baresip]:
    """Run a baresip that speaks one codec, answers at once and plays `wav` from then on.

    `wav` is any recording that FFmpeg reads. baresip hangs up 0.4 s after the end of what it plays;
    `silence_after_s` puts this off.
    """
    port = free_port()
    account = _account(user, port, transport, _CODECS[codec], registrar)
    await asyncio.to_thread(_prepare, folder, port, account, wav, silence_after_s)
    arguments = ("-4", "-f", folder, "-v", "-s", "-t", str(_RUNS_AT_MOST_S))
    async with peer_process(folder, "baresip", "baresip-core", *arguments) as process:
        await process.says("baresip is ready")
        assert "codec not found" not in process.text(), f"baresip cannot speak {codec}"
        if registrar is not None:
            await process.says("1 binding")
        yield Baresip(f"sip:{user}@127.0.0.1:{port};transport={transport}", process)


def _prepare(folder: Path, port: int, account: str, wav: Path, silence_after_s: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    played = folder / "played.wav"
    _write_recording(played, wav, silence_after_s)
    modules = "\n".join(f"module {name}.so" for name in _MODULES)
    config = _CONFIG.substitute(port=port, wav=played, rate=_PLAY_RATE_HZ, modules=modules)
    (folder / "config").write_text(config)
    (folder / "accounts").write_text(account)


def _account(user: str, port: int, transport: str, codec: str, registrar: Registrar | None) -> str:
    common = f"answermode=auto;audio_codecs={codec}"
    if registrar is None:
        return f"<sip:{user}@127.0.0.1:{port};transport={transport}>;regint=0;{common}\n"
    return (
        f'<sip:{user}@{registrar.domain};transport={transport}>;outbound="{registrar.uri}";regint=60;'
        f"auth_user={user};auth_pass={registrar.password};{common}\n"
    )


def _write_recording(path: Path, recording: Path, silence_after_s: float) -> None:
    samples = read_audio(recording)
    silence = np.zeros(round(silence_after_s * RATE_HZ), np.int16)
    played = soxr.resample(np.concatenate([samples, silence]), RATE_HZ, _PLAY_RATE_HZ)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_PLAY_RATE_HZ)
        file.writeframes(played.astype("<i2").tobytes())
