"""Showing a call in the terminal while it goes on, and what became of it.

Names and reasons come from others: no control character of theirs reaches the terminal.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from earwitness.api.requests.start_request import one_line
from earwitness.cli.client import Client
from earwitness.conversation.insight import WORTH_READING

_STYLES = {"question": "cyan", "action_item": "bold green", "follow_up": "bold magenta"}
_NAMES = {"question": "question", "action_item": "action item", "follow_up": "follow-up"}


class LiveView:
    """Prints the frames of a call: messages as they are final, and the open text below them."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._console = Console(highlight=False, soft_wrap=True)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._is_live = self._console.is_terminal and not as_json
        self._told: dict[str, str] = {}
        """By id: the insights as they were printed last."""

    def __enter__(self) -> "LiveView":
        if self._is_live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_live:
            self._live.stop()

    def show(self, frame: dict[str, Any]) -> None:
        """Show one frame."""
        if self._as_json:
            print(json.dumps(frame), flush=True)
            return
        match frame:
            case {"type": "transcript_response", "isFinal": False}:
                self._open(frame["payload"]["content"])
            case {"type": "message_response", "messages": messages}:
                self._open("")
                for message in messages:
                    self._message(message)
            case {"type": "insight_response", "insights": insights}:
                for insight in insights:
                    self._insight(insight)
            case {"type": "message", "message": {"type": "call_state", "data": data}}:
                self._state(data)

    def _open(self, text: str) -> None:
        if self._is_live:
            self._live.update(
                Text(f"      … {one_line(text)}" if text else "", style="dim italic"), refresh=True
            )

    def _message(self, message: dict[str, Any]) -> None:
        line = Text(f"{_clock(message['duration']['timeOffset'])}  ", style="dim")
        if name := message["from"].get("name"):
            line.append(f"{one_line(name)}: ", style="bold not dim")
        line.append(one_line(message["payload"]["content"]), style="not dim")
        self._console.print(line)

    def _insight(self, insight: dict[str, Any]) -> None:
        if insight["confidence"] < WORTH_READING:
            return
        line = Text("       ")
        text = one_line(insight["text"])
        if insight["dismissed"]:
            line.append(f"no {_NAMES[insight['type']]} after all: {text}", style="dim")
        else:
            line.append(f"{_NAMES[insight['type']]}: ", style=_STYLES[insight["type"]])
            line.append(text)
            if due := (insight.get("dueBy") or {}).get("value"):
                line.append(f"  (due {due[:10]})", style="dim")
        # One that is sent again has changed, but perhaps in nothing that is shown here.
        if self._told.get(insight["id"]) != line.plain:
            self._told[insight["id"]] = line.plain
            self._console.print(line)

    def _state(self, data: dict[str, Any]) -> None:
        told = [data["state"].replace("_", " ")]
        if data.get("codec"):
            told.append(data["codec"])
        if data.get("sipStatus") and data["state"] not in ("answered", "ended"):
            told.append(f"SIP {data['sipStatus']}")
        if data.get("reason"):
            told.append(one_line(str(data["reason"])))
        self._console.print(Text(f"[{', '.join(told)}]", style="dim"))


async def print_outcome(client: Client, conversation_id: str) -> None:
    """Print the summary, the insights that are worth reading and the topics of a conversation."""
    console = Console(highlight=False, soft_wrap=True)
    base = f"/v1/conversations/{conversation_id}"
    sections = (
        ("Summary", (await client.get(f"{base}/summary"))["summary"]),
        ("Action items", (await client.get(f"{base}/action-items"))["actionItems"]),
        ("Follow-ups", (await client.get(f"{base}/follow-ups"))["followUps"]),
        ("Questions", (await client.get(f"{base}/questions"))["questions"]),
    )
    for title, found in sections:
        if items := [item for item in found if item.get("score", 1.0) >= WORTH_READING]:
            console.print(f"\n[bold]{title}[/bold]")
            for item in items:
                console.print(Text(f"  • {one_line(item['text'])}" + _due(item)))
    if topics := (await client.get(f"{base}/topics"))["topics"]:
        console.print("\n[bold]Topics[/bold]")
        console.print(Text("  " + ", ".join(one_line(topic["text"]) for topic in topics)))


def print_where(conversation_id: str, home: Path | None, server: str | None) -> None:
    """Print how to come back to a conversation."""
    where = f" --server {server}" if server is not None else f" --home {home}" if home is not None else ""
    command = os.path.relpath(sys.argv[0])
    Console(highlight=False, soft_wrap=True).print(
        Text(f"\nConversation {conversation_id}: {command} export {conversation_id}{where}")
    )


def _due(item: dict[str, Any]) -> str:
    """Return the day as it is called where the conversation took place, if that is known."""
    dates = [one for one in item.get("entities", ()) if one["type"].startswith("date")]
    days = [str(one.get("value") or one.get("start"))[:10] for one in dates] or [item.get("dueBy", "")[:10]]
    return f"  (due {days[0]})" if item.get("dueBy") else ""


def _clock(at_s: float) -> str:
    minutes, seconds = divmod(int(at_s), 60)
    return f"{minutes:02}:{seconds:02}"
