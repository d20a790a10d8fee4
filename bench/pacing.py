"""F5: numbers that may send only so many segments a second, alone, together, and shared by two workers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from sqlalchemy import update

from bench.carrier import Arrival
from bench.course import Course
from bench.figures import Figure
from bench.ground import CODE, SCHOOL_FILE, Ground, enrol, the_site
from bench.queueing import BODY, queue_for
from bench.workers import wait_until_sent, workers
from phonetree.desk import schools
from phonetree.models import Sender, writing
from phonetree.school.reading import read_school
from phonetree.words.segments import measure as measure_text

LONG_BODY = f"{BODY} " * 4
ENOUGH = 100
"""Messages in a window that has to be nearly full."""
FULL = 0.98
ON_THE_WAY = 0.1
"""Seconds that may lie between a claim and the carrier's clock: so much longer is every window."""
TOGETHER = 10.0
SHARED = 20.0


@dataclass(frozen=True, slots=True)
class Pace:
    """A number, what it may send in a second, and what waits on it."""

    code: str
    number: str
    per_second: float
    texts: int
    body: str = BODY

    @property
    def largest(self) -> int:
        return measure_text(self.body).segments

    @property
    def burst(self) -> float:
        return max(self.per_second, self.largest)


def measure(course: Course) -> list[Figure]:
    sizes = course.sizes
    rates = [(1.0, BODY), (3.75, BODY), (7.5, LONG_BODY), *[(TOGETHER, BODY)] * sizes.paced_together]
    alone = [_pace(index, rate, sizes.paced_seconds, body) for index, (rate, body) in enumerate(rates)]
    shared = [_pace(0, SHARED, sizes.shared_seconds)]
    figures: list[Figure] = []
    for name in course.land.names:
        course.say(f"paced numbers, {sizes.paced_seconds:g} seconds of them, {name}")
        came = _sent(course, name, alone, workers_at_work=1)
        for pace in alone[:3]:
            figures += _figures(came[pace.number], pace, f"at {pace.per_second:g}/s", name)
        figures += _together([came[pace.number] for pace in alone[3:]], alone[3:], name)
        course.say(f"a number that two workers share, {sizes.shared_seconds:g} seconds, {name}")
        came = _sent(course, name, shared, workers_at_work=2)
        figures += _figures(came[shared[0].number], shared[0], f"at {SHARED:g}/s by two workers", name)
    return figures


def _pace(index: int, rate: float, seconds: float, body: str = BODY) -> Pace:
    """With the bucket full as it begins, what waits takes about that long."""
    texts = max(3, round(rate * seconds / measure_text(body).segments))
    letter = chr(ord("A") + index)
    return Pace(f"PACE{letter}", f"+1{217 + index}5550100", rate, texts, body)


def _sent(course: Course, name: str, paces: Sequence[Pace], workers_at_work: int) -> dict[str, list[Arrival]]:
    """What came from each number, in the order in which it came."""
    carrier = course.carrier
    carrier.behave()
    carrier.know([pace.number for pace in paces])
    with course.land.ground(name, api_base_url=carrier.base_url, phones=0, say=course.say) as ground:
        for pace in paces:
            _open_school(ground, pace)
        carrier.arrivals()
        with workers(ground, workers_at_work):
            wait_until_sent(ground)
    carrier.behave(course.sizes.latency)
    arrivals = sorted(carrier.arrivals(), key=lambda one: one.at)
    came = {pace.number: [one for one in arrivals if one.sender == pace.number] for pace in paces}
    for pace in paces:
        if len(came[pace.number]) != pace.texts:
            raise RuntimeError(f"{len(came[pace.number])} texts came of {pace.texts}")
    return came


def _open_school(ground: Ground, pace: Pace) -> None:
    """The same school on another number, with its families, and an alert to all of them."""
    written = SCHOOL_FILE.read_text(encoding="utf-8").replace("+12135550100", pace.number).replace(CODE, pace.code)
    with writing(ground.database) as session:
        schools.load_school(session, ground.means, read_school(written))
        session.flush()
        site = the_site(session, pace.code)
        full = {"segments_per_second": pace.per_second, "tokens": max(1.0, pace.per_second)}
        session.execute(update(Sender).where(Sender.id == site.sender_id).values(full))
    enrol(ground.house, site, pace.texts)
    queue_for(ground, pace.texts, pace.code, pace.body)


def _figures(came: Sequence[Arrival], pace: Pace, what: str, where: str) -> list[Figure]:
    enough = min(ENOUGH, len(came) - 1)
    return _both(came, pace.per_second, pace.burst, enough, f"{what}, {where}")


def _together(each: Sequence[Sequence[Arrival]], paces: Sequence[Pace], where: str) -> list[Figure]:
    came = sorted((one for arrivals in each for one in arrivals), key=lambda one: one.at)
    rate, burst = sum(pace.per_second for pace in paces), sum(pace.burst for pace in paces)
    enough = min(ENOUGH * len(paces), len(came) - len(paces))
    return _both(came, rate, burst, enough, f"{len(paces)} numbers at {TOGETHER:g}/s, {where}")


def _both(came: Sequence[Arrival], rate: float, burst: float, enough: int, what: str) -> list[Figure]:
    """At most so much in any window, and hardly less in any that is long enough."""
    most, least = most_over(came, rate, burst), least_per_second(came, enough)
    note = f"any window of {enough} texts or more; burst up to {burst:g} segments"
    return [
        Figure(f"F5 most {what}", "of its due", most, 1.0, "rate x seconds + burst", 1.0, at_most=True),
        Figure(f"F5 least {what}", "segments per second", least, rate, "its rate", FULL, note=note),
    ]


def most_over(came: Sequence[Arrival], rate: float, burst: float) -> float:
    """The fullest window of all, as a share of what may be in it: *rate* times its seconds, and *burst*."""
    total = [0, *accumulate(one.segments for one in came)]
    return max(
        (total[last + 1] - total[first]) / (rate * (came[last].at - came[first].at + ON_THE_WAY) + burst)
        for first in range(len(came))
        for last in range(first, len(came))
    )


def least_per_second(came: Sequence[Arrival], enough: int) -> float:
    """The emptiest window from one text to another that holds *enough* of them; the first is where it begins."""
    total = list(accumulate(one.segments for one in came))
    return min(
        (total[last] - total[first]) / (came[last].at - came[first].at)
        for first in range(len(came) - enough)
        for last in range(first + enough, len(came))
    )
