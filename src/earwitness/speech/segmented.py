"""A recogniser made of voice activity, segments and an offline engine behind a decoding pool."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from earwitness.speech import calibration
from earwitness.speech.activity import ActivityThread
from earwitness.speech.engine import EngineChooser, OfflineEngine
from earwitness.speech.governor import Interval
from earwitness.speech.partials import Pace
from earwitness.speech.pool import DecodingPool
from earwitness.speech.readable import ReadableEngine, with_vocabulary
from earwitness.speech.seams import Capabilities, RecognizerError, Role, Standing
from earwitness.speech.segmented_stream import SegmentedStream
from earwitness.speech.segmenter import Segmentation
from earwitness.speech.stability import Flicker
from earwitness.speech.stats import SpeechStats
from earwitness.speech.vad import SileroVad


class SegmentedRecognizer:
    """Hears many legs with one offline engine; see `Recognizer`."""

    def __init__(
        self,
        engine: OfflineEngine,
        vad: SileroVad,
        *,
        threads: int = 0,
        inline: bool = False,
        pace: Pace | None = None,
        segmentation: Segmentation | None = None,
    ) -> None:
        """Start the decoding threads (0: one for each core), or work `inline` on the event loop."""
        self._engine = engine
        self._readable = ReadableEngine(engine)
        self._pace = pace or Pace()
        self._segmentation = segmentation or Segmentation()
        self._activity = ActivityThread(vad, inline=inline)
        interval = Interval(self._pace.interval_s, max(self._pace.most_s, self._pace.interval_s))
        self._pool = DecodingPool(self._readable, threads, inline=inline, interval=interval)
        self._streams: set[SegmentedStream] = set()
        self._dropped_s = 0.0
        """By streams that are closed."""
        self._flicker = Flicker()
        """Of streams that are closed."""

    @property
    def capabilities(self) -> Capabilities:
        """The engine's, with partials and with what is made of a vocabulary."""
        can = self._readable.capabilities
        models = tuple(with_vocabulary(model) for model in can.models)
        return replace(can, streaming=False, partials=True, models=models)

    @property
    def stats(self) -> SpeechStats:
        """The counters now."""
        return SpeechStats(
            pool=self._pool.stats,
            streams=len(self._streams),
            judged_s=self._activity.audio_s,
            dropped_s=self._dropped_s + sum(stream.dropped_s for stream in self._streams),
            partial_interval_s=self._pool.partial_interval_s(self._open_segments()),
            flicker=self._all_flicker(),
        )

    def capacity(self) -> int:
        """See `Measured.capacity`."""
        languages = self._engine.capabilities.languages
        language = "en" if {"en", "*"} & set(languages) else languages[0]
        return calibration.streams_for(calibration.measure(self._readable, language), self.stats.pool.threads)

    @property
    def standings(self) -> tuple[Standing, ...]:
        """How each engine stands."""
        if isinstance(self._engine, EngineChooser):
            return tuple(
                replace(one, capabilities=with_vocabulary(one.capabilities)) for one in self._engine.standings
            )
        return (Standing(self._readable.capabilities, "ready"),)

    def open(
        self,
        leg: str,
        language: str = "en-US",
        *,
        model: str | None = None,
        background: bool = False,
        vocabulary: tuple[str, ...] = (),
    ) -> SegmentedStream:
        """Start to hear a leg; see `Recognizer.open`.

        Where the engine isn't loaded yet, it is now, and the audio waits.

        Raises:
            RecognizerError: no engine knows the language, or there is no such model.
        """
        engine, load = self._chosen(language, model, vocabulary=vocabulary)
        return self._hear(leg, language, engine, load, self._segmentation, background)

    def open_again(
        self, leg: str, language: str, segmentation: Segmentation, vocabulary: tuple[str, ...] = ()
    ) -> SegmentedStream:
        """Hear a leg that is over once more, by the engine for that, after all that is live.

        Raises:
            RecognizerError: no engine knows the language.
        """
        engine, load = self._chosen(language, None, "refine", vocabulary)
        return self._hear(leg, language, engine, load, segmentation, background=True)

    def _hear(
        self,
        leg: str,
        language: str,
        engine: OfflineEngine,
        load: Callable[[], None] | None,
        segmentation: Segmentation,
        background: bool,
    ) -> SegmentedStream:
        stream = SegmentedStream(
            leg,
            language,
            engine=engine,
            load=load,
            activity=self._activity,
            pool=self._pool,
            pace=self._pace,
            segmentation=segmentation,
            background=background,
            open_segments=self._open_segments,
            on_closed=self._forget,
        )
        self._streams.add(stream)
        return stream

    def _chosen(
        self,
        language: str,
        model: str | None,
        role: Role = "live",
        vocabulary: tuple[str, ...] = (),
    ) -> tuple[OfflineEngine, Callable[[], None] | None]:
        """Return the engine for a stream, and how to load it where that is to be done."""
        if isinstance(self._engine, EngineChooser):
            chosen = self._engine.choose(language, model, role)
            return ReadableEngine(chosen, vocabulary), None if chosen.is_loaded else chosen.load
        can = self._engine.capabilities
        if "*" not in can.languages and language.partition("-")[0].lower() not in can.languages:
            raise RecognizerError(
                f"{can.name} doesn't know the language {language!r}, only {', '.join(can.languages)}; "
                "ask for one of these or set another recogniser",
                retryable=False,
            )
        if model not in (None, can.name):
            raise RecognizerError(f"there is no model {model!r}; there is {can.name}", retryable=False)
        return ReadableEngine(self._engine, vocabulary) if vocabulary else self._readable, None

    def _open_segments(self) -> int:
        return sum(stream.is_speaking for stream in self._streams)

    def _forget(self, stream: SegmentedStream) -> None:
        if stream in self._streams:
            self._streams.remove(stream)
            self._dropped_s += stream.dropped_s
            self._flicker.add(stream.flicker)

    def _all_flicker(self) -> Flicker:
        all_of_it = replace(self._flicker)
        for stream in self._streams:
            all_of_it.add(stream.flicker)
        return all_of_it

    async def aclose(self) -> None:
        """End the open streams, then the threads."""
        await asyncio.gather(*(stream.aclose() for stream in tuple(self._streams)))
        await self._activity.aclose()
        await self._pool.aclose()
        await asyncio.to_thread(self._readable.close)
