"""Plots as SVG, drawn on this side: they need no colour to be read, and tell a screen reader what they show."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

WIDTH, LINE = 720, 30
LABELS, VALUES = 230, 80
"""Room at the left for what is shown, and at the right for how much."""
INK, PAPER = "#1b1b1b", "#ffffff"
FONT = "font: 14px system-ui, sans-serif"
DASHES = ("", "8 4", "2 4", "10 3 2 3")
HATCHED = "url(#hatched)"


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: float
    is_ours: bool = False
    is_limit: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a plot: sizes and what was measured at each."""

    label: str
    points: Sequence[tuple[float, float]]


def bars(title: str, shows: str, unit: str, given: Sequence[Bar]) -> str:
    """Horizontal bars: ours are filled, baselines hatched, limits dashed outlines."""
    longest = max(bar.value for bar in given)
    svg = _sheet(title, shows, height=LINE * (len(given) + 2))
    _hatching(svg)
    for turn, bar in enumerate(given):
        top, length = LINE * (turn + 1.5), max(1.0, (WIDTH - LABELS - VALUES) * bar.value / longest)
        _text(svg, LABELS - 10, top + 16, bar.label, anchor="end", is_strong=bar.is_ours)
        fill = INK if bar.is_ours else PAPER if bar.is_limit else HATCHED
        dashes = {"stroke-dasharray": "5 3"} if bar.is_limit else {}
        _add(svg, "rect", x=LABELS, y=top, width=length, height=LINE - 8, fill=fill, stroke=INK, **dashes)
        _text(svg, LABELS + length + 8, top + 16, f"{bar.value:,.0f} {unit if turn == 0 else ''}".strip())
    return _written(svg)


def lines(title: str, shows: str, unit: str, given: Sequence[Series]) -> str:
    """Both axes by powers of ten. Every line has a dash and a mark of its own, and its name at its end."""
    height, top, bottom, left, right = 380, 50, 330, 70, WIDTH - 210
    across = _scale([x for one in given for x, _ in one.points], left, right)
    up = _scale([y for one in given for _, y in one.points], bottom, top)
    svg = _sheet(title, shows, height)
    for size in sorted({x for one in given for x, _ in one.points}):
        _text(svg, across.at(size), bottom + 24, f"{size:,.0f}", anchor="middle")
    for tick in up.powers():
        _add(svg, "line", x1=left, y1=up.at(tick), x2=right, y2=up.at(tick), stroke="#c8c8c8")
        _text(svg, left - 8, up.at(tick) + 5, f"{tick:,g}", anchor="end")
    _text(svg, left - 8, top - 8, unit, anchor="start")
    ends = _apart([up.at(one.points[-1][1]) for one in given])
    for turn, (one, end) in enumerate(zip(given, ends, strict=True)):
        places = [(across.at(x), up.at(y)) for x, y in one.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        dash = DASHES[turn % len(DASHES)]
        _add(svg, "polyline", points=path, fill="none", stroke=INK, **{"stroke-width": 2, "stroke-dasharray": dash})
        for x, y in places:
            _mark(svg, turn, x, y)
        _text(svg, right + 12, end + 5, one.label)
    return _written(svg)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From the powers of ten around the values to places on the sheet."""

    lowest: float
    highest: float
    begins: float
    ends: float

    def at(self, value: float) -> float:
        share = (math.log10(value) - self.lowest) / (self.highest - self.lowest)
        return self.begins + share * (self.ends - self.begins)

    def powers(self) -> Iterator[float]:
        return (10.0**power for power in range(math.ceil(self.lowest), math.floor(self.highest) + 1))


def _scale(values: Sequence[float], begins: float, ends: float) -> _Scale:
    lowest, highest = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return _Scale(lowest, max(highest, lowest + 1), begins, ends)


def _apart(places: Sequence[float], room: float = 18.0) -> list[float]:
    """The same places, moved down where two labels would lie upon each other."""
    moved, last = dict[int, float](), -math.inf
    for index in sorted(range(len(places)), key=places.__getitem__):
        last = moved[index] = max(places[index], last + room)
    return [moved[index] for index in range(len(places))]


def _mark(svg: ET.Element, turn: int, x: float, y: float) -> None:
    shapes = (
        "",
        f"{x - 5},{y - 5} {x + 5},{y - 5} {x + 5},{y + 5} {x - 5},{y + 5}",
        f"{x},{y - 6} {x + 6},{y + 5} {x - 6},{y + 5}",
        f"{x},{y - 7} {x + 7},{y} {x},{y + 7} {x - 7},{y}",
    )
    fill = INK if turn % 2 == 0 else PAPER
    if points := shapes[turn % len(shapes)]:
        _add(svg, "polygon", points=points, fill=fill, stroke=INK)
    else:
        _add(svg, "circle", cx=x, cy=y, r=5, fill=fill, stroke=INK)


def _sheet(title: str, shows: str, height: float) -> ET.Element:
    svg = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-labelledby": "title shows"})
    svg.set("viewBox", f"0 0 {WIDTH} {height:g}")
    for tag, name, words in (("title", "title", title), ("desc", "shows", shows)):
        _add(svg, tag, id=name).text = words
    _add(svg, "rect", width=WIDTH, height=height, fill=PAPER)
    _text(svg, 10, 24, title, is_strong=True)
    return svg


def _hatching(svg: ET.Element) -> None:
    hatched = _add(_add(svg, "defs"), "pattern", id="hatched", width=6, height=6, patternUnits="userSpaceOnUse")
    _add(hatched, "path", d="M0,6 L6,0", stroke=INK)


def _text(svg: ET.Element, x: float, y: float, words: str, *, anchor: str = "start", is_strong: bool = False) -> None:
    weight = "bold" if is_strong else "normal"
    given = {"text-anchor": anchor, "font-weight": weight, "style": FONT}
    _add(svg, "text", x=x, y=y, fill=INK, **given).text = words


def _add(parent: ET.Element, tag: str, **given: object) -> ET.Element:
    shown = {name: f"{value:.1f}" if isinstance(value, float) else str(value) for name, value in given.items()}
    return ET.SubElement(parent, tag, {name: value for name, value in shown.items() if value})


def _written(svg: ET.Element) -> str:
    ET.indent(svg)
    return ET.tostring(svg, encoding="unicode") + "\n"
