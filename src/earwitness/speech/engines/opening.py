"""Making the engines that the settings ask for."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from earwitness.settings import Settings, SettingsError
from earwitness.speech.engine import OfflineEngine
from earwitness.speech.engines import faster_whisper
from earwitness.speech.engines.catalogue import BUNDLED, BUNDLED_COST, BUNDLED_WER_PERCENT, known
from earwitness.speech.engines.choice import Candidate, Wish, estimated_cost
from earwitness.speech.engines.engine_set import EngineSet, Member
from earwitness.speech.engines.faster_whisper import FasterWhisperEngine
from earwitness.speech.engines.folder import ModelFolder, model_folders, read_folder
from earwitness.speech.engines.load import load_folder
from earwitness.speech.engines.slot import Slot
from earwitness.speech.moonshine import MoonshineEngine
from earwitness.speech.seams import Capabilities, RecognizerError, Role

logger = logging.getLogger(__name__)

_HUB = "faster-whisper:"
"""In front of a model's name: one that faster-whisper fetches from Hugging Face."""


def open_engines(settings: Settings) -> EngineSet:
    """Return all engines of this machine, none of them loaded yet.

    Raises:
        SettingsError: a setting names a model that isn't there.
    """
    members = [_bundled(settings), *_on_disk(settings)]
    wishes: dict[Role, Wish] = {}
    asked: tuple[tuple[Role, str, str | None], ...] = (
        ("live", "EARWITNESS_LIVE_MODEL", settings.live_model),
        ("refine", "EARWITNESS_REFINE_MODEL", settings.refine_model),
    )
    for role, variable, text in asked:
        try:
            wishes[role] = _named(Wish.parse(text), members, settings)
        except (ValueError, RecognizerError) as error:
            raise SettingsError(f"{variable}: {error}") from error
    if settings.endpoint_url:
        members.append(_endpoint(settings, settings.endpoint_url))
    try:
        return EngineSet(members, wishes)
    except RecognizerError as error:
        raise SettingsError(f"EARWITNESS_LIVE_MODEL or EARWITNESS_REFINE_MODEL: {error}") from error


def _bundled(settings: Settings) -> Member:
    cost = BUNDLED_COST
    candidate = Candidate(BUNDLED, MoonshineEngine.capabilities.languages, BUNDLED_WER_PERCENT, cost)
    return Member(candidate, Slot(MoonshineEngine.capabilities, partial(MoonshineEngine, _cache(settings))))


def _on_disk(settings: Settings) -> Iterator[Member]:
    for path in model_folders(settings.models_folder):
        try:
            model = read_folder(path)
        except RecognizerError as error:
            logger.warning("a folder among the models is passed over: %s", error)
            continue
        if not model.languages:
            logger.warning(
                'the model %s is passed over: its languages are unknown; write {"languages": ["en"]} into %s',
                model.name,
                path / "earwitness.json",
            )
            continue
        yield _folder(model, settings)


def _folder(model: ModelFolder, settings: Settings) -> Member:
    entry = known(model.name)
    cost = model.notes.cost or (entry.cost if entry else None)
    candidate = Candidate(
        name=model.name,
        languages=model.languages,
        wer_percent=model.notes.wer_percent or (entry.wer_percent if entry else None),
        cost=cost or estimated_cost(model.family.name, model.size_bytes),
    )
    return Member(candidate, Slot(model.capabilities, _loader(model.path, settings)))


def _loader(path: Path, settings: Settings) -> Callable[[], OfflineEngine]:
    return partial(load_folder, path, _cache(settings), settings.hot_word_list)


def _named(wish: Wish, members: list[Member], settings: Settings) -> Wish:
    """Add what a wish names by its place instead of its name, and return the wish with names alone."""
    names: dict[str, str] = {}
    for language, name in wish.by_language.items():
        names[language] = name
        if name.startswith(_HUB):
            what = faster_whisper.capabilities(name.removeprefix(_HUB))
            _add(members, _hub(name, what, settings))
        elif "/" in name or "\\" in name:
            model = read_folder(Path(name).expanduser())
            if not model.languages:
                raise RecognizerError(
                    f'the languages of {model.path} are unknown; write {{"languages": ["en"]}} into '
                    f"{model.path / 'earwitness.json'}",
                    retryable=False,
                )
            _add(members, _folder(model, settings))
            names[language] = model.name
    return Wish(names)


def _hub(name: str, what: Capabilities, settings: Settings) -> Member:
    what = replace(what, name=name)
    load = partial(FasterWhisperEngine, name.removeprefix(_HUB), what, settings.hot_word_list)
    return Member(Candidate(name, what.languages), Slot(what, load))


def _add(members: list[Member], member: Member) -> None:
    if member.candidate.name not in {other.candidate.name for other in members}:
        members.append(member)


def _endpoint(settings: Settings, url: str) -> Member:
    from earwitness.speech.engines.endpoint import NAME, Endpoint, EndpointEngine  # few need its HTTP client

    engine = EndpointEngine(
        Endpoint(
            base_url=url,
            model=settings.endpoint_model,
            key=settings.endpoint_key,
            languages=settings.endpoint_language_list,
            timeout_s=settings.endpoint_timeout_s,
        )
    )
    candidate = Candidate(NAME, engine.capabilities.languages, is_asked_for=True)
    return Member(candidate, Slot(engine.capabilities, lambda: engine))


def _cache(settings: Settings) -> Path:
    return settings.home / "cache"
