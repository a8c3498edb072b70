"""What users of PyPI `symbl` see when the server refuses."""

from collections.abc import Callable
from typing import Any

from symbl_rest.rest import ApiException

from tests.interop.clients.py.program import credentials, symbl_at, task, tell

symbl = symbl_at(task["base"])


def ask(what: str, call: Callable[[], Any]) -> None:
    """Tell how a call is refused."""
    try:
        tell(what, call())
    except ApiException as error:
        tell(what, {"status": error.status, "body": error.body})


wrong = {**credentials(), "app_secret": "wrong"}
ask("init", lambda: symbl.Telephony.start_sip("sip:8002@127.0.0.1", credentials=wrong))
ask("start", lambda: symbl.Telephony.start_sip("nobody", credentials=credentials()))
ask("stop", lambda: symbl.Telephony.stop("00000000-0000-4000-8000-000000000000"))
ask("read", lambda: symbl.Conversations.get_messages("1234567890123456"))
