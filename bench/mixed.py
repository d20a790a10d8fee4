"""M1: a broadcast goes out while its receipts come in and families text: what each does to the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count

from sqlalchemy import func, select

from bench.course import Course
from bench.figures import Figure, steady
from bench.ground import Ground
from bench.inbound import forget_heard, heard_on, text_post, warm_up
from bench.load import Answers, post_at_rate
from bench.queueing import clear, queue_for
from bench.serving import served
from bench.workers import LOOK_EVERY, PATIENCE, wait_until_sent, workers
from phonetree.models import Delivery, State, reading, writing


@dataclass
class _Crowd:
    """Families that text evenly, each text another one."""

    ground: Ground
    per_second: float

    def text(self, until: Callable[[], bool]) -> Answers:
        """Every text has to be answered, and heard once."""
        forget_heard(self.ground)
        requests = (text_post(self.ground, turn) for turn in count(1))
        answers = post_at_rate(self.ground.port, requests, self.per_second, until)
        texts, heard = len(answers.took), heard_on(self.ground)
        if answers.statuses != {HTTPStatus.OK: texts} or answers.sorry or heard != texts:
            raise RuntimeError(f"{heard} texts were heard of {texts}; {dict(answers.statuses)}, sorry {answers.sorry}")
        return answers


def measure(course: Course) -> list[Figure]:
    figures = []
    for ground in course.grounds:
        course.say(f"a broadcast, receipts and families' texts at once, {ground.name}")
        figures += _measure(course, ground)
    return figures


def _measure(course: Course, ground: Ground) -> list[Figure]:
    sizes, carrier = course.sizes, course.carrier
    crowd = _Crowd(ground, sizes.inbound_per_second)
    carrier.behave(sizes.latency)
    alone, _none = _broadcast(course, ground, lambda over: over.wait(PATIENCE))
    with served(ground):
        warm_up(ground)
        over_at = time.monotonic() + sizes.idle_seconds
        idle = crowd.text(lambda: time.monotonic() >= over_at)
        carrier.behave(sizes.latency, receipts_per_second=sizes.receipts_per_second)
        among: list[Answers] = []
        together, receipts = _broadcast(course, ground, lambda over: among.append(crowd.text(over.is_set)))
        carrier.behave(sizes.latency)
    slow, calm = (answers.percentile(0.99) * 1000 for answers in (among[0], idle))
    note = f"{among[0].per_second:,.0f} texts a second in, p50 {among[0].percentile(0.5) * 1000:.0f} ms"
    came = f"{receipts:,} receipts meanwhile"
    where = ground.name
    return [
        Figure(f"M1 inbound p99 in a broadcast, {where}", "ms", slow, calm, "idle", 3.0, 2.0, at_most=True, note=note),
        Figure(f"M1 fan-out among texts, {where}", "per second", together, alone, "idle", 0.80, 0.85, note=came),
    ]


def _broadcast(course: Course, ground: Ground, meanwhile: Callable[[threading.Event], object]) -> tuple[float, int]:
    """Texts per second, and receipts that came. *meanwhile* runs from the first text on; it is told of the last."""
    texts = course.sizes.mixed
    course.carrier.took()
    broadcast_id = queue_for(ground, texts)
    over = threading.Event()
    with workers(ground):
        watching = threading.Thread(target=_watch, args=(ground, broadcast_id, over))
        wait_until(lambda: _waiting(ground, broadcast_id) < texts)
        watching.start()
        meanwhile(over)
        watching.join()
        wait_until_sent(ground)
    return _count_and_clear(course, ground, broadcast_id)


def _watch(ground: Ground, broadcast_id: int, over: threading.Event) -> None:
    try:
        wait_until(lambda: not _waiting(ground, broadcast_id))
    finally:
        over.set()


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError("the broadcast did not come to an end")
        time.sleep(LOOK_EVERY)


def _waiting(ground: Ground, broadcast_id: int) -> int:
    of_it = (Delivery.broadcast_id == broadcast_id, Delivery.state == State.PENDING)
    with reading(ground.database) as session:
        return session.scalar(select(func.count()).where(*of_it)) or 0


def _count_and_clear(course: Course, ground: Ground, broadcast_id: int) -> tuple[float, int]:
    """Every text has to have arrived once and be written down."""
    columns = (Delivery.sid, Delivery.submitted_at, Delivery.rank)
    with reading(ground.database) as session:
        rows = session.execute(select(*columns).where(Delivery.broadcast_id == broadcast_id)).all()
        named = session.scalar(select(func.count(func.distinct(Delivery.sid)))) or 0
    took, texts = course.carrier.took(), course.sizes.mixed
    if len({row.sid for row in rows if row.sid}) != texts or took.texts != named:
        raise RuntimeError(f"{len(rows)} texts of {texts}; the carrier took {took.texts}, written down are {named}")
    with writing(ground.database) as session:
        clear(session)
    return steady([row.submitted_at.timestamp() for row in rows]), sum(row.rank > 0 for row in rows)
