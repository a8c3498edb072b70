"""PyPI `symbl` 2.0.6: calls to a phone number, without and with keys to send."""

from tests.interop.clients.py.program import credentials, symbl_at, task, tell

symbl = symbl_at(task["base"])

for dtmf in (None, ",,123#"):
    connection = symbl.Telephony.start_pstn(phone_number=task["number"], dtmf=dtmf, credentials=credentials())
    tell("started", connection.connectionId)
    tell("stopped", symbl.Telephony.stop(connection.connectionId).connection_id)
