"""Reading messages without their words, which are most of what there is to read of them."""

from dataclasses import MISSING, fields
from typing import Any, get_type_hints

import msgspec

from earwitness.conversation.message import Message

_KINDS = get_type_hints(Message)
_Wordless = msgspec.defstruct(
    "_Wordless",
    [
        (one.name, _KINDS[one.name], msgspec.NODEFAULT if one.default is MISSING else one.default)
        for one in fields(Message)
        if one.name != "words"
    ],
)
_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Wordless)


def message_without_words(text: str) -> Message:
    """Read a message that was written as JSON; what it holds of words is skipped."""
    return Message(**msgspec.structs.asdict(_DECODER.decode(text)))
