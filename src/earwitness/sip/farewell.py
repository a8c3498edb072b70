"""The requests of a dialog whose answers change nothing, and the end of one that is over."""

from typing import TYPE_CHECKING

from earwitness.sip.exchange import Exchange, ExchangeFailure
from earwitness.sip.message import Response

if TYPE_CHECKING:
    from earwitness.sip.usage import InviteUsage


class Farewell:
    """The user of a BYE or PRACK: whatever the answer, nothing more is asked."""

    def __init__(self, usage: "InviteUsage") -> None:
        self._usage = usage

    def progressed(self, exchange: Exchange, response: Response, now: float) -> None:
        """Nothing follows from it."""

    def answered(self, exchange: Exchange, response: Response, now: float) -> None:
        """The dialog is over once a BYE is answered."""
        self._settle(now)

    def unanswered(self, exchange: Exchange, failure: ExchangeFailure, now: float) -> None:
        """The dialog is over even if the peer doesn't know."""
        self._settle(now)

    def _settle(self, now: float) -> None:
        if self._usage.ended:
            self._usage.forget(now)
