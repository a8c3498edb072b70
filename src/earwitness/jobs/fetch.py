"""Fetching recordings from URLs that clients give."""

import asyncio
from pathlib import Path

from earwitness.delivery.destination import DestinationError, Destinations
from earwitness.jobs.seams import JobFailedError

_WITHIN_S = 600.0
_STALL_S = 30.0
_CHUNK_OCTETS = 1 << 20


class UrlFetcher:
    """See `Fetcher`. Redirects are not followed: it is the URL itself that was allowed."""

    def __init__(self, destinations: Destinations, most_octets: int) -> None:
        self._destinations = destinations
        self._most_octets = most_octets

    async def fetch(self, url: str, path: Path) -> None:
        """Write what is at a URL to a file; see `Fetcher.fetch`."""
        import httpx

        try:
            async with asyncio.timeout(_WITHIN_S):
                await self._fetch(url, path)
        except DestinationError as error:
            raise JobFailedError(f"the recording cannot be fetched: {error}") from error
        except TimeoutError as error:
            raise JobFailedError(f"the recording did not come within {_WITHIN_S:.0f} s") from error
        except httpx.HTTPError as error:
            raise JobFailedError(f"the recording cannot be fetched: {error!r}") from error

    async def _fetch(self, url: str, path: Path) -> None:
        import httpx

        there = await self._destinations.resolve(url)
        headers = {**there.headers, "User-Agent": "earwitness", "Accept-Encoding": "identity"}
        async with (
            httpx.AsyncClient(timeout=_STALL_S, follow_redirects=False, trust_env=False) as client,
            client.stream("GET", there.url, headers=headers, extensions=there.extensions) as response,
        ):
            if response.status_code != 200:
                raise JobFailedError(
                    f"the recording cannot be fetched: its server answered {response.status_code}; "
                    "give a direct link, without redirects"
                )
            with path.open("wb") as file:
                size = 0
                async for chunk in response.aiter_raw(_CHUNK_OCTETS):
                    size += len(chunk)
                    if size > self._most_octets:
                        raise JobFailedError(f"the recording is longer than {self._most_octets} bytes")
                    await asyncio.to_thread(file.write, chunk)
