"""What every part of the bench is given to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.carrier import FarCarrier
from bench.figures import Figure, Sizes
from bench.ground import Ground, Land, Say


@dataclass(frozen=True, slots=True)
class Course:
    """Grounds that are laid out already, one on each database, and land for more of them."""

    sizes: Sizes
    grounds: list[Ground]
    carrier: FarCarrier
    land: Land
    say: Say


Part = Callable[[Course], list[Figure]]


def on_each(measure: Callable[[Ground, Sizes], list[Figure]]) -> Part:
    """A part that needs nothing but a ground, on one after the other."""

    def part(course: Course) -> list[Figure]:
        figures: list[Figure] = []
        for ground in course.grounds:
            course.say(f"{measure.__module__.rpartition('.')[2]} on {ground.name}")
            figures += measure(ground, course.sizes)
        return figures

    return part
