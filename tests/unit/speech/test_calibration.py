import threading

from earwitness.speech.calibration import DecodingCost, measure, streams_for
from earwitness.speech.moonshine import MoonshineEngine


def test_cores_and_threads_both_set_a_limit() -> None:
    local = DecodingCost(cpu_s=0.03, wall_s=0.03)
    assert streams_for(local, threads=4, cores=4) > 1.9 * streams_for(local, threads=2, cores=2)
    assert streams_for(local, threads=1, cores=8) < streams_for(local, threads=2, cores=8)
    remote = DecodingCost(cpu_s=0.001, wall_s=0.1)
    assert streams_for(remote, threads=2, cores=2) == streams_for(remote, threads=2, cores=16)


def test_even_a_slow_machine_hears_one() -> None:
    assert streams_for(DecodingCost(5.0, 5.0), threads=1, cores=1) == 1


def test_the_embedded_engine_is_measured_by_its_own_thread(engine: MoonshineEngine) -> None:
    stop = threading.Event()
    busy = threading.Thread(target=lambda: [None for _ in iter(stop.is_set, True)])
    busy.start()
    try:
        cost = measure(engine, "en")
    finally:
        stop.set()
        busy.join()
    assert 0.0 < cost.cpu_s <= cost.wall_s * 1.01
