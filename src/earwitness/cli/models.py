"""`earwitness models list`, `pull` and `check`."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from earwitness.cli.errors import CliError
from earwitness.cli.local import settings_for
from earwitness.settings import Settings
from earwitness.speech.engines.catalogue import (
    BUNDLED,
    BUNDLED_COST,
    BUNDLED_WER_PERCENT,
    PREFIX,
    catalogue,
    find,
    short_name,
)
from earwitness.speech.engines.engine_set import EngineSet
from earwitness.speech.engines.folder import Notes, read_folder
from earwitness.speech.engines.languages import primary
from earwitness.speech.engines.opening import open_engines
from earwitness.speech.engines.pull import pull

Moved = Callable[[int, int | None], None]
Told = Callable[[str], None]


def list_models(home: Path | None, config: Path | None, language: str | None, *, as_json: bool) -> None:
    """Print the catalogue and what is on disk."""
    settings = settings_for(home, config)
    with closing(open_engines(settings)) as engines:
        rows = [row for row in _rows(settings, engines) if language is None or _knows(row, language)]
    if as_json:
        print(json.dumps(rows))
        return
    if not rows:
        raise CliError(f"no model of the catalogue knows {language!r}; an endpoint may: see docs/models.md")
    console = Console(highlight=False, soft_wrap=True)
    for row in rows:
        console.print(_shown(row))
    console.print(
        Text(
            "\nWER: published, English. Cost: CPU seconds for each second of audio, measured here.\n"
            "'earwitness models pull NAME' fetches a model; the best that fits is used by itself.",
            style="dim",
        )
    )


def pull_model(
    name: str,
    home: Path | None,
    config: Path | None,
    url: str | None,
    *,
    unverified: bool,
    as_json: bool,
) -> None:
    """Fetch a model of the catalogue, and try it."""
    settings = settings_for(home, config)
    entry = find(name)
    with _progress(entry.name, shown=not as_json) as (moved, told):
        folder, report = pull(
            entry,
            settings.models_folder,
            url or settings.models_url,
            unverified=unverified,
            progress=moved,
            told=told,
        )
    if as_json:
        print(json.dumps({"name": entry.name, "folder": str(folder), **asdict(report)}))
        return
    print(
        f"{entry.name} is in {folder}: loads in {report.load_s:.1f} s, takes {report.memory_mb:.0f} MB, "
        f"{report.cost:.3f} CPU s for each second of {'speech' if report.is_speech else 'noise'}"
    )
    with closing(open_engines(settings)) as engines:
        for line in _used_for(engines, entry.name):
            print(line)


def check_model(name: str, home: Path | None, config: Path | None, *, as_json: bool) -> None:
    """Load a model in a process of its own and say how it did."""
    from earwitness.speech.engines.probe import probe

    folder = _folder_of(name, settings_for(home, config))
    model, report = read_folder(folder), probe(folder)
    if not model.languages:
        raise CliError(
            f'{folder} loads, but its languages are unknown; write {{"languages": ["en"]}} into '
            f"{folder / 'earwitness.json'}"
        )
    if as_json:
        print(json.dumps({"name": model.name, "folder": str(folder), **asdict(report)}))
        return
    can = model.capabilities
    abilities = {
        "word times": can.word_times,
        "confidence": can.confidence,
        "punctuation": can.punctuation,
        "hot words": can.hot_words,
    }
    told = ", ".join(name for name, has in abilities.items() if has) or "text alone"
    print(
        f"{model.name} works: {report.family}, {', '.join(model.languages)}\n"
        f"  gives  {told}\n"
        f"  loads  in {report.load_s:.1f} s and {report.memory_mb:.0f} MB\n"
        f"  costs  {report.cost:.3f} CPU s for each second of {'speech' if report.is_speech else 'noise'}"
    )


def _rows(settings: Settings, engines: EngineSet) -> Iterator[dict[str, Any]]:
    """Yield what is known of the bundled model, of the catalogue and of what else is on disk."""
    candidates = {candidate.name: candidate for candidate in engines.candidates}
    used = {name: list(engines.roles_of(name)) for name in candidates}
    yield {
        "name": BUNDLED,
        "languages": ["en"],
        "licence": "MIT",
        "sizeMb": 44.0,
        "werPercent": BUNDLED_WER_PERCENT,
        "cost": BUNDLED_COST,
        "about": "bundled: needs no download",
        "onDisk": True,
        "usedFor": used[BUNDLED],
    }
    for entry in catalogue():
        candidate = candidates.pop(entry.name, None)
        yield {
            "name": entry.name,
            "languages": list(entry.languages),
            "licence": entry.licence,
            "sizeMb": entry.size_mb,
            "werPercent": entry.wer_percent,
            "cost": _measured_cost(settings, entry.name) or entry.cost,
            "about": entry.about,
            "onDisk": candidate is not None,
            "usedFor": used.get(entry.name, []),
        }
    for name, candidate in candidates.items():
        if name != BUNDLED:
            yield {
                "name": name,
                "languages": list(candidate.languages),
                "licence": None,
                "sizeMb": None,
                "werPercent": candidate.wer_percent,
                "cost": _measured_cost(settings, name),
                "about": "yours",
                "onDisk": True,
                "usedFor": used[name],
            }


_MOST_LANGUAGES = 8


def _shown(row: dict[str, Any]) -> Text:
    """Return what is known of a model, in three lines."""
    known = row["languages"]
    facts = [" ".join(known[:_MOST_LANGUAGES])]
    if len(known) > _MOST_LANGUAGES:
        facts[0] += f" … ({len(known)})"
    if row["sizeMb"] is not None:
        facts.append(f"{row['sizeMb']:.0f} MB")
    if row["licence"]:
        facts.append(row["licence"])
    if row["werPercent"] is not None:
        facts.append(f"WER {row['werPercent']:g} %")
    if row["cost"] is not None:
        facts.append(f"cost {row['cost']:.3f}")
    line = Text(row["name"], style="bold")
    if row["onDisk"]:
        used = f", used for {' and '.join(row['usedFor'])}" if row["usedFor"] else ""
        line.append(f"  [here{used}]", style="green not bold")
    return line.append(f"\n    {row['about']}\n    {', '.join(facts)}", style="not bold")


def _knows(row: dict[str, Any], language: str) -> bool:
    return bool({primary(language), "*"} & set(row["languages"]))


def _measured_cost(settings: Settings, name: str) -> float | None:
    folder = model_on_disk(settings, name)
    return None if folder is None else Notes.read(folder).cost


def model_on_disk(settings: Settings, name: str) -> Path | None:
    """Return the folder of a model among the models, None where there is none."""
    short = short_name(name)
    folders = (settings.models_folder / name, settings.models_folder / (PREFIX + short))
    return next((folder for folder in folders if folder.is_dir()), None)


def _folder_of(name: str, settings: Settings) -> Path:
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    folder = model_on_disk(settings, name)
    if folder is None:
        raise CliError(
            f"there is no folder {name}, and no model of that name in {settings.models_folder}; "
            "'earwitness models list' prints all that there are"
        )
    return folder


def _used_for(engines: EngineSet, name: str) -> Iterator[str]:
    roles = list(engines.roles_of(name))
    if roles:
        yield f"It is used by itself: {' and '.join(roles)}. A server that runs takes it at its next start."
    else:
        yield f"It is not used by itself: another does better here. EARWITNESS_LIVE_MODEL={name} uses it."


@contextmanager
def _progress(name: str, *, shown: bool) -> Iterator[tuple[Moved, Told]]:
    """Show a bar while bytes come, and each step by its name; on standard error, and only on a terminal."""
    console = Console(stderr=True, highlight=False)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not shown or not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)

        def moved(there: int, whole: int | None) -> None:
            bar.update(task, completed=there, total=whole)

        def told(step: str) -> None:
            bar.update(task, description=f"{step} {name}")
            if shown and not console.is_terminal:
                console.print(f"{step} {name}", soft_wrap=True)

        yield moved, told
