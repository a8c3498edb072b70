"""Style sheet, scripts and icon of the pages: read once, served under an address that names their content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from fastapi import APIRouter, Response

from earwitness.api.errors import ApiError
from earwitness.web.headers import ASSET_HEADERS

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Assets:
    """All static files, in memory (some tens of kilobytes)."""

    files: Mapping[str, bytes]
    digest: str
    """Of names and contents together: a new version has new addresses, so they may be cached for good."""

    @property
    def base(self) -> str:
        """The path that all files lie under; modules import each other relative to it."""
        return f"/static/{self.digest}"


def load_assets() -> Assets:
    """Read the files from the package."""
    folder = resources.files(__package__).joinpath("static")
    files = {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.is_file()}
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name] + b"\0")
    return Assets(files, digest.hexdigest()[:16])


def asset_router(assets: Assets) -> APIRouter:
    """Return the route that serves the files."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/static/{digest}/{name}", methods=["GET", "HEAD"])
    async def asset(digest: str, name: str) -> Response:
        if digest != assets.digest or name not in assets.files:
            raise ApiError(404, f"There is no {name} of this version; load the page again.")
        kind = _TYPES[name.rpartition(".")[2]]
        return Response(assets.files[name], headers=ASSET_HEADERS, media_type=kind)

    return router
