"""Check digits: what tells an account's number from any row of digits."""

_REMAINDER_OF_IBAN = 1


def passes_luhn(digits: str) -> bool:
    """Return whether the last digit fits the others (ISO/IEC 7812-1 Annex B)."""
    total = 0
    for place, figure in enumerate(reversed(digits)):
        value = int(figure) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and bool(digits.strip("0"))


def is_iban(text: str) -> bool:
    """Return whether capitals and digits are an international bank account number (ISO 13616, modulo 97)."""
    if not 15 <= len(text) <= 34 or not (text.isascii() and text.isalnum()):
        return False
    if not (text[:2].isalpha() and text[2:4].isdigit()):
        return False
    moved = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == _REMAINDER_OF_IBAN


def is_card_prefix(digits: str) -> bool:
    """Return whether a number begins as those of payment cards do (ISO/IEC 7812: 2 to 6, 1 or 0 of none)."""
    return digits[0] in "3456" or "2221" <= digits[:4] <= "2720" or digits[:4] in ("2131", "1800")


def is_ssn(digits: str) -> bool:
    """Return whether nine digits can be a US social security number (SSA: areas 000, 666, 9xx are none)."""
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"
