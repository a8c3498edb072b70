"""The words that a client says are likely, read from its request as it is stored with the conversation.

What it tracks is likely too: names of products and competitors among the phrases of trackers are what a
recogniser hears worst.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from earwitness.conversation.wishes import wishes_of

_MOST = 1000
_LONGEST = 100
"""In characters; longer ones are sentences, and no help."""
_NAME_WORDS = 3
"""A tracked phrase of more words is no name."""


def vocabulary_of(request: Mapping[str, Any]) -> tuple[str, ...]:
    """Return words and phrases as they are to be written; what makes no sense is passed over.

    Streams have `customVocabulary` at the top or in `config`. Entries may be phrases, and they may be objects
    with a `phrase` or `text`, as with other services.
    """
    config = request.get("config")
    places = [request, *([config] if isinstance(config, Mapping) else [])]
    words = [word for place in places for word in _texts(place.get("customVocabulary"))]
    trackers = wishes_of(request).trackers
    tracked = (phrase for tracker in trackers for phrase in tracker.vocabulary)
    words += [phrase for phrase in _texts(list(tracked)) if len(phrase.split()) <= _NAME_WORDS]
    return tuple(dict.fromkeys(words))[:_MOST]


def _texts(given: Any) -> Iterator[str]:
    for one in given if isinstance(given, list | tuple) else ():
        text = one.get("phrase") or one.get("text") if isinstance(one, Mapping) else one
        if isinstance(text, str) and 0 < len(plain := " ".join(text.split())) <= _LONGEST:
            yield plain
