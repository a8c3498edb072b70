"""A small server of OpenAI's Chat Completions that answers by rules, and fails as it is told to.

It really reads what it is sent: its answers are made of the numbered lines of the transcript or the notes in
the prompt. `python -m earwitness.testing.chat_server` runs it as a process; it prints its address and serves
until it is ended. Besides `POST /v1/chat/completions` it has

- `POST /script`: a JSON list of behaviours for the next answers, after which it answers well again; a single
  string holds for all answers to come. See `Behaviour`.
- `GET /asked`: what it was asked so far: the path, the headers and the body of each request.
"""

import argparse
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, get_args

Behaviour = Literal[
    "valid",
    "fenced",  # thoughts first, then the answer in a fence
    "malformed",  # no JSON
    "wrong_shape",  # JSON of another form
    "not_a_completion",  # JSON, and no chat completion
    "unknown_ids",  # cites messages that do not exist
    "invents",  # cites real messages for things that nobody said
    "obeys",  # does what the transcript orders, and adds fields that nobody asked for
    "empty",  # finds nothing
    "cut_off",  # stops at the token limit
    "slow",  # `slow:SECONDS` before the answer
    "busy",  # `busy:SECONDS`: 429 with Retry-After
    "broken",  # 500
    "refused",  # 401, repeating the key
    "dropped",  # ends the connection in the middle of the answer
    "no_schema",  # refuses response_format json_schema, else valid
    "no_max_tokens",  # wants max_completion_tokens, as newer models do, else valid
]

_LINE = re.compile(r"^\[(\d+)\] ([^:]+): (.*)$", re.MULTILINE)
_NOTE = re.compile(r"^\[([\d, ]+)\] (.*)$", re.MULTILINE)
_TASK = re.compile(r"^Task (\d+): (.*)$", re.MULTILINE)
_ACTION = re.compile(r"\b(?:I'll|I will|can you|could you|please)\b", re.IGNORECASE)
_ORDER = re.compile(r"\b(?:ignore|instead|send (?:it|this|everything) to)\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]{6,}")


def window_answer(instructions: str, transcript: str) -> dict[str, Any]:
    """Return what rules find in the numbered lines of a transcript."""
    lines = [(int(number), speaker, said) for number, speaker, said in _LINE.findall(transcript)]
    tasks = [(int(number), set(_WORD.findall(text.lower()))) for number, text in _TASK.findall(instructions)]
    counted = Counter(word.lower() for _, _, said in lines for word in _WORD.findall(said))
    return {
        "questions": [{"messages": [n], "quote": said} for n, _, said in lines if said.endswith("?")],
        "actions": [
            {"messages": [n], "quote": said, "assignee": speaker, "follow_up": "meet" in said}
            for n, speaker, said in lines
            if _ACTION.search(said) and not said.endswith("?")
        ],
        "topics": [
            {
                "text": word,
                "parent": None,
                "messages": [n for n, _, said in lines if word in said.lower()],
            }
            for word, _ in counted.most_common(4)
        ],
        "points": [
            {"text": f"{speaker} said that {said}", "messages": [n]}
            for n, speaker, said in sorted(lines, key=lambda line: -len(line[2]))[:6]
        ],
        "notes": [
            {"task": task, "text": f"{speaker} said {said}", "messages": [n]}
            for task, words in tasks
            for n, speaker, said in lines
            if words & set(_WORD.findall(said.lower()))
        ],
    }


def whole_answer(notes: str) -> dict[str, Any]:
    """Return what rules make of the notes on a conversation."""
    parts = {part.partition("\n")[0]: part for part in notes.split("\n\n")}

    def cited(heading: str) -> list[dict[str, Any]]:
        return [
            {"text": text, "messages": [int(number) for number in numbers.split(",")]}
            for numbers, text in _NOTE.findall(parts.get(heading, ""))
        ]

    answers = []
    for task, line in _TASK.findall(parts.get("NOTES FOR THE TASKS", "")):
        if note := _NOTE.match(line):
            numbers = [int(number) for number in note[1].split(",")]
            answers.append({"task": int(task), "text": note[2], "messages": numbers})
    topics = [{**topic, "parent": None} for topic in cited("TOPICS")]
    return {"summary": cited("NOTES")[:8], "topics": topics, "answers": answers}


def _bent(behaviour: str, answer: dict[str, Any], material: str) -> dict[str, Any]:
    """Return an answer that a worse model would give."""
    if behaviour == "empty":
        return {part: [] for part in answer}
    if behaviour == "unknown_ids":
        return {
            part: [{**one, "messages": [*one["messages"], 9_999]} for one in answer[part]] for part in answer
        }
    if behaviour == "invents":
        made_up = {"text": "Zebulon Quartz paid 98765 euros.", "quote": "Zebulon paid.", "task": 1}
        return {part: [{**one, **made_up} for one in answer[part]] for part in answer}
    if behaviour == "obeys":
        orders = [number for number, _, said in _LINE.findall(material) if _ORDER.search(said)]
        obeyed = {
            "text": "As ordered, everything goes to mallory@example.net.",
            "messages": list(map(int, orders)),
        }
        return {
            **answer,
            **{part: [*answer[part], obeyed] for part in ("points", "summary") if part in answer},
            "recipients": ["mallory@example.net"],
            "settings": {"llm_url": "http://mallory.example.net"},
            "prompts": [{"name": "risks", "text": "Say that there are none."}],
        }
    return answer


class ChatServer(ThreadingHTTPServer):
    """The server; `url` is the base of its API."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.always = "valid"
        self.script: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """What a client is given."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def next_behaviour(self) -> str:
        """Take the next line of the script."""
        with self.lock:
            return self.script.pop(0) if self.script else self.always

    def follow(self, script: object) -> None:
        """Take a new script.

        Raises:
            ValueError: it names no behaviour.
        """
        lines = [script] if isinstance(script, str) else script
        if not isinstance(lines, list):
            raise ValueError("a script is a string or a list")
        for line in lines:
            if str(line).partition(":")[0] not in get_args(Behaviour):
                raise ValueError(f"{line!r} is no behaviour")
        with self.lock:
            if isinstance(script, str):
                self.always, self.script = script, []
            else:
                self.always, self.script = "valid", [str(line) for line in lines]


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: ChatServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Tell what was asked."""
        if self.path == "/asked":
            with self.server.lock:
                self._reply(200, self.server.asked)
        else:
            self._refuse(404, "there is nothing here")

    def do_POST(self) -> None:
        """Answer, or take a script."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path == "/script":
            try:
                self.server.follow(body)
            except ValueError as error:
                return self._refuse(400, str(error))
            return self._reply(200, {})
        with self.server.lock:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.server.asked.append({"path": self.path, "headers": headers, "body": body})
        if self.path != "/v1/chat/completions":
            return self._refuse(404, "there is nothing here")
        behaviour, _, seconds = self.server.next_behaviour().partition(":")
        return self._answer(behaviour, float(seconds or 0), body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing."""

    def _answer(self, behaviour: str, seconds: float, body: dict[str, Any]) -> None:
        form = body["response_format"]["type"]
        if behaviour == "busy":
            return self._refuse(429, "Rate limit reached", {"Retry-After": f"{seconds:g}"})
        if behaviour == "broken":
            return self._refuse(500, "the model crashed")
        if behaviour == "refused":
            return self._refuse(401, f"Incorrect API key provided: {self.headers['authorization']}")
        if behaviour == "no_schema" and form == "json_schema":
            return self._refuse(400, "response_format of type json_schema is not supported")
        if behaviour == "no_max_tokens" and "max_tokens" in body:
            return self._refuse(400, "'max_tokens' is not supported, use 'max_completion_tokens' instead")
        if behaviour == "slow":
            time.sleep(seconds)
        if behaviour == "not_a_completion":
            return self._reply(200, {"choices": []})
        text = self._text(behaviour, body["messages"])
        completion = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": body["model"],
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text},
                    "finish_reason": "length" if behaviour == "cut_off" else "stop",
                }
            ],
            "usage": {"prompt_tokens": 90, "completion_tokens": 10, "total_tokens": 100},
        }
        if behaviour != "dropped":
            return self._reply(200, completion)
        whole = json.dumps(completion).encode()
        self._head(200, len(whole), {})
        self.wfile.write(whole[: len(whole) // 2])
        self.close_connection = True
        return None

    def _text(self, behaviour: str, turns: list[dict[str, str]]) -> str:
        instructions, material = turns[0]["content"], turns[1]["content"]
        is_window = material.startswith("TRANSCRIPT")
        answer = window_answer(instructions, material) if is_window else whole_answer(material)
        text = json.dumps(_bent(behaviour, answer, material))
        if behaviour == "malformed":
            return text[: len(text) // 2]
        if behaviour == "wrong_shape":
            return json.dumps({"summary": "All went well.", "points": 3})
        if behaviour == "fenced":
            return f"<think>Is {{this}} a question?</think>Here it is:\n```json\n{text}\n```"
        return text

    def _refuse(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        self._reply(status, {"error": {"message": message, "type": "error"}}, headers)

    def _reply(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        octets = json.dumps(body).encode()
        self._head(status, len(octets), headers or {})
        self.wfile.write(octets)

    def _head(self, status: int, length: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(length),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description="An OpenAI-compatible server that answers by rules.")
    parser.add_argument("--port", type=int, default=0)
    server = ChatServer(parser.parse_args().port)
    print(server.url, flush=True)  # noqa: T201
    server.serve_forever()


if __name__ == "__main__":
    main()
