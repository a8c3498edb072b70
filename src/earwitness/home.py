"""The home folder, and the lock that keeps a second server out of it."""

import fcntl
import os
from pathlib import Path

from earwitness.settings import SettingsError


class HomeLock:
    """Held by the one server of a home folder: a second one would finish the first one's calls as lost."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file: int | None = None

    def acquire(self) -> None:
        """Make the folder if needed, and lock it.

        Raises:
            SettingsError: another server uses it, or it cannot be written.
        """
        try:
            self._home.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(self._home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SettingsError(
                f"cannot use {self._home} as home folder: {error.strerror}; choose another with --home"
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise SettingsError(
                f"another earwitness server uses {self._home}; talk to it with --server URL, "
                "or choose another folder with --home"
            ) from None
        self._file = file

    def release(self) -> None:
        """Let others have the folder."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
