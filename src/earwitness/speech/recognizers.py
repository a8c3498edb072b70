"""The recogniser that the settings name: ours over all engines, or that of a plug-in."""

from importlib.metadata import entry_points

from earwitness.settings import Settings, SettingsError
from earwitness.speech import models
from earwitness.speech.engines.opening import open_engines
from earwitness.speech.partials import Pace
from earwitness.speech.seams import Capabilities, Recognizer, RecognizerError, RecognizerStream
from earwitness.speech.segmented import SegmentedRecognizer
from earwitness.speech.segmenter import PATIENT
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


def open_refining(live: Recognizer) -> Recognizer:
    """Return the recogniser that hears calls again, with the engines of the live one, which keeps them.

    Raises:
        RecognizerError: the live one isn't ours.
    """
    if not isinstance(live, SegmentedRecognizer):
        raise RecognizerError("a recogniser of another make hears no call again", retryable=False)
    return _Refining(live)


class _Refining:
    """Hears again on the threads of the live recogniser, which keeps its engines."""

    def __init__(self, live: SegmentedRecognizer) -> None:
        self._live = live

    @property
    def capabilities(self) -> Capabilities:
        return self._live.capabilities

    def open(
        self,
        leg: str,
        language: str = "en-US",
        *,
        model: str | None = None,
        background: bool = False,
        vocabulary: tuple[str, ...] = (),
    ) -> RecognizerStream:
        return self._live.open_again(leg, language, PATIENT, vocabulary)

    async def aclose(self) -> None:
        """Nothing is its own."""


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
