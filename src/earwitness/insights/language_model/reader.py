"""Reading a conversation with a language model: windows first, then the whole from what they hold."""

import asyncio
import logging
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from earwitness.conversation.events import ReadingEnded
from earwitness.conversation.insight import Insight, SummaryItem, Topic
from earwitness.conversation.reading import PromptAnswer
from earwitness.insights.language_model import answers, prompts
from earwitness.insights.language_model.chat import Chat
from earwitness.insights.language_model.grounding import Grounding, in_order, merged
from earwitness.insights.language_model.limits import (
    LimitError,
    ModelError,
    ModelServer,
    ReadingLimits,
    Spending,
    estimate_tokens,
)
from earwitness.insights.language_model.material import Material
from earwitness.insights.language_model.windows import windows

logger = logging.getLogger(__name__)

_MOST_NOTES = 24_000
"""Characters of the notes that the whole is written from; of longer ones every window gives up its last."""

T = TypeVar("T")

_FORM_TOKENS = estimate_tokens(str(answers.schema_of(answers.WindowAnswer)))

Note = tuple[tuple[int, ...], str]
"""A supported sentence and the numbers of its messages."""


class ModelReader:
    """Reads conversations with one model; see `Reader`."""

    def __init__(self, server: ModelServer, limits: ReadingLimits) -> None:
        """Connect with the first conversation."""
        self.name = server.model
        self._limits = limits
        self._chat = Chat(server)

    async def read(self, material: Material) -> ReadingEnded:
        """Return what the model finds, or why it finds nothing; see `Reader.read`."""
        spending = Spending(self._limits, asyncio.get_running_loop().time())
        # Off the event loop: of a long conversation it takes a while.
        reading = await asyncio.to_thread(_Reading, self.name, material, self._chat, spending)
        try:
            return await reading.run()
        except ModelError as error:
            return reading.ended(str(error))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._chat.aclose()


@dataclass(slots=True)
class _Notes:
    """What the windows gave, in order."""

    insights: list[Insight] = field(default_factory=list)
    points: list[list[Note]] = field(default_factory=list)
    topics: list[Note] = field(default_factory=list)
    for_tasks: list[list[tuple[int, Note]]] = field(default_factory=list)
    unread: list[range] = field(default_factory=list)
    error: ModelError | None = None
    """The first of a window that could not be read."""


class _Reading:
    """One conversation being read."""

    def __init__(self, model: str, material: Material, chat: Chat, spending: Spending) -> None:
        self._model = model
        self._material = material
        self._chat = chat
        self._spending = spending
        self._lines = material.lines
        self._windows = windows([len(line) for line in self._lines])
        self._grounding = Grounding(material, model)
        self._insights: tuple[Insight, ...] | None = None
        self._topics: tuple[Topic, ...] | None = None
        self._summary: tuple[SummaryItem, ...] | None = None
        self._answers: tuple[PromptAnswer, ...] | None = None

    async def run(self) -> ReadingEnded:
        """Read it.

        Raises:
            ModelError: the rest cannot be read; `ended` tells what was read until then.
        """
        if not self._lines:
            return self.ended("nothing was said")
        self._check_length()
        notes = await asyncio.to_thread(self._noted, await self._read_windows())
        if len(notes.unread) == len(self._windows) and notes.error is not None:
            raise notes.error
        if not any(notes.points):
            raise ModelError(f"{self._model} noted nothing that rests on what was said")
        self._insights = self._together(notes)
        if notes.error is not None:
            raise ModelError(f"a part could not be read: {notes.error}") from notes.error
        await self._read_whole(notes)
        return self.ended(None if self._summary else "the summary was not supported by what was said")

    def ended(self, reason: str | None) -> ReadingEnded:
        """Return what was read; with a `reason`, it is not all."""
        nothing = self._insights is None and self._summary is None
        return ReadingEnded(
            state="failed" if nothing else "completed" if reason is None else "partial",
            model=self._model,
            reason=reason,
            insights=self._insights,
            topics=self._topics,
            summary=self._summary,
            answers=self._answers,
            tokens=self._spending.spent,
            rejected=self._grounding.rejected,
        )

    def _check_length(self) -> None:
        """Refuse a conversation that can't be read to its end: half of one would mislead.

        Raises:
            LimitError: it needs more tokens than it may.
        """
        limits = self._spending.limits
        fixed = estimate_tokens(prompts.window_instructions(self._material)) + _FORM_TOKENS
        lines = sum(estimate_tokens(self._lines[number - 1]) for window in self._windows for number in window)
        needed = (len(self._windows) + 1) * (fixed + limits.answer_tokens)
        needed += lines + min(lines, estimate_tokens("x" * _MOST_NOTES))
        if needed > limits.tokens:
            raise LimitError(
                f"it needs about {needed} tokens, and {limits.tokens} are allowed (EARWITNESS_LLM_TOKENS)"
            )

    async def _read_windows(self) -> list[answers.WindowAnswer | ModelError]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._read_window(window)) for window in self._windows]
        return [task.result() for task in tasks]

    def _noted(self, answered: Sequence[answers.WindowAnswer | ModelError]) -> _Notes:
        notes = _Notes()
        for window, read in zip(self._windows, answered, strict=True):
            if isinstance(read, ModelError):
                notes.unread.append(window)
                notes.error = notes.error or read
            else:
                self._note(notes, read, window)
        return notes

    async def _read_window(self, window: range) -> answers.WindowAnswer | ModelError:
        """Return the answer, or why there is none: the other windows go on."""
        material = prompts.transcript(self._lines[window.start - 1 : window.stop - 1])
        try:
            return await self._chat.ask(
                prompts.window_instructions(self._material), material, answers.WindowAnswer, self._spending
            )
        except ModelError as error:
            logger.info("%s did not read messages %d to %d: %s", self._model, window[0], window[-1], error)
            return error

    def _note(self, notes: _Notes, read: answers.WindowAnswer, window: range) -> None:
        grounding = self._grounding
        notes.insights += grounding.insights(read, window)
        notes.points.append(grounding.statements(read.points, window))
        topics = grounding.topics(read.topics, window)
        numbers = {message.id: number for number, message in enumerate(self._material.messages, 1)}
        notes.topics += [(tuple(numbers[one] for one in topic.message_ids), topic.text) for topic in topics]
        known = [note for note in read.notes if 1 <= note.task <= len(self._material.prompts)]
        grounding.rejected += len(read.notes) - len(known)
        for_tasks: list[tuple[int, Note]] = []
        for note in known:
            for_tasks += [(note.task, one) for one in grounding.statements([note], window)]
        notes.for_tasks.append(for_tasks)

    def _together(self, notes: _Notes) -> tuple[Insight, ...]:
        """Return the insights of what was read, and the embedded analyst's of what was not."""
        read = {number for window in self._windows if window not in notes.unread for number in window}
        unread = {one.id for number, one in enumerate(self._material.messages, 1) if number not in read}
        kept = [one for one in self._material.insights if unread.intersection(one.message_ids)]
        return in_order(merged([*notes.insights, *kept]), self._material.messages)

    async def _read_whole(self, notes: _Notes) -> None:
        is_short = len(self._windows) == 1
        material = prompts.notes(
            [prompts.cited_line(*note) for note in _within(notes.points, _MOST_NOTES)],
            [prompts.cited_line(*note) for note in _by_topic(notes.topics)],
            [
                f"Task {task}: {prompts.cited_line(*note)}"
                for task, note in _within(notes.for_tasks, _MOST_NOTES)
            ],
            self._lines if is_short else (),
        )
        whole = await self._chat.ask(
            prompts.whole_instructions(self._material), material, answers.WholeAnswer, self._spending
        )
        shown = range(1, len(self._lines) + 1) if is_short else _cited_in(notes)
        await asyncio.to_thread(self._keep, whole, shown)

    def _keep(self, whole: answers.WholeAnswer, shown: Container[int]) -> None:
        self._summary = self._grounding.items(whole.summary, shown) or None
        self._topics = self._grounding.topics(whole.topics, shown) or None
        if self._material.prompts:
            self._answers = self._answered(whole.answers, shown)

    def _answered(self, given: Sequence[answers.Note], shown: Container[int]) -> tuple[PromptAnswer, ...]:
        asked = self._material.prompts
        self._grounding.rejected += sum(1 for note in given if not 1 <= note.task <= len(asked))
        return tuple(
            PromptAnswer(prompt, self._grounding.items([one for one in given if one.task == task], shown))
            for task, prompt in enumerate(asked, 1)
        )


def _within(windows: Sequence[Sequence[T]], most: int) -> list[T]:
    """Return what all windows noted, in order; where it is too long, the same number of each."""
    for each in range(max((len(window) for window in windows), default=0), 0, -1):
        kept = [note for window in windows for note in window[:each]]
        if sum(len(str(note)) for note in kept) <= most:
            return kept
    return []


def _by_topic(noted: Sequence[Note]) -> list[Note]:
    """Return the topics of all windows, each once."""
    found: dict[str, Note] = {}
    for numbers, text in noted:
        before, first = found.get(text.casefold(), ((), text))
        found[text.casefold()] = tuple(dict.fromkeys(before + numbers)), first
    return list(found.values())


def _cited_in(notes: _Notes) -> frozenset[int]:
    """Return the numbers of all messages that notes rest on: of a long conversation, only these are shown."""
    listed = [*notes.topics, *(note for window in notes.points for note in window)]
    listed += [note for window in notes.for_tasks for _, note in window]
    return frozenset(number for numbers, _ in listed for number in numbers)
