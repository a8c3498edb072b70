"""All engines of a process, and the one for each language and request."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from earwitness.audio.pcm import Samples
from earwitness.speech.engine import Decoded
from earwitness.speech.engines.catalogue import short_name
from earwitness.speech.engines.choice import ROLES, Candidate, Wish, ranked
from earwitness.speech.engines.fallback import Fallback
from earwitness.speech.engines.slot import Slot
from earwitness.speech.seams import Capabilities, RecognizerError, Role, Standing


@dataclass(frozen=True, slots=True)
class Member:
    """An engine of the set and what its choice depends on."""

    candidate: Candidate
    slot: Slot


class EngineSet:
    """Chooses engines, and is itself one: it decodes each language by the engine chosen for it.

    What is asked for by name comes first, then what the settings name for the language, then the best that
    the machine can afford; the others that know the language are there to fall back on.
    """

    def __init__(
        self,
        members: Iterable[Member],
        wishes: Mapping[Role, Wish] | None = None,
        cores: int | None = None,
    ) -> None:
        """Take at least one engine.

        Raises:
            RecognizerError: a wish names an engine that isn't there, for a language it doesn't know.
        """
        self._members = {member.candidate.name: member for member in members}
        self._wishes = dict(wishes or {})
        self._cores = cores or os.cpu_count() or 1
        for wish in self._wishes.values():
            for language, name in wish.by_language.items():
                self._member(name)
                if language != "*":
                    self._check_language(name, language)

    @property
    def capabilities(self) -> Capabilities:
        """Those of the engine that hears English, or else the first; with the languages of all."""
        every = [member.slot.capabilities for member in self._members.values()]
        known = dict.fromkeys(language for one in every for language in one.languages)
        first = self.choose("en").capabilities if {"en", "*"} & set(known) else every[0]
        return Capabilities(
            name=first.name,
            languages=tuple(known),
            streaming=first.streaming,
            partials=first.partials,
            word_times=first.word_times,
            confidence=first.confidence,
            punctuation=first.punctuation,
            hot_words=first.hot_words,
            vocabulary=first.vocabulary,
            models=tuple(every),
        )

    @property
    def standings(self) -> tuple[Standing, ...]:
        """How each engine stands."""
        return tuple(member.slot.standing for member in self._members.values())

    def choose(self, language: str, model: str | None = None, role: Role = "live") -> Fallback:
        """Return the engine for a language (BCP-47 tag), with those behind it.

        Raises:
            RecognizerError: no engine knows the language, or the one asked for isn't there or doesn't.
        """
        if model is not None:
            self._check_language(model, language)
        names = self._ranked(language, role, model)
        if not names:
            known = sorted({one for candidate in self.candidates for one in candidate.languages})
            raise RecognizerError(
                f"no engine knows the language {language!r}; there is {', '.join(known)}", retryable=False
            )
        return Fallback([self._members[name].slot for name in names])

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All engines as the choice sees them."""
        return tuple(member.candidate for member in self._members.values())

    def slot(self, name: str, language: str) -> Slot:
        """Return one engine, without those to fall back on.

        Raises:
            RecognizerError: it isn't there, or doesn't know the language.
        """
        member = self._member(name)
        self._check_language(member.candidate.name, language)
        return member.slot

    def roles_of(self, name: str) -> Iterator[Role]:
        """Yield what an engine is chosen for by itself, for any of its languages."""
        languages = self._members[name].candidate.languages
        for role in ROLES:
            if any(self._first(language, role) == name for language in languages):
                yield role

    def decode(self, samples: Samples, language: str) -> Decoded:
        """Decode 16 kHz mono audio by the live engine for its language.

        Raises:
            RecognizerError: there is none, or all failed.
        """
        return self.choose(language).decode(samples, language)

    def load(self) -> None:
        """Load what calls will need at once: the engines of the settings, and the one that hears English.

        Raises:
            RecognizerError: for one of these languages no engine can be loaded.
        """
        wish = self._wishes.get("live", Wish({}))
        named = {language for language in wish.by_language if language != "*"}
        if {"en", "*"} & set(self.capabilities.languages):
            named.add("en")
        for language in sorted(named) or self.capabilities.languages[:1]:
            self.choose(language).load()

    def close(self) -> None:
        """Free all engines."""
        for member in self._members.values():
            member.slot.close()

    def _ranked(self, language: str, role: Role, model: str | None = None) -> Sequence[str]:
        wish = self._wishes.get(role)
        wanted = model or (wish.name_for(language) if wish else None)
        name = None if wanted is None else self._member(wanted).candidate.name
        return ranked(self.candidates, language, role, self._cores, name)

    def _first(self, language: str, role: Role) -> str:
        return self._ranked(language, role)[0]

    def _member(self, name: str) -> Member:
        member = self._members.get(name) or self._members.get(short_name(name))
        if member is None:
            raise RecognizerError(
                f"there is no model {name!r}; there is {', '.join(self._members)}", retryable=False
            )
        return member

    def _check_language(self, name: str, language: str) -> None:
        candidate = self._member(name).candidate
        if not candidate.knows(language):
            raise RecognizerError(
                f"the model {candidate.name!r} doesn't know the language {language!r}, only "
                f"{', '.join(candidate.languages)}",
                retryable=False,
            )
