"""The annotated conversations beside the repository, and their scorers, run as they are."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIALOGUE = Path(__file__).resolve().parents[4] / "shared" / "dialogue"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table."""

    insight: str
    material: str
    measure: str
    ours: float | None
    """None where it cannot be measured; `note` says why."""
    reference: str = "–"
    target: float | None = None
    note: str = ""

    @property
    def cells(self) -> list[str]:
        """What stands in the table."""
        ours = self.note if self.ours is None else f"{figure(self.ours)} {self.note}".strip()
        if self.target is None:
            return [self.insight, self.material, self.measure, ours, self.reference, "–", ""]
        met = "" if self.ours is None else "yes" if self.ours >= self.target else "no"
        return [self.insight, self.material, self.measure, ours, self.reference, figure(self.target), met]


HEADS = ["insight", "material", "measure", "ours", "reference", "target", "met"]


def figure(value: float) -> str:
    """Return a share with three places, or anything above one with one."""
    return f"{value:.3f}" if abs(value) <= 1 else f"{value:.1f}"


def rows(name: str) -> list[Row]:
    """Return the rows of a file."""
    return [json.loads(line) for line in (DIALOGUE / name).read_text("utf-8").splitlines() if line.strip()]


def score(scorer: str, gold: str | Sequence[Row] | Row, predictions: Iterable[Row]) -> Row:
    """Return what a scorer says of predictions.

    Args:
        scorer: the name of its script.
        gold: a file's name, or some of its rows; for trackers an object with its rows.
        predictions: each with the number `n` of its row among the gold ones.
    """
    with tempfile.TemporaryDirectory() as folder:
        predicted = Path(folder) / "predicted.jsonl"
        predicted.write_text("".join(json.dumps(one) + "\n" for one in predictions), "utf-8")
        if isinstance(gold, str):
            path = DIALOGUE / gold
        else:
            path = Path(folder) / "gold.jsonl"
            lines = [gold] if isinstance(gold, dict) else gold
            path.write_text("".join(json.dumps(one) + "\n" for one in lines), "utf-8")
        command = [sys.executable, str(DIALOGUE / scorer), str(path), str(predicted)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{scorer} failed: {done.stderr.strip()}")
    told: Row = json.loads(done.stdout.splitlines()[-1])
    return told
