"""Where recordings lie until they are heard: one file for each job, named after it."""

from collections.abc import Collection
from pathlib import Path


class RecordingFolder:
    """The recordings that were sent or fetched."""

    def __init__(self, folder: Path) -> None:
        """Make the folder, for its owner only."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder

    def path_of(self, job_id: str) -> Path:
        """Return where the recording of a job lies."""
        return self._folder / job_id

    def discard(self, job_id: str) -> None:
        """Remove the recording of a job."""
        self.path_of(job_id).unlink(missing_ok=True)

    def sweep(self, kept: Collection[str]) -> None:
        """Remove what a stop of the server left, but for the recordings of some jobs."""
        for path in self._folder.iterdir():
            if path.name not in kept:
                path.unlink()
