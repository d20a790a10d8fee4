"""M2: an alert goes out while strangers and machines text nonsense: how much longer it takes than in peace."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count

from sqlalchemy import func, select, update

from bench.course import Course
from bench.figures import Figure, interleaved
from bench.ground import MOST_MADE_UP, TOKEN, WITHOUT_PACING, Ground, number_of
from bench.inbound import TURN, text_from, warm_up
from bench.load import Answers, post_at_rate, signed_post
from bench.queueing import clear, queue_for
from bench.serving import served
from bench.workers import wait_until_sent, workers
from phonetree.models import Counter, Delivery, Sender, State, database_now, reading, writing

LONGER = 1.2
"""So many times as long it may take."""
SAME = 20
"""Phones that answer by themselves; the other half of the junk comes each from another number."""
NONSENSE = ("I am driving, talk later", "qwertz 77", "NEWS", "who r u??", "JOIN NOWHERE", "9 9 9")


@dataclass
class _Junk:
    """Texts that help nobody, half of them from the same few phones."""

    ground: Ground
    per_second: float
    sids: Iterator[int] = field(default_factory=lambda: count(1 << 40))
    came: int = 0

    def text(self, over: threading.Event) -> None:
        """Until it is over. Each has to be taken; answered it need not be."""
        answers = post_at_rate(self.ground.port, self._requests(), self.per_second, over.is_set)
        _check(answers)
        self.came += len(answers.took)

    def _requests(self) -> Iterator[bytes]:
        origin, free = f"http://127.0.0.1:{self.ground.port}", MOST_MADE_UP - self.ground.phones
        for turn in self.sids:
            index = turn % SAME if turn % 2 else turn % free
            form = text_from(self.ground, turn) | {
                "From": number_of(self.ground.phones + index).e164,
                "Body": NONSENSE[turn % len(NONSENSE)],
            }
            yield signed_post(origin, TURN, form, TOKEN)


def _check(answers: Answers) -> None:
    taken = len(answers.took)
    if answers.statuses != {HTTPStatus.OK: taken} or answers.sorry:
        raise RuntimeError(f"{taken} texts of nonsense were answered {dict(answers.statuses)}, sorry {answers.sorry}")


def measure(course: Course) -> list[Figure]:
    """The two take turns, on a number that sends as fast as a short code does."""
    course.carrier.behave(course.sizes.latency)
    return [_measure(course, ground) for ground in course.grounds]


def _measure(course: Course, ground: Ground) -> Figure:
    sizes, junk = course.sizes, _Junk(ground, course.sizes.junk_per_second)
    course.say(f"an alert to {sizes.junk:,} among {sizes.junk_per_second:g} texts of nonsense a second, {ground.name}")
    with served(ground), workers(ground):
        warm_up(ground)
        _alert(course, ground)  # the worker warms up
        among, alone = interleaved(
            sizes.junk_rounds, lambda: _among(course, ground, junk), lambda: _alert(course, ground)
        )
    _pace(ground, WITHOUT_PACING)
    note = f"{junk.came:,} texts came, {_left_out(ground):,} were left unanswered; {sizes.junk_rounds} pairs, medians"
    what = f"M2 alert among junk, {ground.name}"
    return Figure(what, "s", among, alone, "without junk", LONGER, at_most=True, note=note)


def _among(course: Course, ground: Ground, junk: _Junk) -> float:
    over, before = threading.Event(), junk.came
    texting = threading.Thread(target=junk.text, args=(over,))
    texting.start()
    try:
        took = _alert(course, ground)
    finally:
        over.set()
        texting.join()
        _forget(ground)
    if junk.came == before:
        raise RuntimeError("the nonsense was not taken")
    return took


def _alert(course: Course, ground: Ground) -> float:
    """Seconds from when it is queued until the carrier has the last text of it. Each phone has to get one."""
    texts = course.sizes.junk
    _pace(ground, course.sizes.junk_segments_per_second)
    course.carrier.arrivals()
    broadcast_id = queue_for(ground, texts)
    begun = time.monotonic()  # the carrier's process reads the same clock
    ground.means.doorbell.ring()
    wait_until_sent(ground)
    with reading(ground.database) as session:
        of_it = (Delivery.broadcast_id == broadcast_id, Delivery.state == State.SUBMITTED)
        sent = session.scalar(select(func.count(func.distinct(Delivery.person_id))).where(*of_it))
    came = course.carrier.arrivals()
    if sent != texts or len(came) < texts:
        raise RuntimeError(f"{sent} phones have the alert instead of {texts}; {len(came)} texts came")
    _forget(ground)
    # What was queued behind the alert comes after it.
    return sorted(one.at for one in came)[texts - 1] - begun


def _pace(ground: Ground, per_second: float) -> None:
    with writing(ground.database) as session:
        full = {"segments_per_second": per_second, "tokens": max(1.0, per_second), "refilled_at": database_now()}
        session.execute(update(Sender).values(full))


def _forget(ground: Ground) -> None:
    with writing(ground.database) as session:
        clear(session)


def _left_out(ground: Ground) -> int:
    with reading(ground.database) as session:
        return session.scalar(select(func.sum(Counter.times)).where(Counter.name.startswith("answers left out"))) or 0
