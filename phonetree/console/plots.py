"""Plots as SVG, for who would rather look than read. They carry no word that is not in the table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT = 400, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 6, 394, 30, 196
_ROW, _BAR = 54, 18
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plot. *look*: its class in the style sheet."""

    look: str
    name: str
    points: Points
    goes_on: bool = False
    """Level to the right edge, where it ends before that."""


@dataclass(frozen=True, slots=True)
class Bar:
    """So much of so much, with its name."""

    name: str
    language: str
    told: str
    part: float


def line_plot(title: str, lines: Sequence[Line], right: float, top: float, ends: tuple[str, str]) -> Markup:
    """Lines over time. *right*: seconds at the right edge; *top*: phones at the upper; *ends*: the clock at both."""
    drawn = Markup("").join(
        Markup('<polyline class="{}" points="{}"/>').format(line.look, _points(line, right, top)) for line in lines
    )
    keys = Markup("").join(_key(place, line) for place, line in enumerate(lines))
    axis = Markup('<path class="axis" d="M{0} {1}H{2}M{0} {3}H{2}"/>').format(_LEFT, _TOP, _RIGHT, _BOTTOM)
    labels = Markup(
        '<text x="{left}" y="20">{top}</text><text x="{left}" y="216">{begin}</text>'
        '<text x="{right}" y="216" text-anchor="end">{end}</text>'
    ).format(left=_LEFT, right=_RIGHT, top=f"{top:,.0f}", begin=ends[0], end=ends[1])
    return _svg(title, HEIGHT + 26 * len(lines), axis + drawn + labels + keys)


def _points(line: Line, right: float, top: float) -> str:
    """What lies beyond the right edge is cut where it crosses."""
    inside = [(at, count) for at, count in line.points if at <= right] or [(0.0, 0.0)]
    beyond = next(((at, count) for at, count in line.points if at > right), None)
    last_at, last = inside[-1]
    if beyond is not None:
        inside.append((right, last + (beyond[1] - last) * (right - last_at) / (beyond[0] - last_at)))
    elif line.goes_on:
        inside.append((right, last))
    return " ".join(f"{_x(at, right):.1f},{_y(count, top):.1f}" for at, count in inside)


def _x(at: float, right: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * at / max(right, 1e-9)


def _y(count: float, top: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * min(1.0, count / max(top, 1.0))


def _key(place: int, line: Line) -> Markup:
    y = HEIGHT + 10 + 26 * place
    sample = Markup('<polyline class="{look}" points="{left},{y} {end},{y}"/><text x="{at}" y="{base}">{name}</text>')
    return sample.format(look=line.look, left=_LEFT, end=_LEFT + 36, y=y, at=_LEFT + 46, base=y + 5, name=line.name)


def bar_plot(title: str, bars: Sequence[Bar]) -> Markup:
    """Bars below each other, each with its name and its count over it."""
    return _svg(title, _ROW * len(bars), Markup("").join(_bar(place * _ROW, bar) for place, bar in enumerate(bars)))


def _bar(y: int, bar: Bar) -> Markup:
    whole = _RIGHT - _LEFT
    return Markup(
        '<text x="{left}" y="{base}"{language}>{name}</text>'
        '<text x="{right}" y="{base}" text-anchor="end">{told}</text>'
        '<rect class="rest" x="{left}" y="{at}" width="{whole}" height="{high}" rx="4"/>'
        '<rect class="bar" x="{left}" y="{at}" width="{part}" height="{high}" rx="4"/>'
    ).format(
        left=_LEFT,
        right=_RIGHT,
        base=y + 20,
        at=y + 28,
        whole=whole,
        part=f"{whole * min(1.0, max(0.0, bar.part)):.1f}",
        high=_BAR,
        language=Markup(' lang="{}"').format(bar.language) if bar.language else "",
        name=bar.name,
        told=bar.told,
    )


def _svg(title: str, height: int, inside: Markup) -> Markup:
    """One picture with one name; what it shows is in the table."""
    whole = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}" direction="ltr">{}</svg>')
    return whole.format(WIDTH, height, title, inside)
