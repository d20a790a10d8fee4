"""The ledger: what is claimed and in which order, what it may cost, and what each outcome makes of a row."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from stage import ANA, BOB, LEAD, SUE, all_of, claim_all, rows, say, send, sender_id, set_bucket, states, tree_at

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.delivery import TOO_LATE, senders_with_work
from phonetree.desk.outbox import queue_text
from phonetree.desk.settling import BACK_OFF, record
from phonetree.models import Broadcast, Delivery, Lane, Person, Sender, Site, State, reading, writing
from phonetree.words.ports import Accepted, HandOver, InDoubt, Refused, Verdict

OUTCOMES = [
    (Accepted("SM1"), State.SUBMITTED),
    (InDoubt("timeout"), State.IN_DOUBT),
    (Refused(Verdict.PERMANENT, 21211), State.FAILED),
    (Refused(Verdict.OPTED_OUT, 21610), State.FAILED),
    (Refused(Verdict.LANDLINE, 21614), State.FAILED),
    (Refused(Verdict.UNREACHABLE, 30003), State.FAILED),
    (Refused(Verdict.BUSY, 20429), State.PENDING),
    (Refused(Verdict.LATE), State.PENDING),
    (Refused(Verdict.FILTERED, 30007), State.PENDING),
    (Refused(Verdict.MISCONFIGURED, 21606), State.PENDING),
    (Refused(Verdict.EXPIRED, 30036), State.FAILED),
    (Refused(Verdict.UNKNOWN), State.FAILED),
]


def queue(tree: Rehearsal, *lanes: Lane, body: str = "words", life: timedelta = timedelta(minutes=30)) -> None:
    """One text to the lead in each of these lanes, in this order."""
    with writing(tree.database) as session:
        person, site = session.scalars(select(Person)).one(), session.scalars(select(Site)).one()
        for lane in lanes:
            queue_text(session, tree.means, person, site, f"{lane.name} {body}", lane=lane, life=life)


def lanes_of(bodies: list[str]) -> list[str]:
    return [body.partition(" ")[0] for body in bodies]


def test_the_highest_lane_goes_first_whatever_was_queued_first(tree: Rehearsal) -> None:
    queue(tree, *reversed(Lane))
    queue(tree, *reversed(Lane))
    claimed = lanes_of([one.text.body for one in claim_all(tree)])
    assert claimed == [lane.name for lane in Lane for _twice in range(2)]


def test_a_row_is_claimed_once(tree: Rehearsal) -> None:
    queue(tree, Lane.NOW, Lane.ANSWER)
    assert len(claim_all(tree)) == 2
    assert not claim_all(tree)


def test_what_is_too_old_or_nearly_so_is_never_claimed(tree: Rehearsal) -> None:
    queue(tree, Lane.ALERT, life=timedelta(minutes=30))
    tree.clock.at += timedelta(minutes=30) - TOO_LATE
    assert not claim_all(tree)
    with reading(tree.database) as session:
        assert not senders_with_work(session, tree.clock())


def test_a_text_is_valid_for_what_is_left_of_its_life(tree: Rehearsal) -> None:
    queue(tree, Lane.ALERT, life=timedelta(minutes=30))
    tree.clock.at += timedelta(minutes=10)
    (claimed,) = claim_all(tree)
    assert claimed.text.validity == timedelta(minutes=20)


def test_the_bucket_holds_back_what_can_wait_and_lends_to_what_cannot(tree: Rehearsal) -> None:
    set_bucket(tree, tokens=0, per_second=1e-9)
    queue(tree, Lane.NOW, Lane.CORRECTION, Lane.NOW, Lane.ALERT)
    assert lanes_of([one.text.body for one in claim_all(tree)]) == ["NOW", "NOW"]
    assert tokens(tree) == pytest.approx(-2, abs=0.01)
    set_bucket(tree, tokens=2, per_second=2)
    assert lanes_of([one.text.body for one in claim_all(tree)]) == ["CORRECTION", "ALERT"]


def test_a_bucket_in_debt_recovers_by_the_databases_clock(tree: Rehearsal) -> None:
    set_bucket(tree, tokens=-5, per_second=1)
    with writing(tree.database) as session:
        sender = session.scalars(select(Sender)).one()
        sender.refilled_at -= timedelta(seconds=30)
    queue(tree, Lane.ALERT)
    assert len(claim_all(tree)) == 1
    assert tokens(tree) == pytest.approx(0, abs=0.2)


def test_an_answer_in_the_webhook_is_charged(tree: Rehearsal) -> None:
    set_bucket(tree, tokens=1, per_second=1e-9)
    say(tree, LEAD, "STATUS")
    assert tokens(tree) == pytest.approx(0, abs=1e-6)


def test_a_text_of_several_segments_does_not_wait_for_a_bucket_that_is_never_so_full(tree: Rehearsal) -> None:
    set_bucket(tree, tokens=1, per_second=1)
    queue(tree, Lane.ALERT, body="word " * 100)
    assert len(claim_all(tree)) == 1
    assert tokens(tree) < -1


@pytest.mark.parametrize(("outcome", "state"), OUTCOMES, ids=lambda value: str(getattr(value, "verdict", value)))
def test_what_the_carrier_says_decides_where_a_row_stands(outcome: HandOver, state: State) -> None:
    with tree_at() as tree:
        tree.enrol(ANA, "parent", "en")
        send(tree, "ALERT 2 1 2")
        claimed = claim_all(tree, most=1)
        record(tree.database, tree.means, [(claimed[0], outcome)])
        assert states(tree)[0] == state


def test_an_opt_out_at_the_carrier_is_ours_too(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    send(tree, "ALERT 2 1 2")
    for one in claim_all(tree):
        outcome = Refused(Verdict.OPTED_OUT, 21610) if one.text.recipient == ANA else Accepted("SM1")
        record(tree.database, tree.means, [(one, outcome)])
    stopped = all_of(tree, select(Person.stopped_at).where(Person.stopped_at.is_not(None)))
    assert len(stopped) == 1
    send(tree, "CLEAR")
    assert len(rows(tree, "clear")) == 1


def test_too_much_at_once_waits_and_goes_again_as_a_new_attempt(tree: Rehearsal) -> None:
    queue(tree, Lane.ALERT)
    (first,) = claim_all(tree)
    record(tree.database, tree.means, [(first, Refused(Verdict.BUSY, 20429))])
    assert not claim_all(tree)
    tree.clock.at += BACK_OFF
    (second,) = claim_all(tree)
    assert second.delivery_id == first.delivery_id
    assert second.text.attempt != first.text.attempt


def test_what_waited_too_long_with_us_goes_again_at_once(tree: Rehearsal) -> None:
    queue(tree, Lane.ALERT)
    (first,) = claim_all(tree)
    record(tree.database, tree.means, [(first, Refused(Verdict.LATE))])
    (second,) = claim_all(tree)
    assert second.delivery_id == first.delivery_id
    assert second.text.attempt != first.text.attempt


@pytest.mark.parametrize("verdict", [Verdict.BUSY, Verdict.MISCONFIGURED])
def test_what_comes_back_after_the_end_of_its_alert_does_not_go(verdict: Verdict) -> None:
    with tree_at() as tree:
        tree.enrol(ANA, "parent", "en")
        send(tree, "ALERT 2 1 2")
        claimed = claim_all(tree)
        send(tree, "CLEAR")
        record(tree.database, tree.means, [(one, Refused(verdict)) for one in claimed])
        tree.clock.at += BACK_OFF
        assert not [one for one in claim_all(tree) if ": CONFIRMED" in one.text.body]


def test_what_comes_back_does_not_go_to_who_left_meanwhile(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    send(tree, "ALERT 2 1 2")
    claimed = claim_all(tree)
    say(tree, ANA, "no more messages")
    record(tree.database, tree.means, [(one, Refused(Verdict.BUSY)) for one in claimed])
    tree.clock.at += BACK_OFF
    assert ANA not in [one.text.recipient for one in claim_all(tree)]


@pytest.mark.parametrize("verdict", [Verdict.FILTERED, Verdict.MISCONFIGURED])
def test_what_is_about_us_pauses_the_broadcast_once_and_tells_the_leads(verdict: Verdict) -> None:
    with tree_at() as tree:
        for who in (ANA, BOB, SUE):
            tree.enrol(who, "parent", "en")
        send(tree, "ALERT 2 1 2")
        claimed = claim_all(tree)
        record(tree.database, tree.means, [(one, Refused(verdict)) for one in claimed])
        assert set(states(tree)) == {State.PENDING}
        assert all_of(tree, select(Broadcast.paused_at)) == [tree.clock()]
        told = [one.text.body for one in claim_all(tree)]
        assert len(told) == 1
        assert "Sending is paused" in told[0]


@pytest.mark.parametrize("late", [Accepted("SM9"), InDoubt("reset"), Refused(Verdict.PERMANENT), Refused(Verdict.BUSY)])
def test_the_outcome_of_an_old_attempt_changes_nothing(late: HandOver) -> None:
    with tree_at() as tree:
        queue(tree, Lane.ALERT)
        (old,) = claim_all(tree)
        with writing(tree.database) as session:  # its lease ended, and it was found not to have gone
            session.execute(update(Delivery).where(Delivery.id == old.delivery_id).values(state=State.PENDING))
        (new,) = claim_all(tree)
        record(tree.database, tree.means, [(old, late)])
        assert [(r.state, r.attempt, r.sid) for r in deliveries(tree)] == [(State.SENDING, new.text.attempt, None)]


def test_a_single_text_refused_for_our_own_fault_does_not_knock_for_ever(tree: Rehearsal) -> None:
    queue(tree, Lane.ANSWER)
    record(tree.database, tree.means, [(one, Refused(Verdict.MISCONFIGURED)) for one in claim_all(tree)])
    tree.clock.at += timedelta(minutes=5)
    assert not claim_all(tree)


def tokens(tree: Rehearsal) -> float:
    with reading(tree.database) as session:
        return session.get_one(Sender, sender_id(tree)).tokens


def deliveries(tree: Rehearsal) -> list[Delivery]:
    return list(all_of(tree, select(Delivery).order_by(Delivery.id)))
