"""sipp refuses our calls in many ways, sends them elsewhere, or is not there."""

from pathlib import Path

from tests.interop.peers.caller import Caller, caller, side_by_side
from tests.interop.peers.scenario import (
    accept,
    hang_up,
    pcma,
    redirect,
    refuse,
    respond,
    scenario,
    take_invite,
)
from tests.interop.peers.sipp import sipp
from tests.support.peer_process import Transport, free_port

REFUSALS: list[tuple[int, str, str, tuple[str, ...]]] = [
    # status, phrase, state of the call, further header fields
    (403, "Forbidden", "declined", ()),
    (404, "Not Found", "failed", ()),
    (480, "Temporarily Unavailable", "no_answer", ()),
    (486, "Busy Here", "busy", ()),
    (488, "Not Acceptable Here", "failed", ('Warning: 304 sipp.test "Media type not available"',)),
    (500, "Server Internal Error", "failed", ()),
    (503, "Service Unavailable", "failed", ("Retry-After: 5",)),
    (600, "Busy Everywhere", "busy", ()),
    (603, "Decline", "declined", ()),
]


async def test_every_refusal_has_its_state_and_sends_no_mail(tmp_path: Path) -> None:
    async with caller(tmp_path) as ours:
        await side_by_side(
            *(_refused(ours, *row, "udp") for row in REFUSALS),
            *(_refused(ours, *row, "tcp") for row in REFUSALS if row[0] in (486, 503)),
            _refused_with_a_reason(ours),
            _nobody_listens(ours, "udp"),
            _nobody_listens(ours, "tcp"),
        )


async def _refused(
    ours: Caller, status: int, phrase: str, state: str, fields: tuple[str, ...], transport: Transport
) -> None:
    steps = scenario(take_invite(), respond(180, "Ringing"), refuse(status, phrase, *fields))
    folder = ours.folder / f"{status}-{transport}"
    async with sipp(folder, steps, transport=transport) as far_end, ours.place(far_end.uri) as call:
        ended = await call.ends()
        await far_end.succeeds()
        assert call.states == ["ringing", state]
        assert (ended["state"], ended["sipStatus"], ended["reason"]) == (state, status, phrase)
        assert ended["answeredAt"] is None
        assert ended["endedAt"] is not None
        assert await call.words() == []
        assert not await call.is_mailed()


async def _refused_with_a_reason(ours: Caller) -> None:
    reason = 'Reason: Q.850;cause=1;text="Unallocated number"'
    steps = scenario(take_invite(), refuse(404, "Not Found", reason))
    async with sipp(ours.folder / "reason", steps) as far_end, ours.place(far_end.uri) as call:
        ended = await call.ends()
        await far_end.succeeds()
        assert (ended["state"], ended["sipStatus"], ended["reason"]) == ("failed", 404, "Unallocated number")


async def _nobody_listens(ours: Caller, transport: Transport) -> None:
    async with ours.place(f"sip:nobody@127.0.0.1:{free_port()};transport={transport}") as call:
        ended = await call.ends()
        assert (ended["state"], ended["sipStatus"]) == ("failed", None)
        assert ended["reason"] == "127.0.0.1 can't be reached"
        assert not await call.is_mailed()


async def test_a_call_follows_a_redirection_and_does_not_run_in_circles(tmp_path: Path) -> None:
    async with caller(tmp_path) as ours:
        await side_by_side(_redirected(ours, "udp"), _redirected(ours, "tcp"), _redirected_to_itself(ours))


async def _redirected(ours: Caller, transport: Transport) -> None:
    """From a peer that speaks UDP to one that speaks UDP or TCP."""
    answers = scenario(take_invite(), accept(sdp=pcma()), hang_up())
    async with sipp(ours.folder / f"to-{transport}", answers, transport=transport) as second:
        contacts = f"<sip:nobody@127.0.0.1:{free_port()}>;q=0.1, <sip:bob@{second.address}>;q=0.9"
        moved = scenario(take_invite(), redirect(contacts))
        async with sipp(ours.folder / f"from-{transport}", moved) as first, ours.place(first.uri) as call:
            ended = await call.ends()
            await first.succeeds()
            await second.succeeds()
            assert call.states == ["answered", "ended"]
            assert ended["state"] == "ended"
            assert await call.is_mailed()
            (invite,) = second.requests("INVITE")
            assert invite.startswith(f"INVITE sip:bob@{second.address} SIP/2.0")
            assert f"To: <sip:callee@127.0.0.1:{first.port}>" in invite, "To stays what was dialled"


async def _redirected_to_itself(ours: Caller) -> None:
    steps = scenario(take_invite(), redirect())
    async with sipp(ours.folder / "circle", steps) as far_end, ours.place(far_end.uri) as call:
        ended = await call.ends()
        await far_end.succeeds()
        assert (ended["state"], ended["sipStatus"]) == ("failed", 302)


async def test_a_call_is_not_redirected_to_where_it_may_not_go(tmp_path: Path) -> None:
    steps = scenario(
        take_invite(), redirect(f"<sip:bob@127.0.0.2:{free_port()}>, <sip:bob@127.0.0.1;maddr=127.0.0.2>")
    )
    async with (
        caller(tmp_path, dial_allow="127.0.0.1") as ours,
        sipp(tmp_path / "far-end", steps) as far_end,
        ours.place(far_end.uri) as call,
    ):
        ended = await call.ends()
        await far_end.succeeds()
        assert (ended["state"], ended["sipStatus"]) == ("failed", 302)
