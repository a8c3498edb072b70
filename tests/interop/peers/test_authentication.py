"""sipp asks who we are, and checks the answer."""

from pathlib import Path

from tests.interop.peers.caller import Caller, caller, side_by_side
from tests.interop.peers.scenario import (
    accept,
    challenge,
    hang_up,
    pcma,
    refuse,
    scenario,
    take_invite,
    take_invite_of,
)
from tests.interop.peers.sipp import sipp
from tests.support.peer_process import Transport

USER, PASSWORD = "alice", "s3cret"
QOP = 'algorithm=MD5, qop="auth"'


async def test_the_password_is_proved(tmp_path: Path) -> None:
    async with caller(tmp_path, sip_user=USER, sip_password=PASSWORD) as ours:
        await side_by_side(
            _proved(ours, "qop", QOP, "udp"),
            _proved(ours, "two-qops", 'algorithm=MD5, qop="auth,auth-int", opaque="4f70"', "tcp"),
            _proved(ours, "rfc2069", "algorithm=MD5", "udp"),
            _proved_again_after_a_stale_nonce(ours, "stale", 'stale=true, algorithm=MD5, qop="auth"'),
            # Some PBXs renew the nonce and do not say so.
            _proved_again_after_a_stale_nonce(ours, "renewed", QOP),
            _refused_when_wrong(ours),
        )


async def _proved(ours: Caller, name: str, parameters: str, transport: Transport) -> None:
    steps = scenario(
        take_invite(),
        challenge("4d4afb3c", parameters),
        take_invite_of(USER, PASSWORD),
        accept(sdp=pcma()),
        hang_up(),
    )
    folder = ours.folder / name
    async with sipp(folder, steps, transport=transport) as far_end, ours.place(far_end.uri) as call:
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["answered", "ended"]
        assert await call.is_mailed()
        first, second = far_end.requests("INVITE")
        assert "Authorization:" not in first
        assert 'realm="sipp.test"' in second


async def _proved_again_after_a_stale_nonce(ours: Caller, name: str, parameters: str) -> None:
    steps = scenario(
        take_invite(),
        challenge("4d4afb3c", QOP),
        take_invite(),
        challenge("5e5bfc4d", parameters),
        take_invite_of(USER, PASSWORD),
        accept(sdp=pcma()),
        hang_up(),
    )
    async with sipp(ours.folder / name, steps) as far_end, ours.place(far_end.uri) as call:
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["answered", "ended"]


async def _refused_when_wrong(ours: Caller) -> None:
    """The URI's own credentials go before the server's; the same nonce again says that they were wrong."""
    steps = scenario(take_invite(), challenge("4d4afb3c", QOP), take_invite(), challenge("4d4afb3c", QOP))
    async with sipp(ours.folder / "wrong", steps) as far_end:
        guessing = far_end.uri.replace("callee@", "guest:guess@")
        async with ours.place(guessing) as call:
            ended = await call.ends()
            await far_end.succeeds()
            assert call.states == ["failed"]
            assert (ended["sipStatus"], ended["reason"]) == (401, "Unauthorized")
            assert "guess" not in ended["endpoint"]
            assert not await call.is_mailed()
            assert 'username="guest"' in far_end.requests("INVITE")[1]


async def test_without_a_password_a_challenge_ends_the_call(tmp_path: Path) -> None:
    steps = scenario(take_invite(), challenge("4d4afb3c", QOP))
    async with (
        caller(tmp_path) as ours,
        sipp(tmp_path / "far-end", steps) as far_end,
        ours.place(far_end.uri) as call,
    ):
        ended = await call.ends()
        await far_end.succeeds()
        assert call.states == ["failed"]
        assert ended["sipStatus"] == 401
        assert not await call.is_mailed()


async def test_the_uri_may_carry_the_password(tmp_path: Path) -> None:
    steps = scenario(
        take_invite(),
        challenge("4d4afb3c", QOP),
        take_invite_of(USER, PASSWORD),
        refuse(486, "Busy Here"),
    )
    async with (
        caller(tmp_path) as ours,
        sipp(tmp_path / "far-end", steps) as far_end,
        ours.place(far_end.uri.replace("callee@", f"{USER}:{PASSWORD}@")) as call,
    ):
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["busy"]
        assert all(PASSWORD not in message for message in far_end.received)
