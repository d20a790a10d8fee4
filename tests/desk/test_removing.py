"""A lead removed by another: at once, with all that was theirs, and never the last."""

from __future__ import annotations

from hotline_calls import texts
from sqlalchemy import select
from stage import ANA, LEAD, PIN, ROSA, SCHOOL, SUE, all_of, code_in, rows, say, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import removing
from phonetree.desk.exchange import Exchange, Incoming
from phonetree.models import Call, Membership, Person, Pin, Proposal, Site, Thaw, reading, writing
from phonetree.words.numbers import PhoneNumber

ROSAS, SUES = "481516", "274859"


def with_leads(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", ROSAS)
    tree.enrol(SUE, "lead", "en", SUES)
    tree.enrol(ANA, "parent", "en")


def leads(tree: Rehearsal) -> set[PhoneNumber]:
    with reading(tree.database) as session:
        chosen = select(Person).join(Membership).where(Membership.role == "lead")
        return {tree.means.number_of(person) for person in session.scalars(chosen)}


def removes(tree: Rehearsal, digit: str, who: PhoneNumber = LEAD, pin: str = PIN) -> str:
    say(tree, who, "REMOVE")
    return say(tree, who, f"{code_in(say(tree, who, digit))} {pin}")


def test_the_list_shows_two_digits_and_no_number(tree: Rehearsal) -> None:
    with_leads(tree)
    listed = say(tree, LEAD, "REMOVE")
    assert "1 phone ends in 11, known since 2026-11-16" in listed
    assert "2 phone ends in 14" in listed
    assert "STOP" in listed
    assert "5550" not in listed


def test_it_takes_code_and_pin(tree: Rehearsal) -> None:
    with_leads(tree)
    say(tree, LEAD, "REMOVE")
    code = code_in(say(tree, LEAD, "1"))
    for wrong in (PIN, f"{code} {ROSAS}", code):
        say(tree, LEAD, wrong)
        assert leads(tree) == {LEAD, ROSA, SUE}
    assert removes(tree, "1").startswith("Done.")
    assert leads(tree) == {LEAD, SUE}
    assert any("wrong code or PIN" in text for text in texts(tree, SUE))


def test_what_was_theirs_dies_at_once(tree: Rehearsal) -> None:
    with_leads(tree)
    code = code_in(say(tree, ROSA, "ALERT 2 1 2"))
    assert removes(tree, "1").startswith("Done.")
    say(tree, ROSA, f"{code} {ROSAS}")
    assert rows(tree) == []
    assert all_of(tree, select(Proposal.state).where(Proposal.action == "alert")) == ["withdrawn"]
    assert len(all_of(tree, select(Pin))) == 2
    assert texts(tree, ROSA)[-1].startswith("Maple Tree: Another lead removed this phone.")
    assert "phone ends in 11" in texts(tree, SUE)[-1]


def test_a_first_approval_of_theirs_does_not_count(tree: Rehearsal) -> None:
    tree.load(SCHOOL.read_text().replace("approvals = 1", "approvals = 2"))
    with_leads(tree)
    code = code_in(say(tree, SUE, "ALERT 2 1 2"))
    tree.deliver()
    shared = code_in(say(tree, ROSA, "SEND"))
    assert say(tree, ROSA, f"{shared} {ROSAS}").startswith("Your part is done.")
    assert removes(tree, "1").startswith("Done.")
    assert say(tree, SUE, f"{code} {SUES}").startswith("Your part is done.")
    assert rows(tree) == []


def test_a_word_for_a_thaw_of_theirs_does_not_count(tree: Rehearsal) -> None:
    with_leads(tree)
    say(tree, LEAD, "FREEZE")
    say(tree, LEAD, PIN)
    assert send(tree, "THAW", ROSA, ROSAS).startswith("Your part is done.")
    assert removes(tree, "1").startswith("Done.")
    assert all_of(tree, select(Thaw.person_id)) == []


def test_other_roles_stay_and_none_is_given(tree: Rehearsal) -> None:
    with_leads(tree)
    tree.enrol(ROSA, "parent", "en")
    removes(tree, "1")
    with reading(tree.database) as session:
        roles = select(Membership.role).join(Person).where(Membership.role != "lead")
        assert sorted(session.scalars(roles)) == ["parent", "parent"]


def test_one_lead_removes_one_a_day(tree: Rehearsal) -> None:
    with_leads(tree)
    removes(tree, "1")
    say(tree, LEAD, "REMOVE")
    assert say(tree, LEAD, "1").startswith("One lead removes one other in a day.")
    assert leads(tree) == {LEAD, SUE}


def test_there_is_always_one_left(tree: Rehearsal) -> None:
    """Two remove each other, and both PINs are right: the first is left."""
    tree.enrol(ROSA, "lead", "en", ROSAS)
    with writing(tree.database) as session:
        site = session.scalars(select(Site)).one()
        first, second = session.scalars(select(Person).join(Membership).order_by(Membership.id))
        exchanges = [
            Exchange(tree.means, Incoming("x", ""), site.sender, one, site, Call(id="0" * 32))
            for one in (first, second)
        ]
        assert removing.remove(session, exchanges[0], site, second.id)
        assert not removing.remove(session, exchanges[1], site, first.id)
    assert leads(tree) == {LEAD}
    assert say(tree, LEAD, "REMOVE") == "There is no other lead. Nobody was removed."


def test_from_anyone_else_it_is_a_wish_to_stop(tree: Rehearsal) -> None:
    with_leads(tree)
    assert "You are off the list" in say(tree, ANA, "REMOVE")
    assert leads(tree) == {LEAD, ROSA, SUE}
