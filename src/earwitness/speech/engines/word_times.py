"""Words with times from the tokens of a decoder."""

from collections.abc import Sequence

from earwitness.conversation.utterance import Word

_LONGEST_TAIL_S = 0.3
"""A word ends so long after its last token began, unless the next word or a measured length says less."""

_STARTS = (" ", "▁")
"""In front of a SentencePiece token that begins a word; sherpa-onnx writes the second as a space."""


def words_of(
    text: str,
    tokens: Sequence[str],
    starts_s: Sequence[float],
    durations_s: Sequence[float] = (),
    end_s: float = float("inf"),
) -> tuple[Word, ...] | None:
    """Return the words of `text` with the times of their tokens, in seconds since the start of the audio.

    None where the tokens don't spell the text (numbers written anew, say) or have no times: better no times
    than wrong ones. A word starts where its first token was found. Its end is measured only where the
    decoder gives the length of tokens; else it is at most 0.3 s after its last token.
    """
    words = text.split()
    if not words or len(tokens) != len(starts_s):
        return None
    spelled = _spell(words, tokens)
    if spelled is None:
        return None
    lengths = durations_s if len(durations_s) == len(tokens) else ()
    result = []
    for index, (word, first, last) in enumerate(spelled):
        start = starts_s[first]
        tail = lengths[last] if lengths else _LONGEST_TAIL_S
        following = starts_s[spelled[index + 1][1]] if index + 1 < len(spelled) else end_s
        end = max(start, min(starts_s[last] + tail, following))
        result.append(Word(word, float(start), float(end)))
    return tuple(result)


def _spell(words: Sequence[str], tokens: Sequence[str]) -> list[tuple[str, int, int]] | None:
    """Return each word with the indices of its first and last token."""
    spelled: list[tuple[str, int, int]] = []
    at = 0
    for word in words:
        left, first, last = word.casefold(), None, at
        while left and at < len(tokens):
            piece = _letters(tokens[at])
            if not left.startswith(piece):
                return None
            if piece and first is None:
                first = at
            last = at
            left = left[len(piece) :]
            at += 1
        if left or first is None:
            return None
        spelled.append((word, first, last))
    if any(_letters(token) for token in tokens[at:]):
        return None
    return spelled


def _letters(token: str) -> str:
    """Return what a token adds to a word; `@@` joins the pieces of Paraformer's words."""
    return token.strip("".join(_STARTS)).removesuffix("@@").casefold()
