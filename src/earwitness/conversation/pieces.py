"""Cutting a text that is longer than what is looked at together, so that cost grows evenly."""

from collections.abc import Iterator


def pieces(text: str, longest: int) -> Iterator[str]:
    """Yield a text in pieces of at most `longest` characters; joined they give the text again.

    A piece ends before white space where there is any behind its first word, else in the midst of a word.
    """
    at = 0
    while len(text) - at > longest:
        piece = text[at : at + longest]
        before, *last = piece.rsplit(maxsplit=1) or [""]
        if last and not piece[-1].isspace():
            piece = before
        yield piece
        at += len(piece)
    if at < len(text):
        yield text[at:]
