"""What follows an alert reaches exactly those who got it; what no longer holds does not go; a pause holds."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from stage import ANA, BOB, LEAD, SUE, all_of, claim_all, code_in, names_of, rows, say, send, set_bucket, states

from phonetree.demo.rehearsal import Rehearsal
from phonetree.models import Alert, State


def families(tree: Rehearsal) -> None:
    for who in (ANA, BOB, SUE):
        tree.enrol(who, "parent", "en")


def test_clear_and_correct_go_to_exactly_those_who_were_sent_the_alert(tree: Rehearsal) -> None:
    families(tree)
    send(tree, "ALERT 2 1 2")
    claim_all(tree, most=3)  # handed to the carrier, nobody knows more yet
    say(tree, BOB, "no more messages")
    send(tree, "CLEAR")
    sent = {row.person_id for row in rows(tree) if row.state == State.SENDING}
    assert len(sent) == 3
    assert {row.person_id for row in rows(tree, "clear")} == sent - left(tree)
    send(tree, "CORRECT")
    assert names_of(tree, rows(tree, "correct")) == names_of(tree, rows(tree, "clear"))


def test_what_has_not_gone_of_an_alert_is_cancelled_by_its_end(tree: Rehearsal) -> None:
    families(tree)
    send(tree, "ALERT 2 1 2")
    claim_all(tree, most=1)
    send(tree, "CLEAR")
    assert sorted(states(tree)) == sorted([State.SENDING, *[State.CANCELLED] * 3])


def test_an_end_goes_before_an_alert_that_still_drains(tree: Rehearsal) -> None:
    families(tree)
    send(tree, "ALERT 4")
    send(tree, "ALERT 2 1 2")
    (first, second) = (claim_all(tree, most=1), send(tree, "CORRECT 100"))
    assert first
    assert "CORRECTION" in second
    assert "CORRECTION" in next(
        c.text.body for c in claim_all(tree) if "CONFIRMED" in c.text.body or "CORR" in c.text.body
    )


def test_what_is_paused_is_not_claimed_until_it_is_resumed(tree: Rehearsal) -> None:
    families(tree)
    send(tree, "ALERT 2 1 2")
    code = code_in(say(tree, LEAD, "ABORT"))
    assert not claim_all(tree)
    assert say(tree, LEAD, f"{code} 739152").startswith("Going on: 4 phones.")
    assert len(claim_all(tree)) == 4


def test_what_nobody_resumes_is_not_sent_any_more(tree: Rehearsal) -> None:
    families(tree)
    send(tree, "ALERT 2 1 2")
    say(tree, LEAD, "ABORT")
    tree.wait(timedelta(minutes=10))
    assert set(states(tree)) == {State.EXPIRED}


def test_an_alert_that_reached_nobody_can_still_be_ended(tree: Rehearsal) -> None:
    families(tree)
    send(tree, "ALERT 2 1 2")
    say(tree, LEAD, "ABORT")
    tree.wait(timedelta(minutes=10))
    send(tree, "CORRECT")
    assert [alert.closed_at is None for alert in all_of(tree, select(Alert))] == [False]


def test_a_second_alert_leaves_the_first_one_open(tree: Rehearsal) -> None:
    families(tree)
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    send(tree, "ALERT 4")
    send(tree, "CLEAR 101")
    assert [alert.closed_at is None for alert in all_of(tree, select(Alert).order_by(Alert.id))] == [True, False]


def test_an_update_leaves_what_has_not_gone_of_the_alert_on_its_way(tree: Rehearsal) -> None:
    families(tree)
    send(tree, "ALERT 2 1 2")
    set_bucket(tree, tokens=1, per_second=0.001)
    claim_all(tree)
    tree.clock.at += timedelta(minutes=1)
    send(tree, "UPDATE")
    assert State.CANCELLED not in states(tree)


def left(tree: Rehearsal) -> set[str]:
    return {row.person_id for row in rows(tree) if names_of(tree, [row]) == ["bob"]}
