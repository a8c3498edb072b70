"""Where recordings lie until their jobs are done."""

from pathlib import Path

from earwitness.jobs.folder import JobFolder


def test_files_that_no_job_needs_are_removed_and_folders_stay(tmp_path: Path) -> None:
    (tmp_path / "lost+found" / "deep").mkdir(parents=True)
    folder = JobFolder(tmp_path)
    for job_id in ("done", "goes-on"):
        folder.keep(job_id, b"RIFF")
    folder.sweep({"goes-on"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["goes-on", "lost+found"]
