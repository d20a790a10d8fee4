"""C1 and C2: delivery receipts, shuffled and some doubled: over HTTP beside a check of the signature, and without."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from statistics import median

from sqlalchemy import Update, bindparam, func, select, update

from bench.figures import Figure, Sizes
from bench.ground import ACCOUNT, TOKEN, Ground, number_of
from bench.inbound import SCHOOL, warm_up
from bench.load import post_all, signed_post
from bench.queueing import clear, queue_for
from bench.serving import AS_SERVED, THREADED, Server, served
from bench.workers import LOOK_EVERY, PATIENCE, workers
from phonetree.desk.receipts import Receipt, fold, keep
from phonetree.models import Delivery, Instant, KeptReceipt, State, new_id, reading, writing

OURS, CHECKED = "/twilio/status/message", "/bench/receipt"
DOUBLED = 0.05
STATUSES = ("queued", "sent")
UNKNOWN_TO_NETWORK = 30005
ONE_IN = 20
"""One text in so many is not delivered."""
LAST_RANK = 4
RANKS = {
    "queued": (1, State.SUBMITTED),
    "sent": (3, State.SUBMITTED),
    "delivered": (LAST_RANK, State.DELIVERED),
    "undelivered": (LAST_RANK, State.UNDELIVERED),
}
TOGETHER, WRITERS = 100, 8
BASELINE_SHARE = 3
"""The baseline answers one receipt in so many."""


@dataclass(frozen=True, slots=True)
class Told:
    """One receipt as the carrier words it."""

    attempt: str
    sid: str
    status: str

    def receipt(self) -> Receipt:
        rank, state = RANKS[self.status]
        return Receipt(self.attempt, self.sid, rank, state)

    def form(self) -> dict[str, str]:
        known = {
            "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "From": SCHOOL, "To": number_of(0).e164,
            "MessageSid": self.sid, "SmsSid": self.sid, "MessageStatus": self.status, "SmsStatus": self.status,
        }  # fmt: skip
        return known | ({"ErrorCode": str(UNKNOWN_TO_NETWORK)} if self.status == State.UNDELIVERED else {})


def measure(ground: Ground, sizes: Sizes) -> list[Figure]:
    """While a worker folds them, on the server on which the floor was set and, for information, as it is served."""
    figures = []
    for by, floor, goal in ((THREADED, 0.6, 0.8), (AS_SERVED, None, None)):
        ours, checked, note = _over_http(ground, sizes, by)
        what = f"C1 receipts on {by.name}, {ground.name}"
        figures.append(Figure(what, "per second", ours, checked, "signed only", floor, goal, note=note))
    return [*figures, _without_http(ground, sizes)]


def _over_http(ground: Ground, sizes: Sizes, by: Server) -> tuple[float, float, str]:
    ours, checked = [], []
    with served(ground, by) as server, workers(ground):
        warm_up(ground)
        final = handed_over(ground, sizes.receipted)
        due = shuffled(final)
        parts = [due[turn :: sizes.receipt_rounds] for turn in range(sizes.receipt_rounds)]
        _post(ground, CHECKED, due[: sizes.connections], sizes, server)
        for part in parts:
            ours.append(_post(ground, OURS, part, sizes, server))
            checked.append(_post(ground, CHECKED, part[::BASELINE_SHARE], sizes, server))
        wait_until_folded(ground)
    check_states(ground, final)
    return median(ours), median(checked), f"{len(due):,} receipts for {len(final):,} texts; every state is right"


def _post(ground: Ground, path: str, told: list[Told], sizes: Sizes, server: Server) -> float:
    origin = f"http://127.0.0.1:{ground.port}"
    requests = [signed_post(origin, f"{path}/{one.attempt}", one.form(), TOKEN) for one in told]
    answers = post_all(ground.port, requests, sizes.connections, keep=server.keeps_lines)
    if answers.statuses != {HTTPStatus.NO_CONTENT: len(requests)}:
        raise RuntimeError(f"{path} answered {dict(answers.statuses)}")
    return answers.per_second


def _without_http(ground: Ground, sizes: Sizes) -> Figure:
    """C2: a hundred appended together and folded, beside a commit for each; then eight writers at once."""
    final = handed_over(ground, sizes.receipted)
    due = [one.receipt() for one in shuffled(final)]
    some = due[:: max(1, len(due) // sizes.singly)]

    def each_alone() -> None:
        for one in some:
            _alone(ground, one)

    singly = _timed(each_alone, len(some))
    together = _timed(lambda: _together(ground, due, 1), len(due))
    check_states(ground, final)
    final = handed_over(ground, sizes.receipted)
    _together(ground, [one.receipt() for one in shuffled(final)], WRITERS)
    check_states(ground, final)
    what, against = f"C2 receipts without HTTP, {ground.name}", "a commit for each"
    return Figure(
        what, "per second", together, singly, against, 20, note=f"also by {WRITERS} writers every state is right"
    )


def _alone(ground: Ground, one: Receipt) -> None:
    """The reference: one statement that raises the row, and a commit, for each receipt."""
    now = ground.means.now()
    values = {
        "mine": one.attempt,
        "reached": one.rank,
        "stands": one.state,
        "name": one.sid,
        "told": one.code,
        "at": now,
        "ended": None if one.state is State.SUBMITTED else now,
    }
    with writing(ground.database) as session:
        session.connection().execute(_raising_one(), values)


@cache
def _raising_one() -> Update:
    raising = update(Delivery).where(Delivery.attempt == bindparam("mine"), Delivery.rank < bindparam("reached"))
    return raising.values(
        state=bindparam("stands"),
        rank=bindparam("reached"),
        sid=bindparam("name"),
        error_code=bindparam("told"),
        lease_until=None,
        submitted_at=func.coalesce(Delivery.submitted_at, bindparam("at", type_=Instant())),
        final_at=bindparam("ended", type_=Instant()),
    )


def _together(ground: Ground, due: list[Receipt], writers: int) -> None:
    batches = [due[begin : begin + TOGETHER] for begin in range(0, len(due), TOGETHER)]
    with ThreadPoolExecutor(writers) as side:
        list(side.map(lambda batch: keep(ground.database, batch), batches))
    while fold(ground.database, ground.means):
        pass


def _timed(work: Callable[[], object], many: int) -> float:
    begun = time.perf_counter()
    work()
    return many / (time.perf_counter() - begun)


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


def wait_until_folded(ground: Ground) -> None:
    until = time.monotonic() + PATIENCE
    while _kept(ground):
        if time.monotonic() > until:
            raise TimeoutError("the worker did not fold all receipts")
        time.sleep(LOOK_EVERY)


def _kept(ground: Ground) -> int:
    with reading(ground.database) as session:
        return session.scalar(select(func.count()).select_from(KeptReceipt)) or 0


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
