"""The phone tree that the name promises: families whom nobody reached are handed to staff, and joined to them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hotline_calls import Phone, new_call, rung, words
from sqlalchemy import select, update
from stage import ANA, LEAD, PIN, all_of, claim_all, code_in, crowd, rows, say, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.call_answers import (
    AnsweredBy,
    CallAnswered,
    CallOutcome,
    DialEnded,
    DialOut,
    DialResult,
    HangUp,
    HeardCall,
    JoinNow,
    KeysPressed,
)
from phonetree.desk.calls import take_turn
from phonetree.desk.receipts import Receipt, absorb
from phonetree.desk.rounds import make_rounds
from phonetree.models import Call, Delivery, FamilyTask, Membership, Person, Sender, State, writing
from phonetree.words.numbers import PhoneNumber

SPOKE, SILENT = DialEnded(DialResult.ANSWERED), DialEnded(DialResult.NO_ANSWER)
STAFF = [PhoneNumber(f"+1310555015{n}") for n in range(4)]
FAMILIES = crowd()[:30]


@pytest.fixture
def out(tree: Rehearsal) -> Rehearsal:
    """Calls go out as fast as a test likes."""
    with writing(tree.database) as session:
        session.execute(update(Sender).values(calls_per_second=100.0, call_tokens=100.0))
    return tree


def unreached(tree: Rehearsal, families: int, staff: int, language: str = "en") -> None:
    """A confirmed alert is out; nothing was heard of any text by the time that staff are called."""
    for number in FAMILIES[:families]:
        tree.enrol(number, "parent", language)
    for number in STAFF[:staff]:
        tree.enrol(number, "staff", "en")
    send(tree, "ALERT 2 1 2")
    for claimed in claim_all(tree):
        state = State.SUBMITTED if claimed.text.recipient in FAMILIES else State.DELIVERED
        absorb(tree.database, tree.means, Receipt(claimed.text.attempt, "SM1", 2, state))
    no_calls_by_machine(tree)
    later(tree, timedelta(minutes=15))


def no_calls_by_machine(tree: Rehearsal) -> None:
    """The machine's own calls found nobody at home."""
    tree.clock.at += timedelta(minutes=6)
    for _attempt in range(3):
        make_rounds(tree.database, tree.means, "one")
        for phone in rung(tree).values():
            phone.ends(CallOutcome.NO_ANSWER)
        tree.clock.at += timedelta(minutes=1)
    tree.clock.at -= timedelta(minutes=9)


def later(tree: Rehearsal, long: timedelta) -> None:
    tree.clock.at += long
    make_rounds(tree.database, tree.means, "one")


def tasks(tree: Rehearsal) -> list[FamilyTask]:
    return list(all_of(tree, select(FamilyTask).order_by(FamilyTask.place)))


def staff_called(tree: Rehearsal) -> dict[PhoneNumber, Phone]:
    return {number: phone for number, phone in rung(tree).items() if number in STAFF or number == LEAD}


def family_hears(tree: Rehearsal, dialled: DialOut) -> str:
    """The family picks up: what it hears before the two are joined."""
    answer = take_turn(
        tree.database, tree.means, HeardCall(new_call(), 0, CallAnswered(dialled.whisper or "", AnsweredBy.PERSON))
    )
    assert isinstance(answer, JoinNow)
    return words(answer)


def test_families_are_handed_out_once_five_each_and_the_rest_is_on_status(out: Rehearsal) -> None:
    unreached(out, families=17, staff=2)
    assert set(staff_called(out)) == {*STAFF[:2], LEAD}
    by_staff = {
        staff: [t.place for t in tasks(out) if t.staff_id == staff] for staff in {t.staff_id for t in tasks(out)}
    }
    assert sorted(map(len, by_staff.values())) == [5, 5, 5]
    order = [row.person_id for row in rows(out) if row.channel == "sms"]
    places = [order.index(task.person_id) for task in tasks(out)]
    assert places == sorted(places), "in the order in which they were to hear"
    assert "Reached by nobody: 17." in say(out, LEAD, "STATUS")
    later(out, timedelta(minutes=1))
    assert not staff_called(out)
    assert len(tasks(out)) == 15


def test_staff_are_joined_masked_to_one_family_after_another_and_say_how_it_was(out: Rehearsal) -> None:
    unreached(out, families=3, staff=1, language="es")
    phone = staff_called(out)[STAFF[0]]
    hello = words(phone.picks_up())
    assert "3 families were not reached." in hello
    assert hello.endswith("To be connected to the next family, press 1.")
    first = phone.presses("1")
    assert isinstance(first, DialOut)
    assert "Spanish" in words(first)
    assert (first.number, first.sender) == (FAMILIES[0], out.school.site.number)
    assert "Maple Parents Phone Tree" in family_hears(out, first)
    assert all_of(out, select(Call.language).order_by(Call.began_at, Call.sid)) == ["en", "es"]
    assert words(phone.does(SPOKE)).startswith("How was it?")
    assert "press 1" in words(phone.presses("1"))
    second = phone.presses("1")
    assert isinstance(second, DialOut)
    assert second.number == FAMILIES[1]
    assert "press 1" in words(phone.does(SILENT))
    third = phone.presses("1")
    assert isinstance(third, DialOut)
    assert third.number == FAMILIES[2]
    family_hears(out, third)
    phone.does(SPOKE)
    over = phone.presses("2")
    assert isinstance(over, HangUp)
    assert words(over).startswith("That was the last.")
    assert [task.outcome for task in tasks(out)] == ["reached", "nobody", "voicemail"]
    assert "Families reached by staff: 1. Reached by nobody: 1." in say(out, LEAD, "STATUS")


def test_a_family_that_staff_reached_hears_the_end_by_call(out: Rehearsal) -> None:
    unreached(out, families=1, staff=1)
    phone = staff_called(out)[STAFF[0]]
    phone.picks_up()
    dialled = phone.presses("1")
    assert isinstance(dialled, DialOut)
    family_hears(out, dialled)
    phone.does(SPOKE)
    phone.presses("1")
    send(out, "CORRECT")
    (call,) = [row for row in rows(out, "correct") if row.channel == "voice"]
    assert call.person_id == tasks(out)[0].person_id


def test_a_family_hears_how_it_stands_when_it_is_joined(out: Rehearsal) -> None:
    unreached(out, families=1, staff=1)
    phone = staff_called(out)[STAFF[0]]
    phone.picks_up()
    dialled = phone.presses("1")
    assert isinstance(dialled, DialOut)
    send(out, "CLEAR")
    heard = family_hears(out, dialled)
    assert "No longer seen." in heard
    assert "This is confirmed." not in heard


def test_who_was_reached_or_left_or_agreed_to_no_calls_is_not_handed_to_anybody(out: Rehearsal) -> None:
    for number in FAMILIES[:4]:
        out.enrol(number, "parent", "en")
    out.enrol(STAFF[0], "staff", "en")
    send(out, "ALERT 2 1 2")
    for claimed in claim_all(out):
        state = State.DELIVERED if claimed.text.recipient != FAMILIES[3] else State.SUBMITTED
        absorb(out.database, out.means, Receipt(claimed.text.attempt, "SM1", 2, state))
    with writing(out.database) as session:
        session.execute(update(Membership).where(Membership.role == "parent").values(calls="none"))
    later(out, timedelta(minutes=15))
    assert not tasks(out)
    assert "nobody" not in say(out, LEAD, "STATUS")


def test_leads_are_called_only_where_staff_are_too_few(out: Rehearsal) -> None:
    unreached(out, families=7, staff=1)
    assert set(staff_called(out)) == {STAFF[0], LEAD}
    assert len(tasks(out)) == 7


def test_once_the_alert_is_over_no_staff_are_called_and_who_is_called_is_told_so(out: Rehearsal) -> None:
    unreached(out, families=3, staff=2)
    with writing(out.database) as session:
        session.execute(update(Sender).values(call_tokens=1.0, calls_per_second=0.001))
    (phone,) = staff_called(out).values()
    send(out, "CLEAR")
    begun = all_of(out, select(Delivery.state).where(Delivery.begins == "tree.hello").order_by(Delivery.id))
    assert sorted(begun) == sorted([State.CANCELLED, State.SUBMITTED])
    said = phone.picks_up()
    assert isinstance(said, HangUp)
    assert "Nobody has to be called any more." in words(said)


def test_who_hears_of_it_meanwhile_is_not_dialled(out: Rehearsal) -> None:
    unreached(out, families=2, staff=1)
    phone = staff_called(out)[STAFF[0]]
    phone.picks_up()
    texts = [row for row in rows(out) if row.channel == "sms" and row.person_id == tasks(out)[0].person_id]
    absorb(out.database, out.means, Receipt(texts[0].attempt or "", "SM1", 4, State.DELIVERED))
    dialled = phone.presses("1")
    assert isinstance(dialled, DialOut)
    assert dialled.number == FAMILIES[1]


def test_the_same_digit_twice_notes_one_family(out: Rehearsal) -> None:
    unreached(out, families=2, staff=1)
    phone = staff_called(out)[STAFF[0]]
    phone.picks_up()
    phone.presses("1")
    phone.does(SPOKE)
    said = phone.presses("1")
    again = take_turn(out.database, out.means, HeardCall(phone.sid, phone.turn - 1, KeysPressed("1")))
    assert again == said
    assert [task.outcome for task in tasks(out)] == ["reached", ""]


def test_nothing_is_handed_out_while_a_lead_holds_the_alert_nor_in_a_drill(out: Rehearsal) -> None:
    for number in FAMILIES[:2]:
        out.enrol(number, "parent", "en")
    out.enrol(STAFF[0], "staff", "en")
    send(out, "DRILL 2 1 2")
    send(out, "ALERT 2 1 2")
    code = code_in(say(out, LEAD, "ABORT"))
    later(out, timedelta(minutes=9))
    later(out, timedelta(minutes=7))
    assert not tasks(out)
    assert code != PIN


def test_a_person_who_is_forgotten_leaves_no_task(out: Rehearsal) -> None:
    unreached(out, families=1, staff=1)
    with writing(out.database) as session:
        session.delete(session.get_one(Person, tasks(out)[0].person_id))
    assert not tasks(out)
    phone = staff_called(out)[STAFF[0]]
    assert isinstance(phone.picks_up(), HangUp)


def test_nobody_is_their_own_family(out: Rehearsal) -> None:
    out.enrol(ANA, "parent", "en")
    out.enrol(ANA, "staff", "en")
    unreached(out, families=0, staff=0)
    assert not tasks(out)
