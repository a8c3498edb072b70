"""Unpacking an archive that came from elsewhere: nothing lands outside, and nothing half-done is left."""

import shutil
import tarfile
import tempfile
from pathlib import Path

from earwitness.speech.seams import RecognizerError

_MOST_BYTES = 20 * 10**9
_MOST_MEMBERS = 10_000
"""More than any model has: an archive that unpacks to more is an attack on the disk."""


def unpack(archive: Path, target: Path) -> None:
    """Unpack the one folder of a tar archive as `target`, which must not exist yet.

    Links, devices and names that lead outside are refused (the `data` filter of PEP 706). The folder appears
    under its name only when it is complete.

    Raises:
        RecognizerError: it is no archive, or not one of a single folder.
        OSError: the disk is full or can't be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=".unpack-"))
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, members=_bounded(tar), filter="data")
        inside = [entry for entry in scratch.iterdir() if not entry.name.startswith(".")]
        if len(inside) != 1 or not inside[0].is_dir():
            raise RecognizerError(f"{archive.name} holds no single folder", retryable=False)
        inside[0].replace(target)
    except (tarfile.TarError, EOFError, UnicodeError) as error:
        raise RecognizerError(f"{archive.name} cannot be unpacked: {error}", retryable=False) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _bounded(tar: tarfile.TarFile) -> "list[tarfile.TarInfo]":
    members: list[tarfile.TarInfo] = []
    total = 0
    for member in tar:
        members.append(member)
        total += member.size
        if total > _MOST_BYTES or len(members) > _MOST_MEMBERS:
            raise tarfile.TarError("it holds more than a model would")
    return members
