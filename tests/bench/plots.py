"""The plots of docs/benchmarks.md, drawn from the tables on that page."""

import re
from collections.abc import Sequence
from pathlib import Path

from tests.bench.svg import Line, bar_plot, line_plot

Row = dict[str, str]


def draw(page: Path) -> list[Path]:
    """Write every plot whose tables are there, beside the page; returns where."""
    text = page.read_text("utf-8")
    live, peers, impaired = (table_of(text, name) for name in ("live-calls", "peers", "impaired"))
    plots = {}
    if live or peers:
        plots["latency"] = _latency(live, peers)
        plots["cpu"] = _cpu(live, peers)
    if impaired:
        plots["impaired"] = _impaired(impaired)
    folder = page.with_suffix("")
    folder.mkdir(exist_ok=True)
    paths = []
    for name, svg in plots.items():
        paths.append(folder / f"{name}.svg")
        paths[-1].write_text(svg, "utf-8")
    return paths


def table_of(page: str, name: str) -> list[Row]:
    """Read the first table between the marks of a benchmark; empty where there is none."""
    found = re.search(rf"<!-- begin {name} -->(.*?)<!-- end {name} -->", page, re.DOTALL)
    lines = [line for line in (found[1] if found else "").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    if len(cells) < 3:
        return []
    head, _, *rows = cells
    return [dict(zip(head, row, strict=True)) for row in rows]


def _latency(live: Sequence[Row], peers: Sequence[Row]) -> str:
    lines = []
    for number, (name, rows, column) in enumerate(_series(live, peers, "final p50 / p95 ms", "bare final")):
        for index, percentile in enumerate(("p50", "p95")):
            points = {_calls(row): _numbers(row[column])[index] for row in rows}
            lines.append(Line(f"{name} {percentile}", points, dashed=index == 1, colour=number))
    return line_plot(
        "From the end of speech to the final text", "calls at once", "milliseconds", lines, log=True
    )


def _cpu(live: Sequence[Row], peers: Sequence[Row]) -> str:
    lines = []
    for number, (name, rows, column) in enumerate(_series(live, peers, "CPU/call", "bare")):
        column = "CPU/stream" if column not in rows[0] else column
        points = {_calls(row): _numbers(row[column])[0] for row in rows}
        lines.append(Line(name, points, colour=number))
    return line_plot("Processor time of a call", "calls at once", "% of a core", lines)


def _impaired(rows: Sequence[Row]) -> str:
    clean, *conditions = rows
    names = [row["condition"] for row in conditions]
    bars = {codec: [_numbers(row[f"{codec} WER"])[0] for row in conditions] for codec in ("Opus", "µ-law")}
    level = Line("clean files, bare", {0.0: _numbers(clean["Opus WER"])[0]})
    return bar_plot("Words in error", "% of the words said", names, bars, level)


def _series(
    live: Sequence[Row], peers: Sequence[Row], ours: str, bare: str
) -> list[tuple[str, Sequence[Row], str]]:
    """Name, rows and column of ours, of the bare recogniser and of each peer."""
    series: list[tuple[str, Sequence[Row], str]] = []
    if live:
        series.append(("earwitness", live, ours))
        if bare in live[0]:
            series.append(("bare recogniser", live, bare))
    for name in dict.fromkeys(row["server"] for row in peers):
        series.append((name, [row for row in peers if row["server"] == name], ours))
    return series


def _calls(row: Row) -> float:
    return float(row["calls"] if "calls" in row else row["streams"])


def _numbers(cell: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", cell)]
