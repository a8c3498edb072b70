"""A conversation as a text: Markdown, SubRip or WebVTT."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from earwitness.conversation.message import Message

UNKNOWN_SPEAKER = "Unknown speaker"


def speaker_name(message: Message) -> str:
    """Return who said a message, for people."""
    return message.speaker.name if message.speaker is not None else UNKNOWN_SPEAKER


def _text_of(message: Message) -> str:
    return message.text


def as_markdown(
    messages: Sequence[Message],
    *,
    paragraphs: bool = False,
    speakers: bool = False,
    break_: str = "\n\n",
    text_of: Callable[[Message], str] = _text_of,
) -> str:
    """Return the sentences, each (or each paragraph of one speaker) followed by `break_`.

    `text_of` writes a sentence, where it is not to stay as it is.
    """
    blocks = _turns(messages) if paragraphs else ([message] for message in messages)
    return "".join(_line(block, speakers=speakers, text_of=text_of) + break_ for block in blocks)


def as_srt(messages: Iterable[Message], *, speakers: bool = False) -> str:
    """Return SubRip subtitles; times count from the start of the media."""
    return "\n".join(
        f"{number}\n{_clock(start_s, ',')} --> {_clock(end_s, ',')}\n{text}\n"
        for number, (start_s, end_s, text) in enumerate(_cues(messages, speakers=speakers), 1)
    )


def as_vtt(messages: Iterable[Message], *, speakers: bool = False) -> str:
    """Return WebVTT subtitles (W3C WebVTT); times count from the start of the media."""
    cues = (
        f"{_clock(start_s, '.')} --> {_clock(end_s, '.')}\n{_escaped(text)}\n"
        for start_s, end_s, text in _cues(messages, speakers=speakers)
    )
    return "\n".join(["WEBVTT\n", *cues])


def _cues(messages: Iterable[Message], *, speakers: bool) -> Iterator[tuple[float, float, str]]:
    for message in messages:
        yield max(message.start_s, 0.0), max(message.end_s, 0.0), _line([message], speakers=speakers)


def _turns(messages: Sequence[Message]) -> Iterator[list[Message]]:
    for _, turn in groupby(messages, key=lambda message: message.speaker and message.speaker.id):
        yield list(turn)


def _line(block: Sequence[Message], *, speakers: bool, text_of: Callable[[Message], str] = _text_of) -> str:
    said = " ".join(map(text_of, block))
    return f"{speaker_name(block[0])}: {said}" if speakers else said


def _clock(at_s: float, point: str) -> str:
    milliseconds = round(at_s * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
