"""Ending on SIGINT and SIGTERM."""

import asyncio
import signal


def stop_signal() -> asyncio.Event:
    """Return an event that the first SIGINT or SIGTERM sets; the next one ends the program as usual."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def stop() -> None:
        stopped.set()
        for number in numbers:
            loop.remove_signal_handler(number)

    for number in numbers:
        loop.add_signal_handler(number, stop)
    return stopped
