"""From the request to the INVITE on the wire, and how many calls can be placed in a second."""

import asyncio
import socket
import time

from tests.bench.rig import percentiles, subject, table

_CALLS = 100
_BURST = 200


class _Listener(asyncio.DatagramProtocol):
    """A far end that only notes INVITEs, each once."""

    def __init__(self) -> None:
        self.invites: dict[str, float] = {}

    def datagram_received(self, data: bytes, address: object) -> None:
        now = time.monotonic()
        line, _, _ = data.partition(b"\r\n")
        if line.startswith(b"INVITE "):
            user = line.split(b":", 1)[1].split(b"@")[0].decode()
            self.invites.setdefault(user, now)


async def measure() -> str:
    """Return the table."""
    loop = asyncio.get_running_loop()
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    transport, far_end = await loop.create_datagram_endpoint(_Listener, sock=listening)
    try:
        async with subject(deaf=True) as server:

            def body(user: str) -> dict[str, object]:
                return {"endpoint": {"type": "sip", "uri": f"sip:{user}@127.0.0.1:{port}"}}

            for number in range(5):
                await server.client.start(body(f"warm{number}"))
            delays = []
            for number in range(_CALLS):
                asked = time.monotonic()
                await server.client.start(body(f"one{number}"))
                delays.append(far_end.invites[f"one{number}"] - asked)
                await asyncio.sleep(0.05)
            began = time.monotonic()
            await asyncio.gather(*(server.client.start(body(f"burst{number}")) for number in range(_BURST)))
            rate = _BURST / (max(far_end.invites.values()) - began)
    finally:
        transport.close()
    p50, p95 = percentiles(delays, 50, 95)
    rows = [
        ["request to INVITE on the wire, p50 / p95", f"{p50:.1f} / {p95:.1f} ms"],
        [
            f"calls placed in a second ({_BURST} at once, the asking client on the same machine)",
            f"{rate:.0f}",
        ],
    ]
    return table(["what", "measured"], rows)


if __name__ == "__main__":
    print(asyncio.run(measure()))
