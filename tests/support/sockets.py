"""Results sockets, from a client that is free to do anything."""

import websockets


def open_socket(
    url: str, headers: dict[str, str] | None = None, offered: list[websockets.Subprotocol] | None = None
) -> websockets.connect:
    """Open the socket at a URL of either scheme, `http` or `ws`."""
    if url.startswith("http"):
        url = "ws" + url.removeprefix("http")
    return websockets.connect(url, additional_headers=headers, subprotocols=offered, proxy=None)


async def refusal_of(url: str, headers: dict[str, str]) -> websockets.Response:
    """Return the response that refuses to open a socket.

    Raises:
        AssertionError: it is opened.
    """
    try:
        async with open_socket(url, headers):
            raise AssertionError(f"{url} was not refused")
    except websockets.InvalidStatus as error:
        return error.response
