"""The text that holds a PIN does not stay at the provider: deleted at once, or as soon as it lets us."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select
from stage import ANA, LEAD, PIN, all_of, code_in, new_sid, say

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.forgetting import MOST_TRIES, forget_at_provider
from phonetree.models import ProviderCopy


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
