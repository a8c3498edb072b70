"""Text that reads, the same for every engine: marks, capitals, numbers; and a word for each of its tokens."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from earwitness.conversation.clauses import seems_complete
from earwitness.conversation.utterance import Word
from earwitness.conversation.word_times import estimate_words
from earwitness.speech.engine import Decoded
from earwitness.speech.numbers import is_number, with_digits

_MARKS_ALONE = re.compile(r"[.,;:!?…]+")
_MARKS_INSIDE = re.compile(r"([,;:!?])[,;:!?]+(?=\w)")
_MARKS_AT_END = re.compile(r"[.,;:!?…]{2,}$")
_NO_SPACE = re.compile(r"(?<=[a-z][a-z])([.?!…,;])(?=[A-Z][a-z])|(?<=[a-z])([,;!?])(?=[a-z]{2})")
_OLD_SPELLING = re.compile(r"\b(to)-(?=(?:day|night|morrow)\b)", re.IGNORECASE)
"""Moonshine writes "to-morrow" at times."""
_I = re.compile(r"^(\W*)i((?:['’](?:m|ll|ve|d))?\W*)$")
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’)\]]*$")
_ABBREVIATIONS = frozenset("mr mrs ms dr prof st jr sr inc ltd co corp vs etc approx dept no".split())
_FIRST_LETTER = re.compile(r"^\W*")
_ASKS = re.compile(
    r"^(?:(?:and|but|so|well|okay|ok),?\s+)?(?:(?:who|what|when|where|why|how|which|whose)(?:'s|\s+(?:is|are|am"
    r"|was|were|do|does|did|can|could|will|would|should|shall|may|might|have|has|had|many|much|long|often))"
    r"|(?:what|which|how)\s+(?!i\b|you\b|he\b|she\b|we\b|they\b|it\b|this\b|that\b)\w+\s+(?:is|are|was|were|do|does"
    r"|did|can|could|will|would|should)\b"
    r"|(?:is|are|am|was|were|do|does|did|can|could|will|would|should|shall|may|have|has|had|don't|doesn't"
    r"|didn't|isn't|aren't|can't|couldn't|won't|wouldn't)\s+(?:i|you|he|she|it|we|they|there|this|that|these"
    r"|those|the|my|your|our|any|anyone|anybody|someone|somebody)\b)",
    re.IGNORECASE,
)
_HALF = re.compile(r"[ap]\.?", re.IGNORECASE)
_HALF_OF_DAY = re.compile(r"([ap])\.m\.?([,;:!?]?)", re.IGNORECASE)
_SEVERAL = 4
"""So many words in capitals are not an acronym or a shout."""


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of the text and which words of the engine's it stands for."""

    text: str
    first: int
    count: int = 1


def worded(decoded: Decoded, language: str, *, punctuated: bool) -> Decoded:
    """Return a text that reads; its words, if the engine gave any, are its tokens one by one.

    English gets capitals and digits too, and where the engine writes no marks (`punctuated` is false) also
    the mark at the end. Applying it again changes nothing.
    """
    decoded = _with_spaces(as_tokens(decoded))
    words = decoded.words
    texts = decoded.text.split()
    tokens = [_Token(text, at) for at, text in enumerate(texts)]
    if not any(character.isalnum() for character in decoded.text):
        return replace(decoded, text="", words=None if words is None else ())
    language = language.partition("-")[0].lower()
    if language != "fr":  # it has a space before some marks
        tokens = _with_marks_attached(tokens)
    tokens = [replace(token, text=_with_single_marks(token.text)) for token in tokens]
    if language == "en":
        tokens = _in_english(tokens, punctuated=punctuated)
    text = " ".join(token.text for token in tokens)
    if words is None:
        return replace(decoded, text=text)
    return replace(decoded, text=text, words=tuple(_joined(token, words) for token in tokens))


def as_tokens(decoded: Decoded) -> Decoded:
    """Return the text in single spaces, and its words, if the engine gave any, one for each of its tokens."""
    if decoded.words is None:
        return replace(decoded, text=" ".join(decoded.text.split()))
    given = [replace(word, text="".join(word.text.split())) for word in decoded.words if word.text.strip()]
    words = tuple(_fitted(decoded, given))
    return replace(decoded, text=" ".join(word.text for word in words), words=words)


def without_last_mark(word: str) -> str:
    """Return the last word of speech that goes on without the mark that engines put at every end."""
    bare = word.rstrip(".,;:!?…")
    return word if "." in bare or not bare else bare


def _in_english(tokens: Sequence[_Token], *, punctuated: bool) -> list[_Token]:
    texts = [token.text for token in tokens]
    # One letter, as in "10 M.", doesn't say how an engine writes.
    longer = "".join(text for text in texts if len(_letters(text)) > 1)
    if longer.isupper() and (not punctuated or len(texts) >= _SEVERAL):
        texts = [text.lower() for text in texts]
    texts = [_I.sub(r"\1I\2", _OLD_SPELLING.sub(r"\1", text)) for text in texts]
    tokens = [replace(token, text=text) for token, text in zip(tokens, texts, strict=True)]
    tokens = _with_halves_of_day(tokens)
    if not punctuated:
        tokens = _with_mark_at_end(tokens)
    pieces = with_digits([token.text for token in tokens])
    tokens = [_merged(piece.text, tokens[piece.first : piece.first + piece.count]) for piece in pieces]
    starts = True
    capitalised = []
    for token in tokens:
        capitalised.append(replace(token, text=_capitalised(token.text)) if starts else token)
        starts = _ends_sentence(token.text)
    return capitalised


def _with_marks_attached(tokens: Sequence[_Token]) -> list[_Token]:
    """Join marks that stand alone to the word before them; those before any word go."""
    kept: list[_Token] = []
    for token in tokens:
        if not _MARKS_ALONE.fullmatch(token.text):
            kept.append(token)
        elif kept:
            kept[-1] = replace(kept[-1], text=kept[-1].text + token.text)
    return kept


def _with_single_marks(text: str) -> str:
    return _MARKS_AT_END.sub(_single, _MARKS_INSIDE.sub(r"\1", text))


def _single(match: re.Match[str]) -> str:
    """Return the one mark that several mean; the dots of "Wait..." and the stop of "p.m.," stay."""
    marks = match.group()
    for strong in ("?", "!", "…", "..."):
        if strong in marks:
            return strong
    if "." not in marks:
        return marks[0]
    is_abbreviation = "." in match.string[: match.start()]
    return "." + marks.strip(".")[:1] if is_abbreviation else "."


def _with_halves_of_day(tokens: Sequence[_Token]) -> list[_Token]:
    """Write "eight a M" and "8 a.m" as "a.m.", "p.m." likewise; a mark behind the last stop is kept."""
    kept: list[_Token] = []
    at = 0
    while at < len(tokens):
        text, count = tokens[at].text, 1
        if at and _HALF.fullmatch(text) and at + 1 < len(tokens):
            text, count = text.rstrip(".") + "." + tokens[at + 1].text, 2
        half = _HALF_OF_DAY.fullmatch(text)
        if half is not None and at and is_number(tokens[at - 1].text):
            kept.append(_merged(f"{half[1].lower()}.m.{half[2]}", tokens[at : at + count]))
        else:
            kept.append(tokens[at])
            count = 1
        at += count
    return kept


def _with_mark_at_end(tokens: Sequence[_Token]) -> list[_Token]:
    text = " ".join(token.text for token in tokens)
    if text[-1] in ".?!…," or not seems_complete(text):
        return list(tokens)
    mark = "?" if _ASKS.match(text) else "."
    return [*tokens[:-1], replace(tokens[-1], text=tokens[-1].text + mark)]


def _ends_sentence(text: str) -> bool:
    core = text.strip("\"'“”‘’()[]")
    if not _ENDS_SENTENCE.search(text):
        return False
    if not core.endswith("."):
        return True
    word = core.rstrip(".").casefold()
    is_initial = len(word) == 1 and word.isalpha() and word != "i"
    return not (core.endswith("..") or "." in word or is_initial or word in _ABBREVIATIONS)


def _capitalised(text: str) -> str:
    at = _FIRST_LETTER.match(text)
    start = at.end() if at else 0
    # "iPhone" and "eBay" have their capital elsewhere.
    return (
        text
        if text[start + 1 : start + 2].isupper()
        else text[:start] + text[start : start + 1].upper() + text[start + 1 :]
    )


def _merged(text: str, tokens: Sequence[_Token]) -> _Token:
    last = tokens[-1]
    return _Token(text, tokens[0].first, last.first + last.count - tokens[0].first)


def _joined(token: _Token, words: Sequence[Word]) -> Word:
    parts = words[token.first : token.first + token.count]
    given = [word.confidence for word in parts if word.confidence is not None]
    return Word(token.text, parts[0].start_s, parts[-1].end_s, min(given) if given else None)


def _with_spaces(decoded: Decoded) -> Decoded:
    """Return the text with the spaces that an engine forgot behind marks; words are cut by their letters."""
    texts = [part for text in decoded.text.split() for part in _spaced(text).split()]
    words = decoded.words
    if words is not None and len(texts) > len(words):
        words = tuple(part for word in words for part in _cut(word, _spaced(word.text).split()))
    return replace(decoded, text=" ".join(texts), words=words)


def _spaced(text: str) -> str:
    is_address = "@" in text or "//" in text or text.casefold().startswith("www.")
    return text if is_address else _NO_SPACE.sub(lambda match: f"{match.group()} ", text)


def _cut(word: Word, texts: Sequence[str]) -> Iterator[Word]:
    for part in estimate_words(" ".join(texts), word.start_s, word.end_s):
        yield replace(part, confidence=word.confidence)


def _fitted(decoded: Decoded, words: Sequence[Word]) -> Sequence[Word]:
    """Return the engine's words cut as its text is, or as they are where the letters differ."""
    texts = decoded.text.split()
    if [word.text for word in words] == texts:
        return words
    places = [index for index, word in enumerate(words) for _ in _letters(word.text)]
    if "".join(_letters(word.text) for word in words) != "".join(map(_letters, texts)):
        return words
    fitted: list[Word] = []
    at = 0
    for text in texts:
        length = len(_letters(text))
        if length:
            covered = words[places[at] : places[at + length - 1] + 1]
            fitted.append(_joined(_Token(text, 0, len(covered)), covered))
        elif fitted:
            fitted[-1] = replace(fitted[-1], text=fitted[-1].text + text)
        at += length
    return fitted


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
