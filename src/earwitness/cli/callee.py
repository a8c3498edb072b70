"""`earwitness callee`."""

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path

from earwitness.audio.files import read_audio, write_wav
from earwitness.cli.errors import CliError
from earwitness.cli.signals import stop_signal
from earwitness.sdp import DEFAULT_CODECS, Codec
from earwitness.testing.callee import Callee
from earwitness.testing.demo import load_demo


async def callee(
    play: Path | None,
    host: str,
    port: int,
    codecs: list[str],
    record: Path | None,
    calls: int,
    *,
    as_json: bool,
) -> None:
    """Answer calls until a signal comes, or until `calls` calls are over."""
    samples = read_audio(play) if play is not None else load_demo().samples
    chosen = _chosen(codecs)
    if record is not None and not record.parent.is_dir():
        raise CliError(f"--record: there is no folder {record.parent}; make it first")
    async with AsyncExitStack() as closing:
        try:
            far_end = await closing.enter_async_context(Callee(samples, host=host, port=port, codecs=chosen))
        except OSError as error:
            raise CliError(
                f"cannot open SIP on {host} port {port}: {error.strerror or error}; "
                "choose another with --host or --port (0 takes a free one)"
            ) from error
        if as_json:
            print(json.dumps({"uri": far_end.uri}), flush=True)
        else:
            print(f"Call {far_end.uri}; it plays {len(samples) / 16000:.0f} s. Ctrl-C ends.", flush=True)
        stopped = asyncio.create_task(stop_signal().wait())
        count = 0
        while not calls or count < calls:
            finished = asyncio.create_task(far_end.finished.get())
            await asyncio.wait([finished, stopped], return_when=asyncio.FIRST_COMPLETED)
            if not finished.done():
                finished.cancel()
                break
            count += 1
            call = finished.result()
            far_end.answered.clear()  # They keep what they heard.
            if record is not None:
                write_wav(record, call.audio())
            told = {"call": count, "codec": call.codec, "heardSeconds": round(len(call.audio()) / 16000, 1)}
            print(json.dumps(told) if as_json else f"call {count} is over ({call.codec})", flush=True)
        stopped.cancel()


def _chosen(names: list[str]) -> tuple[Codec, ...]:
    known = {codec.name.upper(): codec for codec in DEFAULT_CODECS}
    wrong = [name for name in names if name.upper() not in known]
    if wrong:
        raise CliError(f"--codec: there is no {', '.join(wrong)}; there is {', '.join(known)}")
    return tuple(known[name.upper()] for name in names) or DEFAULT_CODECS
