"""PyPI `symbl` 2.0.6: ending a call by `Connection.stop`, which writes a Python literal to the socket."""

import threading

from tests.interop.clients.py.program import Playback, credentials, symbl_at, task, tell

symbl = symbl_at(task["base"])

connection = symbl.Telephony.start_sip(uri=task["uri"], credentials=credentials())
tell("started", {"connectionId": connection.connectionId})
subscribed = threading.Event()
callbacks = {"message": lambda _: subscribed.set()}
threading.Thread(target=connection.subscribe, args=(callbacks,), daemon=True).start()
Playback()
tell("subscribed", subscribed.wait(10))
connection.stop()  # Its own reading thread does not notice: it ends with the process.
