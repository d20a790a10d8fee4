"""Whatever anybody does, nothing is sent without a right code and PIN in time; with them it is; planted bugs show."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine, select, update
from trust_machine import WITH_CODE, AlwaysSends, Broken, Desk, Trees, TrustMachine

from phonetree.desk import conversations
from phonetree.desk.exchange import HeardText
from phonetree.desk.means import Means
from phonetree.desk.replies import Answer
from phonetree.models import Approval, PinAttempt, Proposal, writing
from phonetree.words.pins import PinHasher

STEPS = 100_000
"""Of both machines together, with ``TRUST=full``. It takes most of an hour."""
IS_FULL = os.environ.get("TRUST") == "full"
USUAL = settings(
    database=None,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    stateful_step_count=30,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
FULL = settings(USUAL, derandomize=False, max_examples=20, stateful_step_count=40)
MANY = 200
"""Examples within which a planted bug is found; mostly it takes a few."""
SHORT = settings(USUAL, max_examples=MANY, stateful_step_count=12)
EXAMPLES = {TrustMachine: 5, AlwaysSends: 3}
"""In the ordinary run. The second has more to do in each: it sends again and again."""


@pytest.fixture(scope="module")
def trees() -> Iterator[Trees]:
    with ExitStack() as kept:
        yield Trees(kept)


def machine(kind: type[TrustMachine], trees: Trees, desk: Desk | None = None, approvals: int = 0) -> type[TrustMachine]:
    """With *approvals*: a school that takes PINs by text alone, where what is planted shows soonest."""
    protocols = [(approvals, "text")] if approvals else kind.protocols
    return type("Machine", (kind,), {"open_tree": staticmethod(trees), "desk": desk or Desk(), "protocols": protocols})


@pytest.mark.parametrize("kind", [TrustMachine, AlwaysSends])
def test_both_promises_hold(trees: Trees, kind: type[TrustMachine], capsys: pytest.CaptureFixture[str]) -> None:
    checked = machine(kind, trees)
    if not IS_FULL:
        run_state_machine_as_test(checked, settings=settings(USUAL, max_examples=EXAMPLES[kind]))
    while IS_FULL and checked.steps_taken < STEPS / 2:
        run_state_machine_as_test(checked, settings=FULL)
        with capsys.disabled():
            print(f"{kind.__name__}: {checked.steps_taken} steps, {checked.released} sent", flush=True)  # noqa: T201
    assert checked.steps_taken > EXAMPLES[kind]
    assert checked.released > 0, "a machine in which nothing is ever sent proves nothing"


# --- planted: anybody may send ----------------------------------------------------------------------------------------


def answer_however_late(engine: Engine, means: Means, heard: HeardText) -> Answer:
    """No code ever runs out."""
    with writing(engine) as session:
        session.execute(update(Approval).values(expires_at=means.now() + WITH_CODE))
        session.execute(update(Proposal).where(Proposal.state == "lapsed").values(state="open"))
    return conversations.answer(engine, means, heard)


@dataclass(frozen=True, slots=True)
class Trusting(PinHasher):
    """Takes every PIN for the right one."""

    def verify(self, hashed: str, pin: str) -> bool:
        return len(hashed) > len(pin)


def answer_with_any_pin(engine: Engine, means: Means, heard: HeardText) -> Answer:
    return conversations.answer(engine, replace(means, pins=Trusting(means.pins.pepper)), heard)


def answer_for_one(engine: Engine, means: Means, heard: HeardText) -> Answer:
    """One approval is enough, whatever the school says."""
    with writing(engine) as session:
        session.execute(update(Proposal).values(approvals_needed=1))
    return conversations.answer(engine, means, heard)


def answer_without_counting(engine: Engine, means: Means, heard: HeardText) -> Answer:
    """As many tries as anybody wants."""
    with writing(engine) as session:
        session.execute(update(Approval).values(wrong=0))
        session.execute(update(PinAttempt).values(is_right=True))
    return conversations.answer(engine, means, heard)


# --- planted: nobody may ----------------------------------------------------------------------------------------------


def answer_with_one_lock_for_all(engine: Engine, means: Means, heard: HeardText) -> Answer:
    """Wrong answers of one lead are held against every lead."""
    with writing(engine) as session:
        people = set(session.scalars(select(Approval.person_id)))
        for attempt in session.scalars(select(PinAttempt).where(PinAttempt.is_right.is_(False))).all():
            for person in people - {attempt.person_id}:
                sid = f"{attempt.heard_sid[2:20]}-{person[:16]}"
                if session.scalar(select(PinAttempt).where(PinAttempt.heard_sid == sid)) is None:
                    twin = {"approval_id": attempt.approval_id, "heard_sid": sid, "at": attempt.at, "is_right": None}
                    session.add(PinAttempt(person_id=person, **twin))
    return conversations.answer(engine, means, heard)


def answer_counting_calls(engine: Engine, means: Means, heard: HeardText) -> Answer:
    """Right answers count as wrong ones, as soon as they are over."""
    with writing(engine) as session:
        session.execute(update(PinAttempt).values(is_right=False, call_id=None))
    return conversations.answer(engine, means, heard)


def answer_the_same_words_the_same(engine: Engine, means: Means, heard: HeardText) -> Answer:
    """A repeat is known by its words."""
    sid = f"SM{hashlib.sha256(heard.sender.e164.encode() + heard.words.encode()).hexdigest()[:32]}"
    return conversations.answer(engine, means, replace(heard, sid=sid))


PLANTED: list[tuple[type[TrustMachine], Callable[[Engine, Means, HeardText], Answer], str]] = [
    (TrustMachine, answer_however_late, "T1"),
    (TrustMachine, answer_with_any_pin, "T1"),
    (TrustMachine, answer_for_one, "T1: one approval"),
    (TrustMachine, answer_without_counting, "T1"),
    (AlwaysSends, answer_with_one_lock_for_all, "T2"),
    (AlwaysSends, answer_counting_calls, "T2"),
    (AlwaysSends, answer_the_same_words_the_same, "T"),
]


@pytest.mark.parametrize(("kind", "planted", "broken"), PLANTED, ids=[f"{p[1].__name__}" for p in PLANTED])
def test_a_planted_bug_is_found(
    trees: Trees, kind: type[TrustMachine], planted: Callable[[Engine, Means, HeardText], Answer], broken: str
) -> None:
    approvals = 2 if planted is answer_for_one else 1
    with pytest.raises(Broken, match=broken):
        run_state_machine_as_test(machine(kind, trees, Desk(answer=planted), approvals), settings=SHORT)
