"""What goes out when a conversation ends."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from earwitness.delivery.email_carrier import summary_deliveries
from earwitness.store.seams import NewDelivery

PageUrl = Callable[[str, str, str], str]
"""(base URL, app id, conversation id) → the address of the summary page."""

SUMMARY_EMAIL = "sendSummaryEmail"


def stop_deliveries(
    actions: Iterable[Mapping[str, Any]], page_url: str, wait_s: float = 0.0
) -> Iterator[NewDelivery]:
    """Return the e-mails that the client asked for; those of an action once, however often it is queued.

    They wait for `wait_s`, unless they are hastened.
    """
    for number, action in enumerate(actions):
        recipients = recipients_of(action)
        if action.get("invokeOn") == "stop" and recipients:
            for delivery in summary_deliveries(f"{SUMMARY_EMAIL}:{number}", recipients, page_url):
                yield replace(delivery, wait_s=wait_s)


def recipients_of(action: Mapping[str, Any]) -> list[str]:
    """Return the e-mail addresses of a summary action, in order and without repeats."""
    if action.get("name") != SUMMARY_EMAIL:
        return []
    given = (action.get("parameters") or {}).get("emails") or []
    return list(dict.fromkeys(address.strip() for address in given if address.strip()))
