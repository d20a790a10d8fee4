"""Alerts by call: who is called and who is not, what a key and a machine count as, and what is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hotline_calls import Phone, rung, words
from sqlalchemy import select, update
from stage import ANA, BOB, LEAD, NAMES, ROSA, SUE, all_of, claim_all, code_in, names_of, rows, say, send, set_bucket

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import people, schools
from phonetree.desk.call_answers import AnsweredBy, CallOutcome, DialOut, HangUp, HeardCall, KeysPressed, UnknownCall
from phonetree.desk.calls import take_turn
from phonetree.desk.receipts import Receipt, absorb
from phonetree.desk.rounds import make_rounds
from phonetree.models import Broadcast, Delivery, Membership, Person, Sender, State, writing
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import Verdict

MACHINE = AnsweredBy.MACHINE
MINUTE = timedelta(minutes=1)


def called(tree: Rehearsal, who: PhoneNumber = ANA, language: str = "en") -> None:
    """Somebody who chose calls."""
    tree.enrol(who, "parent", language)
    change(tree, who, channel="voice")
    hurry(tree)


def change(tree: Rehearsal, who: PhoneNumber, **values: object) -> None:
    with writing(tree.database) as session:
        sender = schools.find_sender(session, tree.means, tree.school.site.number)
        person = people.find_person(session, tree.means, sender, who) if sender else None
        assert person is not None
        session.execute(update(Membership).where(Membership.person_id == person.id).values(**values))


def hurry(tree: Rehearsal) -> None:
    """As many calls at once as a test likes."""
    with writing(tree.database) as session:
        session.execute(update(Sender).values(calls_per_second=100.0, call_tokens=100.0))


def calls_of(tree: Rehearsal, action: str = "alert") -> list[Delivery]:
    return [row for row in rows(tree, action) if row.channel == "voice"]


def rings(tree: Rehearsal, who: PhoneNumber = ANA) -> Phone:
    """The call to this phone, which rings now."""
    return rung(tree)[who]


def texted(tree: Rehearsal) -> None:
    """Every text is with the carrier."""
    for claimed in claim_all(tree):
        absorb(tree.database, tree.means, Receipt(claimed.text.attempt, "SM1", 1, State.SUBMITTED))


def told(tree: Rehearsal, who: PhoneNumber, state: State, code: int, verdict: Verdict, copy: int = 0) -> None:
    """The carrier reports of the newest text to this phone."""
    texts = [row for row in rows(tree) if row.channel == "sms" and row.copy == copy]
    mine = [row for row in texts if names_of(tree, [row]) == [NAMES[who]]]
    absorb(tree.database, tree.means, Receipt(mine[-1].attempt or "", "SM1", 4, state, code, verdict))


def time_passes(tree: Rehearsal, long: timedelta) -> None:
    tree.clock.at += long
    make_rounds(tree.database, tree.means, "one")


# --- who is called ----------------------------------------------------------------------------------------------------


def test_who_chose_calls_is_called_and_everyone_else_texted_one_copy_each(tree: Rehearsal) -> None:
    called(tree)
    tree.enrol(BOB, "parent", "en")
    called(tree, SUE)
    tree.enrol(SUE, "staff", "en")  # and takes texts in this role
    assert "To 4 phones" in say(tree, LEAD, "ALERT 2 1 2")
    assert send(tree, "ALERT 2 1 2").startswith("SENT to 4 phones.")
    assert names_of(tree, calls_of(tree)) == ["ana"]
    assert names_of(tree, [row for row in rows(tree) if row.channel == "sms"]) == ["bob", "lead", "sue"]


@pytest.mark.parametrize(
    ("calls", "order", "action", "is_called"),
    [
        ("none", "ALERT 2 1 2", "alert", False),
        ("danger", "ALERT 2 1 2", "alert", True),
        ("danger", "ALERT 5 1", "alert", False),
        ("all", "ALERT 5 1", "alert", True),
        ("danger", "DRILL 2 1 2", "drill", False),
        ("all", "DRILL 2 1 2", "drill", True),
    ],
)
def test_nobody_is_called_about_what_they_want_no_calls_for(
    tree: Rehearsal,
    calls: str,
    order: str,
    action: str,
    is_called: bool,  # noqa: FBT001 - a column of the table
) -> None:
    called(tree)
    change(tree, ANA, role="staff", calls=calls)
    send(tree, order)
    assert bool(calls_of(tree, action)) is is_called


def test_the_last_phone_of_the_preview_may_be_a_call(tree: Rehearsal) -> None:
    called(tree)
    called(tree, BOB)
    with writing(tree.database) as session:
        session.execute(update(Sender).values(calls_per_second=1 / 60))
    assert "by 8:02" in say(tree, LEAD, "ALERT 2 1 2")


def test_calls_go_behind_corrections_and_before_drills(tree: Rehearsal) -> None:
    called(tree)
    for order in ("DRILL 2 1 2", "ALERT 4", "ALERT 2 1 2"):
        change(tree, ANA, role="staff")
        send(tree, order)
    rung(tree)
    send(tree, "CLEAR 101")
    lanes = [[row.lane for row in calls_of(tree, action)] for action in ("clear", "alert", "drill")]
    assert lanes == [[2], [3, 3], [4]]


def test_phones_that_cannot_be_texted_in_time_are_called_from_the_start(tree: Rehearsal) -> None:
    for who in (ANA, BOB, SUE):
        tree.enrol(who, "parent", "en")
    change(tree, SUE, calls="none")
    set_bucket(tree, tokens=1, per_second=1 / 1000)  # one text in half an hour
    said = say(tree, LEAD, "ALERT 2 1 2")
    assert "of 4 phones will not be texted in time" in said
    send(tree, "ALERT 2 1 2")
    texts = {name for row in rows(tree) if row.channel == "sms" for name in names_of(tree, [row])}
    assert len(calls_of(tree)) + len(texts) == 4
    assert len(calls_of(tree)) >= 2
    assert "sue" in texts


# --- what is heard ----------------------------------------------------------------------------------------------------


def test_it_says_who_then_how_sure_and_any_key_counts_as_heard(tree: Rehearsal) -> None:
    called(tree)
    send(tree, "ALERT 2 1 2")
    phone = rings(tree)
    said = words(phone.picks_up())
    assert said.startswith("This is Maple Parents Phone Tree. This is confirmed.")
    assert "The place: front gate." in said
    assert said.endswith("To show that you heard this, press any key. To talk to a person, press 2.")
    assert len(said.split()) <= 65, "twenty-five seconds"
    thanks = phone.presses("5")
    assert isinstance(thanks, HangUp)
    assert words(thanks) == "Thank you. Goodbye."
    phone.ends(CallOutcome.COMPLETED)
    (call,) = calls_of(tree)
    assert (call.state, call.outcome) == (State.DELIVERED, "heard")


def test_who_stays_silent_hears_it_twice_and_counts_as_answered(tree: Rehearsal) -> None:
    called(tree)
    send(tree, "ALERT 2 1 2")
    phone = rings(tree)
    first = words(phone.picks_up())
    assert words(phone.presses("")) == first
    assert words(phone.presses("")) == "Goodbye."
    phone.ends(CallOutcome.COMPLETED)
    assert [(row.state, row.outcome) for row in calls_of(tree)] == [(State.DELIVERED, "answered")]


def test_a_machine_is_told_once_and_counts_as_voicemail(tree: Rehearsal) -> None:
    called(tree)
    send(tree, "ALERT 2 1 2")
    phone = rings(tree)
    said = phone.picks_up(MACHINE)
    assert isinstance(said, HangUp)
    assert words(said).count("This is confirmed.") == 1
    assert "press" not in words(said)
    phone.ends(CallOutcome.COMPLETED)
    assert [(row.state, row.outcome) for row in calls_of(tree)] == [(State.DELIVERED, "voicemail")]


def test_star_repeats_and_is_heard_and_two_leads_to_a_person(tree: Rehearsal) -> None:
    called(tree)
    send(tree, "ALERT 2 1 2")
    phone = rings(tree)
    first = words(phone.picks_up())
    assert words(phone.presses("*")) == first
    assert [row.outcome for row in calls_of(tree)] == ["heard"]
    assert isinstance(phone.presses("2"), DialOut), "nobody is on shift: the outside line"


def test_nine_is_asked_again_and_then_nobody_calls_any_more(tree: Rehearsal) -> None:
    called(tree)
    send(tree, "ALERT 2 1 2")
    texted(tree)
    phone = rings(tree)
    phone.picks_up()
    assert "press 9" in words(phone.presses("9"))
    assert "do not call you" in words(phone.presses("9"))
    assert set(all_of(tree, select(Membership.calls).where(Membership.role == "parent"))) == {"none"}
    send(tree, "UPDATE")
    assert not calls_of(tree, "update")


@pytest.mark.parametrize("key", ["", "1", "*#"])
def test_nine_by_mistake_changes_nothing(tree: Rehearsal, key: str) -> None:
    called(tree)
    send(tree, "ALERT 2 1 2")
    phone = rings(tree)
    phone.picks_up()
    assert "Nothing was changed." in words(phone.presses("9", key))
    assert set(all_of(tree, select(Membership.calls))) == {"all"}


def test_a_drill_says_so_first_and_last(tree: Rehearsal) -> None:
    called(tree)
    change(tree, ANA, role="staff")
    send(tree, "DRILL 2 1 2")
    phone = rings(tree)
    assert "This is a drill." in words(phone.picks_up())
    assert words(phone.presses("1")).startswith("This was a drill.")


def test_what_is_over_is_never_told_as_if_it_held(tree: Rehearsal) -> None:
    called(tree)
    send(tree, "ALERT 2 1 2")
    phone = rings(tree)
    phone.picks_up()
    send(tree, "CLEAR")
    said = words(phone.presses("*"))
    assert "No longer seen." in said
    assert "This is confirmed." not in said


def test_a_call_that_still_rings_when_the_alert_ends_is_ended(tree: Rehearsal) -> None:
    called(tree)
    called(tree, BOB)
    send(tree, "ALERT 2 1 2")
    ringing = rung(tree)
    ringing[BOB].picks_up()
    send(tree, "CORRECT")
    assert {row.person_id: row.is_to_end for row in calls_of(tree)} == {
        row.person_id: names_of(tree, [row]) == ["ana"] for row in calls_of(tree)
    }
    with pytest.raises(UnknownCall):
        ringing[ANA].picks_up()
    assert names_of(tree, calls_of(tree, "correct")) == ["ana", "bob"]


def test_the_same_key_twice_gets_the_same_answer(tree: Rehearsal) -> None:
    called(tree)
    send(tree, "ALERT 2 1 2")
    phone = rings(tree)
    phone.picks_up()
    first = phone.presses("1")
    again = take_turn(tree.database, tree.means, HeardCall(phone.sid, 1, KeysPressed("1")))
    assert again == first


# --- what is tried again ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [CallOutcome.BUSY, CallOutcome.NO_ANSWER, CallOutcome.FAILED])
def test_busy_and_no_answer_are_tried_twice_more_a_minute_apart(tree: Rehearsal, outcome: CallOutcome) -> None:
    called(tree)
    send(tree, "ALERT 2 1 2")
    for _attempt in range(3):
        phone = rings(tree)
        phone.ends(outcome)
        phone.ends(outcome)
        assert not rung(tree), "not before a minute has passed"
        time_passes(tree, MINUTE)
    assert not rung(tree)
    assert [row.copy for row in calls_of(tree)] == [0, 1, 2]
    assert {row.state for row in calls_of(tree)} == {State.UNDELIVERED}


def test_no_one_is_called_again_who_was_reached_or_said_no_in_between(tree: Rehearsal) -> None:
    for who in (ANA, BOB, SUE, ROSA):
        called(tree, who)
    send(tree, "ALERT 2 1 2")
    phones = rung(tree)
    for phone in phones.values():
        phone.ends(CallOutcome.BUSY)
    say(tree, BOB, "no more messages")
    change(tree, SUE, calls="none")
    assert "confirmed" in words(phones[ROSA].picks_up()), "the carrier took back what it had said"
    time_passes(tree, MINUTE)
    assert list(rung(tree)) == [ANA]


def test_no_one_is_called_again_once_the_alert_is_over(tree: Rehearsal) -> None:
    called(tree)
    send(tree, "ALERT 2 1 2")
    phone = rings(tree)
    send(tree, "CLEAR")
    phone.ends(CallOutcome.NO_ANSWER)
    time_passes(tree, MINUTE)
    assert [row.copy for row in calls_of(tree)] == [0]
    assert [row.state for row in calls_of(tree, "clear")] == [State.PENDING]


def test_the_end_of_an_alert_is_tried_again_too(tree: Rehearsal) -> None:
    called(tree)
    send(tree, "ALERT 2 1 2")
    rings(tree).picks_up()
    send(tree, "CLEAR")
    rings(tree).ends(CallOutcome.BUSY)
    time_passes(tree, MINUTE)
    assert "No longer seen." in words(rings(tree).picks_up())


# --- texts that become calls ------------------------------------------------------------------------------------------


def test_a_landline_is_called_at_once_if_its_owner_agreed(tree: Rehearsal) -> None:
    for who in (ANA, BOB):
        tree.enrol(who, "parent", "en")
    change(tree, BOB, calls="none")
    hurry(tree)
    send(tree, "ALERT 2 1 2")
    texted(tree)
    for who in (ANA, BOB):
        told(tree, who, State.UNDELIVERED, 30006, Verdict.LANDLINE)
        told(tree, who, State.UNDELIVERED, 30006, Verdict.LANDLINE)
    assert names_of(tree, calls_of(tree)) == ["ana"]
    assert "This is confirmed." in words(rings(tree).picks_up())
    send(tree, "CLEAR")
    assert names_of(tree, calls_of(tree, "clear")) == ["ana"]


def test_texts_of_which_nothing_is_heard_become_calls_after_the_protocols_time(tree: Rehearsal) -> None:
    for who in (ANA, BOB):
        tree.enrol(who, "parent", "en")
    send(tree, "ALERT 2 1 2")
    texted(tree)
    told(tree, BOB, State.DELIVERED, 0, Verdict.UNKNOWN)
    told(tree, LEAD, State.DELIVERED, 0, Verdict.UNKNOWN)
    time_passes(tree, timedelta(minutes=4, seconds=59))
    assert not calls_of(tree)
    time_passes(tree, timedelta(seconds=1))
    time_passes(tree, timedelta(seconds=1))
    assert names_of(tree, calls_of(tree)) == ["ana"]


def test_a_phone_that_could_not_be_reached_gets_a_second_text_and_then_a_call(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    send(tree, "ALERT 2 1 2")
    texted(tree)
    told(tree, LEAD, State.DELIVERED, 0, Verdict.UNKNOWN)
    told(tree, ANA, State.UNDELIVERED, 30003, Verdict.UNREACHABLE)
    time_passes(tree, timedelta(seconds=1))
    assert not calls_of(tree)
    texted(tree)
    told(tree, ANA, State.UNDELIVERED, 30003, Verdict.UNREACHABLE, copy=1)
    time_passes(tree, timedelta(seconds=1))
    assert names_of(tree, calls_of(tree)) == ["ana"]


def test_what_a_lead_held_back_becomes_no_call(tree: Rehearsal) -> None:
    for who in (ANA, BOB):
        tree.enrol(who, "parent", "en")
    called(tree, SUE)
    send(tree, "ALERT 2 1 2")
    code = code_in(say(tree, LEAD, "ABORT"))
    time_passes(tree, timedelta(minutes=6))
    assert not rung(tree)
    assert "Going on" in say(tree, LEAD, f"{code} 739152")
    assert list(rung(tree)) == [SUE]
    say(tree, LEAD, "ABORT")
    time_passes(tree, timedelta(minutes=11))
    with writing(tree.database) as session:  # as another pause that is resumed would
        session.execute(update(Broadcast).values(paused_at=None))
    time_passes(tree, timedelta(seconds=1))
    assert names_of(tree, calls_of(tree)) == ["sue"]


def test_the_end_of_an_alert_cancels_calls_that_wait(tree: Rehearsal) -> None:
    called(tree)
    send(tree, "ALERT 2 1 2")
    send(tree, "CORRECT")
    assert [row.state for row in calls_of(tree)] == [State.CANCELLED]
    assert not calls_of(tree, "correct")


def test_who_got_the_text_after_all_gets_the_end_by_text(tree: Rehearsal) -> None:
    for who in (ANA, BOB):
        tree.enrol(who, "parent", "en")
    hurry(tree)
    send(tree, "ALERT 2 1 2")
    texted(tree)
    time_passes(tree, timedelta(minutes=5))
    phones = rung(tree)
    for who in (ANA, BOB):
        phones[who].picks_up()
    told(tree, BOB, State.DELIVERED, 0, Verdict.UNKNOWN)
    send(tree, "CLEAR")
    assert "ana" in names_of(tree, calls_of(tree, "clear"))
    assert "bob" not in names_of(tree, calls_of(tree, "clear"))
    assert len(rows(tree, "clear")) == 3


# --- what the leads are told ------------------------------------------------------------------------------------------


def test_the_count_names_phones_and_what_came_of_calls(tree: Rehearsal) -> None:
    for who in (ANA, BOB, SUE):
        called(tree, who)
    send(tree, "ALERT 2 1 2")
    phones = rung(tree)
    phones[ANA].picks_up()
    phones[ANA].presses("1")
    phones[BOB].picks_up(MACHINE)
    phones[SUE].ends(CallOutcome.BUSY)
    for who in (ANA, BOB):
        phones[who].ends(CallOutcome.COMPLETED)
    status = say(tree, LEAD, "STATUS")
    assert "of 4 handed over" in status
    assert "1 calls heard, 1 voicemail." in status
    assert "0 failed" in status, "busy is tried again"
    tree.deliver()
    told_so = [arrived.body for _minute in range(5) for arrived in tree.wait(MINUTE)]
    assert any("calls heard" in body for body in told_so)


def test_a_call_is_in_its_readers_own_language_and_costs_no_segments(tree: Rehearsal) -> None:
    called(tree, ANA, "es")
    send(tree, "ALERT 2 1 2")
    (call,) = calls_of(tree)
    (language,) = all_of(tree, select(Person.language).where(Person.id == call.person_id))
    assert (call.language, call.begins, call.segments) == (language, "called.tell", 0) == ("es", "called.tell", 0)
