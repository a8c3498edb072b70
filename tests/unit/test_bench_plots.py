from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.bench.plots import draw, table_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def test_the_tables_of_the_page_are_data() -> None:
    rows = table_of(PAGE.read_text("utf-8"), "live-calls")
    assert [row["calls"] for row in rows][:2] == ["1", "4"]
    assert table_of(PAGE.read_text("utf-8"), "no-such-benchmark") == []


def test_plots_are_drawn_alike_each_time(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_bytes(PAGE.read_bytes())
    paths = draw(page)
    assert {path.name for path in paths} >= {"latency.svg", "cpu.svg"}
    before = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in draw(page)] == before
    for path in paths:
        assert ElementTree.parse(path).getroot().tag.endswith("svg")


@pytest.mark.parametrize("name", ["latency", "cpu", "impaired"])
def test_the_page_shows_its_plots(name: str) -> None:
    assert f"(benchmarks/{name}.svg)" in PAGE.read_text("utf-8")
