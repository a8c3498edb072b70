"""The recogniser that the settings name: ours over all engines, or that of a plug-in."""

from importlib.metadata import entry_points

from earwitness.settings import Settings, SettingsError
from earwitness.speech import models
from earwitness.speech.engines.opening import open_engines
from earwitness.speech.partials import Pace
from earwitness.speech.seams import Recognizer
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.vad import SileroVad

OURS = "engines"
_GROUP = "earwitness.recognizers"


def open_recognizer(settings: Settings) -> Recognizer:
    """Load the recogniser and the engines that calls need at once; blocks, so call it in a thread.

    Raises:
        SettingsError: there is no such recogniser, or no such model.
        RecognizerError: it can't be loaded.
        OSError: the cache folder can't be written.
    """
    if settings.recognizer != OURS:
        return _plugged_in(settings)
    engines = open_engines(settings)
    engines.load()
    return SegmentedRecognizer(
        engines,
        SileroVad(models.silero_model()),
        threads=settings.decoding_threads,
        pace=Pace(interval_s=settings.partial_interval_s),
    )


def _plugged_in(settings: Settings) -> Recognizer:
    found = entry_points(group=_GROUP, name=settings.recognizer)
    if not found:
        known = sorted({OURS, *(entry.name for entry in entry_points(group=_GROUP))})
        raise SettingsError(
            f"EARWITNESS_RECOGNIZER: there is no {settings.recognizer!r}; there is {', '.join(known)}"
        )
    load = next(iter(found)).load()
    recognizer: Recognizer = load(
        settings.home / "cache", settings.decoding_threads, settings.partial_interval_s
    )
    return recognizer
