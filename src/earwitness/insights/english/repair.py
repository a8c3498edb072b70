"""False starts: what a speaker breaks off and says again goes, so that a sentence can be quoted.

What is left out is what a careful stenographer leaves out: cut words ("rec recognisable"), clauses begun
twice ("we have to deb we have to decide"), endings that lead nowhere ("…, so.", "… or something.").
"""

import re

from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.gazetteer import first_names
from earwitness.insights.english.lexicon import lexicon
from earwitness.insights.english.sentences import capitalise

_BEGUN_TWICE = re.compile(
    r"(?<![\w'])((?:i|we|you|they|he|she|it|there|that|this|the)(?:'\w+)?\s[\w']+)"
    r"(?:,?\s[\w']+){0,2},?\s(?=\1(?![\w']))",
    re.IGNORECASE,
)
_BEGUN_ANEW = re.compile(
    r"(?<![\w'])((?:i|we|you|they|he|she|it|there|that)'\w+)(?:,?\s[\w']+){0,2},?\s(?=\1(?![\w']))",
    re.IGNORECASE,
)
_SAID_TWICE = re.compile(r"(?<![\w'])([\w']+(?:\s[\w']+){0,3}),?\s(?=\1(?![\w']))", re.IGNORECASE)
_REPEATABLE = frozenset("had that very really so too no yes bye many much zero one two three".split())
_NOTHING_MORE = re.compile(
    r"(?<![,\s])[,\s]+(?:so|and|but|or|because|that|the|a|an|to|of|with|for|like|well|you know|i mean|i guess"
    r"|i think|right|okay|or something(?: like that)?|and (?:stuff|things|everything)(?: like that)?"
    r"|and so on|and that|or whatever|as well as|if you know what i mean|isn't it|don't you think"
    r"|basically|actually|though|anyway)(?=[.!?]*$)",
    re.IGNORECASE,
)
"""Endings that lead nowhere."""
_KEPT_ENDINGS = re.compile(
    r"(?:think|guess|hope|say|said|believe|do|told|going|used|have|not|seems)"
    r" (?:so|to|that|of|with|for|right)[.!?]*$",
    re.IGNORECASE,
)
_ANEW = re.compile(
    r"(?<=[a-z0-9',])\s(?=(?:The|It|We|Well|No|Now|Just|Then|Since|Or|When|In|On|As|You're|We're|They're|We'll"
    r"|You|That|So|But|And|They|There|This|If|What|He|She|It's|That's|There's|Because|For)\b)"
)
"""A capital where no sentence ended: the speaker broke off and began another one."""
_MOST_BROKEN_OFF = 5
"""Words that are taken for a false start; of more, nobody knows which part counts."""
_LEADING = re.compile(
    r"^(?:(?:so|that|and|but|or|also|again|however|whereas|well|no|nah|yes|then|now|like|basically|anyway|still"
    r"|plus|cause|cuz|because|though|although|therefore|actually|obviously|first of all|of course|i mean"
    r"|you know|that is|in fact)"
    r"(?:,\s*|\s+(?=(?:i|we|you|they|he|she|it|there|the|a|an|this|these|those|our|my|that|if|also|again|so"
    r"|to|on|in)(?:'\w+)?\s)))+",
    re.IGNORECASE,
)
"""What only ties a sentence to the one before."""
_STRAY_PRONOUN = re.compile(
    r"^(?:I|we|you|they|he|she|it) (?=(?:I|we|you|they|he|she|it|the|an?|my|our|your|their|if|when|because)"
    r"(?:'\w+)?\s)",
    re.IGNORECASE,
)
"""A sentence that was begun with another subject: "I the budget is spent"."""
_MOST_CHARACTERS = 600
"""Of a sentence that may be quoted, false starts included."""
_SHORTEST_PIECE, _LONGEST_PIECE = 3, 8
_KNOWN_ZIPF = 4.0
"""Rarer ones are mostly abbreviations."""
_NEAR = 4
"""Words within which a cut word is said again."""
_CONSONANTS = re.compile("[b-df-hj-np-tv-xz]{2,3}")
_SHORT_WORDS = frozenset(
    "a i o am an as at be by do ed ex go he hi id if in is it me my no of oh ok on or so to up us we".split()
)
_ABBREVIATIONS = frozenset("pm tv dvd cd lcd pc hr km kg cm mm mph vs mr mrs ms dr ltd hmm".split())
_ASIDES = re.compile(
    r",?\s(?:you know|i mean|let's say|so to speak|kind of|sort of|how do you say),(?=\s)"
    r"|(?<=\s)(?:kind of|sort of)\s",
    re.IGNORECASE,
)


def repaired(sentence: str) -> str:
    """Return a clean sentence without its false starts; empty where nothing else can be told from them.

    So is what comes of a sentence that is too long to be quoted.
    """
    if len(sentence) > _MOST_CHARACTERS:
        return ""
    text = _STRAY_PRONOUN.sub("", _without_cuts(_ASIDES.sub(" ", sentence)))
    if _has_cut_word(text):
        return ""
    text = _begun_anew(_said_once(text))
    while not _KEPT_ENDINGS.search(text) and (shorter := _NOTHING_MORE.sub("", text)) != text:
        text = shorter
    text = _LEADING.sub("", text).strip(" ,;:-–—")
    if not any(character.isalnum() for character in text):
        return ""
    return capitalise(text if text[-1] in ".?!" else text + ".")


def without_false_starts(sentence: str) -> str:
    """Return a clean sentence with nothing begun twice in it; all else that was said stays."""
    return _begun_anew(_said_once(_without_cuts(sentence)))


def _without_cuts(text: str) -> str:
    return _without_cut_words(_without_cut_start(" ".join(text.split())))


def _said_once(text: str) -> str:
    for pattern in (_BEGUN_TWICE, _BEGUN_ANEW):
        text = pattern.sub("", text)
    return _SAID_TWICE.sub(_once, text)


def _begun_anew(text: str) -> str:
    """Return a sentence from where its speaker began anew; empty where too much stands before that."""
    starts = list(_ANEW.finditer(text))
    if not starts:
        return text
    before = text[: starts[-1].start()]
    return text[starts[-1].end() :] if len(before.split()) <= _MOST_BROKEN_OFF else ""


def _without_cut_start(text: str) -> str:
    """Return a sentence without a cut word at its beginning: "Th the", "Ri I'm", "S speech"."""
    first, _, rest = text.partition(" ")
    word, after = first.lower(), rest.split(" ", 1)[0].lower()
    is_cut = (
        len(first) <= _SHORTEST_PIECE
        and first.isalpha()
        and (len(first) == 1 or not first.isupper())
        and (_begins(word, after) if len(first) < _SHORTEST_PIECE else not _is_known(word))
    )
    return rest if is_cut else text


def _has_cut_word(text: str) -> bool:
    """Say whether an unknown word is the beginning of one that follows: "the cus the same customer"."""
    words = [word.strip(",.;:") for word in text.split()]
    return any(
        len(word) > 1
        and word.isalpha()
        and word.islower()
        and not _is_known(word)
        and any(_begins(word, after.lower()) for after in words[at + 1 : at + 1 + _NEAR])
        for at, word in enumerate(words)
    )


def _is_known(word: str) -> bool:
    known = lexicon().get(word)
    return (known is not None and known.zipf >= _KNOWN_ZIPF) or word in first_names()


def _without_cut_words(text: str) -> str:
    words = text.split(" ")
    following = [word.lower() for word in words[1:]] + [""]
    return " ".join(word for word, after in zip(words, following, strict=True) if not _is_cut(word, after))


def _is_cut(word: str, after: str) -> bool:
    """Say whether a token is a piece of a word: it has no vowel, or is begun again right after it."""
    if word.istitle() and len(word) > 1:
        return (
            after.startswith(word.lower())
            and len(after) > len(word) + 1
            and word.lower() not in common_words()
        )
    if not (word.isalpha() and word.islower() and len(word) <= _LONGEST_PIECE) or word in ("a", "i", "o"):
        return False
    if len(word) == 1 or (_CONSONANTS.fullmatch(word) and word not in _ABBREVIATIONS):
        return True
    return _begins(word, after)


def _begins(piece: str, word: str) -> bool:
    if len(piece) < _SHORTEST_PIECE:
        return piece not in _SHORT_WORDS and word.startswith(piece) and word != piece
    return piece not in common_words() and word.startswith(piece) and len(word) > len(piece) + 1


def _once(match: re.Match[str]) -> str:
    said = match[1].lower().split()
    return match[0] if all(word in _REPEATABLE or word.isdigit() for word in said) else ""
