"""Whether a sentence that a model wrote is supported by what was said.

No program can tell whether a summary is true. What can be told is whether it speaks of something that nobody
named: a number, an address, or a name that is nowhere in the conversation, or no word of the messages that
it says it rests on. Such sentences are not stored.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from earwitness.conversation.number_words import BELOW_HUNDRED
from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.sentences import LONGEST_SENTENCE, split_sentences, words_of

_SHARED = 0.2
"""The least part of a sentence's content words that its messages hold."""
_STEM = 4
"""Characters of a word that count: "prices" is "pricing"."""
_NAME_STEM = 5
"""Of a name, more of it: "Germans" are in "Germany"."""
_SITE = re.compile(r"www\..", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAME = re.compile(r"(?<![.?!…:])\s\W?(?!I['’])([A-Z][\w'’-]+)")
_FIRST_NAME = re.compile(
    r"^\W?(?!I['’])([A-Z][\w'’-]+) (?:[A-Z]\w"
    r"|(?:sa|tells|told|ask|answer|agree|promise|report|propose|suggest|explain|think|thought|want|paid|pays)\w*)"
)
"""A sentence's first word has a capital anyway: it is a name where somebody of that name says something."""
_ROLES = frozenset(
    "agent agents attendees both caller callers customer customers everybody everyone group management "
    "nobody participant participants people speaker speakers somebody someone team unknown".split()
)
_NUMBERS = {str(value): word for word, value in BELOW_HUNDRED.items() if value <= 20}
_NOUNS_HAVE_CAPITALS = ("de", "lb")


@dataclass(frozen=True, slots=True)
class Said:
    """What was said in a conversation, as far as sentences are compared with it."""

    text: str
    """All of it, folded."""
    words: frozenset[str]
    name_stems: frozenset[str]
    names: frozenset[str]
    """The words of the members' names: that somebody is named says nothing about what they did."""
    capitals_are_names: bool
    """Whether they are, in its language."""

    @classmethod
    def of(cls, texts: Iterable[str], names: Sequence[str], language: str) -> "Said":
        """Take the texts of all messages and the names of all members."""
        called = " ".join(names).casefold()
        whole = f"{' '.join(texts)} {called}".casefold()
        primary = language.casefold().replace("_", "-").split("-")[0]
        capitals_are_names = primary not in _NOUNS_HAVE_CAPITALS
        words = frozenset(words_of(whole))
        name_stems = frozenset(_stems(whole, _NAME_STEM))
        return cls(whole, words, name_stems, frozenset(words_of(called)), capitals_are_names)

    def supports(self, sentence: str, cited: Iterable[str]) -> bool:
        """Tell whether a sentence may rest on the cited texts; what is too long for a sentence may not."""
        if len(sentence) > LONGEST_SENTENCE or not self._knows_facts(sentence):
            return False
        content = [word for word in _content(sentence) if word.removesuffix("'s") not in self.names]
        if not content:
            return False
        stems = set(_stems(" ".join(cited).casefold()))
        shared = sum(1 for word in content if not stems.isdisjoint(_stems(word)))
        return shared >= max(1, _SHARED * len(content))

    def _knows_facts(self, sentence: str) -> bool:
        if any(address.strip(".,;!?()<>").casefold() not in self.text for address in _addresses(sentence)):
            return False
        if any(not self._knows_number(number) for number in set(_NUMBER.findall(sentence))):
            return False
        if not self.capitals_are_names:
            return True
        return all(
            self._knows_name(name)
            for part in split_sentences(sentence)
            for name in (*_FIRST_NAME.findall(part), *_NAME.findall(part))
        )

    def _knows_number(self, number: str) -> bool:
        if re.search(rf"(?<![\d.,]){re.escape(number)}(?![\d]|[.,]\d)", self.text):
            return True
        return _NUMBERS.get(number.lstrip("0") or number) in self.words

    def _knows_name(self, name: str) -> bool:
        bare = name.casefold().replace("’", "'").removesuffix("'s")
        if bare in _ROLES or bare in common_words():
            return True
        return not self.name_stems.isdisjoint(_stems(bare, _NAME_STEM))


def _addresses(sentence: str) -> Iterator[str]:
    """Yield the addresses of mail and of sites in a sentence, with the marks around them."""
    for word in sentence.split():
        if "@" in word[1:-1] or 0 < word.find("://", 1) < len(word) - len("://"):
            yield word
        elif site := _SITE.search(word):
            yield word[site.start() :]


def _content(text: str) -> list[str]:
    """Return the words that say something; where all are common, the longer ones."""
    words = words_of(text)
    common = common_words()
    told = [word for word in words if word not in common and (len(word) > 2 or not word.isascii())]
    return told or [word for word in words if len(word) > 3]


def _stems(text: str, length: int = _STEM) -> Iterator[str]:
    """Yield what of the words is compared; of scripts without spaces between words, every two characters."""
    for word in words_of(text):
        if word.isascii() or word[0].lower() != word[0].upper():
            yield word[:length]
        else:
            yield from (word[at : at + 2] for at in range(max(1, len(word) - 1)))
