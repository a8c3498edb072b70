"""What every program here shares: its task, telling what it sees, and `symbl` pointed at a server."""

import importlib
import json
import sys
import threading
import time
from typing import Any

import symbl_rest

task: dict[str, Any] = json.loads(sys.argv[-1])
_telling = threading.Lock()


def tell(name: str, value: Any = None) -> None:
    """Print one thing that was seen; callbacks do so from other threads."""
    line = json.dumps({"name": name, "value": value}, default=str)
    with _telling:
        print(line, flush=True)


def symbl_at(base: str) -> Any:
    """Import `symbl` so that it talks to `base`, as docs/clients.md says."""
    configuration = symbl_rest.Configuration()
    configuration.host = base
    symbl_rest.Configuration.set_default(configuration)
    symbl = importlib.import_module("symbl")
    sockets = "ws" + base.removeprefix("http")
    sys.modules["symbl.Connection"].SYMBL_WEBSOCKET_BASE_PATH = f"{sockets}/session/subscribe/"  # type: ignore[attr-defined]
    sys.modules["symbl.streaming_api.StreamingApi"].SYMBL_STREAMING_API_FORMAT = (  # type: ignore[attr-defined]
        f"{sockets}/v1/realtime/insights/{{}}?source=python_sdk"
    )
    # The package sleeps for 30 s before it asks for a job for the first time.
    sys.modules["symbl.Conversations"].Conversation._Conversation__INTERVAL_TIME_IN_SECONDS = 0.2
    return symbl


def job_done(name: str, conversation: Any, **more: Any) -> str:
    """Tell what became of a job, and what the package reads of its conversation; returns its id."""
    conversation_id = str(conversation.get_conversation_id())
    tell(
        name,
        {
            "conversationId": conversation_id,
            "status": conversation.get_job_status(),
            "messages": [
                plain(one) for one in conversation.get_messages({"verbose": True, "sentiment": True}).messages
            ],
            "members": [plain(one) for one in conversation.get_members().members],
            "actionItems": plain(conversation.get_action_items()),
            **{what: plain(read()) for what, read in more.items()},
        },
    )
    return conversation_id


def credentials() -> dict[str, str]:
    """Return the app's id and secret as `symbl` wants them."""
    return {"app_id": task["appId"], "app_secret": task["appSecret"]}


class Playback:
    """The far end's clock; it starts with the line on standard input."""

    def __init__(self) -> None:
        sys.stdin.readline()
        self._began = time.monotonic()

    def wait_until(self, played_s: float) -> None:
        """Wait until the far end has played for so long."""
        time.sleep(max(self._began + played_s - time.monotonic(), 0.0))


def plain(model: Any) -> Any:
    """Return a reply of `symbl_rest` (a model, or a list of them) as plain values."""
    if isinstance(model, list):
        return [plain(one) for one in model]
    return model.to_dict() if hasattr(model, "to_dict") else model
