"""Who is who and who spoke, put right while the call goes on and afterwards; mixers that tell it."""

from typing import Any

import pytest

from earwitness.cli.errors import CliError
from earwitness.rtp.rtcp import ReceiverReport, SourceDescription, build_compound
from tests.support.far_end import HOST, far_end
from tests.support.live import Busy, LiveCall, placed

ANNA, MARK = 101, 202


def mixer_answer(port: int) -> bytes:
    """Return the session description of a mixer."""
    return (
        f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
        "a=extmap:1/sendonly urn:ietf:params:rtp-hdrext:csrc-audio-level\r\n"
    ).encode()


async def names(busy: Busy, call: LiveCall) -> list[tuple[str | None, str]]:
    """Return the name and its source of each message."""
    messages = (await busy.client.get(f"{call.followed.conversation}/messages"))["messages"]
    return [(message["from"].get("name"), message["speakerSource"]) for message in messages]


async def put(busy: Busy, call: LiveCall, path: str, body: Any) -> dict[str, Any]:
    """Send a change of the conversation."""
    reply: dict[str, Any] = await busy.client._ask("PUT", f"{call.followed.conversation}/{path}", body)
    return reply


async def members(busy: Busy, call: LiveCall) -> list[dict[str, Any]]:
    """Return the members."""
    found: list[dict[str, Any]] = (await busy.client.get(f"{call.followed.conversation}/members"))["members"]
    return found


async def test_a_mixer_tells_who_speaks(busy: Busy) -> None:
    async with far_end(mixer_answer) as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(1, {ANNA: 20, MARK: 127})
        await taken.speak(1, {ANNA: 110, MARK: 30})
        await taken.speak(1, {ANNA: 20, MARK: 25})
        await taken.speak(1, {})
        await call.hears(4)
        named = build_compound([ReceiverReport(1), SourceDescription(((MARK, "m"),), ((MARK, "Mark"),))])
        taken.socket.sendto(named, (taken.target[0], taken.target[1] + 1))
        taken.send(named)
        await taken.speak(1, {ANNA: 127, MARK: 20})
        await call.hears(5)
        await call.stop()
        assert await names(busy, call) == [
            ("Speaker 1", "csrc"),
            ("Mark", "csrc"),
            (None, "unknown"),
            (None, "unknown"),
            ("Mark", "csrc"),
        ]
        assert [member["name"] for member in await members(busy, call)] == ["Speaker 1", "Mark"]


async def test_members_are_renamed_and_merged_live_and_afterwards(busy: Busy) -> None:
    async with far_end(mixer_answer) as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(1, {ANNA: 20})
        await taken.speak(1, {MARK: 20})
        await call.hears(2)
        first, second = await members(busy, call)
        reply = await put(busy, call, f"members/{first['id']}", {"id": first["id"], "name": "Anna Berg"})
        assert reply["message"].startswith(f"Member with id: {first['id']}")
        await taken.speak(1, {ANNA: 20})
        await call.hears(3)
        assert (await names(busy, call))[-1] == ("Anna Berg", "csrc")
        await put(busy, call, f"members/{second['id']}", {"name": "Mark", "email": "mark@example.com"})
        await call.stop()
        assert len(call.followed.wrapped("member_changed")) == 2
        assert [name for name, _ in await names(busy, call)] == ["Anna Berg", "Mark", "Anna Berg"]

        merged = {"name": "Mark Stone", "email": "Mark@example.com"}
        await put(busy, call, f"members/{first['id']}", merged)
        assert [name for name, _ in await names(busy, call)] == ["Mark Stone"] * 3
        (only,) = await members(busy, call)
        assert (only["id"], only["name"], only["email"]) == (first["id"], "Mark Stone", "Mark@example.com")
        insights = (await busy.client.get(f"{call.followed.conversation}/insights"))["insights"]
        assert {insight["from"]["id"] for insight in insights} <= {first["id"]}
        await busy.server.store.log.rebuild(call.followed.connection["conversationId"])
        assert [name for name, _ in await names(busy, call)] == ["Mark Stone"] * 3


@pytest.mark.parametrize("path", ["speakers", "speakers/"])
async def test_speakers_are_assigned_afterwards(busy: Busy, path: str) -> None:
    def at(kind: str, name: str, **offset: float) -> dict[str, Any]:
        return {"type": kind, "user": {"name": name, "userId": f"{name}@example.com"}, "offset": offset}

    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        taken = await peer.taken()
        await taken.speak(3)
        await call.hears(3)
        events = [
            at("started_speaking", "derek", seconds=0, nanos=100_000_000),
            at("stopped_speaking", "derek", seconds=0, nanos=800_000_000),
            at("started_speaking", "anna", seconds=0, nanos=2_100_000_000),
        ]
        live = await put(busy, call, path, {"speakerEvents": events[:2]})
        assert live["message"] == "The speaker events were taken; 1 messages have another speaker now."
        await call.stop()
        await put(busy, call, path, {"speakerEvents": events})
        assert await names(busy, call) == [("derek", "event"), (None, "unknown"), ("anna", "event")]
        assert len(call.followed.wrapped("speakers_assigned")) == 1
        known = {member["name"]: member["id"] for member in await members(busy, call)}
        swapped = {"type": "started_speaking", "user": {"id": known["anna"]}, "offset": {"seconds": 0}}
        await put(busy, call, path, {"speakerEvents": [swapped]})
        assert {name for name, _ in await names(busy, call)} == {"anna"}


async def test_changes_that_make_no_sense_are_refused(busy: Busy) -> None:
    async with far_end() as peer, placed(busy.client, peer.uri) as call:
        await peer.taken()
        wrong: list[tuple[str, Any, str]] = [
            ("members/nobody", {"name": "A"}, "HTTP 404"),
            ("members/a", {"id": "b", "name": "A"}, "HTTP 400"),
            ("members/a", {}, "name: required"),
            ("members/a", {"name": " "}, "name:"),
            ("members/a", [], "must be a JSON object"),
            ("speakers", {"speakerEvents": []}, "speakerEvents:"),
            ("speakers", {"speakerEvents": [{"type": "joined"}]}, "speakerEvents.0.type:"),
            (
                "speakers",
                {"speakerEvents": [{"type": "started_speaking", "user": {}, "offset": {}}]},
                "user.id",
            ),
        ]
        for path, body, why in wrong:
            with pytest.raises(CliError, match="HTTP 40") as refused:
                await put(busy, call, path, body)
            assert why in str(refused.value)
        await call.stop()
