"""The frames of the results sockets, made from events.

Every durable event becomes at least one frame, and all frames of one event carry its sequence
number: a client that has seen number N comes back with `?from=N` and misses nothing. What Symbl's
clients have no frame for comes in the `message` wrapper, whose unknown types they pass over.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from earwitness.api.conversations.readings import told_of_reading
from earwitness.api.wire.entities import rest_entity
from earwitness.api.wire.insights import live_insight, live_intent, live_topics, rest_summary
from earwitness.api.wire.marks import live_bookmark
from earwitness.api.wire.messages import assignment, live_messages
from earwitness.api.wire.people import person
from earwitness.api.wire.times import iso, iso_at
from earwitness.api.wire.trackers import rest_trackers
from earwitness.calls.seams import Partial, Watched
from earwitness.conversation.events import (
    Body,
    BookmarkKept,
    BookmarkRemoved,
    CallProgressed,
    Closed,
    EntitiesFound,
    Event,
    InsightsFound,
    IntentFound,
    MediaStarted,
    MemberChanged,
    MemberJoined,
    MembersMerged,
    MessagesAdded,
    MessagesRevised,
    MetadataChanged,
    Opened,
    OptionsChanged,
    ReadingEnded,
    ReadingRequested,
    SoundNoticed,
    SpeakerMarked,
    SpeakersAssigned,
    SummaryRenewed,
    TopicsFound,
    TrackersFound,
    Understood,
    UtteranceHeard,
)
from earwitness.conversation.insight import Insight, InsightKind
from earwitness.conversation.member import Member
from earwitness.conversation.sound import Sound
from earwitness.conversation.utterance import Utterance

Frame = dict[str, Any]


class Frames:
    """Makes the frames of one conversation for one socket."""

    def __init__(
        self,
        conversation_id: str,
        zero_at: datetime,
        summary_url: str,
        *,
        is_call: bool = True,
        insight_kinds: Collection[InsightKind] | None = None,
    ) -> None:
        """Make it; live text comes in the form of telephony too where `is_call` says so."""
        self._is_call = is_call
        self.insight_kinds = insight_kinds
        """Of which frames are wanted; None: all."""
        self._conversation_id = conversation_id
        self._zero_at = zero_at
        self._summary_url = summary_url

    def greeting(self) -> Frame:
        """Return the frame that tells a new subscriber the conversation's id."""
        return wrapped("conversation_created", {"conversationId": self._conversation_id})

    def of(self, watched: Watched) -> list[Frame]:
        """Return the frames of an event or a partial, in order."""
        if isinstance(watched, Partial):
            return self._speech(watched.utterance, watched.speaker, watched.seq)
        return self._durable(watched)

    def _durable(self, event: Event) -> list[Frame]:
        if isinstance(event.body, MediaStarted):
            self._zero_at = event.body.started_at
        if isinstance(event.body, UtteranceHeard):
            return self._speech(event.body.utterance, event.body.speaker, event.seq)
        return [{**frame, "sequenceNumber": event.seq} for frame in self._frames(event.body)]

    def _frames(self, body: Body) -> list[Frame]:
        named: dict[str, Any] = {"conversationId": self._conversation_id}
        told: dict[str, Any]
        match body:
            case MessagesAdded(messages=messages):
                return [{"type": "message_response", "messages": live_messages(messages, self._zero_at)}]
            case MessagesRevised(messages=messages, removed=removed):
                told = {
                    "messages": live_messages(messages, self._zero_at),
                    "removedMessageIds": list(removed),
                }
                return [wrapped("messages_revised", {**named, **told})]
            case SpeakersAssigned(assignments=assignments):
                told = {"messages": [assignment(one) for one in assignments]}
                return [wrapped("speakers_assigned", {**named, **told})]
            case InsightsFound(insights=insights, withdrawn=dismissed):
                return self._insights(insights, dismissed)
            case IntentFound(intent=intent):
                return [{"type": "intent_response", "intent": live_intent(intent)}]
            case TopicsFound() | EntitiesFound() | TrackersFound():
                return self._found(body)
            case Understood(summary=summary) | SummaryRenewed(summary=summary):
                return [wrapped("summary_created", {**named, "summary": rest_summary(summary)})]
            case ReadingRequested(model=model):
                return [wrapped("reading_requested", {**named, "model": model})]
            case ReadingEnded():
                return [wrapped("reading_ended", {**named, **told_of_reading(body)})]
            case Opened():
                return [wrapped("conversation_created", named)]
            case MediaStarted(started_at=at):
                return [wrapped("recognition_started", {**named, "startedAt": iso(at)})]
            case CallProgressed(state=state, sip_status=status, reason=reason, codec=codec):
                told = {"state": state, "sipStatus": status, "reason": reason, "codec": codec}
                return [wrapped("call_state", {**named, **told})]
            case MemberJoined(member=member):
                return [wrapped("member_joined", {**named, "member": person(member)})]
            case MemberChanged(member=member):
                return [wrapped("member_changed", {**named, "member": person(member)})]
            case MembersMerged(member=member, merged_id=merged_id):
                told = {"member": person(member), "mergedId": merged_id}
                return [wrapped("members_merged", {**named, **told})]
            case SpeakerMarked(event=event):
                told = {
                    "type": event.kind,
                    "user": person(event.member),
                    "timestamp": iso_at(self._zero_at, event.at_s),
                }
                return [wrapped("speaker_event", {**named, **told})]
            case SoundNoticed(sound=sound):
                return [wrapped("sound", {**named, **self._sound(sound)})]
            case OptionsChanged():
                return [wrapped("options_changed", named)]
            case BookmarkKept(bookmark=bookmark):
                return [wrapped("bookmark_kept", {**named, "bookmark": live_bookmark(bookmark)})]
            case BookmarkRemoved(bookmark_id=bookmark_id):
                return [wrapped("bookmark_removed", {**named, "bookmarkId": bookmark_id})]
            case MetadataChanged(metadata=metadata):
                return [wrapped("metadata_changed", {**named, "metadata": metadata})]
            case Closed():
                return [completed_frame({**named, "summaryUrl": self._summary_url})]
            case UtteranceHeard():
                return []

    def _insights(self, found: Sequence[Insight], withdrawn: Sequence[Insight]) -> list[Frame]:
        """Frames of the kinds that are wanted; what is none after all comes under its id, as dismissed."""
        rendered = [live_insight(one) for one in found if self._wants(one)]
        rendered += [live_insight(one, dismissed=True) for one in withdrawn if self._wants(one)]
        return [{"type": "insight_response", "insights": rendered}] if rendered else []

    def _wants(self, insight: Insight) -> bool:
        return self.insight_kinds is None or insight.kind in self.insight_kinds

    def _found(self, body: TopicsFound | EntitiesFound | TrackersFound) -> list[Frame]:
        """Frames of what was found, and of what is none after all.

        These frames have no field for the latter, and a client that doesn't look for one would show it again:
        so it comes in the wrapper.
        """
        more: Frame = {}
        match body:
            case TopicsFound():
                kind, key = "topic", "topics"
                found, withdrawn = map(live_topics, (body.topics, body.withdrawn))
            case EntitiesFound():
                kind, key = "entity", "entities"
                found = [rest_entity(one, self._zero_at) for one in body.entities]
                withdrawn = [rest_entity(one, self._zero_at) for one in body.withdrawn]
            case TrackersFound():
                kind, key, more = "tracker", "trackers", {"isFinal": True}
                found, withdrawn = map(rest_trackers, (body.trackers, body.withdrawn))
        frames = [{"type": f"{kind}_response", **more, key: found}] if found else []
        return frames + ([wrapped(f"{key}_withdrawn", {key: withdrawn})] if withdrawn else [])

    def _sound(self, sound: Sound) -> dict[str, Any]:
        """`endTime` is null while the sound goes on."""
        told: dict[str, Any] = {
            "kind": sound.kind,
            "leg": sound.leg,
            "startTime": iso_at(self._zero_at, sound.start_s),
            "endTime": None if sound.end_s is None else iso_at(self._zero_at, sound.end_s),
            "timeOffset": round(sound.start_s, 2),
        }
        if sound.end_s is not None:
            told["duration"] = round(sound.end_s - sound.start_s, 2)
        if sound.key is not None:
            told["key"] = sound.key
        return told

    def _speech(self, utterance: Utterance, speaker: Member | None, seq: int) -> list[Frame]:
        """Live text in both forms: telephony clients read the first, streaming clients only the second."""
        user = {"user": person(speaker)} if speaker is not None else {}
        raw: dict[str, Any] = {"transcript": utterance.text, "words": _relative_words(utterance)}
        if utterance.confidence is not None:
            raw["confidence"] = utterance.confidence
        transcript = {
            "type": "transcript_response",
            "isFinal": utterance.is_final,
            "payload": {"contentType": "text/plain", "content": utterance.text},
            **user,
            "duration": {
                "startTime": iso_at(self._zero_at, utterance.start_s),
                "endTime": iso_at(self._zero_at, utterance.end_s),
            },
            "sequenceNumber": seq,
        }
        result = {
            "type": "message",
            "message": {
                "type": "recognition_result",
                "isFinal": utterance.is_final,
                "payload": {"raw": {"alternatives": [raw]}},
                "punctuated": {"transcript": utterance.text},
                **user,
            },
            "sequenceNumber": seq,
        }
        return [transcript, result] if self._is_call else [result]


def error_frame(message: str) -> Frame:
    """Return the answer to a frame that makes no sense.

    It goes in the wrapper: a top-level `error` makes the web SDK throw in the page.
    """
    return {"type": "message", "message": {"type": "error", "details": message, "message": message}}


def completed_frame(told: dict[str, Any]) -> Frame:
    """Return the frame for a complete conversation; clients look for what it tells in either place."""
    frame = wrapped("conversation_completed", told)
    frame["message"].update(told)
    return frame


def wrapped(kind: str, data: dict[str, Any]) -> Frame:
    """Return a frame of the `message` wrapper."""
    return {"type": "message", "message": {"type": kind, "data": data}}


def _relative_words(utterance: Utterance) -> list[dict[str, Any]]:
    return [
        {"word": word.text, "startTime": _seconds(word.start_s), "endTime": _seconds(word.end_s)}
        for word in utterance.words
    ]


def _seconds(at_s: float) -> dict[str, str]:
    nanos = round(max(at_s, 0.0) * 1e9)
    return {"seconds": str(nanos // 10**9), "nanos": str(nanos % 10**9)}
