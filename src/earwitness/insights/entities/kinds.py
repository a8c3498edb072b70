"""The kinds of entity, what clients call them, and which of them are personal data."""

from dataclasses import dataclass
from typing import Literal

Group = Literal["pii", "pci", "general"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entity."""

    name: str
    tag: str
    """`subType` in the Conversation API, and what stands in brackets for a redacted one."""
    group: Group
    """`pii` personal data, `pci` data of payment cards and accounts, `general` anything else."""

    @property
    def shown(self) -> str:
        """`type` in the Conversation API: a date of birth is a date there."""
        return "date" if self.name == "date_of_birth" else self.name


_PERSONAL = {
    "person": "PERSON_NAME",
    "email_address": "EMAIL_ADDRESS",
    "phone_number": "PHONE_NUMBER",
    "street_address": "STREET_ADDRESS",
    "zip_code": "ZIP_CODE",
    "age": "AGE",
    "date_of_birth": "DATE_OF_BIRTH",
    "ssn": "SSN",
    "drivers_license": "DRIVERS_LICENSE",
    "passport_number": "PASSPORT_NUMBER",
    "ip_address": "IP_ADDRESS",
    "url": "URL",
    "digits": "NUMBER",
}
_PAYMENT = {
    "credit_card": "CREDIT_CARD",
    "cvv": "CVV",
    "iban": "IBAN_CODE",
    "account_number": "ACCOUNT_NUMBER",
}
_GENERAL = {
    "location": "LOCATION",
    "organization": "ORGANIZATION",
    "nationality": "NATIONALITY",
    "title": "TITLE",
    "date": "DATE",
    "datetime": "DATETIME",
    "daterange": "DATERANGE",
    "datetimerange": "DATETIMERANGE",
    "time": "TIME",
    "timerange": "TIMERANGE",
    "duration": "DURATION",
    "number": "NUMBER",
    "money": "MONEY",
    "percent": "PERCENT",
    "quantity": "QUANTITY",
}
_GROUPS: tuple[tuple[Group, dict[str, str]], ...] = (
    ("pii", _PERSONAL),
    ("pci", _PAYMENT),
    ("general", _GENERAL),
)
KINDS = {name: Kind(name, tag, group) for group, names in _GROUPS for name, tag in names.items()}
"""By name. `digits` is a row of digits whose meaning is unknown: it is redacted, and is no entity."""

PERSONAL = frozenset(kind.name for kind in KINDS.values() if kind.group != "general")
"""What redaction hides unless it is told otherwise."""


def kinds_of_tag(tag: str) -> frozenset[str]:
    """Return the kinds that a client means by a tag or a type, however it is spelled; none for an unknown."""
    wanted = tag.strip().strip("[]").casefold().replace(" ", "_").replace("-", "_")
    return frozenset(kind.name for kind in KINDS.values() if wanted in (kind.name, kind.tag.casefold()))
