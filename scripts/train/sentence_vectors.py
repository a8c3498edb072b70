"""Train the vectors of `earwitness.insights.english.sentence_vectors`: a static copy of a sentence encoder.

    python scripts/train/sentence_vectors.py MODEL_DIR WORDNET_DIR DATA_DIR OUTPUT.npz

MODEL_DIR holds all-MiniLM-L6-v2 (`model.safetensors`, `vocab.txt`, `config.json`), WORDNET_DIR the database
of WordNet 3 (`data.noun` …), DATA_DIR annotated conversations. The encoder is run by numpy alone, so nothing
has to be installed; it takes about fifteen minutes of one core. See docs/models/sentence-vectors.md.

Each piece of a word first has the encoder's own vector of it, alone, with a weight that falls with its
frequency (Arora et al. 2017). Ridge regression then moves the vectors so that their mean over a sentence
comes as close as it can to the encoder's vector of the sentence. What is kept are the first principal
components of the latter, in 8 bits.
"""

import json
import re
import struct
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from earwitness.insights.english.sentence_vectors import words_of

Floats = npt.NDArray[np.float32]

SEED = 7
DIMENSIONS = 160
SAID, WRITTEN, ASKED = 9_000, 8_000, 8_000
"""Sentences of conversations, of WordNet, and plain ones that are made."""
BACKGROUND = 512
"""Sentences of conversations whose vectors are kept."""
MOST_PIECES = 48
"""Of a sentence, for the encoder."""
SIF = 1e-3
RIDGE = 300.0
ROUNDS = 25
"""Of the conjugate gradient method."""
ABOUT_THINGS = """
where is my {n}
how do i get a {n}
i need another {n}
the {n} is not working
what is this {n} for
i lost my {n}
is there a {n} on my {m}
how much does the {n} cost
do you have a {n}
my {n} has not come yet
what kinds of {n} do you have
the {n} and the {m} are wrong
i got the wrong {n}
there is no {n} in the {m}
tell me about the {n}
which {n} is better, this one or the {m}
i like the {n} more than the {m}
we should talk about the {n} of the {m}
who is in charge of the {n}
that is a big {n}
can i use my {n} in another {m}
"""
ABOUT_DOING = """
how do i {v} my {n}
can i {v} the {n}
can you {v} it for me
why can't i {v} the {n}
please {v} my {n}
i want to {v} the {n} with a {m}
they {v} the {n} twice
i did not {v} this {n}
we have to {v} the {n} before the {m}
when will you {v} the {n}
why would the {m} {v} my {n}
is it possible to {v} a {n} automatically
it won't let me {v} the {n}
don't {v} it
what happens if i {v} the {n}
i am still trying to {v} the {n}
help me {v} a {n}
he asked us to {v} the {n} again
should we {v} or {w}
i need you to {v} and {w} the {n}
"""


class Encoder:
    """all-MiniLM-L6-v2: BERT with 6 layers of 384, mean pooling."""

    def __init__(self, folder: Path) -> None:
        self.config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
        self.vocabulary = (folder / "vocab.txt").read_text("utf-8").splitlines()
        self.places = {piece: place for place, piece in enumerate(self.vocabulary)}
        self._weights = read_safetensors(folder / "model.safetensors")

    def cut(self, text: str) -> list[int]:
        """Return the places of the pieces of a text."""
        return [place for word in words_of(text) for place in self._pieces(word)]

    def _pieces(self, word: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = word[start:end] if start == 0 else f"##{word[start:end]}"
                if piece in self.places:
                    found.append(self.places[piece])
                    start = end
                    break
            else:
                return [self.places["[UNK]"]]
        return found

    def encode(self, sentences: Sequence[Sequence[int]]) -> Floats:
        """Return the vectors of sentences of one length (sentences × 384)."""
        first, last = self.places["[CLS]"], self.places["[SEP]"]
        ids = np.array([[first, *pieces, last] for pieces in sentences])
        count, length = ids.shape
        heads = self.config["num_attention_heads"]
        size = self.config["hidden_size"] // heads
        w = self._weights
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:length]
        x = self._normed(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(self.config["num_hidden_layers"]):
            at = f"encoder.layer.{layer}"
            q, k, v = (
                self._linear(x, f"{at}.attention.self.{part}")
                .reshape(count, length, heads, size)
                .transpose(0, 2, 1, 3)
                for part in ("query", "key", "value")
            )
            scores = q @ k.transpose(0, 1, 3, 2) / np.float32(size**0.5)
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            mixed = (scores / scores.sum(-1, keepdims=True)) @ v
            mixed = mixed.transpose(0, 2, 1, 3).reshape(count, length, heads * size)
            x = self._normed(
                x + self._linear(mixed, f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm"
            )
            inner = gelu(self._linear(x, f"{at}.intermediate.dense"))
            x = self._normed(x + self._linear(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
        return unit(x.mean(axis=1))

    def _linear(self, x: Floats, name: str) -> Floats:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normed(self, x: Floats, name: str) -> Floats:
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt((x * x).mean(-1, keepdims=True) + self.config["layer_norm_eps"])
        return x * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def gelu(x: Floats) -> Floats:
    """The activation, by the error function (Abramowitz and Stegun 7.1.26, to 1.5e-7)."""
    z = np.abs(x) * np.float32(2**-0.5)
    t = 1 / (1 + np.float32(0.3275911) * z)
    erf = np.full_like(t, 1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        erf = erf * t + np.float32(factor)
    erf = np.copysign(1 - erf * t * np.exp(-z * z), x)
    return np.float32(0.5) * x * (1 + erf)


def unit(x: Floats) -> Floats:
    """Return rows of length 1."""
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)


def read_safetensors(path: Path) -> dict[str, Floats]:
    """Return the tensors of a file, as 32-bit numbers."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    kinds = {"F32": np.float32, "F16": np.float16, "I64": np.int64}
    found = {}
    for name, entry in header.items():
        if name != "__metadata__":
            first, last = entry["data_offsets"]
            piece = data[8 + length + first : 8 + length + last]
            values = np.frombuffer(piece, kinds[entry["dtype"]]).reshape(entry["shape"])
            found[name.removeprefix("bert.")] = values.astype(np.float32)
    return found


def sentences_of_wordnet(folder: Path) -> Iterator[str]:
    """Yield definitions and examples."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text("utf-8").splitlines():
            if line.startswith(" ") or "|" not in line:
                continue
            head, _, gloss = line.partition(" | ")
            words = head.split()[4:20:2]
            count = int(head.split()[3], 16)
            yield " ".join(word.replace("_", " ") for word in words[:count])
            yield from re.findall(r'"([^"]{12,})"', gloss)
            if (definition := gloss.split(";")[0].strip(' "')) and len(definition) > 12:
                yield definition


def sentences_of_conversations(folder: Path) -> Iterator[str]:
    """Yield what is said in the sets whose licences let weights be shipped (not banking77)."""
    for name in ("emailintent", "goemotions", "ner_btc", "vader_gt", "pii_synth", "ami", "qmsum"):
        for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines():
            yield from texts_in(json.loads(line))


def texts_in(value: Any) -> Iterator[str]:
    """Yield the sentences anywhere in a row."""
    if isinstance(value, str):
        for sentence in re.split(r"(?<=[.?!])\s+|\n+", value):
            if len(sentence.split()) >= 3:
                yield sentence
    elif isinstance(value, list) and value and all(isinstance(one, str) and " " not in one for one in value):
        yield " ".join(value)
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_in(inner)


def asked(folder: Path, most: int) -> Iterator[str]:
    """Yield plain sentences about things and what is done with them: how people ask and complain."""
    counts = Counter(word for text in sentences_of_wordnet(folder) for word in text.lower().split())
    things = common_in(folder / "index.noun", counts)[:3000]
    doing = common_in(folder / "index.verb", counts)[:1500]
    random = Random(SEED)
    for _ in range(most):
        shapes = ABOUT_DOING if random.random() < 0.6 else ABOUT_THINGS
        shape = random.choice(shapes.strip().splitlines())
        n, m, v, w = (random.choice(words) for words in (things, things, doing, doing))
        yield shape.format(n=n, m=m, v=v, w=w)


def common_in(index: Path, counts: Counter[str]) -> list[str]:
    """Return the words of an index of WordNet that are tagged in texts, the most frequent first."""
    words = []
    for line in index.read_text("utf-8").splitlines():
        fields = line.split()
        word = fields[0]
        if line.startswith(" ") or not word.isalpha() or len(word) < 3:
            continue
        if int(fields[5 + int(fields[3])]):
            words.append(word)
    return sorted(words, key=lambda word: (-counts[word], word))


def taken(sentences: Iterable[str], most: int, random: np.random.Generator) -> list[str]:
    """Return so many different sentences, drawn at random."""
    every = sorted(set(sentences))
    return [every[place] for place in random.permutation(len(every))[:most]]


def encoded(encoder: Encoder, sentences: Sequence[Sequence[int]]) -> Floats:
    """Return the encoder's vectors of sentences, whatever their lengths."""
    found = np.zeros((len(sentences), encoder.config["hidden_size"]), np.float32)
    by_length: dict[int, list[int]] = {}
    for place, pieces in enumerate(sentences):
        by_length.setdefault(len(pieces), []).append(place)
    for _, places in sorted(by_length.items()):
        for first in range(0, len(places), 64):
            batch = places[first : first + 64]
            found[batch] = encoder.encode([sentences[place] for place in batch])
    return found


class Counts:
    """A sparse matrix of sentences × pieces, each row summing to 1."""

    def __init__(self, sentences: Sequence[Sequence[int]], pieces: int) -> None:
        self.shape = len(sentences), pieces
        self._rows = np.repeat(np.arange(len(sentences)), [len(one) for one in sentences])
        self._columns = np.concatenate([np.array(one, np.int64) for one in sentences])
        self._share = (1 / np.array([len(one) for one in sentences], np.float32))[:, None]
        order = np.argsort(self._columns, kind="stable")
        self._by_piece = self._rows[order]
        self._pieces, self._starts = np.unique(self._columns[order], return_index=True)
        self._row_starts = np.searchsorted(self._rows, np.arange(len(sentences)))

    def times(self, x: Floats) -> Floats:
        """Return the matrix times `x` (pieces × dimensions)."""
        return np.add.reduceat(x[self._columns], self._row_starts, axis=0) * self._share

    def transposed_times(self, y: Floats) -> Floats:
        """Return the transposed matrix times `y` (sentences × dimensions)."""
        found = np.zeros((self.shape[1], y.shape[1]), np.float32)
        found[self._pieces] = np.add.reduceat((y * self._share)[self._by_piece], self._starts, axis=0)
        return found


def regressed(counts: Counts, targets: Floats, prior: Floats) -> Floats:
    """Return the vectors near `prior` whose means over sentences are near the targets (least squares)."""
    x = prior.copy()
    residual = counts.transposed_times(targets - counts.times(x))
    direction = residual.copy()
    power = (residual * residual).sum(axis=0)
    for _ in range(ROUNDS):
        moved = counts.transposed_times(counts.times(direction)) + RIDGE * direction
        step = power / np.maximum((direction * moved).sum(axis=0), 1e-12)
        x += step * direction
        residual -= step * moved
        power, before = (residual * residual).sum(axis=0), power
        direction = residual + power / np.maximum(before, 1e-12) * direction
    return x


def main() -> None:
    """Train and write the table."""
    model, wordnet, data, output = (Path(given) for given in sys.argv[1:5])
    random = np.random.default_rng(SEED)
    encoder = Encoder(model)
    texts = taken(sentences_of_conversations(data), SAID, random)
    texts += taken(sentences_of_wordnet(wordnet), WRITTEN, random)
    texts += asked(wordnet, ASKED)
    sentences = [pieces for text in texts if (pieces := encoder.cut(text)[:MOST_PIECES])]
    kept = [
        place
        for place, piece in enumerate(encoder.vocabulary)
        if not piece.startswith("[") and piece.isascii()
    ]
    targets = encoded(encoder, sentences)
    alone = encoded(encoder, [[place] for place in kept])
    middle = targets.mean(axis=0)
    some = targets[random.permutation(len(targets))[:6000]] - middle
    axes = np.linalg.eigh(some.T @ some)[1][:, ::-1][:, :DIMENSIONS].astype(np.float32)
    targets = unit((targets - middle) @ axes)
    alone = (alone - middle) @ axes
    places = {place: at for at, place in enumerate(kept)}
    cut = [[places[one] for one in pieces if one in places] for pieces in sentences]
    filled = [at for at, pieces in enumerate(cut) if pieces]
    cut, targets = [cut[at] for at in filled], targets[filled]
    frequency = Counter(one for pieces in cut for one in pieces)
    total = sum(frequency.values())
    weight = np.array([SIF / (SIF + frequency[at] / total) for at in range(len(kept))], np.float32)
    counts = Counts(cut, len(kept))
    prior = alone * weight[:, None]
    guess = counts.times(prior)
    prior *= (guess * targets).sum() / (guess * guess).sum()
    vectors = regressed(counts, targets, prior)
    heard = sum(bool(encoder.cut(text)) for text in texts[:SAID])
    ordinary = random.permutation(sum(at < heard for at in filled))[:BACKGROUND]
    background = unit(counts.times(vectors))[np.sort(ordinary)]
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127
    np.savez_compressed(
        output,
        pieces=np.frombuffer("\n".join(encoder.vocabulary[place] for place in kept).encode(), np.uint8),
        vectors=np.round(vectors / scales[:, None]).astype(np.int8),
        scales=scales.astype(np.float32),
        background=np.round(background * 127).astype(np.int8),
    )


if __name__ == "__main__":
    main()
