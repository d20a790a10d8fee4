"""Receipts that the web kept: folded into the ledger in batches, by many workers at once, in any order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update
from stage import ANA, BOB, LEAD, all_of, claim_all, rows, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.delivery import Claimed
from phonetree.desk.receipts import Receipt, fold, keep
from phonetree.models import Delivery, KeptReceipt, Person, Site, State, new_id, writing
from phonetree.words.ports import Verdict

DEAD = Verdict.LANDLINE


def told(attempt: str, rank: int = 4, state: State = State.DELIVERED, verdict: Verdict | None = None) -> Receipt:
    return Receipt(attempt, f"SM{attempt}", rank, state, 30006 if verdict is DEAD else None, verdict)


def all_three(attempt: str, last: State = State.DELIVERED) -> Iterator[Receipt]:
    yield told(attempt, 1, State.SUBMITTED)
    yield told(attempt, 3, State.SUBMITTED)
    yield told(attempt, 4, last)


def waiting(tree: Rehearsal) -> int:
    return all_of(tree, select(func.count()).select_from(KeptReceipt))[0]


def handed_over(tree: Rehearsal) -> list[Claimed]:
    for who in (ANA, BOB):
        tree.enrol(who, "parent", "en")
    send(tree, "ALERT 2 1 2")
    return [one for one in claim_all(tree) if one.text.recipient != LEAD]


def stands(tree: Rehearsal, claimed: Claimed) -> tuple[State, int]:
    row = next(row for row in rows(tree) if row.id == claimed.delivery_id)
    return row.state, row.rank


def test_what_is_kept_acts_once_it_is_folded_and_is_gone_then(tree: Rehearsal) -> None:
    ana, bob = handed_over(tree)
    keep(tree.database, [*all_three(ana.attempt), told(bob.attempt, 3, State.SUBMITTED)])
    assert stands(tree, ana) == (State.SENDING, 0)
    assert fold(tree.database, tree.means) is False
    assert stands(tree, ana) == (State.DELIVERED, 4)
    assert stands(tree, bob) == (State.SUBMITTED, 3)
    assert (waiting(tree), fold(tree.database, tree.means)) == (0, False)


def test_a_batch_ends_before_all_is_folded_and_the_next_goes_on(tree: Rehearsal) -> None:
    ana, bob = handed_over(tree)
    keep(tree.database, [*all_three(ana.attempt, State.UNDELIVERED), *all_three(bob.attempt)])
    assert [fold(tree.database, tree.means, most=4) for _turn in range(3)] == [True, False, False]
    assert [stands(tree, one)[0] for one in (ana, bob)] == [State.UNDELIVERED, State.DELIVERED]


def test_receipts_of_nobody_are_let_pass(tree: Rehearsal) -> None:
    (ana, _bob) = handed_over(tree)
    keep(tree.database, [told(new_id()), told(ana.attempt), told(new_id(), verdict=Verdict.OPTED_OUT)])
    assert fold(tree.database, tree.means) is False
    assert stands(tree, ana) == (State.DELIVERED, 4)


def test_of_two_last_words_the_first_counts_and_acts_once(tree: Rehearsal) -> None:
    ana, bob = handed_over(tree)
    gone = told(ana.attempt, 4, State.FAILED, Verdict.OPTED_OUT)
    keep(tree.database, [gone, told(ana.attempt), gone, told(bob.attempt), told(bob.attempt, verdict=DEAD)])
    fold(tree.database, tree.means)
    assert [stands(tree, one)[0] for one in (ana, bob)] == [State.FAILED, State.DELIVERED]
    assert len([person for person in all_of(tree, select(Person)) if person.stopped_at]) == 1


def test_one_that_cannot_be_folded_is_set_aside_and_holds_up_nobody(tree: Rehearsal) -> None:
    """The carrier filters a text, the leads are to be told, and the school's file can no longer be opened."""
    ana, bob = handed_over(tree)
    with writing(tree.database) as session:
        session.execute(update(Site).values(document_sealed=b"\1" + b"x" * 60))
    filtered = told(ana.attempt, 4, State.UNDELIVERED, Verdict.FILTERED)
    keep(tree.database, [filtered, told(bob.attempt, 4, State.FAILED, Verdict.OPTED_OUT)])
    while fold(tree.database, tree.means):
        pass
    assert stands(tree, bob) == (State.FAILED, 4)
    assert waiting(tree) == 0


def test_a_word_of_another_version_is_taken_for_unknown(tree: Rehearsal) -> None:
    (ana, _bob) = handed_over(tree)
    keep(tree.database, [told(ana.attempt, 4, State.FAILED, Verdict.PERMANENT)])
    with writing(tree.database) as session:
        session.execute(update(KeptReceipt).values(verdict="no such word"))
    assert fold(tree.database, tree.means) is False
    assert stands(tree, ana) == (State.FAILED, 4)


def test_eight_writers_and_three_folders_at_once_end_exactly(tree: Rehearsal) -> None:
    """Performance 3b: where each reads and then writes, eight at once end in a wrong state."""
    (one, _other) = handed_over(tree)
    last = {new_id(): (State.DELIVERED, State.UNDELIVERED)[n % 2] for n in range(60)}
    with writing(tree.database) as session:
        like = session.get_one(Delivery, one.delivery_id)
        columns = {c.key: getattr(like, c.key) for c in Delivery.__table__.columns if c.key not in {"id", "attempt"}}
        session.add_all(
            Delivery(**columns | {"attempt": attempt, "copy": n, "state": State.SUBMITTED})
            for n, attempt in enumerate(last, start=1)
        )
    due = [each for attempt, state in last.items() for each in (*all_three(attempt, state), told(attempt, 4, state))]
    random.Random(0).shuffle(due)  # noqa: S311
    with ThreadPoolExecutor(11) as side:
        writers = [side.submit(keep, tree.database, due[n::8]) for n in range(8)]
        folders = [side.submit(_fold_for_a_while, tree) for _n in range(3)]
        assert [each.result(60) for each in writers] == [None] * 8
        assert [each.result(60) for each in folders] == [None] * 3
    while fold(tree.database, tree.means):
        pass
    ended = {row.attempt: row.state for row in rows(tree) if row.attempt in last}
    assert ended == last


def _fold_for_a_while(tree: Rehearsal) -> None:
    for _look in range(60):
        fold(tree.database, tree.means, most=20)


def test_what_was_not_kept_is_not_acknowledged(tree: Rehearsal) -> None:
    """A database that is gone raises, and the carrier is told 503."""
    ana, _bob = handed_over(tree)
    with writing(tree.database) as session:
        session.execute(update(Delivery).values(rank=0))
        KeptReceipt.__table__.drop(session.connection())  # type: ignore[attr-defined]
    with pytest.raises(Exception, match="kept_receipts"):
        keep(tree.database, [told(ana.attempt)])
