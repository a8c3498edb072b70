"""A story of who said what: names and capitals that hold through all its sentences."""

import functools
import re
from collections.abc import Iterable, Sequence

from earwitness.conversation.renaming import renaming
from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.gazetteer import first_names
from earwitness.insights.english.lexicon import Word, lexicon
from earwitness.insights.english.sentences import capitalise
from earwitness.insights.summary.reporting import in_first_person, report

_ORDINARY_ZIPF, _COMMON_ZIPF = 3.5, 5.0
"""Words this frequent are no names, unless they are seen with a capital inside a sentence."""

_OF_US = re.compile(r"(?:we|our)\b", re.IGNORECASE)


class Teller:
    """Tells sentences one after the other; see `reporting`."""

    def __init__(self, sentences: Iterable[str], speakers: Iterable[str]) -> None:
        """Learn from all clean sentences of a conversation which words are names, and who takes part."""
        inside = {word.strip(',.;:?!"()') for text in sentences for word in text.split()[1:]}
        capitalised = {word.lower() for word in inside if word[:1].isupper()}
        lowered = {word for word in inside if word[:1].islower()}
        self._lowered = common_words() | lowered | (_ordinary() - capitalised)
        self._short = short_names(list(dict.fromkeys(speakers)))
        self._told: set[str] = set()
        self._last: str | None = None
        self._run = 0
        """Statements of the last speaker that were told one after the other, less one."""

    def named(self, speakers: Iterable[str]) -> None:
        """Note that speakers were called by their whole names."""
        self._told.update(speakers)

    def tell(self, sentence: str, speaker: str | None) -> str:
        """Return a clean statement in indirect speech; without a speaker it stays as it is.

        Every other statement of a run by one speaker stands by itself: who said the one before said it too.
        Not so what "we" do, which always needs to be known by whom it is said.
        """
        self._run = self._run + 1 if speaker is not None and speaker == self._last else 0
        self._last = speaker
        if speaker is None:
            return sentence
        if self._run % 2 and not in_first_person(sentence) and not _OF_US.match(sentence):
            return capitalise(sentence)
        return report(sentence, self.name(speaker), self._lowered, self._run > 0)

    def quote(self, told: str, speaker: str | None) -> str:
        """Return a sentence that is told already, with the names by which people were called before."""
        self._last, self._run = speaker, 0
        return renaming({name: short for name, short in self._short.items() if name in self._told})(told)

    def name(self, speaker: str) -> str:
        """Return what to call a speaker: the whole name at first, then the first name if no other has it."""
        if speaker in self._told:
            return self._short.get(speaker, speaker)
        self._told.add(speaker)
        return speaker


@functools.cache
def _ordinary() -> frozenset[str]:
    return frozenset(
        word
        for word, known in lexicon().items()
        if known.zipf >= _ORDINARY_ZIPF and not _is_name(word, known)
    )


def _is_name(word: str, known: Word) -> bool:
    """Say whether a word is a first name and hardly anything else: Morgan, not Mark or Grant."""
    return word in first_names() and known.noun == 1 and known.zipf < _COMMON_ZIPF


def short_names(speakers: Sequence[str]) -> dict[str, str]:
    """Return first names that stand for one speaker alone; "Project Manager" has none."""
    firsts = [name.split()[0] for name in speakers if name.split()]
    return {
        name: words[0]
        for name in speakers
        if len(words := name.split()) == 2
        and all(word[:1].isupper() and word[1:].islower() for word in words)
        and words[0].lower() in first_names()
        and firsts.count(words[0]) == 1
    }
