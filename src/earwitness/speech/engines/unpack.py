"""Unpacking an archive that came from elsewhere: nothing lands outside, and nothing half-done is left."""

import shutil
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from earwitness.speech.seams import RecognizerError

_MOST_BYTES = 20 * 10**9
_MOST_MEMBERS = 10_000
"""More than any model has: an archive that unpacks to more is an attack on the disk."""


def unpack(archive: Path, target: Path) -> None:
    """Unpack the one folder of a tar archive as `target`, which must not exist yet.

    Only files and folders are taken; links, devices and names that lead outside are refused. (The `data`
    filter of PEP 706 does the same, but Python 3.11 has it only from 3.11.4 on.) The folder appears under its
    name only when it is complete.

    Raises:
        RecognizerError: it is no archive, or not one of a single folder.
        OSError: the disk is full or can't be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=".unpack-"))
    try:
        with tarfile.open(archive) as tar:
            _extract(tar, scratch)
        inside = list(scratch.iterdir())
        if len(inside) != 1 or not inside[0].is_dir():
            raise RecognizerError(f"{archive.name} holds no single folder", retryable=False)
        inside[0].replace(target)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise RecognizerError(f"{archive.name} cannot be unpacked: {error}", retryable=False) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _extract(tar: tarfile.TarFile, folder: Path) -> None:
    """Take the members in one pass: going back would unpack all that is in front of them again."""
    total = 0
    for count, member in enumerate(tar, 1):
        total += member.size
        if total > _MOST_BYTES or count > _MOST_MEMBERS:
            raise ValueError("it holds more than a model would")
        path = folder.joinpath(*_parts(member.name))
        if member.isdir():
            path.mkdir(parents=True, exist_ok=True)
            continue
        file = tar.extractfile(member) if member.isreg() else None
        if file is None:
            raise ValueError(f"{member.name!r} is neither file nor folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        with file, path.open("xb") as written:
            shutil.copyfileobj(file, written, 1 << 20)


def _parts(name: str) -> tuple[str, ...]:
    """Return the parts of a member's name.

    Raises:
        ValueError: it leads outside, or means something else on another system.
    """
    parts = tuple(part for part in PurePosixPath(name).parts if part != "/")
    if ".." in parts or any(":" in part or "\\" in part for part in parts):
        raise ValueError(f"{name!r} leads outside")
    return parts
