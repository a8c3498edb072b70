"""What sipp may do in an answered call: change it, ask, and repeat itself."""

from pathlib import Path

from tests.interop.peers.caller import Caller, caller, side_by_side
from tests.interop.peers.ear import listening
from tests.interop.peers.scenario import (
    accept,
    describe,
    expect,
    hang_up,
    pause,
    pcma,
    reinvite,
    request,
    scenario,
    take_invite,
)
from tests.interop.peers.sipp import sipp

TOO_SHORT = ("Supported: timer", "Session-Expires: 60", "Min-SE: 60")
TIMER = ("Supported: timer", "Session-Expires: 1800;refresher=uac")


async def test_what_a_peer_may_do_inside_a_dialog(tmp_path: Path) -> None:
    async with caller(tmp_path) as ours:
        await side_by_side(
            _offerless_reinvite(ours),
            _unusable_answers_in_the_ack(ours),
            _reinvite_with_nothing_in_common(ours),
            _options(ours),
            _session_timer_of_the_peer(ours),
            _repeated_answer(ours),
        )


async def _offerless_reinvite(ours: Caller) -> None:
    async with listening() as first, listening() as second:
        steps = scenario(
            take_invite(),
            accept(sdp=pcma(port=first.port)),
            pause(1.5),
            reinvite(10, answer=pcma(version=2, port=second.port)),
            pause(1.5),
            hang_up(),
        )
        async with sipp(ours.folder / "offerless", steps) as far_end, ours.place(far_end.uri) as call:
            await call.ends()
            await far_end.succeeds()
            assert call.states == ["answered", "ended"]
            (offer,) = [message for message in far_end.received if "CSeq: 10 INVITE" in message]
            assert "a=rtpmap:96 opus/48000/2" in offer, "an offer of ours has all that we speak"
        assert first.heard
        assert len(second.heard) > 10, "media follows the answer in the ACK"
        assert min(at for at, _ in second.heard) > max(at for at, _ in first.heard) - 0.1


async def _unusable_answers_in_the_ack(ours: Caller) -> None:
    async with listening() as ear:
        refused = describe("m=audio 0 RTP/AVP 8", version=2)
        steps = scenario(
            take_invite(),
            accept(sdp=pcma(port=ear.port)),
            pause(0.3),
            reinvite(10, answer=refused),
            reinvite(11, answer="hello=world"),
            reinvite(12, answer=pcma(version=3, host="media.example")),
            pause(0.5),
            hang_up(),
        )
        async with sipp(ours.folder / "unusable", steps) as far_end, ours.place(far_end.uri) as call:
            await call.ends()
            await far_end.succeeds()
            assert call.states == ["answered", "ended"], "the call goes on as it was (RFC 3261 §14.2)"
        times = [at for at, _ in ear.heard]
        assert times[-1] - times[0] > 0.6


async def _reinvite_with_nothing_in_common(ours: Caller) -> None:
    g729 = describe("m=audio [rtpstream_audio_port] RTP/AVP 18", "a=rtpmap:18 G729/8000", version=2)
    steps = scenario(
        take_invite(),
        accept(sdp=pcma()),
        request("INVITE", 10, sdp=g729),
        expect(488),
        request("ACK", 10, refused=True),
        reinvite(11, sdp=pcma(version=3)),
        hang_up(),
    )
    async with sipp(ours.folder / "nothing-in-common", steps) as far_end, ours.place(far_end.uri) as call:
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["answered", "ended"], "the call goes on as it was (RFC 3261 §14.1)"


async def _options(ours: Caller) -> None:
    steps = scenario(take_invite(), accept(sdp=pcma()), request("OPTIONS", 10), expect(200), hang_up(11))
    async with sipp(ours.folder / "options", steps) as far_end, ours.place(far_end.uri) as call:
        await call.ends()
        await far_end.succeeds()
        (answer,) = [message for message in far_end.received if "CSeq: 10 OPTIONS" in message]
        assert "Allow: INVITE, ACK, CANCEL, BYE" in answer


async def _session_timer_of_the_peer(ours: Caller) -> None:
    steps = scenario(
        take_invite(),
        accept(sdp=pcma()),
        request("INVITE", 10, *TOO_SHORT, sdp=pcma(version=2)),
        expect(422),
        request("ACK", 10, refused=True),
        reinvite(11, *TIMER, sdp=pcma(version=2)),
        request("UPDATE", 12, *TIMER),
        expect(200),
        hang_up(13),
    )
    async with sipp(ours.folder / "timer", steps) as far_end, ours.place(far_end.uri) as call:
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["answered", "ended"]
        refusal, agreed, updated = [
            message
            for message in far_end.received
            for sequence in ("10 INVITE", "11 INVITE", "12 UPDATE")
            if message.startswith("SIP/2.0") and f"CSeq: {sequence}" in message
        ]
        assert "\nMin-SE: 90\n" in refusal
        for answer in (agreed, updated):
            assert "\nSession-Expires: 1800;refresher=uac\n" in answer
            assert "\nRequire: timer\n" in answer


async def _repeated_answer(ours: Caller) -> None:
    """Our ACK was lost, it seems to the peer."""
    steps = scenario(
        take_invite(),
        accept(sdp=pcma()),
        pause(0.5),
        accept(sdp=pcma()),
        hang_up(),
    )
    # With -nr sipp takes our second ACK for a message, not for a repetition that it has to answer.
    async with sipp(ours.folder / "repeated", steps, "-nr") as far_end, ours.place(far_end.uri) as call:
        await call.ends()
        await far_end.succeeds()
        assert call.states == ["answered", "ended"]
        first, second = far_end.requests("ACK")
        assert first == second, "the ACK is the same again (RFC 3261 §13.2.2.4)"
