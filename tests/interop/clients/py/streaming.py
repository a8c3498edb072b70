"""PyPI `symbl` 2.0.6: audio streamed by `start_connection` and `send_audio`, without a microphone."""

import threading
import time
from pathlib import Path

from tests.interop.clients.py.program import credentials, symbl_at, task, tell

symbl = symbl_at(task["base"])

_PIECE = 8192
_PIECE_S = _PIECE / 2 / 44_100

over = threading.Event()


def told(frame: dict[str, object]) -> None:
    """Tell a frame; the last one ends the program."""
    tell("frame", frame)
    if "recognition_stopped" in str(frame):
        over.set()


connection = symbl.Streaming.start_connection(
    credentials=credentials(), insight_types=["question", "action_item"], speaker=task["speaker"]
)
kinds = ("message", "message_response", "insight_response", "topic_response")
connection.subscribe(dict.fromkeys(kinds, told))
audio = Path(task["audio"]).read_bytes()
for at in range(0, len(audio), _PIECE):
    connection.send_audio(audio[at : at + _PIECE])
    time.sleep(_PIECE_S / 10)
connection.stop()
tell("over", over.wait(20))
tell("started", {"conversationId": connection.conversation.get_conversation_id()})
