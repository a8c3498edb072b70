"""Entities (personal data, names) and trackers."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.bench.insights.gold import DIALOGUE, Line, Row, rows, score
from tests.bench.insights.reading import Found, Reader, Said, batches

_SIZE = 250
PERSONAL = {
    "email": "EMAIL_ADDRESS",
    "email_address": "EMAIL_ADDRESS",
    "card": "CREDIT_CARD",
    "credit_card": "CREDIT_CARD",
    "credit_card_number": "CREDIT_CARD",
    "card_number": "CREDIT_CARD",
    "phone": "PHONE_NUMBER",
    "phone_number": "PHONE_NUMBER",
    "ssn": "US_SSN",
    "us_ssn": "US_SSN",
    "social_security_number": "US_SSN",
    "iban": "IBAN_CODE",
    "iban_code": "IBAN_CODE",
    "bank_account": "IBAN_CODE",
    "domain": "DOMAIN_NAME",
    "domain_name": "DOMAIN_NAME",
    "url": "DOMAIN_NAME",
    "ip": "IP_ADDRESS",
    "ip_address": "IP_ADDRESS",
    "person": "PERSON",
    "person_name": "PERSON",
    "location": "GPE",
    "organization": "ORGANIZATION",
    "age": "AGE",
    "address": "STREET_ADDRESS",
    "street_address": "STREET_ADDRESS",
    "zip_code": "ZIP_CODE",
    "date": "DATE_TIME",
    "date_of_birth": "DATE_TIME",
    "datetime": "DATE_TIME",
    "daterange": "DATE_TIME",
    "datetimerange": "DATE_TIME",
}
"""Our types of entities, as the annotations call them."""
_NAMES = {
    "person": "person",
    "person_name": "person",
    "location": "location",
    "organization": "organization",
}
Span = tuple[str, int, int]


async def personal_data(reader: Reader) -> list[Line]:
    """Personal data in written sentences."""
    gold = rows("pii_synth.jsonl")
    found = await _found(reader, [one["text"] for one in gold])
    predictions = []
    for row, spans in found.items():
        named = [[PERSONAL[kind], start, end] for kind, start, end in spans if kind in PERSONAL]
        predictions.append({"n": row, "spans": named})
    types = score("score_pii.py", gold, predictions)["types"]
    wanted = {
        "EMAIL_ADDRESS": ("1.0", 1.0),
        "CREDIT_CARD": ("1.0", 1.0),
        "US_SSN": ("1.0", 1.0),
        "DOMAIN_NAME": ("1.0", None),
        "IBAN_CODE": (".95", None),
        "PHONE_NUMBER": (".63", 0.85),
        "DATE_TIME": (".55", 0.75),
    }
    annotated = {span[0] for one in gold for span in one["spans"]}
    return [
        Line("personal data", name, "F1", types.get(name, {"F1": 0.0})["F1"], reference, target)
        if name in annotated
        else Line("personal data", name, "F1", None, reference, target, "none in this slice")
        for name, (reference, target) in wanted.items()
    ]


async def entities(reader: Reader) -> list[Line]:
    """Names of people, places and organisations in short messages."""
    gold = rows("ner_btc.jsonl")
    found = await _found(reader, [" ".join(one["t"]) for one in gold])
    predictions = [{"n": row, "l": _labels(gold[row]["t"], spans)} for row, spans in found.items()]
    told = score("score_ner.py", "ner_btc.jsonl", predictions)
    references = {"person": ".76", "location": ".44", "organization": ".19"}
    lines = [
        Line("names", f"Broad Twitter (also trained on): {kind}", "F1", told["types"][kind]["F1"], reference)
        for kind, reference in references.items()
    ]
    return [
        *lines,
        Line("names", "Broad Twitter (also trained on): all", "F1", told["micro"]["F1"], ".63", 0.63),
    ]


async def trackers(reader: Reader) -> list[Line]:
    """Trackers of a request in what customers say, and in chat that is about nothing of it."""
    gold: dict[str, Any] = json.loads((DIALOGUE / "trackers_banking77.json").read_text("utf-8"))
    said = [Said(row, one["text"]) for row, one in enumerate(gold["utts"])]
    found = await reader.read_all(batches(said, _SIZE), trackers=trackers_of(gold["trackers"]))
    told = score("score_trackers.py", "trackers_banking77.json", await tracked(found))
    note = f"(P {told['P']:.2f}, R {told['R']:.2f}, {told['false_alarm_on_chat']} false alarms in chat)"
    return [Line("trackers", "Banking77", "F1", told["F1"], ".648", 0.70, note)]


def trackers_of(vocabularies: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Return trackers as a request has them."""
    return [{"name": name, "vocabulary": list(phrases)} for name, phrases in vocabularies.items()]


async def tracked(found: Sequence[Found]) -> list[Row]:
    """Return the predictions of which trackers each row matches."""
    names: dict[int, set[str]] = {}
    for one in found:
        for tracker in await one.get("trackers"):
            for match in tracker["matches"]:
                for row in one.rows_of(ref["id"] for ref in match["messageRefs"]):
                    names.setdefault(row, set()).add(tracker["name"])
    return [{"n": row, "trackers": sorted(found)} for row, found in names.items()]


async def _found(reader: Reader, texts: Sequence[str]) -> dict[int, list[Span]]:
    """Return the entities of texts, with their place in the text, by the text's number."""
    said = [Said(row, text) for row, text in enumerate(texts) if text.strip()]
    spans: dict[int, list[Span]] = {}
    for one in await reader.read_all(batches(said, _SIZE), detectEntities=True):
        places = {
            message_id: place
            for row, messages in one.messages.items()
            for message_id, place in _places(texts[row], messages)
        }
        for kind, message_id, start, end in named(await one.get("entities")):
            if message_id in places and end <= len(places[message_id]):
                place = places[message_id]
                spans.setdefault(one.rows[message_id], []).append((kind, place[start], place[end - 1] + 1))
    return spans


def named(reply: Mapping[str, Any]) -> Iterator[tuple[str, str, int, int]]:
    """Yield each mention of an entity: its type, message, and place in the message."""
    for entity in reply["entities"]:
        kind = re.sub(r"\W+", "_", entity.get("subType") or entity["type"]).casefold()
        if kind not in PERSONAL:
            kind = re.sub(r"\W+", "_", entity["type"]).casefold()
        matches = entity.get("matches") or [{"messageRefs": entity["messageRefs"]}]
        for match in matches:
            text = match.get("detectedValue") or match.get("value") or entity["text"]
            for ref in match["messageRefs"]:
                if ref.get("offset", -1) >= 0:
                    yield kind, ref["id"], ref["offset"], ref["offset"] + len(text)


def _places(text: str, messages: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[int]]]:
    """Yield where in a text each character of its messages stands."""
    kept = [at for at, character in enumerate(text) if not character.isspace()]
    used = 0
    for message in messages:
        place = []
        for character in message["text"]:
            place.append(kept[min(used, len(kept) - 1)])
            used += not character.isspace()
        yield message["id"], place


def _labels(tokens: Sequence[str], spans: Sequence[Span]) -> list[str]:
    """Return the labels (BIO) of tokens that stand with a space between them."""
    labels = ["O"] * len(tokens)
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token) + 1)
    for kind, start, end in spans:
        if kind in _NAMES:
            inside = [
                at for at, token in enumerate(tokens) if starts[at] < end and start < starts[at] + len(token)
            ]
            for number, at in enumerate(inside):
                labels[at] = f"{'I' if number else 'B'}-{_NAMES[kind]}"
    return labels
