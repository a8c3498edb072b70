"""Which languages a model knows, where only its name tells."""

import re

WHISPER: tuple[str, ...] = tuple(
    (
        "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr "
        "bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn "
        "yo so af oc "
        "ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue"
    ).split()
)
"""Of the multilingual Whisper models; `yue` is known to large-v3 and turbo alone."""

_CODES = frozenset(
    "ar be bg bn ca cs da de el en es et fa fi fr hi hr hu id it ja ka ko lt lv mt nl pl pt ro ru sk sl sv "
    "ta te th tr uk ur vi yue zh".split()
)
"""Codes that occur as a part of model names and mean nothing else there (`am` and `is` do)."""

_WORDS = {
    "arabic": "ar",
    "bengali": "bn",
    "cantonese": "yue",
    "chinese": "zh",
    "english": "en",
    "french": "fr",
    "german": "de",
    "gigaspeech": "en",
    "japanese": "ja",
    "korean": "ko",
    "librispeech": "en",
    "portuguese": "pt",
    "reazonspeech": "ja",
    "russian": "ru",
    "spanish": "es",
    "thai": "th",
    "vietnamese": "vi",
}


def primary(language: str) -> str:
    """Return the primary subtag of a BCP-47 tag (RFC 5646 §2.2.1), in lower case: `en` of `en-US`."""
    return re.split("[-_]", language.strip(), maxsplit=1)[0].casefold()


def in_name(name: str) -> tuple[str, ...]:
    """Return the languages that a model's name speaks of, such as `zh` and `en` in `paraformer-zh-en`."""
    parts = [part for part in re.split(r"[-_.\s]", name.casefold()) if part]
    found = (part if part in _CODES else _WORDS.get(part) for part in parts)
    return tuple(dict.fromkeys(language for language in found if language))
