"""The adapter on loopback: agents that call each other, and raw sockets."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import pytest

from earwitness.sip import user_agent
from earwitness.sip.agent import AgentConfig, IncomingCall, OutgoingCall, SipAgent
from earwitness.sip.events import Answered, CallEvent, EndCause, Ended, Progress, Reoffered
from earwitness.sip.message import Request, Response
from earwitness.sip.reading import read_message
from tests.unit.sip.rig import ANSWER, OFFER


@pytest.fixture
async def caller() -> AsyncIterator[SipAgent]:
    agent = SipAgent(AgentConfig())
    await agent.start()
    yield agent
    await agent.aclose()


@pytest.fixture
async def callee() -> AsyncIterator[SipAgent]:
    agent = SipAgent(AgentConfig(from_user="bob"))
    await agent.start()
    yield agent
    await agent.aclose()


def call(caller: SipAgent, callee: SipAgent, parameters: str = "", offer: bytes = OFFER) -> OutgoingCall:
    return caller.invite(f"sip:bob@127.0.0.1:{callee.port}{parameters}", offer, on_offer=lambda _: OFFER)


async def all_events(call: OutgoingCall) -> list[CallEvent]:
    async with asyncio.timeout(5):
        return [event async for event in call.events()]


def answer_at_once(call: IncomingCall) -> None:
    call.ring()
    call.answer(ANSWER)


@pytest.mark.parametrize("parameters", ["", ";transport=udp", ";transport=tcp"])
async def test_a_call_and_who_hangs_up(caller: SipAgent, callee: SipAgent, parameters: str) -> None:
    incoming: list[IncomingCall] = []

    def take(call: IncomingCall) -> None:
        incoming.append(call)
        answer_at_once(call)

    callee.on_invite(take)
    for by in ("local", "remote"):
        outgoing = call(caller, callee, parameters)
        heard: list[CallEvent] = []
        async with asyncio.timeout(5):
            async for event in outgoing.events():
                heard.append(event)
                if isinstance(event, Answered):
                    async for first in incoming[-1].events():
                        assert first == Answered(OFFER)
                        break
                    (outgoing if by == "local" else incoming[-1]).hangup("bye")
        assert [type(event) for event in heard] == [Progress, Answered, Ended]
        assert isinstance(heard[-1], Ended)
        assert (heard[-1].cause.by, heard[-1].cause.reason) == (by, "bye")
        assert isinstance((await all_events(incoming[-1]))[-1], Ended)
        assert incoming[-1].call_id == outgoing.call_id
        assert incoming[-1].headers["User-Agent"] == "earwitness"


async def test_without_a_handler_calls_are_refused(caller: SipAgent, callee: SipAgent) -> None:
    assert await all_events(call(caller, callee)) == [Ended(EndCause("remote", 403, "Forbidden"))]


async def test_a_handler_may_refuse_and_may_go(caller: SipAgent, callee: SipAgent) -> None:
    callee.on_invite(lambda incoming: incoming.reject(486, "In a meeting"))
    assert await all_events(call(caller, callee)) == [Ended(EndCause("remote", 486, "In a meeting"))]
    callee.on_invite(None)
    assert await all_events(call(caller, callee)) == [Ended(EndCause("remote", 403, "Forbidden"))]


async def test_a_call_is_cancelled_while_it_rings(caller: SipAgent, callee: SipAgent) -> None:
    incoming: list[IncomingCall] = []

    def take(call: IncomingCall) -> None:
        incoming.append(call)
        call.ring(ANSWER)

    callee.on_invite(take)
    outgoing = call(caller, callee)
    async with asyncio.timeout(5):
        async for event in outgoing.events():
            if isinstance(event, Progress):
                assert event == Progress(183, "Session Progress", ANSWER)
                outgoing.hangup()
                outgoing.hangup()
    assert [type(event) for event in await all_events(incoming[0])] == [Ended]


async def test_a_long_offer_goes_over_tcp_by_itself(caller: SipAgent, callee: SipAgent) -> None:
    incoming: asyncio.Queue[IncomingCall] = asyncio.Queue()
    callee.on_invite(incoming.put_nowait)
    outgoing = call(caller, callee, offer=OFFER + b"a=x:" + b"y" * 2000 + b"\r\n")
    async with asyncio.timeout(5):
        assert (await incoming.get()).headers["Via"].startswith("SIP/2.0/TCP")
    outgoing.hangup()


async def test_a_long_offer_falls_back_to_udp(caller: SipAgent) -> None:
    callee = SipAgent(AgentConfig(tcp=False))
    await callee.start()
    callee.on_invite(answer_at_once)
    outgoing = call(caller, callee, offer=OFFER + b"a=x:" + b"y" * 2000 + b"\r\n")
    async with asyncio.timeout(5):
        async for event in outgoing.events():
            if isinstance(event, Answered):
                outgoing.hangup()
    await callee.aclose()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_closed_port_is_noticed_at_once(caller: SipAgent, transport: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    outgoing = caller.invite(
        f"sip:bob@127.0.0.1:{port};transport={transport}", OFFER, on_offer=lambda _: OFFER
    )
    assert await all_events(outgoing) == [Ended(EndCause("transport", None, "127.0.0.1 can't be reached"))]


async def test_a_name_is_resolved(caller: SipAgent, callee: SipAgent) -> None:
    outgoing = caller.invite(f"sip:bob@localhost:{callee.port}", OFFER, on_offer=lambda _: OFFER)
    assert await all_events(outgoing) == [Ended(EndCause("remote", 403, "Forbidden"))]


async def test_the_callee_answers_later_offers_by_its_callback(caller: SipAgent, callee: SipAgent) -> None:
    def take(call: IncomingCall) -> None:
        call.answer(ANSWER, {"X-Callee": "1"})

    callee.on_invite(take)
    outgoing = call(caller, callee)
    async with asyncio.timeout(5):
        async for event in outgoing.events():
            assert not isinstance(event, Reoffered)
            if isinstance(event, Answered):
                break
    outgoing.hangup()


async def test_closing_ends_every_call() -> None:
    caller, callee = SipAgent(AgentConfig()), SipAgent(AgentConfig())
    await caller.start()
    await callee.start()
    before = asyncio.all_tasks()
    incoming: asyncio.Queue[IncomingCall] = asyncio.Queue()
    callee.on_invite(incoming.put_nowait)
    ringing = call(caller, callee)
    lost = caller.invite("sip:bob@192.0.2.55", OFFER, on_offer=lambda _: OFFER)
    async with asyncio.timeout(5):
        unanswered = await incoming.get()
    await caller.aclose()
    await caller.aclose()
    for outgoing in (ringing, lost):
        assert isinstance((await all_events(outgoing))[-1], Ended)
    await callee.aclose()
    assert isinstance((await all_events(unanswered))[-1], Ended)
    assert asyncio.all_tasks() == before


async def test_what_does_not_belong_in_a_message_is_refused(caller: SipAgent) -> None:
    def invite(
        uri: str = "sip:bob@192.0.2.55",
        headers: dict[str, str] | None = None,
        from_display: str | None = None,
        from_uri: str | None = None,
    ) -> None:
        caller.invite(
            uri,
            OFFER,
            on_offer=lambda _: OFFER,
            headers=headers,
            from_display=from_display,
            from_uri=from_uri,
        )

    with pytest.raises(ValueError, match="control"):
        invite("sip:bob@h\r\nX: y")
    with pytest.raises(ValueError, match="TLS"):
        invite("sips:bob@h")
    with pytest.raises(ValueError, match="line ends"):
        invite(headers={"X-A": "b\r\nVia: c"})
    with pytest.raises(ValueError, match="control"):
        invite(headers={"X-A": "\ud83d"})
    with pytest.raises(ValueError, match="set by the agent"):
        invite(headers={"call-id": "b"})
    with pytest.raises(ValueError, match="no name"):
        invite(headers={"X A": "b"})
    with pytest.raises(ValueError, match="caller's name"):
        invite(from_display="a\nb")
    with pytest.raises(ValueError, match="SIP URI"):
        invite(from_uri="bob")
    with pytest.raises(ValueError):
        SipAgent(AgentConfig(proxy="proxy"))
    with pytest.raises(ValueError):
        SipAgent(AgentConfig(from_user="a b"))
    with pytest.raises(RuntimeError, match="start"):
        SipAgent(AgentConfig()).invite("sip:a@h", OFFER, on_offer=lambda _: OFFER)


async def test_our_address_is_the_one_that_the_peer_sees() -> None:
    assert SipAgent(AgentConfig()).local_host_for("192.0.2.1") == "127.0.0.1"
    assert SipAgent(AgentConfig(advertised_host="198.51.100.1")).local_host_for("h") == "198.51.100.1"
    anywhere = SipAgent(AgentConfig(host="0.0.0.0"))
    assert anywhere.local_host_for("127.0.0.1") == "127.0.0.1"
    assert anywhere.local_host_for("localhost") == "127.0.0.1"
    assert anywhere.local_host_for("pbx.example") == anywhere.local_host_for("192.0.2.1")


async def test_a_taken_port_is_an_error(callee: SipAgent) -> None:
    agent = SipAgent(AgentConfig(port=callee.port))
    with pytest.raises(OSError):
        await agent.start()


async def test_keep_alives_and_nonsense_over_tcp(callee: SipAgent) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", callee.port)
    request = (
        b"OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\nFrom: <sip:c@d>;tag=1\r\n"
        b"To: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    )
    async with asyncio.timeout(5):
        writer.write(b"\r\n\r\n" + request[:40])
        await writer.drain()
        writer.write(request[40:] + b"\r\n\r\n")
        assert (await reader.readline()) == b"SIP/2.0 200 OK\r\n"
        writer.write(b"A b SIP/2.0\r\nContent-Length: 99999999\r\n\r\n")
        rest = await reader.read()
        assert b"Content-Length: 0\r\n" in rest
    writer.close()
    await writer.wait_closed()


async def test_what_goes_wrong_with_a_message_costs_nothing_else(
    callee: SipAgent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def read_badly(data: bytes) -> Request | Response | None:
        if b"bad" in data:
            raise KeyError("bug")
        return read_message(data)

    monkeypatch.setattr(user_agent, "read_message", read_badly)
    reader, writer = await asyncio.open_connection("127.0.0.1", callee.port)
    with caplog.at_level(logging.CRITICAL):
        async with asyncio.timeout(5):
            for call_id in (b"bad", b"good"):
                writer.write(
                    b"OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\n"
                    b"From: <sip:c@d>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: "
                    + call_id
                    + b"\r\nCSeq: 1 OPTIONS\r\n\r\n"
                )
            assert (await reader.readline()) == b"SIP/2.0 200 OK\r\n"
    writer.close()
    await writer.wait_closed()
