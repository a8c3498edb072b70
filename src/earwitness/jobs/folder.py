"""Where what clients send lies until its job is done: one file for each job, named after it."""

import os
from collections.abc import Collection
from pathlib import Path


class JobFolder:
    """The recordings and texts that were sent or fetched."""

    def __init__(self, folder: Path) -> None:
        """Make the folder, for its owner only."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder

    def path_of(self, job_id: str) -> Path:
        """Return where the file of a job lies."""
        return self._folder / job_id

    def keep(self, job_id: str, data: bytes) -> None:
        """Write the file of a job, and return when it is on disk.

        Raises:
            OSError: it cannot be kept.
        """
        with self.path_of(job_id).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def discard(self, job_id: str) -> None:
        """Remove the file of a job."""
        self.path_of(job_id).unlink(missing_ok=True)

    def sweep(self, kept: Collection[str]) -> None:
        """Remove the files that a stop of the server left, but for those of some jobs.

        Folders are none of ours: where this one is a file system of its own, it has `lost+found`.
        """
        for path in self._folder.iterdir():
            if path.name not in kept and not path.is_dir():
                path.unlink(missing_ok=True)
