"""Finding servers (RFC 3263) with scripted DNS."""

from collections.abc import Sequence

import pytest

from earwitness.sip.lookup import Locator, Lookup, lookup_for
from earwitness.sip.peer import Peer
from earwitness.sip.resolver import Server, Service, SystemNames, in_order, locate, located_at_once
from earwitness.sip.uri import read_uri


class Script:
    """DNS as a table; counts the questions."""

    def __init__(self) -> None:
        self.naptr: dict[str, list[Service]] = {}
        self.srv: dict[str, list[Server]] = {}
        self.a: dict[str, list[str]] = {}
        self.asked: list[str] = []

    async def services(self, domain: str) -> Sequence[Service]:
        self.asked.append(f"NAPTR {domain}")
        return self.naptr.get(domain, [])

    async def servers(self, name: str) -> Sequence[Server]:
        self.asked.append(f"SRV {name}")
        return self.srv.get(name, [])

    async def addresses(self, host: str) -> Sequence[str]:
        self.asked.append(f"A {host}")
        return self.a.get(host, [])


async def test_an_address_needs_no_question() -> None:
    names = Script()
    assert await locate(Lookup("192.0.2.7"), names) == (Peer("udp", "192.0.2.7", 5060),)
    assert await locate(Lookup("2001:db8::1", 5070, "tcp"), names) == (Peer("tcp", "2001:db8::1", 5070),)
    assert names.asked == []
    assert located_at_once(Lookup("example.com")) is None


async def test_a_port_asks_for_addresses_only() -> None:
    names = Script()
    names.a["pbx.example"] = ["192.0.2.7", "192.0.2.8"]
    assert await locate(Lookup("pbx.example", 5070), names) == (
        Peer("udp", "192.0.2.7", 5070),
        Peer("udp", "192.0.2.8", 5070),
    )
    assert names.asked == ["A pbx.example"]


async def test_naptr_chooses_the_transport_and_srv_the_order() -> None:
    names = Script()
    names.naptr["example.com"] = [
        Service(50, 50, "udp", "_sip._udp.example.com"),
        Service(50, 10, "tcp", "_sip._tcp.example.com"),
    ]
    names.srv["_sip._tcp.example.com"] = [
        Server(20, 1, 5080, "b.example.com"),
        Server(10, 1, 5060, "a.example.com"),
    ]
    names.srv["_sip._udp.example.com"] = [Server(10, 1, 5060, "a.example.com")]
    names.a = {"a.example.com": ["192.0.2.1"], "b.example.com": ["192.0.2.2"], "example.com": ["192.0.2.9"]}
    assert await locate(Lookup("example.com"), names) == (
        Peer("tcp", "192.0.2.1", 5060),
        Peer("tcp", "192.0.2.2", 5080),
        Peer("udp", "192.0.2.1", 5060),
    )


async def test_without_naptr_srv_decides_udp_before_tcp() -> None:
    names = Script()
    names.srv["_sip._tcp.example.com"] = [Server(1, 1, 5060, "a.example.com")]
    names.srv["_sip._udp.example.com"] = [Server(1, 1, 5060, "a.example.com")]
    names.a = {"a.example.com": ["192.0.2.1"]}
    found = await locate(Lookup("example.com"), names)
    assert [peer.transport for peer in found] == ["udp", "tcp"]
    found = await locate(Lookup("example.com", None, "tcp"), names)
    assert [peer.transport for peer in found] == ["tcp"]


async def test_without_srv_the_addresses_of_the_domain_serve() -> None:
    names = Script()
    names.a["example.com"] = ["192.0.2.1"]
    assert await locate(Lookup("example.com"), names) == (Peer("udp", "192.0.2.1", 5060),)
    assert await locate(Lookup("example.com", None, "tls"), names) == (Peer("tls", "192.0.2.1", 5061),)
    assert await locate(Lookup("nowhere.example"), names) == ()


def test_weights_decide_among_equals() -> None:
    servers = [Server(1, 0, 1, "never"), Server(1, 1000, 1, "often"), Server(0, 0, 1, "first")]
    firsts = [[server.host for server in in_order(servers)] for _ in range(200)]
    assert all(order[0] == "first" for order in firsts)
    assert sum(order[1] == "often" for order in firsts) > 190


async def test_this_machine_is_known() -> None:
    assert "127.0.0.1" in await SystemNames().addresses("localhost")
    assert await SystemNames().addresses("a" * 70 + ".invalid") == []


def test_lookups_follow_the_uri() -> None:
    assert lookup_for(read_uri("sip:a@H;transport=tcp")) == Lookup("h", None, "tcp")
    assert lookup_for(read_uri("sip:a@h:5070;maddr=192.0.2.1"), "udp") == Lookup("192.0.2.1", 5070, "udp")


def test_one_question_answers_all_who_wait() -> None:
    locator = Locator()
    answers: list[tuple[Peer, ...]] = []
    for _ in range(2):
        locator.find(Lookup("h"), lambda peers, now: answers.append(peers))
    assert locator.wanted() == [Lookup("h")]
    assert locator.wanted() == []
    peers = (Peer("udp", "192.0.2.1", 5060),)
    locator.answer(Lookup("h"), peers, 0.0)
    assert answers == [peers, peers]
    locator.answer(Lookup("h"), (), 0.0)
    assert len(answers) == 2


@pytest.mark.parametrize("kind", ["services", "servers"])
async def test_a_silent_dns_server_is_no_error(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import dns.resolver

    async def no_answer(*args: object, **kwargs: object) -> None:
        raise dns.resolver.NoNameservers

    monkeypatch.setattr("dns.asyncresolver.Resolver.resolve", no_answer)
    assert await getattr(SystemNames(), kind)("example.com") == []
