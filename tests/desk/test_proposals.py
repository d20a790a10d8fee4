"""Code and PIN: counted before they are verified, weighed once, closed after three and after five."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select
from stage import ANA, LEAD, PIN, ROSA, SCHOOL, all_of, code_in, new_sid, rows, say, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.conversations import answer
from phonetree.desk.exchange import HeardText
from phonetree.desk.weighing import looks_like_an_answer
from phonetree.models import Approval, Person, Pin, PinAttempt, writing
from phonetree.words.pins import PinHasher


class PowerCutError(Exception):
    """The process dies while the PIN is being verified."""


@dataclass(frozen=True, slots=True)
class DyingHasher(PinHasher):
    """Never finishes verifying."""

    def verify(self, hashed: str, pin: str) -> bool:
        raise PowerCutError(len(hashed), len(pin))


def die_while_weighing(tree: Rehearsal, words: str, sid: str) -> None:
    dying = replace(tree.means, pins=DyingHasher(tree.means.pins.pepper))
    with pytest.raises(PowerCutError):
        answer(tree.database, dying, HeardText(sid, LEAD, tree.school.site.number, words))


def test_an_attempt_is_counted_before_it_is_verified(tree: Rehearsal) -> None:
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    for _try in range(3):
        die_while_weighing(tree, f"{code} 111111", new_sid())
    assert all_of(tree, select(PinAttempt.is_right)) == [None, None, None]
    assert all_of(tree, select(Approval.wrong)) == [3]
    assert say(tree, LEAD, f"{code} {PIN}").startswith("That preview is no longer open")
    assert not rows(tree)


def test_the_same_text_after_a_power_cut_is_weighed_and_not_counted_again(tree: Rehearsal) -> None:
    code, sid = code_in(say(tree, LEAD, "ALERT 2 1 2")), new_sid()
    die_while_weighing(tree, f"{code} {PIN}", sid)
    assert say(tree, LEAD, f"{code} {PIN}", sid=sid).startswith("SENT to 1 ")
    assert all_of(tree, select(PinAttempt.is_right)) == [True]
    assert all_of(tree, select(Approval.wrong)) == [0]


def test_a_wrong_answer_repeated_by_the_provider_counts_once(tree: Rehearsal) -> None:
    code, sid = code_in(say(tree, LEAD, "ALERT 2 1 2")), new_sid()
    for _again in range(4):
        assert "Tries left: 2" in say(tree, LEAD, f"{code} 111111", sid=sid)
    assert all_of(tree, select(Approval.wrong)) == [1]


def test_nothing_but_this_code_and_this_pin_sends(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", "481516")
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    other = code_in(say(tree, ROSA, "SEND"))
    for wrong in (code, PIN, f"{PIN} {code}", f"{code} 481516", f"{other} {PIN}", f"{code} {PIN} 1", f"{code}{PIN}0"):
        for who in (LEAD, ROSA):
            say(tree, who, wrong)
            assert not rows(tree)


def test_the_code_of_one_lead_is_no_good_on_another_phone(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", "481516")
    tree.enrol(ANA, "parent", "en")
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    for who, pin in ((ROSA, "481516"), (ROSA, PIN), (ANA, PIN)):
        say(tree, who, f"{code} {pin}")
    assert not rows(tree)


def test_a_code_sends_once(tree: Rehearsal) -> None:
    words = f"{code_in(say(tree, LEAD, 'ALERT 2 1 2'))} {PIN}"
    assert say(tree, LEAD, words).startswith("SENT")
    assert not say(tree, LEAD, words).startswith("SENT")
    assert len(rows(tree)) == 1


def test_with_two_approvals_one_lead_alone_sends_nothing(tree: Rehearsal) -> None:
    tree.load(SCHOOL.read_text().replace("approvals = 1", "approvals = 2"))
    tree.enrol(ROSA, "lead", "en", "481516")
    assert send(tree, "ALERT 2 1 2").startswith("Your part is done.")
    assert not rows(tree)
    code = next(code_in(arrived.body) for arrived in tree.deliver() if arrived.number == ROSA)
    assert say(tree, ROSA, f"{code} 481516").startswith("SENT to 2 phones.")


@pytest.mark.parametrize("words", ["4821 739152", "4821739152", "4821-739152", "4821, 739152.", "٤٨٢١ ٧٣٩١٥٢", "4821"])
def test_what_tries_to_be_an_answer(words: str) -> None:
    assert looks_like_an_answer(words)


@pytest.mark.parametrize("words", ["1", "9", "00 2 1 2", "00 212", "wait", "4821 then 739152", "", "123"])
def test_what_is_no_answer(words: str) -> None:
    assert not looks_like_an_answer(words)


def test_who_is_no_longer_a_lead_of_that_school_sends_nothing(tree: Rehearsal) -> None:
    tree.load((SCHOOL.parent / "oak.toml").read_text())
    tree.enrol(LEAD, "lead", "en", code="OAK")
    tree.enrol(ANA, "parent", "en")
    say(tree, LEAD, "ALERT 2 1 2")
    code = code_in(say(tree, LEAD, "1"))
    with writing(tree.database) as session:
        lead = session.scalars(select(Person).join(Pin)).one()
        lead.memberships = [one for one in lead.memberships if one.site.code == "OAK"]
    assert "Nothing was sent" in say(tree, LEAD, f"{code} {PIN}")
    assert rows(tree) == []
