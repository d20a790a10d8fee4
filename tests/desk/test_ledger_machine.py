"""The promises of the ledger hold whatever leads, families, workers and the carrier do; planted bugs are found."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import phone
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from ledger_machine import Broken, Desk, LedgerMachine
from sqlalchemy import Engine, update
from sqlalchemy.engine import make_url
from stage import tree_at

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import receipts, settling
from phonetree.desk.delivery import Claimed, ClaimedCall
from phonetree.desk.means import Means
from phonetree.desk.receipts import Receipt
from phonetree.models import TEXT, Delivery, State, writing
from phonetree.words.ports import Carrier, HandOver

STEPS = 100_000
"""With ``LEDGER_STEPS=full``, on SQLite; a tenth of them on PostgreSQL. It takes an hour."""
IS_FULL = os.environ.get("LEDGER_STEPS") == "full"
EACH = 40
"""Steps of one example at most, before everything settles."""
USUAL = settings(
    database=None,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    stateful_step_count=EACH,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
FULL = settings(USUAL, derandomize=False, max_examples=200, phases=[Phase.generate, Phase.shrink])
MANY = 200
"""Examples within which a planted bug is found; mostly it takes a few."""
OpenTree = Callable[[], AbstractContextManager[Rehearsal]]


def machine(open_tree: OpenTree, desk: Desk | None = None) -> type[LedgerMachine]:
    """A machine whose every example has a tree of its own."""
    return type("Machine", (LedgerMachine,), {"open_tree": staticmethod(open_tree), "desk": desk or Desk()})


@contextmanager
def tree_on_postgresql(folder: Path) -> Iterator[Rehearsal]:
    with phone.migrated_url("postgresql", folder) as url:
        driven = make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        with tree_at(driven) as tree:
            yield tree


@pytest.mark.parametrize(("kind", "examples", "share"), [("sqlite", 12, 1.0), ("postgresql", 4, 0.1)])
def test_every_promise_holds(tmp_path: Path, kind: str, examples: int, share: float) -> None:
    checked = machine(tree_at if kind == "sqlite" else partial(tree_on_postgresql, tmp_path))
    if not IS_FULL:
        run_state_machine_as_test(checked, settings=settings(USUAL, max_examples=examples))
    while IS_FULL and checked.steps_taken < STEPS * share:
        run_state_machine_as_test(checked, settings=FULL)
    assert checked.steps_taken > examples


# --- planted ----------------------------------------------------------------------------------------------------------


def record_without_fence(
    engine: Engine, means: Means, outcomes: Sequence[tuple[Claimed | ClaimedCall, HandOver]]
) -> None:
    """Whatever became of the row meanwhile, it is taken for this attempt's."""
    with writing(engine) as session:
        for claimed, _outcome in outcomes:
            mine = {"attempt": claimed.attempt, "state": State.SENDING}
            session.execute(update(Delivery).where(Delivery.id == claimed.delivery_id).values(mine))
    settling.record(engine, means, outcomes)


async def send_again_blindly(engine: Engine, means: Means, line: Carrier) -> None:
    """What is in doubt is sent again, and nobody asks the carrier."""
    with writing(engine) as session:
        in_doubt = (Delivery.state == State.IN_DOUBT) & (Delivery.channel == TEXT)
        session.execute(update(Delivery).where(in_doubt).values(state=State.PENDING, attempt=None, submitted_at=None))


def absorb_whatever_comes(engine: Engine, means: Means, receipt: Receipt) -> None:
    """The last receipt counts, and not the highest."""
    with writing(engine) as session:
        session.execute(update(Delivery).where(Delivery.attempt == receipt.attempt).values(rank=-1))
    receipts.absorb(engine, means, receipt)


@pytest.mark.parametrize(
    ("desk", "broken"),
    [
        (Desk(record=record_without_fence), "I3|I8"),
        (Desk(look=send_again_blindly), "I3"),
        (Desk(absorb=absorb_whatever_comes), "I8|I9"),
    ],
    ids=["no fence", "sent again blindly", "lowered by a late receipt"],
)
def test_a_planted_bug_is_found(desk: Desk, broken: str) -> None:
    with pytest.raises(Broken, match=broken):
        run_state_machine_as_test(machine(tree_at, desk), settings=settings(USUAL, max_examples=MANY))
