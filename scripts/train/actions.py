"""Train the model of action sentences: python scripts/train/actions.py DATA_DIR.

E-mail sentences come with labels. Of meetings, `meeting_actions.txt` judges the sentences in which the rules
see an act; the others are taken for none, which they nearly all are.
"""

import sys
from datetime import date
from pathlib import Path

import numpy as np
from fitting import fit, save
from material import meetings, rows

from earwitness.insights.acts.action_score import action_features, with_rules
from earwitness.insights.acts.speech_acts import SpeechAct, find_speech_act
from earwitness.insights.dates.mentions import find_dates
from earwitness.insights.english.sentences import cleaned_sentences
from earwitness.insights.linear import probability_of

TARGET = Path(__file__).parents[2] / "src" / "earwitness" / "insights" / "data" / "actions.npz"
JUDGED = Path(__file__).with_name("meeting_actions.txt")
_STRENGTH = 0.3
_JUDGED_WEIGHT = 2.0
_UNJUDGED_WEIGHT = 1.0
_Seen = tuple[str, SpeechAct | None, bool]
_TODAY = date(2024, 5, 15)


def main(folder: Path) -> None:
    """Fit, say how well unseen e-mails and meetings are judged, and write the weights."""
    acts: list[_Seen] = []
    labels: list[bool] = []
    groups: list[str] = []
    weights: list[float] = []
    for number, row in enumerate(rows(folder, "emailintent")):
        acts.append(_act_in(" ".join(cleaned_sentences(row["text"]))))
        labels.append(row["action"])
        groups.append(f"e-mail {number % 50}")
        weights.append(1.0)
    mails = len(labels)
    judged = _judged()
    for said in meetings(folder):
        label = judged.get((said.meeting, said.place))
        acts.append(_act_in(said.text))
        labels.append(bool(label))
        groups.append(said.meeting)
        weights.append(_UNJUDGED_WEIGHT if label is None else _JUDGED_WEIGHT)
    model, log_odds = fit(
        [action_features(*seen) for seen in acts],
        labels,
        groups,
        weights=weights,
        strength=_STRENGTH,
        calibrated_on=slice(0, mails),
    )
    unseen = np.array(
        [
            _with_rules(probability_of(odds), seen, spoken=number >= mails)
            for number, (odds, seen) in enumerate(zip(log_odds, acts, strict=True))
        ]
    )
    for name, part in (("e-mails", slice(0, mails)), ("meetings", slice(mails, None))):
        wanted, predicted = np.array(labels[part]), unseen[part] >= 0.5
        hits = int((wanted & predicted).sum())
        precision, recall = hits / predicted.sum(), hits / wanted.sum()
        f1 = 2 * hits / (predicted.sum() + wanted.sum())
        print(f"unseen {name}: precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    save(model, TARGET)


def _act_in(text: str) -> _Seen:
    dated = any(found.period.due >= _TODAY for found in find_dates(text, _TODAY))
    return text, find_speech_act(text), dated


def _with_rules(chance: float, seen: _Seen, spoken: bool) -> float:
    _, act, dated = seen
    return chance if act is None else with_rules(chance, act, dated, spoken)


def _judged() -> dict[tuple[str, str], bool]:
    lines = (line.split() for line in JUDGED.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {(meeting, place): mark == "+" for meeting, place, mark in lines}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
