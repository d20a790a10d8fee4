"""C1: delivery receipts over HTTP, shuffled and some of them doubled, beside an endpoint that only checks and reads."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from statistics import median

from sqlalchemy import bindparam, func, select, update

from bench.figures import Figure, Sizes
from bench.ground import ACCOUNT, TOKEN, Ground, number_of
from bench.inbound import SCHOOL, served, warm_up
from bench.load import post_all, signed_post
from bench.queueing import clear, queue_for
from phonetree.models import Delivery, State, new_id, reading, writing

OURS, CHECKED = "/twilio/status/message", "/bench/receipt"
DOUBLED = 0.05
STATUSES = ("queued", "sent")
UNKNOWN_TO_NETWORK = 30005
ONE_IN = 20
"""One text in so many is not delivered."""
LAST_RANK = 4
BASELINE_SHARE = 3
"""The baseline answers one receipt in so many."""


@dataclass(frozen=True, slots=True)
class Told:
    """One receipt as the carrier words it."""

    attempt: str
    sid: str
    status: str

    def form(self) -> dict[str, str]:
        known = {
            "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "From": SCHOOL, "To": number_of(0).e164,
            "MessageSid": self.sid, "SmsSid": self.sid, "MessageStatus": self.status, "SmsStatus": self.status,
        }  # fmt: skip
        return known | ({"ErrorCode": str(UNKNOWN_TO_NETWORK)} if self.status == State.UNDELIVERED else {})


def measure(ground: Ground, sizes: Sizes) -> list[Figure]:
    ours, checked = [], []
    with served(ground):
        warm_up(ground)
        final = handed_over(ground, sizes.receipted)
        due = shuffled(final)
        parts = [due[turn :: sizes.receipt_rounds] for turn in range(sizes.receipt_rounds)]
        _post(ground, CHECKED, due[: sizes.connections], sizes)
        for part in parts:
            ours.append(_post(ground, OURS, part, sizes))
            checked.append(_post(ground, CHECKED, part[::BASELINE_SHARE], sizes))
    check_states(ground, final)
    note = f"{len(due):,} receipts for {len(final):,} texts, shuffled; every state is right"
    what = f"C1 receipts over HTTP, {ground.name}"
    return [Figure(what, "per second", median(ours), median(checked), "signed only", 0.6, 0.8, note=note)]


def _post(ground: Ground, path: str, told: list[Told], sizes: Sizes) -> float:
    origin = f"http://127.0.0.1:{ground.port}"
    requests = [signed_post(origin, f"{path}/{one.attempt}", one.form(), TOKEN) for one in told]
    answers = post_all(ground.port, requests, sizes.connections)
    if answers.statuses != {HTTPStatus.NO_CONTENT: len(requests)}:
        raise RuntimeError(f"{path} answered {dict(answers.statuses)}")
    return answers.per_second


def handed_over(ground: Ground, texts: int) -> dict[tuple[str, str], State]:
    """As many texts that the carrier has taken: attempt and name, and what is to become of each."""
    queue_for(ground, texts)
    final = {}
    with writing(ground.database) as session:
        rows = []
        sent = select(Delivery.id).where(Delivery.broadcast_id.is_not(None)).order_by(Delivery.id)
        for turn, row in enumerate(session.scalars(sent)):
            attempt, sid = new_id(), f"SM{new_id()}"
            final[attempt, sid] = State.UNDELIVERED if turn % ONE_IN == 0 else State.DELIVERED
            rows.append({"row": row, "mine": attempt, "name": sid})
        handed = {"state": State.SUBMITTED, "submitted_at": ground.means.now()}
        taken = update(Delivery).where(Delivery.id == bindparam("row"))
        taken = taken.values(handed).values(attempt=bindparam("mine"), sid=bindparam("name"))
        session.connection().execute(taken, rows)
    return final


def shuffled(final: dict[tuple[str, str], State]) -> list[Told]:
    """Three receipts for each text, a few of them twice, in an order of chance that is always the same."""
    chance = random.Random(0)  # noqa: S311
    due = list(_each(final))
    due += chance.sample(due, int(DOUBLED * len(due)))
    chance.shuffle(due)
    return due


def _each(final: dict[tuple[str, str], State]) -> Iterator[Told]:
    for (attempt, sid), state in final.items():
        for status in (*STATUSES, state.value):
            yield Told(attempt, sid, status)


def check_states(ground: Ground, final: dict[tuple[str, str], State]) -> None:
    """Every row ended as its last receipt says, whatever came after it, and no row was added."""
    columns = (Delivery.attempt, Delivery.sid, Delivery.state, Delivery.rank)
    with reading(ground.database) as session:
        ended = {(attempt, sid): (state, rank) for attempt, sid, state, rank in session.execute(select(*columns))}
        rows = session.scalar(select(func.count()).where(Delivery.broadcast_id.is_not(None)))
    wrong = sum(ended.get(key) != (state, LAST_RANK) for key, state in final.items())
    if wrong or rows != len(final):
        raise RuntimeError(f"{wrong} of {len(final)} texts did not end as their receipts say; {rows} rows")
    with writing(ground.database) as session:
        clear(session)
