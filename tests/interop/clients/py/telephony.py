"""PyPI `symbl` 2.0.6: a call from `start_sip` to the conversation."""

import threading
from datetime import UTC, datetime

import requests

from tests.interop.clients.py.program import Playback, credentials, plain, symbl_at, task, tell

symbl = symbl_at(task["base"])

connection = symbl.Telephony.start_sip(
    uri=task["uri"],
    credentials=credentials(),
    audio_config={"sampleRate": 48000, "encoding": "OPUS", "sampleSize": "16"},
    actions=[{"invokeOn": "stop", "name": "sendSummaryEmail", "parameters": {"emails": task["emails"]}}],
    data={"session": {"name": task["meeting"]}},
    languages=["en-US"],
    timezone="Asia/Tokyo",
)
tell(
    "started",
    {
        "connectionId": connection.connectionId,
        "conversationId": connection.conversation.get_conversation_id(),
        "eventUrl": connection.eventUrl,
        "resultWebSocketUrl": connection.resultWebSocketUrl,
    },
)

kinds = ("message", "transcript_response", "message_response", "insight_response", "topic_response")
callbacks = {kind: lambda text: tell("frame", text) for kind in kinds}
subscribing = threading.Thread(target=connection.subscribe, args=(callbacks,), daemon=True)
subscribing.start()

# The package has no call for speaker events: its users push them with `requests`.
playback = Playback()
for event in task["speakerEvents"]:
    playback.wait_until(event["at_s"])
    reply = requests.post(
        connection.eventUrl,
        headers={"X-API-KEY": symbl.AuthenticationToken.get_access_token()},
        json={
            "topic": "speaker",
            "type": event["type"],
            "user": event["user"],
            "timestamp": datetime.now(UTC).isoformat(),
        },
        timeout=10,
    )
    tell("pushed", reply.status_code)

playback.wait_until(task["stopAtS"])
stopped = symbl.Telephony.stop(connection.connectionId)
tell("stopped", plain(stopped))
subscribing.join(10)
tell("subscription ended", not subscribing.is_alive())

for call, parameters in task["reads"]:
    read = getattr(symbl.Conversations, call)
    answer = read(stopped.conversation_id, **({"parameters": parameters} if parameters else {}))
    tell(call, {"model": type(answer).__name__, "reply": plain(answer)})
