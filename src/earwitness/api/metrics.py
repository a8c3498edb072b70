"""The figures of the process for Prometheus, made when they are asked for."""

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from earwitness.calls.capacity import ServerLoad
from earwitness.calls.rereading import Rereader
from earwitness.conversation.reading import ReadingState
from earwitness.speech.seams import Standing
from earwitness.speech.stats import SpeechStats

_ENDS: tuple[ReadingState, ...] = ("completed", "partial", "failed")


def exposition(load: ServerLoad, engines: Sequence[Standing], rereader: Rereader | None = None) -> bytes:
    """Return the metrics in the Prometheus text format."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    registry.register(_Figures(load, engines, rereader))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, load: ServerLoad, engines: Sequence[Standing], rereader: Rereader | None) -> None:
        self._load = load
        self._engines = engines
        self._rereader = rereader

    def collect(self) -> Iterator[Metric]:
        load = self._load
        yield GaugeMetricFamily("earwitness_legs", "Legs of calls and streams heard live now.", load.legs)
        yield GaugeMetricFamily(
            "earwitness_legs_capacity", "Most legs that are heard live at once.", load.most_legs
        )
        if load.speech is not None:
            yield from _speech(load.speech)
        yield _states(self._engines)
        if self._rereader is not None:
            yield from _readings(self._rereader)


def _states(engines: Sequence[Standing]) -> Metric:
    states = GaugeMetricFamily(
        "earwitness_engine_state",
        "1 for the state of each engine: unloaded, ready, or resting after a failure.",
        labels=["engine", "state"],
    )
    for standing in engines:
        states.add_metric([standing.capabilities.name, standing.state], 1)
    return states


def _readings(rereader: Rereader) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "earwitness_readings_waiting", "Conversations that a language model is to read.", rereader.waiting
    )
    ended = CounterMetricFamily(
        "earwitness_readings", "Conversations that a language model read, or could not.", labels=["state"]
    )
    for state in _ENDS:
        ended.add_metric([state], rereader.stats.ended[state])
    yield ended
    yield CounterMetricFamily("earwitness_reading_tokens", "Tokens that this cost.", rereader.stats.tokens)
    yield CounterMetricFamily(
        "earwitness_findings_rejected", "Findings of it that nothing said supports.", rereader.stats.rejected
    )


def _speech(speech: SpeechStats) -> Iterator[Metric]:
    pool = speech.pool
    yield GaugeMetricFamily(
        "earwitness_partial_interval_seconds",
        "Time between partial texts of an utterance; it stretches as the load rises.",
        speech.partial_interval_s,
    )
    yield GaugeMetricFamily(
        "earwitness_decoding_utilization_ratio",
        "Share of the decoding threads' time that was used of late.",
        pool.utilization,
    )
    yield GaugeMetricFamily("earwitness_decoding_threads", "Threads that decode.", pool.threads)
    waiting = GaugeMetricFamily("earwitness_decodings_waiting", "Decodings that wait.", labels=["kind"])
    waiting.add_metric(["final"], pool.waiting_finals)
    waiting.add_metric(["partial"], pool.waiting_partials)
    waiting.add_metric(["background"], pool.waiting_in_background)
    yield waiting
    for name, text, value in (
        ("earwitness_decodings", "Decodings made.", pool.decoded),
        ("earwitness_decoded_audio_seconds", "Audio that was decoded.", pool.audio_s),
        ("earwitness_decoding_seconds", "Time that threads spent decoding.", pool.decode_s),
        (
            "earwitness_partials_dropped",
            "Partials that were overtaken before they ran.",
            pool.dropped_partials,
        ),
        ("earwitness_heard_seconds", "Audio that went through voice activity detection.", speech.judged_s),
        ("earwitness_words_heard", "Words of final utterances.", speech.flicker.final_words),
        ("earwitness_words_flickered", "Words that a partial took back of another.", speech.flicker.changed),
        ("earwitness_words_corrected", "Words that a final took back.", speech.flicker.corrected),
        ("earwitness_audio_dropped_seconds", "Audio lost because too much waited.", speech.dropped_s),
    ):
        yield CounterMetricFamily(name, text, value)
