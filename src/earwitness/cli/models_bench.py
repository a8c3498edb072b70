"""`earwitness models bench`."""

import csv
import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from earwitness.audio.files import read_audio
from earwitness.cli.errors import CliError
from earwitness.cli.local import settings_for
from earwitness.cli.models import model_on_disk
from earwitness.settings import Settings
from earwitness.speech import models
from earwitness.speech.engines.engine_set import EngineSet
from earwitness.speech.engines.folder import write_notes
from earwitness.speech.engines.measuring import Recording, measure
from earwitness.speech.engines.opening import open_engines
from earwitness.speech.vad import SileroVad
from earwitness.testing.demo import load_demo


async def bench_models(
    names: list[str],
    home: Path | None,
    config: Path | None,
    references: Path | None,
    language: str,
    *,
    as_json: bool,
) -> None:
    """Measure the models on disk on the same recordings, and keep what they cost."""
    settings = settings_for(home, config)
    recordings = _demo() if references is None else _referenced(references)
    vad = SileroVad(models.silero_model())
    rows: list[dict[str, Any]] = []
    with closing(open_engines(settings)) as engines:
        for name in names or _local(engines, language):
            engine = engines.slot(name, language)
            engine.load()
            row = {
                "name": engine.capabilities.name,
                **asdict(await measure(engine, vad, recordings, language)),
            }
            engine.close()
            rows.append(row)
            _keep(settings, row)
            if not as_json:
                print(f"{row['name']:<45} WER {row['wer']:6.1%}   {row['cost']:.3f} CPU s per second")
    if as_json:
        print(json.dumps(rows))


def _keep(settings: Settings, row: dict[str, Any]) -> None:
    """Note what a model costs here: the choice among models goes by it."""
    folder = model_on_disk(settings, row["name"])
    if folder is not None:
        write_notes(folder, cost=round(row["cost"], 4))


def _local(engines: EngineSet, language: str) -> list[str]:
    """Return the models on this machine that know a language: nothing is sent elsewhere unasked."""
    names = [one.name for one in engines.candidates if one.knows(language) and not one.is_asked_for]
    if not names:
        raise CliError(f"no model on this machine knows the language {language!r}")
    return names


def _demo() -> list[Recording]:
    demo = load_demo()
    return [Recording(demo.samples, demo.text)]


def _referenced(table: Path) -> list[Recording]:
    """Read a table with the columns `file` (beside the table) and `reference`, separated by tabs."""
    try:
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        pairs = [(table.parent / row["file"], row["reference"]) for row in rows]
    except (OSError, UnicodeError, KeyError, csv.Error) as error:
        raise CliError(
            f"--references {table}: cannot be read as a table with the columns file and reference, "
            f"separated by tabs: {error}"
        ) from error
    if not pairs:
        raise CliError(f"--references {table}: the table is empty")
    return [Recording(read_audio(path), text) for path, text in pairs]
