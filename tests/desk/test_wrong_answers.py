"""Wrong answers are told; many at a school, or everywhere, warn the leads and force the call, and lock nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hotline_calls import rung, texts, words
from sqlalchemy import select
from stage import ANA, LEAD, PIN, ROSA, SCHOOL, SUE, all_of, code_in, rows, say

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.warning_counts import MOST_AT_A_SCHOOL, MOST_IN_ALL, wrong_at
from phonetree.models import Approval, Person, Pin, PinAttempt, Proposal, Site, writing

OAK = "oak.toml"


def wrong_answers_at(tree: Rehearsal, code: str, count: int) -> None:
    """As many as the text paths of several leads let through."""
    with writing(tree.database) as session:
        site = session.scalars(select(Site).where(Site.code == code)).one()
        person = session.scalars(select(Person).join(Pin).order_by(Person.id)).first()
        assert person is not None
        plain = {"kind": "2", "place": "1", "level": "2", "approvals_needed": 1, "phones": 1}
        proposal = Proposal(
            site_id=site.id, person_id=person.id, action="alert", state="lapsed", created_at=tree.clock.at, **plain
        )
        approval = Approval(proposal=proposal, person_id=person.id, code_sealed=b"", expires_at=tree.clock.at)
        session.add_all((proposal, approval))
        session.flush()
        for n in range(count):
            session.add(
                PinAttempt(
                    person_id=person.id,
                    approval_id=approval.id,
                    heard_sid=f"{code}{n}",
                    call_id="another",
                    at=tree.clock.at,
                    is_right=False,
                )
            )


def test_one_less_than_many_changes_nothing(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", "481516")
    wrong_answers_at(tree, "MAPLE", MOST_AT_A_SCHOOL - 2)
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    assert f"Send: {code} then your PIN." in say(tree, LEAD, f"{code} 000000")
    assert say(tree, LEAD, f"{code} {PIN}").startswith("SENT")
    assert not any("guessing" in text for text in texts(tree, ROSA))


def test_many_at_a_school_warn_once_and_leave_the_call(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", "481516")
    wrong_answers_at(tree, "MAPLE", MOST_AT_A_SCHOOL - 1)
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    assert say(tree, LEAD, f"{code} 000000").endswith("Send 0: we call you for the PIN.")
    for lead in (LEAD, ROSA):
        assert len([text for text in texts(tree, lead) if "somebody may be guessing" in text]) == 1
    assert "Send 0: we call you for the PIN." in say(tree, LEAD, f"{code} {PIN}"), "the PIN is not even looked at"
    assert rows(tree) == []
    assert "We call you now" in say(tree, LEAD, "0")
    phone = rung(tree)[LEAD]
    phone.picks_up()
    assert words(phone.presses("000000")).startswith("That PIN is wrong.")
    assert words(phone.presses(PIN, "1")).startswith("It is sent")
    assert len([text for text in texts(tree, ROSA) if "somebody may be guessing" in text]) == 1


def test_it_is_over_when_an_hour_was_quieter(tree: Rehearsal) -> None:
    wrong_answers_at(tree, "MAPLE", MOST_AT_A_SCHOOL)
    assert "We call you now for the PIN." in say(tree, LEAD, "ALERT 2 1 2")
    tree.clock.at += timedelta(minutes=61)
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    assert say(tree, LEAD, f"{code} {PIN}").startswith("SENT")


@pytest.mark.parametrize("count", [MOST_IN_ALL - 1, MOST_IN_ALL])
def test_many_in_all_schools_warn_the_leads_of_each(tree: Rehearsal, count: int) -> None:
    tree.load((SCHOOL.parent / OAK).read_text())
    tree.enrol(SUE, "lead", "en", "274859", code="OAK")
    tree.enrol(ANA, "lead", "en", "555123")
    wrong_answers_at(tree, "OAK", count - 1)
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    said = say(tree, LEAD, f"{code} 000000")
    assert said.endswith("Send 0: we call you for the PIN.") is (count == MOST_IN_ALL)
    for lead in (ANA, SUE):
        assert any("guessing" in text for text in texts(tree, lead)) is (count == MOST_IN_ALL)


def test_the_counters_see_texts_and_calls_and_what_was_cut_short(tree: Rehearsal) -> None:
    say(tree, LEAD, f"{code_in(say(tree, LEAD, 'ALERT 2 1 2'))} 000000")
    wrong_answers_at(tree, "MAPLE", 1)
    with writing(tree.database) as session:
        session.scalars(select(PinAttempt).order_by(PinAttempt.id)).all()[0].is_right = None
        session.flush()
        assert wrong_at(session, tree.means) == 2
        assert wrong_at(session, tree.means, session.scalars(select(Site)).one()) == 2


def test_answers_that_are_not_looked_at_are_told_once_an_hour(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", "481516")
    for tries in (3, 2):
        code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
        for _try in range(tries):
            say(tree, LEAD, f"{code} 000000")
    assert texts(tree, ROSA)[-1].startswith("Five wrong answers in an hour from a lead's phone.")
    for _again in range(3):
        assert "Too many wrong answers" in say(tree, LEAD, f"{code} {PIN}")
    assert len([text for text in texts(tree, ROSA) if "not looked at" in text]) == 1
    assert len(all_of(tree, select(PinAttempt.id))) == 5
