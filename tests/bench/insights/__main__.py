"""Print how good the embedded analysts are: `python -m tests.bench.insights [ROW …]`.

Without rows, all of them and the spoken table are measured and written into docs/benchmarks.md.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

from earwitness.cli.errors import CliError
from tests.bench.insights import acts, names, speaking, spoken, themes
from tests.bench.insights.gold import DIALOGUE, HEADS, Line
from tests.bench.insights.reading import Reader
from tests.bench.page import conditions, write
from tests.bench.rig import subject, table

ROWS: dict[str, Callable[[Reader], Awaitable[list[Line]]]] = {
    "questions": acts.questions,
    "actions": acts.actions,
    "dates": acts.dates,
    "topics": themes.topics,
    "summaries": themes.summaries,
    "sentiment": themes.sentiment,
    "personal-data": names.personal_data,
    "names": names.entities,
    "trackers": names.trackers,
}
SPOKEN = "spoken"


def main(wanted: list[str]) -> None:
    """Measure the wanted rows, all by default."""
    if not DIALOGUE.exists():
        print(f"There are no annotated conversations at {DIALOGUE}: nothing was measured.")
        return
    unknown = set(wanted) - {*ROWS, SPOKEN}
    if unknown:
        sys.exit(f"there is no {', '.join(sorted(unknown))}; there is {', '.join([*ROWS, SPOKEN])}")
    texts = [name for name in ROWS if not wanted or name in wanted]
    if texts:
        text = asyncio.run(_of_text(texts))
        print(text, flush=True)
        if not wanted:
            write("insights", f"{conditions()}\n\n{text}")
    if not wanted or SPOKEN in wanted:
        text = asyncio.run(_of_speech())
        print(text, flush=True)
        if not wanted:
            write("insights-spoken", f"{conditions()}\n\n{text}")


async def _of_text(wanted: list[str]) -> str:
    lines = []
    async with subject(deaf=True) as server:
        reader = Reader(server.client)
        for name in wanted:
            began = time.monotonic()
            try:
                lines += await ROWS[name](reader)
            except CliError as error:
                lines.append(Line(name, "", "", None, note=f"not there yet: {error}"))
            print(f"{name}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
    return table(HEADS, [line.cells for line in lines])


async def _of_speech() -> str:
    if not speaking.can_speak():
        return "There is no voice to speak with (Debian package `flite`): nothing was measured."
    async with subject() as server:
        return table(spoken.HEADS, await spoken.measure(Reader(server.client)))


if __name__ == "__main__":
    main(sys.argv[1:])
