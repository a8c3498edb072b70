"""Two user agents joined by a network that loses, doubles and reorders."""

import itertools
import random

import pytest

from earwitness.sip.context import CallNews, Invited
from earwitness.sip.events import Answered, CallEvent, EndCause, Ended
from earwitness.sip.invite import CallRequest
from earwitness.sip.uri import read_uri
from tests.unit.sip.rig import ANSWER, OFFER, Fate, Network

CALLER, CALLEE = "192.0.2.1", "192.0.2.2"


def calm(n: int) -> list[float]:
    return [0.01]


def doubled(n: int) -> list[float]:
    return [0.01, 0.02]


def reordered(n: int) -> list[float]:
    return [0.3 if n % 2 else 0.01]


class Bad:
    """Loses 30 %, doubles 10 % and delays by up to 0.4 s; the same way every time."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __call__(self, n: int) -> list[float]:
        luck = random.Random(f"{self._seed} {n}")
        copies = luck.choices([0, 1, 2], [30, 60, 10])[0]
        return [luck.uniform(0.005, 0.4) for _ in range(copies)]


FATES: list[Fate] = [calm, doubled, reordered, *(Bad(seed) for seed in range(12))]


def told(network: Network, host: str, call: int) -> list[CallEvent]:
    return [news.event for news in network.events[host] if isinstance(news, CallNews) and news.call == call]


def place(network: Network) -> int:
    request = CallRequest(read_uri(f"sip:bob@{CALLEE}"), OFFER, lambda offer: OFFER, f"sip:us@{CALLER}")
    return network.hosts[CALLER].invite(request)


def invitation(network: Network) -> Invited:
    (invited,) = (event for event in network.events[CALLEE] if isinstance(event, Invited))
    return invited


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("who_ends", [CALLER, CALLEE])
def test_a_call_is_set_up_and_ends(fate: Fate, who_ends: str) -> None:
    network = Network(fate)
    caller, callee = network.hosts[CALLER], network.hosts[CALLEE]
    callee.accepts_calls = True
    call = place(network)
    network.run(18)
    invited = invitation(network)
    callee.ring(invited.call, None, network.now)
    network.run(20)
    callee.answer(invited.call, ANSWER, None, (), network.now)
    network.run(45)
    assert told(network, CALLER, call)[-1] == Answered(ANSWER)
    assert told(network, CALLEE, invited.call) == [Answered(OFFER)]
    agent, number = (caller, call) if who_ends == CALLER else (callee, invited.call)
    agent.hang_up(number, "bye", network.now)
    network.run(200)
    local, remote = EndCause("local", None, "bye"), EndCause("remote", None, "bye", 16)
    assert told(network, CALLER, call)[-1] == Ended(local if who_ends == CALLER else remote)
    assert told(network, CALLEE, invited.call)[-1] == Ended(remote if who_ends == CALLER else local)
    assert len([event for event in told(network, CALLER, call) if isinstance(event, Answered)]) == 1
    assert caller.idle
    assert callee.idle
    assert caller.next_deadline() is None
    assert callee.next_deadline() is None


@pytest.mark.parametrize("fate", FATES)
@pytest.mark.parametrize("cancel_at", [0.005, 0.5, 1.0, 1.005, 1.05, 2.0])
def test_a_cancel_at_any_moment_leaves_nothing_behind(fate: Fate, cancel_at: float) -> None:
    network = Network(fate)
    caller, callee = network.hosts[CALLER], network.hosts[CALLEE]
    callee.accepts_calls = True
    call = place(network)
    for at in sorted({cancel_at, 0.9, 1.0}):
        network.run(at)
        invited = [event for event in network.events[CALLEE] if isinstance(event, Invited)]
        if at == 0.9 and invited:
            callee.ring(invited[0].call, None, network.now)
        if at == 1.0 and invited:
            callee.answer(invited[0].call, ANSWER, None, (), network.now)
        if at == cancel_at:
            caller.hang_up(call, None, network.now)
    network.run(300)
    assert isinstance(told(network, CALLER, call)[-1], Ended)
    assert caller.idle
    for event in network.events[CALLEE]:
        if isinstance(event, Invited) and callee.calls:
            # Its INVITE came after the cancelled one had been given up: the caller is gone for good.
            callee.hang_up(event.call, None, network.now)
    network.run(600)
    assert callee.idle
    assert caller.next_deadline() is None


def test_a_dead_network_ends_the_call_on_both_sides() -> None:
    alive = itertools.chain([True] * 6, itertools.repeat(False))
    network = Network(lambda n: [0.01] if next(alive) else [])
    callee = network.hosts[CALLEE]
    callee.accepts_calls = True
    call = place(network)
    network.run(0.1)
    callee.answer(invitation(network).call, ANSWER, None, (), network.now)
    network.run(0.2)
    network.hosts[CALLER].hang_up(call, None, network.now)
    network.run(100)
    assert network.hosts[CALLER].idle


def test_a_200_that_is_never_acknowledged_ends_the_call() -> None:
    deaf = False
    network = Network(lambda n: [] if deaf else [0.01])
    callee = network.hosts[CALLEE]
    callee.accepts_calls = True
    place(network)
    network.run(1)
    deaf = True
    invited = invitation(network)
    callee.answer(invited.call, ANSWER, None, (), network.now)
    network.run(40)
    cause = EndCause("timeout", None, "The other side never acknowledged our answer")
    assert told(network, CALLEE, invited.call) == [Ended(cause)]
    network.run(100)
    assert callee.idle
