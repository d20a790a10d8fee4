"""What the provider knows of us goes: a PIN at once, everything else once it is over, or as soon as it lets us."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hotline_calls import calls
from sqlalchemy import insert, select
from stage import ANA, BOB, LEAD, PIN, all_of, code_in, new_sid, say

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.forgetting import IN_ONE_GO, MOST_TRIES, forget_at_provider, gather_what_is_over
from phonetree.models import Delivery, Heard, ProviderCopy, State, writing


def ask(tree: Rehearsal) -> list[str]:
    """The provider is asked for what is due; the texts that it was asked for."""
    before = len(tree.carrier.deleted)
    asyncio.run(forget_at_provider(tree.database, tree.means, tree.carrier))
    return tree.carrier.deleted[before:]


@pytest.mark.parametrize("pin", [PIN, "739151"], ids=["right", "wrong"])
def test_an_answer_with_a_pin_is_deleted_once(tree: Rehearsal, pin: str) -> None:
    sid = new_sid()
    say(tree, LEAD, f"{code_in(say(tree, LEAD, 'ALERT 2 1 2'))} {pin}", sid=sid)
    assert ask(tree) == [sid]
    assert ask(tree) == []
    assert all_of(tree, select(ProviderCopy)) == []


def test_an_answer_that_came_too_late_holds_a_pin_all_the_same(tree: Rehearsal) -> None:
    code, sid = code_in(say(tree, LEAD, "ALERT 2 1 2")), new_sid()
    tree.clock.at += timedelta(minutes=4)
    say(tree, LEAD, f"{code} {PIN}", sid=sid)
    assert ask(tree) == [sid]


def test_what_holds_no_pin_is_left_alone(tree: Rehearsal) -> None:
    say(tree, LEAD, "STATUS")
    say(tree, LEAD, "00 2 1 2")
    say(tree, ANA, "4821 739152")
    assert ask(tree) == []


def test_a_copy_that_cannot_go_yet_is_asked_for_again_more_and_more_seldom(tree: Rehearsal) -> None:
    sid = new_sid()
    say(tree, LEAD, "4821 739152", sid=sid)
    tree.carrier.is_deletable = False
    assert ask(tree) == [sid]
    assert ask(tree) == []
    tree.clock.at += timedelta(minutes=1)
    assert ask(tree) == [sid]
    tree.clock.at += timedelta(minutes=1)
    assert ask(tree) == []
    tree.carrier.is_deletable = True
    tree.clock.at += timedelta(minutes=1)
    assert ask(tree) == [sid]
    assert all_of(tree, select(ProviderCopy)) == []


def test_a_copy_is_not_asked_for_for_ever(tree: Rehearsal) -> None:
    say(tree, LEAD, "4821 739152")
    tree.carrier.is_deletable = False
    for _try in range(MOST_TRIES):
        assert len(ask(tree)) == 1
        tree.clock.at += timedelta(hours=6)
    assert ask(tree) == []


# --- what is over ----------------------------------------------------------------------------------------------------


def goes_out(tree: Rehearsal) -> None:
    """An alert is sent, and everybody gets it."""
    tree.enrol(BOB, "parent", "en")
    say(tree, LEAD, f"{code_in(say(tree, LEAD, 'ALERT 2 1 2'))} {PIN}")
    tree.deliver()


def asked_in(tree: Rehearsal, later: timedelta) -> set[str]:
    """What the provider is asked to delete, all of it, once so much time has passed."""
    tree.clock.at += later
    asked: set[str] = set()
    while True:
        with writing(tree.database) as session:
            gather_what_is_over(session, tree.means)
        more = ask(tree)
        if not more:
            return asked
        asked.update(more)


def test_a_text_of_ours_is_deleted_an_hour_after_it_is_over(tree: Rehearsal) -> None:
    goes_out(tree)
    sids = set(all_of(tree, select(Delivery.sid).where(Delivery.sid.is_not(None))))
    assert len(sids) > 1
    assert not sids & asked_in(tree, timedelta(minutes=59))
    assert sids <= asked_in(tree, timedelta(minutes=2))
    assert all_of(tree, select(Delivery.sid).where(Delivery.sid.is_not(None))) == []
    assert asked_in(tree, timedelta(days=2)) == set()


def test_what_was_never_reported_on_goes_after_a_day(tree: Rehearsal) -> None:
    goes_out(tree)
    with writing(tree.database) as session:
        silent = session.scalars(select(Delivery).where(Delivery.broadcast_id.is_not(None))).first()
        assert silent is not None
        silent.state, silent.final_at, sid = State.SUBMITTED, None, silent.sid
    assert sid not in asked_in(tree, timedelta(hours=23))
    assert sid in asked_in(tree, timedelta(hours=2))


def test_what_families_text_goes_too_and_once(tree: Rehearsal) -> None:
    sids = {new_sid() for _text in range(3)}
    for sid in sids:
        say(tree, ANA, "NEWS", sid=sid)
    assert asked_in(tree, timedelta(minutes=59)) == set()
    assert sids <= asked_in(tree, timedelta(minutes=2))
    assert not sids & asked_in(tree, timedelta(days=1))


def test_many_that_came_at_the_same_moment_all_go(tree: Rehearsal) -> None:
    with writing(tree.database) as session:
        rows = [{"sid": f"SM{n:032x}", "at": tree.means.now()} for n in range(2 * IN_ONE_GO + 1)]
        session.execute(insert(Heard), rows)
    assert len(asked_in(tree, timedelta(hours=2))) == 2 * IN_ONE_GO + 1


def test_calls_go_once_they_must_be_over(tree: Rehearsal) -> None:
    phone = calls(tree)
    assert phone.sid not in asked_in(tree, timedelta(hours=4))
    assert phone.sid in asked_in(tree, timedelta(hours=2))


def test_nothing_is_gathered_while_an_alert_goes_out(tree: Rehearsal) -> None:
    sid = new_sid()
    say(tree, ANA, "NEWS", sid=sid)
    tree.clock.at += timedelta(hours=2)
    say(tree, LEAD, f"{code_in(say(tree, LEAD, 'ALERT 2 1 2'))} {PIN}")
    assert sid not in asked_in(tree, timedelta(0))
    tree.deliver()
    assert sid in asked_in(tree, timedelta(0))
