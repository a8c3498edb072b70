"""The user agent on asyncio: sockets, name look-ups, one timer and the calls' events."""

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from earwitness.sip.call import IncomingCall, OutgoingCall
from earwitness.sip.context import Identity, Invited
from earwitness.sip.events import Credentials, Ended
from earwitness.sip.invite import CallRequest
from earwitness.sip.lookup import Lookup
from earwitness.sip.peer import Outgoing, Peer, bracketed, is_numeric
from earwitness.sip.redirect import anywhere
from earwitness.sip.requested import checked_headers, checked_phrase
from earwitness.sip.resolver import SystemNames, locate, located_at_once
from earwitness.sip.trace import trace
from earwitness.sip.transport_tcp import TcpTransport
from earwitness.sip.transport_udp import UdpTransport
from earwitness.sip.uri import SipUri, read_target
from earwitness.sip.usage import OnOffer
from earwitness.sip.user_agent import UserAgent

logger = logging.getLogger(__name__)

__all__ = ["AgentConfig", "IncomingCall", "OutgoingCall", "SipAgent"]

CLOSING_S = 1.0
"""How long `aclose` waits for the answers to its BYEs and CANCELs."""
_PORT_ATTEMPTS = 20
"""Tries to find a port that is free for UDP and TCP."""
_ANYWHERE = "192.0.2.1"
"""Stands for an unknown address on the internet (RFC 5737); nothing is sent to it."""


@dataclass(frozen=True, slots=True)
class AgentConfig:
    """How the agent presents itself."""

    host: str = "127.0.0.1"
    """Address to bind."""
    port: int = 0
    """Port of UDP and TCP; 0 takes a free one."""
    advertised_host: str | None = None
    """Address that peers see, where it isn't the local one (NAT)."""
    user_agent: str = "earwitness"
    from_user: str = "earwitness"
    tcp: bool = True
    proxy: str | None = None
    """SIP URI of an outbound proxy that every call goes through."""


class SipAgent:
    """A SIP user agent on one port."""

    def __init__(self, config: AgentConfig) -> None:
        """Prepare an agent.

        Raises:
            ValueError: the proxy, user or name of the agent can't stand in a message.
        """
        self._config = config
        checked_phrase(config.user_agent, "the user agent's name")
        self._user = read_target(f"sip:{config.from_user}@localhost").uri.user or ""
        self._proxy = _loose_route(config.proxy) if config.proxy else None
        self._udp = UdpTransport(self._receive, self._transport_failed)
        self._core = UserAgent(Identity(0, self.local_host_for))
        self._tcp: TcpTransport | None = None
        if config.tcp:
            self._tcp = TcpTransport(self._receive, self._transport_failed, lambda: self._core.peers)
        self._names = SystemNames()
        self._calls: dict[int, OutgoingCall] = {}
        self._handler: Callable[[IncomingCall], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._port = 0
        self._timer: asyncio.TimerHandle | None = None
        self._lookups: set[asyncio.Task[None]] = set()
        self._idle = asyncio.Event()

    async def start(self) -> None:
        """Bind UDP and TCP on the same port.

        Raises:
            OSError: the address or port can't be bound.
        """
        config = self._config
        self._loop = asyncio.get_running_loop()
        self._port = await self._open()
        identity = Identity(self._port, self.local_host_for, config.user_agent, self._user, tcp=config.tcp)
        self._core = UserAgent(identity)
        self._core.accepts_calls = self._handler is not None

    @property
    def port(self) -> int:
        """The bound port; 0 before `start`."""
        return self._port

    def local_host_for(self, target_host: str) -> str:
        """Return the address of ours that `target_host` would see, for SDP, Via and Contact.

        A name is not resolved: for it, this is the address on the way to the internet.
        """
        if self._config.advertised_host:
            return self._config.advertised_host
        if self._config.host not in ("0.0.0.0", "::", ""):
            return self._config.host
        if target_host == "localhost":
            return "127.0.0.1"
        target = target_host.strip("[]")
        return _address_facing(target if is_numeric(target) else _ANYWHERE)

    def invite(
        self,
        uri: str,
        offer: bytes,
        *,
        on_offer: Callable[[bytes | None], bytes],
        credentials: Credentials | None = None,
        headers: Mapping[str, str] | None = None,
        from_display: str | None = None,
        from_uri: str | None = None,
        transport: Literal["udp", "tcp"] | None = None,
        may_follow: Callable[[SipUri], bool] = anywhere,
    ) -> OutgoingCall:
        """Place a call; returns at once, and the INVITE leaves at once when the host is an address.

        Args:
            uri: `sip:user@host[:port][;transport=…]`; `sip:user:password@host` gives credentials too.
            offer: our session description.
            on_offer: answers an offer of the peer in the call; called with none when the peer wants
                ours. Raises `OfferRefusedError` to refuse (488).
            credentials: for digest challenges of the host that is called or of the proxy, and no other.
            headers: further header fields of the INVITE.
            from_display: the caller's name.
            from_uri: the caller's URI, where it isn't our user at our address.
            transport: overrides what the URI says.
            may_follow: tells whether the call may be redirected to a URI.

        Raises:
            ValueError: the URI or a header is not usable; the message says why.
            RuntimeError: the agent isn't started.
        """
        if self._loop is None:
            raise RuntimeError("the SIP agent isn't started; await start() first")
        target = read_target(uri)
        for used in (target.uri, self._proxy):
            if used is not None and used.transport == "tls":
                raise ValueError(f"TLS isn't available for {used}; use sip: with ;transport=tcp or udp")
        request = CallRequest(
            target.uri,
            offer,
            on_offer,
            str(read_target(from_uri).uri) if from_uri else self._own_uri(target.uri),
            checked_phrase(from_display, "the caller's name") if from_display else None,
            checked_headers(headers or {}),
            transport,
            self._proxy,
            may_follow,
        )
        number = self._core.invite(request, credentials or target.credentials)
        call = OutgoingCall(self, number, self._core.call_id(number))
        self._calls[number] = call
        self._pump()
        return call

    def on_invite(self, handler: Callable[[IncomingCall], None] | None) -> None:
        """Set who takes incoming calls; with none they get 403."""
        self._handler = handler
        self._core.accepts_calls = handler is not None

    async def aclose(self) -> None:
        """End every call, wait up to a second for the peers' answers, and close the sockets."""
        if self._loop is None:
            return
        self._core.accepts_calls = False
        for number in self._core.calls:
            self._core.hang_up(number, None, self._now)
        self._pump()
        if not self._core.idle:
            self._idle.clear()
            try:
                async with asyncio.timeout(CLOSING_S):
                    await self._idle.wait()
            except TimeoutError:
                logger.debug("closed before every peer had answered")
        for task in self._lookups:
            task.cancel()
        await asyncio.gather(*self._lookups, return_exceptions=True)
        if self._timer is not None:
            self._timer.cancel()
        if self._tcp is not None:
            await self._tcp.aclose()
        self._udp.close()
        self._loop = None

    # What calls ask (CallControl)

    def hang_up(self, call: int, reason: str | None) -> None:
        """End a call."""
        self._core.hang_up(call, reason, self._now)
        self._pump()

    def ring(self, call: int, sdp: bytes | None) -> None:
        """Send 180 or 183."""
        self._core.ring(call, sdp, self._now)
        self._pump()

    def answer(self, call: int, sdp: bytes, on_offer: OnOffer, headers: Mapping[str, str]) -> None:
        """Send 200."""
        self._core.answer(call, sdp, on_offer, checked_headers(headers), self._now)
        self._pump()

    def reject(self, call: int, status: int, reason: str | None) -> None:
        """Send a refusal."""
        if not 300 <= status <= 699:
            raise ValueError(f"a call can't be refused with {status}; use a status from 300 to 699")
        phrase = checked_phrase(reason, "the reason") if reason else None
        self._core.reject(call, status, phrase, self._now)
        self._pump()

    # The wheels

    @property
    def _now(self) -> float:
        return self._loop.time() if self._loop is not None else 0.0

    async def _open(self) -> int:
        for attempt in range(_PORT_ATTEMPTS):
            port = self._udp.open(self._config.host, self._config.port)
            if self._tcp is None:
                return port
            try:
                await self._tcp.open(self._config.host, port)
            except OSError:
                self._udp.close()
                if self._config.port or attempt == _PORT_ATTEMPTS - 1:
                    raise
            else:
                return port
        raise OSError("no port is free for both UDP and TCP")

    def _own_uri(self, target: SipUri) -> str:
        host = bracketed(self.local_host_for((self._proxy or target).host))
        return f"sip:{self._user}@{host}"

    def _receive(self, data: bytes, peer: Peer) -> None:
        trace("<", peer, data)
        try:
            self._core.receive(data, peer, self._now)
        except Exception:
            # Told to the transport, it would close the connection, with every call on it.
            logger.exception("a message from %s was dropped", peer)
        self._pump()

    def _transport_failed(self, peer: Peer) -> None:
        if self._loop is not None:
            self._core.transport_failed(peer, self._now)
            self._pump()

    def _on_deadline(self) -> None:
        try:
            self._core.on_deadline(self._now)
        except Exception:
            # Without the pump no timer would ever come up again.
            logger.exception("what was due in SIP failed")
        self._pump()

    def _pump(self) -> None:
        """Carry out what the core wants, until it wants nothing, and set its next deadline."""
        if self._loop is None:
            return
        while True:
            lookups = self._core.lookups_wanted()
            for lookup in lookups:
                self._look_up(lookup)
            messages = self._core.messages_to_send()
            for message in messages:
                self._send(message)
            if not lookups and not messages:
                break
        self._hand_out_events(self._loop)
        if self._timer is not None:
            self._timer.cancel()
        deadline = self._core.next_deadline()
        self._timer = None if deadline is None else self._loop.call_at(deadline, self._on_deadline)
        if self._core.idle:
            self._idle.set()

    def _hand_out_events(self, loop: asyncio.AbstractEventLoop) -> None:
        while (news := self._core.next_event()) is not None:
            if isinstance(news, Invited):
                self._invited(news, loop)
                continue
            call = self._calls.get(news.call)
            if call is not None:
                call.push(news.event)
                if isinstance(news.event, Ended):
                    del self._calls[news.call]

    def _invited(self, invited: Invited, loop: asyncio.AbstractEventLoop) -> None:
        if self._handler is None:
            self._core.reject(invited.call, 403, None, self._now)
            return
        call = IncomingCall(self, invited)
        self._calls[invited.call] = call
        # In a turn of its own: the handler may call back, and its errors belong to the loop.
        loop.call_soon(self._handler, call)

    def _send(self, message: Outgoing) -> None:
        trace(">", message.peer, message.data)
        if message.peer.transport == "udp":
            self._udp.send(message)
        elif message.peer.transport == "tcp" and self._tcp is not None:
            self._tcp.send(message)
        elif self._loop is not None:
            self._loop.call_soon(self._transport_failed, message.peer)

    def _look_up(self, lookup: Lookup) -> None:
        peers = located_at_once(lookup)
        if peers is not None:
            self._core.answer_lookup(lookup, peers, self._now)
        elif self._loop is not None:
            task = self._loop.create_task(self._resolve(lookup))
            self._lookups.add(task)
            task.add_done_callback(self._lookups.discard)

    async def _resolve(self, lookup: Lookup) -> None:
        peers = await locate(lookup, self._names)
        self._core.answer_lookup(lookup, peers, self._now)
        self._pump()


def _loose_route(uri: str) -> SipUri:
    proxy = read_target(uri).uri
    parameters = {**proxy.parameters, "lr": None}
    return SipUri(proxy.scheme, proxy.host, proxy.user, None, proxy.port, parameters)


def _address_facing(host: str) -> str:
    """Return our address on the way to `host`; connecting a UDP socket sends nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, 9))
        except OSError:
            return "::1" if family == socket.AF_INET6 else "127.0.0.1"
        return str(probe.getsockname()[0])
