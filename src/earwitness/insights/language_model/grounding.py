"""What of a model's answers may be stored.

The model points at messages; what is stored is made from them. Text, speaker and time of questions and action
items come from the message that is cited, dates are resolved here, assignees are members or nobody. Sentences
that the model words itself (topics, summary, answers to prompts) must be supported by the messages that they
cite. Whatever cites a message that the model was not shown is dropped as a whole.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from earwitness.conversation.ids import new_id
from earwitness.conversation.insight import Insight, InsightKind, SummaryItem, TextSpan, Topic
from earwitness.conversation.member import member_called
from earwitness.conversation.message import Message
from earwitness.insights.acts.action_items import ActionItem, find_action_item
from earwitness.insights.acts.due_dates import find_due_date
from earwitness.insights.acts.questions import as_question
from earwitness.insights.english.common_words import common_words
from earwitness.insights.english.sentences import cleaned_sentences, words_of
from earwitness.insights.language_model import answers
from earwitness.insights.language_model.material import Material
from earwitness.insights.language_model.support import Said
from earwitness.insights.summary.reporting import report
from earwitness.insights.talk import People

SCORE = 0.8
"""Of what the model found: it says yes or no, and its own figures would be made up."""
_QUOTED = 0.4
"""The least part of a quote's words that its sentence holds; the sentence is stored, not the quote."""
_LONGEST_TOPIC = 60
_MOST_TOPICS = 15
_MOST_STATEMENTS = 12


class Grounding:
    """Turns answers about one conversation into what is stored, and counts what is dropped."""

    def __init__(self, material: Material, source: str) -> None:
        """Take the conversation; `source` marks what is made."""
        self.rejected = 0
        self._material = material
        self._source = source
        setting = material.setting
        self._members = setting.members
        names = [member.name for member in self._members]
        self._said = Said.of((message.text for message in material.messages), names, material.language)
        self._local = People(setting).local_time

    def insights(self, answer: answers.WindowAnswer, window: Container[int]) -> list[Insight]:
        """Return the questions and action items of a window."""
        found: list[Insight] = []
        for question in answer.questions:
            if (at := self._sentence(question.messages, question.quote, window)) is not None:
                message, sentence, cited = at
                found.append(self._insight("question", as_question(sentence), message, cited))
            else:
                self.rejected += 1
        for action in answer.actions:
            if (at := self._sentence(action.messages, action.quote, window)) is not None:
                found.append(self._action(action, *at))
            else:
                self.rejected += 1
        return found

    def statements(
        self, given: Iterable[answers.Statement], shown: Container[int]
    ) -> list[tuple[tuple[int, ...], str]]:
        """Return the supported ones, with the numbers of their messages."""
        supported = []
        for statement in given:
            if (item := self._item(statement, shown)) is not None:
                supported.append((tuple(dict.fromkeys(statement.messages)), item.text))
        return supported

    def items(self, given: Iterable[answers.Statement], shown: Container[int]) -> tuple[SummaryItem, ...]:
        """Return the supported sentences of a summary or an answer."""
        items = (self._item(statement, shown) for statement in given)
        return tuple(item for item in items if item is not None)[:_MOST_STATEMENTS]

    def topics(self, given: Sequence[answers.Topic], shown: Container[int]) -> tuple[Topic, ...]:
        """Return the supported topics; the score falls with their place in the list."""
        kept: dict[str, Topic] = {}
        for topic in given:
            text = " ".join(topic.text.split()).strip(" .,;:")
            cited = self._material.cited(topic.messages, shown)
            if not text or len(text) > _LONGEST_TOPIC or not cited or not self._supported(text, cited):
                self.rejected += 1
                continue
            parents = (topic.parent.strip(),) if topic.parent else ()
            ids = tuple(message.id for message in cited)
            kept.setdefault(
                text.casefold(), Topic(new_id(), text, 0.0, ids, parents=parents, source=self._source)
            )
        listed = list(kept.values())[:_MOST_TOPICS]
        texts = {topic.text.casefold(): topic.text for topic in listed}
        return tuple(
            replace(topic, score=round(0.95 - 0.5 * place / len(listed), 2), parents=_parents(topic, texts))
            for place, topic in enumerate(listed)
        )

    def _item(self, statement: answers.Statement, shown: Container[int]) -> SummaryItem | None:
        text = " ".join(statement.text.split())
        cited = self._material.cited(statement.messages, shown)
        if not cited or not self._supported(text, cited):
            self.rejected += 1
            return None
        return SummaryItem(new_id(), text, tuple(message.id for message in cited), self._source)

    def _supported(self, text: str, cited: Sequence[Message]) -> bool:
        return self._said.supports(text, (message.text for message in cited))

    def _sentence(
        self, numbers: Sequence[int], quote: str, window: Container[int]
    ) -> tuple[Message, str, tuple[Message, ...]] | None:
        """Return the message and its sentence that a quote means, and all that are cited."""
        cited = self._material.cited(numbers, window)
        wanted = set(words_of(quote))
        best: tuple[float, Message, str] | None = None
        for message in cited:
            for sentence in cleaned_sentences(message.text):
                held = len(wanted.intersection(words_of(sentence))) / len(wanted) if wanted else 1.0
                if held >= _QUOTED and (best is None or held > best[0]):
                    best = held, message, sentence
        if best is None:
            return None
        _, main, sentence = best
        return main, sentence, (main, *(message for message in cited if message is not main))

    def _action(
        self, action: answers.Action, message: Message, sentence: str, cited: tuple[Message, ...]
    ) -> Insight:
        kind: InsightKind = "follow_up" if action.follow_up else "action_item"
        assignee = member_called(action.assignee or "", self._members)
        item = find_action_item(sentence, message.speaker, self._members, self._local(message))
        if item is not None and assignee not in (None, item.assignee):
            # Among more people "you" is nobody; between speaker and assignee it is the one who was meant.
            pair = tuple(one for one in (message.speaker, assignee) if one is not None)
            item = find_action_item(sentence, message.speaker, pair, self._local(message))
        if item is not None and assignee in (None, item.assignee):
            return self._worded(kind, item, message, cited)
        text = report(sentence, message.speaker.name if message.speaker else None, common_words())
        insight = self._insight(kind, text, message, cited)
        spans = []
        if assignee is not None and assignee.name in text:
            spans.append(TextSpan("person", assignee.name, text.index(assignee.name), assignee.name))
        due = find_due_date(text, self._local(message))
        if due is not None:
            spans.append(TextSpan(due.kind, due.text, due.offset, due.named))
        return replace(
            insight,
            assignee=assignee,
            due_by=due.at.isoformat() if due else self._due(cited[1:]),
            spans=tuple(spans),
            phrases=(sentence.rstrip(".?!"),),
        )

    def _worded(
        self, kind: InsightKind, item: ActionItem, message: Message, cited: tuple[Message, ...]
    ) -> Insight:
        """Return what the embedded analyst makes of the same sentence."""
        return replace(
            self._insight(kind, item.text, message, cited),
            score=max(SCORE, item.score),
            assignee=item.assignee,
            due_by=item.due_by or self._due(cited[1:]),
            spans=item.spans,
            phrases=(item.phrase,),
        )

    def _due(self, cited: Iterable[Message]) -> str | None:
        """Return the date that another cited message names: "Can you send it?" "By Friday"."""
        for message in cited:
            if (due := find_due_date(message.text, self._local(message))) is not None:
                return due.at.isoformat()
        return None

    def _insight(self, kind: InsightKind, text: str, message: Message, cited: tuple[Message, ...]) -> Insight:
        return Insight(
            new_id(),
            kind,
            text,
            SCORE,
            tuple(one.id for one in cited),
            speaker=message.speaker,
            source=self._source,
        )


def merged(found: Iterable[Insight]) -> tuple[Insight, ...]:
    """Return insights of windows that overlap, each once: the same kind, message and text is the same."""
    kept: dict[tuple[str, str, str], Insight] = {}
    for insight in found:
        key = insight.kind, insight.message_ids[0], insight.text.casefold()
        first = kept.setdefault(key, insight)
        if first is not insight:
            ids = tuple(dict.fromkeys(first.message_ids + insight.message_ids))
            kept[key] = replace(first, message_ids=ids)
    return tuple(kept.values())


def in_order(insights: Iterable[Insight], messages: Sequence[Message]) -> tuple[Insight, ...]:
    """Return insights in the order of their messages."""
    place = {message.id: number for number, message in enumerate(messages)}
    return tuple(sorted(insights, key=lambda insight: place.get(insight.message_ids[0], len(place))))


def _parents(topic: Topic, texts: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        texts[parent.casefold()]
        for parent in topic.parents
        if parent.casefold() in texts and parent.casefold() != topic.text.casefold()
    )
