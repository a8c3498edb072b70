"""How sipp may answer: by one of several telephones, later than asked, or with nothing of use."""

from pathlib import Path

from tests.interop.peers.caller import Caller, caller, side_by_side
from tests.interop.peers.scenario import (
    accept,
    describe,
    hang_up,
    pcma,
    receive,
    refuse,
    respond,
    scenario,
    take_bye,
    take_invite,
)
from tests.interop.peers.sipp import sipp


async def test_how_a_call_may_be_answered(tmp_path: Path) -> None:
    async with caller(tmp_path) as ours:
        await side_by_side(
            _forked(ours),
            _longer_session_wanted(ours),
            _answered_without_description(ours),
            _answered_with_nothing_in_common(ours),
            _headers_of_the_client(ours),
        )


async def _forked(ours: Caller) -> None:
    """Two telephones ring, and the second is taken."""
    steps = scenario(
        take_invite(),
        respond(180, "Ringing", tag="desk"),
        respond(183, "Session Progress", tag="mobile", sdp=pcma()),
        respond(180, "Ringing", tag="desk"),
        respond(200, "OK", tag="mobile", sdp=pcma()),
        receive("ACK"),
        take_bye(),
    )
    async with sipp(ours.folder / "forked", steps) as far_end, ours.place(far_end.uri) as call:
        await call.reaches("answered")
        await call.stop()
        await call.ends()
        await far_end.succeeds()
        assert call.states[-2:] == ["answered", "ended"]
        for method in ("ACK", "BYE"):
            (message,) = far_end.requests(method)
            assert ";tag=mobile\n" in message


async def _longer_session_wanted(ours: Caller) -> None:
    steps = scenario(
        take_invite(),
        refuse(422, "Session Interval Too Small", "Min-SE: 1800"),
        take_invite(),
        accept("Supported: timer", "Session-Expires: 1800;refresher=uac", sdp=pcma()),
        hang_up(),
    )
    async with sipp(ours.folder / "longer", steps) as far_end, ours.place(far_end.uri) as call:
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["answered", "ended"]
        second = far_end.requests("INVITE")[1]
        assert "\nSession-Expires: 1800\n" in second
        assert "\nMin-SE: 1800\n" in second


async def _answered_without_description(ours: Caller) -> None:
    steps = scenario(take_invite(), accept(sdp=""), take_bye())
    async with sipp(ours.folder / "no-sdp", steps) as far_end, ours.place(far_end.uri) as call:
        ended = await call.ends()
        await far_end.succeeds()
        assert call.states == ["failed"]
        assert "without a session description" in ended["reason"]
        assert not await call.is_mailed()


async def _answered_with_nothing_in_common(ours: Caller) -> None:
    g729 = describe("m=audio 40000 RTP/AVP 18", "a=rtpmap:18 G729/8000")
    steps = scenario(take_invite(), accept(sdp=g729), take_bye())
    async with sipp(ours.folder / "g729", steps) as far_end, ours.place(far_end.uri) as call:
        ended = await call.ends()
        await far_end.succeeds()
        assert call.states == ["failed"]
        assert "G729/8000" in ended["reason"], "the reason says what they speak"
        assert not await call.is_mailed()


async def _headers_of_the_client(ours: Caller) -> None:
    steps = scenario(take_invite(), refuse(486, "Busy Here"))
    async with (
        sipp(ours.folder / "headers", steps) as far_end,
        ours.place(far_end.uri, headers={"X-Account": "4711", "From": "<sip:forged@example.com>"}) as call,
    ):
        await call.ends()
        await far_end.succeeds()
        (invite,) = far_end.requests("INVITE")
        assert "\nX-Account: 4711\n" in invite
        assert "forged" not in invite
