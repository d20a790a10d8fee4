"""The rounds: one worker makes them at a time, and finds what another left behind."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from stage import ANA, LEAD, all_of, claim_all, new_sid, rows, say, send, states

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.rounds import make_rounds
from phonetree.models import Delivery, Heard, Lease, Proposal, State, database_now, writing


def lets_go(tree: Rehearsal) -> None:
    """The holder of the rounds' lease was not heard of for longer than it lasts."""
    with writing(tree.database) as session:
        session.execute(update(Lease).values(until=database_now()))


def test_one_worker_makes_the_rounds_until_it_lets_go(tree: Rehearsal) -> None:
    assert make_rounds(tree.database, tree.means, "one")
    assert not make_rounds(tree.database, tree.means, "two")
    assert make_rounds(tree.database, tree.means, "one")
    lets_go(tree)
    assert make_rounds(tree.database, tree.means, "two")
    assert not make_rounds(tree.database, tree.means, "one")


def test_what_a_dead_worker_had_begun_is_in_doubt_and_not_sent_again(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    send(tree, "ALERT 2 1 2")
    claim_all(tree)
    make_rounds(tree.database, tree.means, "one")
    assert set(states(tree)) == {State.SENDING}
    with writing(tree.database) as session:
        session.execute(update(Delivery).values(lease_until=database_now()))
    make_rounds(tree.database, tree.means, "one")
    assert set(states(tree)) == {State.IN_DOUBT}
    assert not [one for one in claim_all(tree) if "CONFIRMED" in one.text.body]


def test_who_is_in_doubt_gets_the_end_of_the_alert(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    send(tree, "ALERT 2 1 2")
    claim_all(tree)
    with writing(tree.database) as session:
        session.execute(update(Delivery).where(Delivery.lease_until.is_not(None)).values(lease_until=database_now()))
    make_rounds(tree.database, tree.means, "one")
    send(tree, "CLEAR")
    assert len(rows(tree, "clear")) == 2


def test_what_is_too_old_expires(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    send(tree, "ALERT 2 1 2")
    tree.clock.at += timedelta(minutes=30)
    make_rounds(tree.database, tree.means, "one")
    assert set(states(tree)) == {State.EXPIRED}


def test_a_preview_that_nobody_answered_is_closed(tree: Rehearsal) -> None:
    say(tree, LEAD, "ALERT 2 1 2")
    make_rounds(tree.database, tree.means, "one")
    assert all_of(tree, select(Proposal.state)) == ["open"]
    tree.clock.at += timedelta(minutes=3)
    make_rounds(tree.database, tree.means, "one")
    assert all_of(tree, select(Proposal.state)) == ["lapsed"]


def test_stored_answers_are_dropped_after_a_day_and_their_text_is_still_not_heard_twice(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    sid = new_sid()
    assert say(tree, ANA, "AID", sid=sid)
    tree.clock.at += timedelta(days=1, seconds=1)
    make_rounds(tree.database, tree.means, "one")
    assert all_of(tree, select(Heard.answer_sealed)) == [None]
    assert say(tree, ANA, "AID", sid=sid) == ""
