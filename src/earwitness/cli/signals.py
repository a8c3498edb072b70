"""Ending on SIGINT and SIGTERM."""

import asyncio
import signal


def stop_signal() -> asyncio.Event:
    """Return an event that the first SIGINT or SIGTERM sets."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    return stopped
