"""Plots as SVG text: lines over numbers, bars over names. The same numbers give the same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10

_WIDTH, _HEIGHT = 820, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 250, 50, 60
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#56b4e9")
"""Okabe and Ito's, which colour-blind readers tell apart."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plot."""

    name: str
    points: Mapping[float, float]
    dashed: bool = False
    colour: int = 0
    """Lines that belong together share one."""


def line_plot(title: str, x_name: str, y_name: str, lines: Sequence[Line], *, log: bool = False) -> str:
    """Draw lines; every x is as far from the next as any other."""
    places = sorted({x for line in lines for x in line.points})
    scale = _Scale([y for line in lines for y in line.points.values()], log=log)
    right = _WIDTH - _RIGHT
    step = (right - _LEFT - 40) / max(len(places) - 1, 1)
    at = {x: _LEFT + 20 + index * step for index, x in enumerate(places)}
    parts = [*_frame(title, y_name, scale), _text((_LEFT + right) / 2, _HEIGHT - 14, x_name)]
    parts += [_text(at[x], _HEIGHT - _BOTTOM + 20, f"{x:g}") for x in places]
    for number, line in enumerate(lines):
        colour = _COLOURS[line.colour % len(_COLOURS)]
        dash = ' stroke-dasharray="6 4"' if line.dashed else ""
        points = [(at[x], scale.place(y)) for x, y in sorted(line.points.items())]
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        y = _TOP + 14 + 20 * number
        ends = f'x1="{right + 14}" x2="{right + 42}" y1="{y - 4}" y2="{y - 4}"'
        parts.append(f'<line {ends} stroke="{colour}" stroke-width="2"{dash}/>')
        parts.append(_text(right + 48, y, line.name, anchor="start"))
    return _page(parts)


def bar_plot(
    title: str, y_name: str, names: Sequence[str], groups: Mapping[str, Sequence[float]], level: Line
) -> str:
    """Draw a group of bars for each name, and a level across."""
    scale = _Scale([*(y for bars in groups.values() for y in bars), *level.points.values(), 0.0], log=False)
    right = _WIDTH - _RIGHT
    step = (right - _LEFT) / len(names)
    width = step * 0.8 / len(groups)
    parts = _frame(title, y_name, scale)
    bottom = scale.place(0.0)
    for group, (name, bars) in enumerate(groups.items()):
        colour = _COLOURS[group]
        for index, value in enumerate(bars):
            x, y = _LEFT + index * step + step * 0.1 + group * width, scale.place(value)
            size = f'width="{width:.1f}" height="{bottom - y:.1f}"'
            parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{colour}"/>')
        y = _TOP + 14 + 20 * group
        parts.append(f'<rect x="{right + 20}" y="{y - 10}" width="16" height="12" fill="{colour}"/>')
        parts.append(_text(right + 48, y, name, anchor="start"))
    for index, name in enumerate(names):
        x, y = _LEFT + (index + 0.5) * step, bottom + 14
        parts.append(_text(x, y, name, anchor="end", turn=-30))
    for value in level.points.values():
        y = scale.place(value)
        parts.append(f'<line x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" {_LEVEL}/>')
        parts.append(_text(right + 6, y + 4, level.name, anchor="start"))
    return _page(parts, below=90)


_LEVEL = 'stroke="#333" stroke-width="1.5" stroke-dasharray="3 3"'


class _Scale:
    """Values to heights, with round marks."""

    def __init__(self, values: Sequence[float], *, log: bool) -> None:
        self._log = log
        self._bottom = _HEIGHT - _BOTTOM
        if log:
            low, high = floor(log10(min(values))), floor(log10(max(values))) + 1
            self.marks = [
                mark
                for power in range(low, high + 1)
                for mark in (10.0**power, 2 * 10.0**power, 5 * 10.0**power)
                if min(values) / 2.5 <= mark <= max(values) * 2.5
            ]
        else:
            top = max(values) or 1.0
            rough = top / 5
            unit = 10.0 ** floor(log10(rough))
            step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
            self.marks = [step * number for number in range(int(top / step) + 2)]
        self._low, self._high = self._of(self.marks[0]), self._of(self.marks[-1])

    def place(self, value: float) -> float:
        """The height of a value on the page."""
        return self._bottom - (self._of(value) - self._low) / (self._high - self._low) * (self._bottom - _TOP)

    def _of(self, value: float) -> float:
        return log10(value) if self._log else value


def _frame(title: str, y_name: str, scale: _Scale) -> list[str]:
    parts = [_text(_LEFT, 24, title, anchor="start", size=16), _text(18, _HEIGHT / 2, y_name, turn=-90)]
    for mark in scale.marks:
        y = scale.place(mark)
        ends = f'x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"'
        parts.append(f'<line {ends} stroke="#ddd" stroke-width="1"/>')
        parts.append(_text(_LEFT - 8, y + 4, f"{mark:g}", anchor="end"))
    return parts


def _text(x: float, y: float, text: str, *, anchor: str = "middle", size: int = 12, turn: int = 0) -> str:
    turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}"'
    return f"<text {place}{turned}>{escape(text)}</text>"


def _page(parts: Sequence[str], below: int = 0) -> str:
    height = _HEIGHT + below
    size = f'width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" fill="#222">'
    ground = f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>'
    return "\n".join([head, ground, *parts, "</svg>\n"])
