"""A client stops the call, in whatever state it is, and sipp sees it end in good order."""

from pathlib import Path

from tests.interop.peers.caller import Caller, caller, side_by_side
from tests.interop.peers.scenario import (
    accept,
    confirm,
    expect,
    pause,
    pcma,
    receive,
    request,
    respond,
    scenario,
    take_bye,
    take_cancel,
    take_invite,
)
from tests.interop.peers.sipp import sipp
from tests.support.peer_process import Transport


async def test_a_client_stops_its_call(tmp_path: Path) -> None:
    async with caller(tmp_path) as ours:
        await side_by_side(
            _stopped_in_the_call(ours, "udp"),
            _stopped_in_the_call(ours, "tcp"),
            _stopped_while_it_rings(ours, "udp"),
            _stopped_while_it_rings(ours, "tcp"),
            _stopped_before_any_response(ours),
            _stop_crosses_the_answer(ours),
            _stop_crosses_a_bye(ours),
            _bye_is_not_answered(ours),
        )


async def _stopped_in_the_call(ours: Caller, transport: Transport) -> None:
    steps = scenario(take_invite(), respond(180, "Ringing"), accept(sdp=pcma()), take_bye())
    folder = ours.folder / f"answered-{transport}"
    async with sipp(folder, steps, transport=transport) as far_end, ours.place(far_end.uri) as call:
        await call.reaches("answered")
        stopped = await call.stop()
        assert (await call.status())["state"] == "ended", "stop answers when the conversation is closed"
        assert [info["user"]["email"] for info in stopped["summaryInfo"]] == [call.address]
        ended = await call.ends()
        await far_end.succeeds()
        assert call.states == ["ringing", "answered", "ended"]
        assert (ended["sipStatus"], ended["reason"]) == (None, "We hung up")
        assert await call.is_mailed()


async def _stopped_while_it_rings(ours: Caller, transport: Transport) -> None:
    steps = scenario(take_invite(), respond(180, "Ringing"), take_cancel())
    folder = ours.folder / f"ringing-{transport}"
    async with sipp(folder, steps, transport=transport) as far_end, ours.place(far_end.uri) as call:
        await call.reaches("ringing")
        await call.stop()
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["ringing", "ended"]
        assert not await call.is_mailed()
        (invite,), (cancel,) = far_end.requests("INVITE"), far_end.requests("CANCEL")
        assert _via(cancel) == _via(invite), "CANCEL has the branch of what it cancels (RFC 3261 §9.1)"


async def _stopped_before_any_response(ours: Caller) -> None:
    """CANCEL waits for a provisional response (RFC 3261 §9.1)."""
    steps = scenario(take_invite(), pause(2), respond(180, "Ringing"), take_cancel())
    async with sipp(ours.folder / "early-stop", steps) as far_end, ours.place(far_end.uri) as call:
        await far_end.gets("INVITE")
        await call.stop()
        await call.ends()
        assert far_end.requests("CANCEL") == []
        await far_end.succeeds()
        assert call.states == ["ended"]
        assert not await call.is_mailed()


async def _stop_crosses_the_answer(ours: Caller) -> None:
    """The callee has answered when CANCEL comes: the call is taken, and ended at once."""
    steps = scenario(
        take_invite(),
        respond(180, "Ringing"),
        receive("CANCEL"),
        confirm(),
        accept(sdp=pcma()),
        take_bye(),
    )
    async with sipp(ours.folder / "crossing", steps) as far_end, ours.place(far_end.uri) as call:
        await call.reaches("ringing")
        await call.stop()
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["ringing", "ended"]
        assert not await call.is_mailed()


async def _stop_crosses_a_bye(ours: Caller) -> None:
    steps = scenario(
        take_invite(),
        accept(sdp=pcma()),
        receive("BYE"),
        request("BYE", 10),
        expect(200),
        # Ours was not answered yet, so it comes again.
        take_bye(),
    )
    # With -nr sipp takes the second BYE for a message, not for a repetition that it has to answer.
    async with sipp(ours.folder / "two-byes", steps, "-nr") as far_end, ours.place(far_end.uri) as call:
        await call.reaches("answered")
        await call.stop()
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["answered", "ended"]
        first, second = far_end.requests("BYE")
        assert first == second


async def _bye_is_not_answered(ours: Caller) -> None:
    """A peer that is gone does not keep the conversation open."""
    steps = scenario(take_invite(), accept(sdp=pcma()), receive("BYE"), pause(1))
    async with sipp(ours.folder / "gone", steps) as far_end, ours.place(far_end.uri) as call:
        await call.reaches("answered")
        await call.stop()
        assert (await call.status())["state"] == "ended"
        await call.ends()
        await far_end.succeeds()
        assert await call.is_mailed()


def _via(message: str) -> str:
    (via,) = [line for line in message.splitlines() if line.startswith("Via:")]
    return via
