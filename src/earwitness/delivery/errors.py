"""Errors of delivery; each says whether another attempt may work.

DeliveryError
└── MailError
"""

from collections.abc import Sequence
from typing import Any


class DeliveryError(Exception):
    """A delivery failed.

    `payload`, when given, replaces the delivery's for the next attempt: it holds what is left to do.
    """

    def __init__(self, message: str, *, retryable: bool, payload: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.payload = payload


class MailError(DeliveryError):
    """A message was not taken for some or all recipients.

    `unsent` lists those worth another attempt; it is empty when the error is final.
    """

    def __init__(self, message: str, *, unsent: Sequence[str] = ()) -> None:
        super().__init__(message, retryable=bool(unsent))
        self.unsent = tuple(unsent)
