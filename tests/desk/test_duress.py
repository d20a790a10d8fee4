"""A PIN keyed under duress: that phone reads what it would read, nobody else a word, the other leads are called."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hotline_calls import Phone, rung, words
from sqlalchemy import select
from stage import ANA, BOB, LEAD, PIN, ROSA, SCHOOL, SUE, all_of, code_in, names_of, rows, say, states, tree_at

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import enrolment
from phonetree.desk.call_answers import AnsweredBy, HangUp
from phonetree.desk.enrolment import DuressPin
from phonetree.desk.outbox import body_row
from phonetree.desk.rounds import make_rounds
from phonetree.models import (
    Alert,
    Broadcast,
    Delivery,
    Freeze,
    Person,
    Pin,
    PinAttempt,
    Pretence,
    RelayPost,
    reading,
    writing,
)
from phonetree.words.numbers import PhoneNumber
from phonetree.words.pins import PinHasher

ROSAS, SUES, SECOND = "481516", "274859", "158246"
DURESS_ON = SCHOOL.read_text().replace("duress = false", "duress = true")
TWO_APPROVE = DURESS_ON.replace("approvals = 1", "approvals = 2")
A_MOMENT = timedelta(seconds=20)


def with_people(tree: Rehearsal, school: str = DURESS_ON) -> None:
    """Three leads, of whom the first has a second PIN, a family and one of the staff."""
    tree.load(school)
    tree.enrol(ROSA, "lead", "en", ROSAS)
    tree.enrol(SUE, "lead", "en", SUES)
    tree.enrol(ANA, "parent", "es")
    tree.enrol(BOB, "staff", "en")
    assert set_second(tree) is DuressPin.SET


def set_second(tree: Rehearsal, who: PhoneNumber = LEAD, pin: str = PIN, second: str = SECOND) -> DuressPin:
    with writing(tree.database) as session:
        return enrolment.set_duress_pin(session, tree.means, who, pin, second)


def read_by(tree: Rehearsal, who: PhoneNumber) -> list[str]:
    """Every text of its own that this phone got or is to get."""
    with reading(tree.database) as session:
        single = select(Delivery).where(Delivery.channel == "sms", Delivery.body_sealed.is_not(None))
        found = [(one, session.get_one(Person, one.person_id)) for one in session.scalars(single.order_by(Delivery.id))]
        return [
            tree.means.vault(one.sender_id).open(one.body_sealed, row=body_row(one.id))
            for one, person in found
            if tree.means.number_of(person) == who and one.body_sealed is not None
        ]


def keys(tree: Rehearsal, words: str = "ALERT 2 1 2", pin: str = SECOND, who: PhoneNumber = LEAD) -> str:
    return say(tree, who, f"{code_in(say(tree, who, words))} {pin}")


def answers(tree: Rehearsal, who: PhoneNumber, pin: str) -> Phone:
    """Another lead answers the call and keys their PIN."""
    phone = rung(tree)[who]
    assert words(phone.picks_up()) == "This is Maple Parents Phone Tree. Key your PIN."
    said = words(phone.presses(pin))
    assert "I am forced" in said, said
    return phone


def to_others(tree: Rehearsal) -> Sequence[Delivery]:
    """What goes out to anybody at all but a text that asks to answer, and the calls."""
    return [d for d in all_of(tree, select(Delivery)) if d.broadcast_id is not None]


# --- nothing goes out, and the phone reads the same ------------------------------------------------------------------


def test_nothing_at_all_goes_to_anybody(tree: Rehearsal) -> None:
    with_people(tree)
    assert keys(tree).startswith("SENT to 5 phones. ABORT pauses it. We ask you for the next text at 8:20.")
    tree.wait(timedelta(minutes=25))
    assert to_others(tree) == []
    assert all_of(tree, select(Broadcast)) == []
    assert all_of(tree, select(Alert)) == []
    assert all_of(tree, select(RelayPost)) == []
    assert read_by(tree, ANA) == read_by(tree, BOB) == []
    assert say(tree, BOB, "NEWS").startswith("Maple Tree: No report now, 8:25.")


def test_the_others_are_called_and_texted_nothing_that_gives_it_away(tree: Rehearsal) -> None:
    with_people(tree)
    keys(tree)
    for lead in (ROSA, SUE):
        assert read_by(tree, lead) == ["Please answer the call from this number."]
    phone = answers(tree, ROSA, ROSAS)
    said = words(phone.presses("2"))
    assert said.startswith("You did not send it. Do not text or call that phone")
    assert to_others(tree) == []


@dataclass
class Heard:
    """All that one phone reads while the same things are done."""

    tree: Rehearsal
    pin: str
    read: list[str] = field(default_factory=list)

    def says(self, text: str) -> str:
        self.read += [arrived.body for arrived in self.tree.text(LEAD, text) if arrived.number == LEAD]
        return self.read[-1]

    def sends(self, text: str) -> None:
        self.says(f"{code_in(self.says(text))} {self.pin}")

    def waits(self, passed: timedelta) -> None:
        self.read += [arrived.body for arrived in self.tree.wait(passed) if arrived.number == LEAD]


STORIES = {
    "an alert, its update and its end": ("ALERT 2 1 2", "STATUS", 20, "NEWS", "UPDATE", "STATUS", "CLEAR", "STATUS"),
    "one not confirmed, which was wrong": ("ALERT 1 2 1", "STATUS", "CORRECT", "STATUS", "NEWS", "UPDATE"),
    "a drill": ("DRILL 2 1 2", "STATUS"),
}
ASKED_FIRST = {"STATUS", "NEWS"}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_that_phone_reads_word_for_word_what_it_would_read(story: tuple[str | int, ...]) -> None:
    with ExitStack() as stage:
        told = [Heard(stage.enter_context(tree_at()), pin) for pin in (PIN, SECOND)]
        for heard in told:
            with_people(heard.tree)
            for part in story:
                if isinstance(part, int):
                    heard.waits(timedelta(minutes=part))
                elif part in ASKED_FIRST or (part == "UPDATE" and story[-1] == "UPDATE"):
                    heard.says(part)
                else:
                    heard.sends(part)
                for _round in range(3):
                    heard.waits(A_MOMENT)
        true, shown = told
        assert true.read == shown.read
        assert any(row.state == "delivered" for row in to_others(true.tree))
        assert to_others(shown.tree) == []
        assert len(true.read) > 3


def test_the_true_pin_on_what_was_only_shown_sends_nothing_either(tree: Rehearsal) -> None:
    with_people(tree)
    keys(tree)
    assert keys(tree, "UPDATE", PIN).startswith("UPDATE sent to 5 phones.")
    assert to_others(tree) == []


def test_the_true_pin_on_a_new_alert_sends_it(tree: Rehearsal) -> None:
    with_people(tree)
    keys(tree)
    assert keys(tree, "ALERT 1 1 2", PIN).startswith("SENT to 5 phones.")
    assert len(rows(tree)) == 5


def test_abort_pauses_what_was_shown_and_nothing_else(tree: Rehearsal) -> None:
    with_people(tree, DURESS_ON.replace("segments_per_second = 1000", "segments_per_second = 0.5"))
    keys(tree)
    answers(tree, ROSA, ROSAS).presses("1")
    tree.clock.at += timedelta(seconds=4)
    paused = say(tree, LEAD, "ABORT")
    assert paused.startswith("PAUSED. 3 phones wait; after ten minutes they are not texted.")
    assert all(all_of(tree, select(Broadcast.paused_at.is_(None))))
    tree.clock.at += timedelta(seconds=60)
    assert "2 of 5 handed over" in say(tree, LEAD, "STATUS")
    again = say(tree, LEAD, "SEND")
    assert again.startswith("PAUSED. 3 phones wait;")
    assert say(tree, LEAD, f"{code_in(again)} {SECOND}").startswith("Going on: 3 phones.")
    tree.clock.at += timedelta(seconds=20)
    assert "5 of 5 handed over" in say(tree, LEAD, "STATUS")
    assert say(tree, LEAD, "ABORT") == "Maple Tree: Nothing is being sent."


def test_an_end_of_a_true_alert_is_only_shown(tree: Rehearsal) -> None:
    with_people(tree)
    keys(tree, pin=PIN)
    tree.wait(A_MOMENT)
    assert keys(tree, "CLEAR").startswith("NO LONGER SEEN sent to 5 phones.")
    assert "NO LONGER SEEN" in say(tree, LEAD, "STATUS")
    assert "CONFIRMED" in say(tree, ROSA, "STATUS")
    assert not rows(tree, "clear")
    assert answers(tree, ROSA, ROSAS).presses("1")
    assert names_of(tree, rows(tree, "clear")) == ["ana", "bob", "rosa", "sue"]


# --- the PIN ---------------------------------------------------------------------------------------------------------


def test_where_the_file_has_it_off_it_is_a_wrong_pin(tree: Rehearsal) -> None:
    with_people(tree)
    tree.load(SCHOOL.read_text())
    assert keys(tree).startswith("NOT SENT.")
    assert set_second(tree) is DuressPin.IS_OFF
    assert all_of(tree, select(Pretence)) == []
    assert ROSA not in rung(tree)


def test_a_wrong_pin_stays_a_wrong_pin(tree: Rehearsal) -> None:
    with_people(tree)
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    for wrong in (f"{code} 158247", f"0000 {SECOND}"):
        assert say(tree, LEAD, wrong).startswith("NOT SENT.")
    assert all_of(tree, select(Pretence)) == []
    assert rung(tree) == {}


def test_it_takes_another_lead_with_a_pin_and_the_pin_itself(tree: Rehearsal) -> None:
    tree.load(DURESS_ON)
    assert set_second(tree) is DuressPin.IS_ALONE
    tree.enrol(ROSA, "lead", "en")
    assert set_second(tree) is DuressPin.IS_ALONE
    tree.enrol(SUE, "lead", "en", SUES)
    assert set_second(tree, pin=SUES) is DuressPin.NOT_THE_PIN
    assert set_second(tree, ANA) is DuressPin.NOT_A_LEAD
    assert set_second(tree) is DuressPin.SET


def test_a_new_pin_takes_the_second_away_and_ends_what_is_shown(tree: Rehearsal) -> None:
    with_people(tree)
    keys(tree)
    with writing(tree.database) as session:
        enrolment.set_pin(session, tree.means, LEAD, "604913")
    assert set(all_of(tree, select(Pin.duress_hashed))) == {None}
    assert all(all_of(tree, select(Pretence.ended_at)))
    assert say(tree, LEAD, "STATUS").startswith("Maple Tree: No alert today.")


@dataclass(frozen=True, slots=True)
class CountingHasher(PinHasher):
    """It notes how often something was compared."""

    compared: list[str] = field(default_factory=list)

    def verify(self, hashed: str, pin: str) -> bool:
        self.compared.append(pin)
        return PinHasher.verify(self, hashed, pin)


@pytest.mark.parametrize("who", [LEAD, ROSA])
@pytest.mark.parametrize("pin", [PIN, ROSAS, SECOND, "158247"])
def test_two_hashes_are_compared_whoever_keys_whatever(tree: Rehearsal, who: PhoneNumber, pin: str) -> None:
    with_people(tree)
    hasher = CountingHasher(tree.means.pins.pepper)
    code = code_in(say(tree, who, "ALERT 2 1 2"))
    tree.means = replace(tree.means, pins=hasher)
    say(tree, who, f"{code} {pin}")
    assert hasher.compared == [pin, pin]


# --- the other leads -------------------------------------------------------------------------------------------------


def test_another_lead_sends_it_as_their_own_and_that_phone_hears_nothing_of_it(tree: Rehearsal) -> None:
    with_people(tree)
    keys(tree)
    before = read_by(tree, LEAD)
    phone = answers(tree, ROSA, ROSAS)
    assert words(phone.presses("1")).startswith("It is sent, to 4 phones.")
    tree.wait(timedelta(minutes=4))
    assert set(states(tree)) == {"delivered"}
    assert len(rows(tree)) == 4
    assert [text for text in read_by(tree, LEAD)[len(before) :] if not text.startswith("100:")] == []
    assert say(tree, LEAD, "STATUS").count("CONFIRMED") == 1
    assert say(tree, ROSA, "STATUS").startswith("101: CONFIRMED")


def test_it_is_sent_once_only(tree: Rehearsal) -> None:
    with_people(tree)
    keys(tree)
    ringing = rung(tree)
    for who, pin in ((ROSA, ROSAS), (SUE, SUES)):
        ringing[who].picks_up()
        ringing[who].presses(pin)
    assert words(ringing[ROSA].presses("1")).startswith("It is sent")
    assert "press 1" not in words(ringing[SUE].presses("1"))
    assert len(all_of(tree, select(Alert))) == 1
    assert len(rows(tree)) == 4


def test_the_call_tells_nothing_to_a_machine_or_without_the_right_pin(tree: Rehearsal) -> None:
    with_people(tree)
    keys(tree)
    ringing = rung(tree)
    said = ringing[ROSA].picks_up(AnsweredBy.MACHINE)
    assert isinstance(said, HangUp)
    assert words(said) == "This is Maple Parents Phone Tree. We call you again."
    ringing[SUE].picks_up()
    for wrong in (SECOND, PIN, "000000"):
        assert "forced" not in words(ringing[SUE].presses(wrong))
    assert to_others(tree) == []


def test_who_has_not_keyed_a_pin_is_called_again_and_who_has_is_not(tree: Rehearsal) -> None:
    with_people(tree)
    keys(tree)
    answers(tree, ROSA, ROSAS).presses("2")
    tree.clock.at += timedelta(minutes=2, seconds=10)
    again = rung(tree)
    assert SUE in again
    assert ROSA not in again


def test_by_call_it_is_the_same(tree: Rehearsal) -> None:
    with_people(tree)
    say(tree, LEAD, "ALERT 2 1 2")
    say(tree, LEAD, "0")
    phone = rung(tree)[LEAD]
    phone.picks_up()
    assert words(phone.presses(SECOND)) == "The PIN is right. To send it now to 5 phones, press 1."
    assert all_of(tree, select(Pretence)) == []
    assert words(phone.presses("1")).startswith("It is sent, to 5 phones. We ask you for the next message at: 8:20")
    assert to_others(tree) == []
    assert all_of(tree, select(PinAttempt.is_duress)) == [True]
    answers(tree, SUE, SUES)


def test_with_two_approvals_it_is_nobodys_approval(tree: Rehearsal) -> None:
    with_people(tree, TWO_APPROVE)
    assert keys(tree).startswith("Your part is done. Nothing is sent yet: one more lead has to confirm")
    assert not [text for text in read_by(tree, ROSA) if "LIVE" in text]
    assert "Nothing to send" in say(tree, SUE, "SEND")
    assert words(answers(tree, ROSA, ROSAS).presses("1")).startswith("Your part is done.")
    assert rows(tree) == []
    code = code_in(next(text for text in read_by(tree, SUE) if "LIVE" in text))
    assert say(tree, SUE, f"{code} {SUES}").startswith("SENT to 4 phones.")


def test_who_may_go_on_alone_is_shown_that_and_sends_nothing(tree: Rehearsal) -> None:
    with_people(tree, TWO_APPROVE)
    keys(tree)
    tree.clock.at += timedelta(minutes=2)
    make_rounds(tree.database, tree.means, "worker")
    offered = read_by(tree, LEAD)[-1]
    assert offered.startswith("No other lead has answered. You may send alone. LIVE")
    assert "NOT told" not in offered
    assert say(tree, LEAD, f"{code_in(offered)} {PIN}").startswith("SENT to 5 phones.")
    assert to_others(tree) == []


def test_a_second_approval_under_duress_lets_nothing_go(tree: Rehearsal) -> None:
    with_people(tree, TWO_APPROVE)
    first = code_in(say(tree, ROSA, "ALERT 2 1 2"))
    assert say(tree, ROSA, f"{first} {ROSAS}").startswith("Your part is done.")
    shared = code_in(say(tree, LEAD, "SEND"))
    assert say(tree, LEAD, f"{shared} {SECOND}").startswith("SENT to 5 phones.")
    assert to_others(tree) == []
    answers(tree, SUE, SUES)


def test_what_guards_the_voice_is_not_done_either(tree: Rehearsal) -> None:
    with_people(tree)
    say(tree, LEAD, "FREEZE")
    assert say(tree, LEAD, SECOND).startswith("FROZEN until 8:30")
    assert all_of(tree, select(Freeze)) == []
    assert say(tree, LEAD, "STATUS").startswith("FROZEN until 8:30")
    assert not say(tree, ROSA, "STATUS").startswith("FROZEN")
    said = answers(tree, ROSA, ROSAS)
    assert said.turn == 2


def test_it_is_over_after_the_day(tree: Rehearsal) -> None:
    with_people(tree)
    keys(tree)
    tree.wait(timedelta(hours=17))
    assert say(tree, LEAD, "STATUS").startswith("Maple Tree: No alert today.")
    keys(tree, pin=ROSAS, who=ROSA)
    assert any("Another lead sent" in text for text in read_by(tree, LEAD))
