"""Calls to phone numbers, through a trunk."""

import sys

from earwitness.server import Server
from earwitness.testing.callee import Callee
from tests.support.programs import Program
from tests.support.server import client_of, credentials

PHONE_PY = (sys.executable, "-m", "tests.interop.clients.py.phone")


async def test_symbl_py_calls_a_phone_number_with_and_without_keys(server: Server, far_end: Callee) -> None:
    number = "14085551234"
    told = await Program(*PHONE_PY, task={**credentials(server), "number": number}).run()
    assert told.all("started") == told.all("stopped")
    client = await client_of(server)
    for connection_id in told.all("started"):
        status = await client.get(f"/v1/calls/{connection_id}")
        assert (status["endpoint"], status["state"]) == (number, "ended")
    assert [number in call.uri for call in far_end.answered] == [True, True]
