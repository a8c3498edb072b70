"""Reads the annotated conversations that models are trained on: a folder of `ami.jsonl`, `qmsum.jsonl` …"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earwitness.insights.english.sentences import clean, split_sentences

_ICSI = re.compile(r"B[a-z]{2}\d{3}")
_SPACED_MARK = re.compile(r"\s+(?=[.,?!;:])|(?<=\w)\s+(?='(?:s|m|re|ll|ve|d|t)\b)|(?<=\w)\s+(?=n't\b)")


@dataclass(frozen=True, slots=True)
class Said:
    """A clean sentence of a meeting."""

    meeting: str
    place: str
    """Turn and sentence, as in `12.0`."""
    text: str
    mark: str
    """The mark at its end as transcribed; empty where it was cut off."""


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of a set."""
    return [
        json.loads(line)
        for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()
        if line.strip()
    ]


def meetings(folder: Path) -> Iterator[Said]:
    """Yield the sentences of AMI and QMSum, but of no ICSI meeting: those are measured on (MRDA)."""
    seen = set()
    for name in ("ami", "qmsum"):
        for row in rows(folder, name):
            if _ICSI.fullmatch(row["conv"]) or row["conv"] in seen:
                continue
            seen.add(row["conv"])
            texts = [said["text"] if name == "ami" else said[1] for said in row["utts"]]
            yield from sentences(row["conv"], texts)


def sentences(meeting: str, texts: list[str]) -> Iterator[Said]:
    """Yield the clean sentences of what was said in turn."""
    for turn, text in enumerate(texts):
        for number, sentence in enumerate(split_sentences(_SPACED_MARK.sub("", text.replace("’", "'")))):
            mark = sentence.strip()[-1:]
            cleaned = clean(sentence)
            if cleaned:
                place = f"{turn}.{number}"
                yield Said(meeting, place, cleaned, mark if mark in (".", "?", "!") else "")
