"""How a server wants to be asked: OpenAI's API has many half-sisters.

The request is OpenAI's Chat Completions (API reference, Create chat completion). A server that refuses a part
of it is asked again without that part, and from then on in the way that it took.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

Turn = dict[str, str]
"""A message of the chat: `role` and `content`."""

REFUSALS = frozenset({400, 404, 415, 422, 500, 501})
"""Statuses that servers refuse an unknown `response_format` with; 500 only where the text speaks of it."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a server takes."""

    schema: bool = True
    """`response_format` of the type `json_schema`; else `json_object`, with the schema in the prompt."""
    limit: str = "max_tokens"
    """Newer models of OpenAI call it `max_completion_tokens`."""
    temperature: bool = True
    """Reasoning models take none."""

    def body(
        self, model: str, turns: Sequence[Turn], name: str, schema: dict[str, Any], most_tokens: int
    ) -> dict[str, Any]:
        """Return the request for an answer in the form of `schema`."""
        body: dict[str, Any] = {"model": model, self.limit: most_tokens, "stream": False}
        if self.temperature:
            body["temperature"] = 0
        if self.schema:
            body["messages"] = list(turns)
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": name, "strict": True, "schema": schema},
            }
        else:
            first = {**turns[0], "content": f"{turns[0]['content']}\n\n{_asking_for(schema)}"}
            body["messages"] = [first, *turns[1:]]
            body["response_format"] = {"type": "json_object"}
        return body

    def after(self, status: int, told: str) -> "Dialect | None":
        """Return how to ask after a refusal, or None where no other way is known."""
        words = told.casefold()
        if status not in REFUSALS:
            return None
        if "max_completion_tokens" in words and self.limit == "max_tokens":
            return replace(self, limit="max_completion_tokens")
        if "temperature" in words and self.temperature:
            return replace(self, temperature=False)
        if self.schema and (status not in (404, 500) or "schema" in words or "response_format" in words):
            return replace(self, schema=False)
        return None


def _asking_for(schema: dict[str, Any]) -> str:
    return f"Answer with one JSON object and nothing else. Its JSON Schema:\n{json.dumps(schema)}"
