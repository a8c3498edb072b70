"""Writing tables into docs/benchmarks.md, between their marks."""

import os
import platform
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from earwitness import __version__

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def conditions() -> str:
    """Return when and on what was measured."""
    load = os.getloadavg()[0]
    when = datetime.now(UTC).date().isoformat()
    return (
        f"{when}, earwitness {__version__}, Python {platform.python_version()}, {os.cpu_count()} cores "
        f"({platform.machine()}, shared machine), load average {load:.1f} at the end of the run."
    )


def write(name: str, text: str) -> None:
    """Put a text between the marks of a name."""
    page = PAGE.read_text("utf-8")
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(page):
        sys.exit(f"{PAGE.name} has no place for {name}: add '{begin}' and '{end}'")
    PAGE.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", page), "utf-8")
