"""Letters that a pattern takes for others where case does not matter, though no lower case makes them equal.

`re.IGNORECASE` lets "TONİGHT", "fıve", "ſix" and "Kelvin" with the sign of the unit match; who looks up what
was matched in a table of small letters would not find it.
"""

_TWINS = str.maketrans("İıſ\N{KELVIN SIGN}", "IisK")


def without_twins(text: str) -> str:
    """Return a text, every character in its place, with the usual letters in place of their twins."""
    return text if text.isascii() else text.translate(_TWINS)
