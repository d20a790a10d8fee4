"""A lead's alert by keypad: a PIN only in a call of ours, three tries in it, and one key that sends once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hotline_calls import Phone, calls, new_call, rung, texts, words
from sqlalchemy import select
from stage import ANA, LEAD, PIN, ROSA, SCHOOL, all_of, code_in, new_sid, rows, say, states
from test_proposals import DyingHasher, PowerCutError

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.call_answers import AnsweredBy, CallAnswered, Gather, HangUp, HeardCall, KeysPressed, UnknownCall
from phonetree.desk.calls import take_turn
from phonetree.flows import call_backs, lead_call
from phonetree.models import Alert, Approval, Call, Delivery, Heard, Person, Pin, PinAttempt, Proposal, State, writing

WRONG = "111111"
BY_CALL = SCHOOL.read_text().replace("approvals = 1", 'approvals = 1\nconfirm = "call"')
ALERT = ("1", "2", "1", "2")
"""Something new: agents at the school, front gate, seen."""


def called_back(tree: Rehearsal) -> Phone:
    """The lead presses # in a call to us, and is called at once."""
    tree.enrol(ANA, "parent", "en")
    phone = calls(tree, LEAD)
    assert words(phone.presses("#")) == "We call you now."
    return rung(tree)[LEAD]


def up_to_the_pin(tree: Rehearsal) -> Phone:
    phone = called_back(tree)
    assert "To tell of something new, press 1." in words(phone.picks_up())
    said = words(phone.presses(*ALERT))
    assert said.endswith("Phones: 2. The last one at: 8 in the morning. Key your PIN."), said
    return phone


def test_an_alert_by_keys(tree: Rehearsal) -> None:
    phone = up_to_the_pin(tree)
    assert words(phone.presses(PIN)) == "The PIN is right. To send it now to 2 phones, press 1."
    assert not rows(tree), "a PIN alone sends nothing"
    said = phone.presses("1")
    assert isinstance(said, HangUp)
    assert words(said).startswith("It is sent, to 2 phones. We ask you for the next message at: 8:20")
    assert len(rows(tree)) == 2


def test_what_is_read_back_says_everything_before_the_pin(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    calls(tree, LEAD).presses("#")
    phone = rung(tree)[LEAD]
    phone.picks_up()
    said = words(phone.presses("1", "2", "1", "1"))
    assert said.startswith("Live. Nothing is sent yet. This is not confirmed. ")
    assert "The place: front gate." in said
    assert "Staff only. Parents are not told. Phones: 1." in said


def test_the_last_step_posted_twice_sends_once(tree: Rehearsal) -> None:
    phone = up_to_the_pin(tree)
    phone.presses(PIN)
    heard = HeardCall(phone.sid, phone.turn, KeysPressed("1"))
    first = take_turn(tree.database, tree.means, heard)
    assert take_turn(tree.database, tree.means, heard) == first
    assert len(all_of(tree, select(Alert))) == 1
    assert len(rows(tree)) == 2


def test_three_wrong_pins_end_the_call_and_lock_nothing(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", "481516")
    phone = called_back(tree)
    phone.picks_up()
    phone.presses(*ALERT)
    assert "Two more tries" in words(phone.presses(WRONG))
    assert "One more try" in words(phone.presses("739153"))
    over = phone.presses("000000")
    assert isinstance(over, HangUp)
    assert "Nothing is sent" in words(over)
    with pytest.raises(UnknownCall):
        phone.presses(PIN)
    assert not rows(tree)
    assert [text for text in texts(tree, ROSA) if "wrong" in text][-1].startswith("Three wrong answers")
    assert say(tree, LEAD, f"{code_in(say(tree, LEAD, 'ALERT 2 1 2'))} {PIN}").startswith("SENT to 3 phones.")


def test_a_pin_that_is_repeated_by_the_provider_counts_once(tree: Rehearsal) -> None:
    phone = up_to_the_pin(tree)
    heard = HeardCall(phone.sid, phone.turn, KeysPressed(WRONG))
    first = [take_turn(tree.database, tree.means, heard) for _again in range(4)]
    assert len({words(said) for said in first}) == 1
    assert all_of(tree, select(PinAttempt.is_right)) == [False]


def test_a_pin_is_counted_before_it_is_verified(tree: Rehearsal) -> None:
    phone = up_to_the_pin(tree)
    dying = replace(tree.means, pins=DyingHasher(tree.means.pins.pepper))
    heard = HeardCall(phone.sid, phone.turn, KeysPressed(PIN))
    with pytest.raises(PowerCutError):
        take_turn(tree.database, dying, heard)
    assert all_of(tree, select(PinAttempt.is_right)) == [None]
    assert "The PIN is right" in words(take_turn(tree.database, tree.means, heard))
    assert all_of(tree, select(PinAttempt.is_right)) == [True]


def test_the_lock_of_the_text_path_does_not_stop_a_call(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    for _try in range(3):
        say(tree, LEAD, f"{code} {WRONG}")
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    for _try in range(2):
        say(tree, LEAD, f"{code} {WRONG}")
    assert "Too many wrong answers" in say(tree, LEAD, f"{code} {PIN}")
    code_in(say(tree, LEAD, "ALERT 2 1 2"))
    assert say(tree, LEAD, "0") == "We call you now for the PIN."
    phone = rung(tree)[LEAD]
    assert words(phone.picks_up()).startswith("Live. Nothing is sent yet.")
    assert words(phone.presses(PIN, "1")).startswith("It is sent")


def test_wrong_pins_of_calls_do_not_lock_the_text_path(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    for _call in range(2):
        say(tree, LEAD, "ALERT 2 1 2")
        say(tree, LEAD, "0")
        phone = rung(tree)[LEAD]
        phone.picks_up()
        phone.presses(WRONG, WRONG, WRONG)
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    assert say(tree, LEAD, f"{code} {PIN}").startswith("SENT")


def test_a_call_that_comes_in_never_takes_a_pin(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    say(tree, LEAD, "ALERT 2 1 2")
    phone = calls(tree, LEAD)
    phone.does(KeysPressed(PIN))
    assert not all_of(tree, select(PinAttempt))
    assert not rows(tree)


def test_only_a_lead_has_the_key_of_leads(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    assert "We call you now" not in words(calls(tree, ANA).presses("#"))
    assert rung(tree) == {}


def test_a_right_pin_sends_nothing_once_the_preview_is_gone(tree: Rehearsal) -> None:
    phone = up_to_the_pin(tree)
    phone.presses(PIN)
    with writing(tree.database) as session:
        session.scalars(select(Proposal)).one().state = "withdrawn"
    assert "no longer open" in words(phone.presses("1"))
    assert not rows(tree)


def test_a_pin_after_the_preview_lapsed_is_not_weighed(tree: Rehearsal) -> None:
    phone = up_to_the_pin(tree)
    tree.clock.at += timedelta(minutes=4)
    assert "no longer open" in words(phone.presses(PIN))
    assert not all_of(tree, select(PinAttempt))


def test_a_right_pin_waits_two_minutes(tree: Rehearsal) -> None:
    phone = up_to_the_pin(tree)
    phone.presses(PIN)
    tree.clock.at += timedelta(minutes=2, seconds=1)
    assert "no longer open" in words(phone.presses("1"))
    assert not rows(tree)


def test_a_pin_is_for_what_was_read_back_and_nothing_else(tree: Rehearsal) -> None:
    """Whoever holds the phone proposes something else by text while the lead listens."""
    phone = up_to_the_pin(tree)
    say(tree, LEAD, "ALERT 1 1 2")
    assert "no longer open" in words(phone.presses(PIN))
    assert not rows(tree)


def test_another_call_does_not_send_what_this_calls_pin_stands_for(tree: Rehearsal) -> None:
    phone = up_to_the_pin(tree)
    phone.presses(PIN)
    say(tree, LEAD, "0")
    other = rung(tree)[LEAD]
    other.picks_up()
    with writing(tree.database) as session:
        session.scalars(select(Call).where(Call.sid == other.sid)).one().step = "pin.release"
    assert "no longer open" in words(other.presses("1"))
    assert not rows(tree)


def test_a_pin_is_stored_nowhere(tree: Rehearsal) -> None:
    phone = up_to_the_pin(tree)
    phone.presses(PIN)
    (call,) = all_of(tree, select(Call).where(Call.sid == phone.sid))
    vault = tree.means.vault(call.sender_id)
    kept = [
        vault.open(heard.answer_sealed, row=f"heard|{heard.sid}")
        for heard in all_of(tree, select(Heard))
        if heard.answer_sealed
    ]
    kept.append(vault.open(call.answers_sealed or b"", row=f"conversations|{call.person_id}|answers"))
    assert len(kept) > 5
    assert not [words for words in kept if PIN in words]


def test_a_call_weighs_three_pins_and_no_more(tree: Rehearsal) -> None:
    """Whatever became of the others: here three processes died over them."""
    phone = up_to_the_pin(tree)
    with writing(tree.database) as session:
        call = session.scalars(select(Call).where(Call.sid == phone.sid)).one()
        (approval,) = session.scalars(select(Approval.id))
        for n in range(3):
            cut_short = {"heard_sid": f"cut-short-{n}", "call_id": call.id, "at": tree.clock()}
            session.add(PinAttempt(person_id=call.person_id, approval_id=approval, **cut_short))
    assert isinstance(phone.presses(PIN), HangUp)
    assert all_of(tree, select(PinAttempt.is_right)) == [None, None, None]


def test_half_a_pin_is_no_try(tree: Rehearsal) -> None:
    phone = up_to_the_pin(tree)
    assert words(phone.presses("7391")) == "A PIN has six digits. Key your PIN."
    assert not all_of(tree, select(PinAttempt))
    assert "The PIN is right" in words(phone.presses(PIN))


def test_with_two_approvals_a_call_is_one_of_them(tree: Rehearsal) -> None:
    tree.load(SCHOOL.read_text().replace("approvals = 1", "approvals = 2"))
    tree.enrol(ROSA, "lead", "en", "481516")
    phone = called_back(tree)
    phone.picks_up()
    assert "One more lead has to confirm" in words(phone.presses(*ALERT, PIN, "1"))
    assert not rows(tree)
    code = code_in(texts(tree, ROSA)[0])
    assert say(tree, ROSA, f"{code} 481516").startswith("SENT to 3 phones.")


@pytest.mark.parametrize("question", ["LEAD", "REPORT", "ALERT"])
def test_a_zero_answers_the_preview_that_came_after_another_question(tree: Rehearsal, question: str) -> None:
    tree.load(BY_CALL.replace("approvals = 1", "approvals = 2"))
    tree.enrol(ROSA, "lead", "en", "481516")
    say(tree, ROSA, question)
    say(tree, LEAD, "ALERT 2 1 2")
    phone = rung(tree)[LEAD]
    phone.picks_up()
    assert "One more lead has to confirm" in words(phone.presses(PIN, "1"))
    assert texts(tree, ROSA)[-1].endswith("Send 0: we call you for the PIN.")
    assert say(tree, ROSA, "0").endswith("We call you now for the PIN.")
    other = rung(tree)[ROSA]
    other.picks_up()
    assert words(other.presses("481516", "1")).startswith("It is sent")


def test_a_zero_answers_the_question_that_came_after_the_preview(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", "481516")
    say(tree, LEAD, "ALERT 2 1 2")
    say(tree, ROSA, "SEND")
    tree.clock.at += timedelta(seconds=1)
    say(tree, ROSA, "REPORT")
    assert "We call you now" not in say(tree, ROSA, "0")


def test_another_lead_is_called_for_their_own_pin(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", "481516")
    say(tree, LEAD, "ALERT 2 1 2")
    say(tree, ROSA, "SEND")
    assert say(tree, ROSA, "0") == "We call you now for the PIN."
    phone = rung(tree)[ROSA]
    phone.picks_up()
    assert "That PIN is wrong" in words(phone.presses(PIN)), "the PIN of another lead"
    assert words(phone.presses("481516", "1")).startswith("It is sent")


def test_a_lead_without_a_pin_hears_so(tree: Rehearsal) -> None:
    phone = up_to_the_pin(tree)
    with writing(tree.database) as session:
        session.delete(session.scalars(select(Pin)).one())
    assert "You have no PIN yet" in words(phone.presses(PIN))


def test_who_leads_no_more_sends_nothing(tree: Rehearsal) -> None:
    phone = up_to_the_pin(tree)
    with writing(tree.database) as session:
        lead = session.scalars(select(Person).join(Pin)).one()
        lead.memberships.clear()
    assert "Nothing was sent" in words(phone.presses(PIN))
    assert not rows(tree)


# --- everything else that a lead does by key --------------------------------------------------------------------------


def after_an_alert(tree: Rehearsal) -> Phone:
    phone = up_to_the_pin(tree)
    phone.presses(PIN, "1")
    tree.clock.at += timedelta(minutes=10)
    calls(tree, LEAD).presses("#")
    again = rung(tree)[LEAD]
    again.picks_up()
    return again


@pytest.mark.parametrize(
    ("key", "action", "said"),
    [("2", "update", "it is still so"), ("3", "clear", "it is no longer so"), ("4", "correct", "it was wrong")],
)
def test_what_follows_an_alert(tree: Rehearsal, key: str, action: str, said: str) -> None:
    phone = after_an_alert(tree)
    tree.deliver()
    assert said in words(phone.presses(key))
    assert words(phone.presses(PIN, "1")).startswith("It is sent, to 2 phones.")
    assert len(rows(tree, action)) == 2


def test_a_drill(tree: Rehearsal) -> None:
    phone = called_back(tree)
    phone.picks_up()
    assert words(phone.presses("5", "2", "1", "2")).startswith("A drill. Nothing is sent yet.")
    assert words(phone.presses(PIN, "1")).startswith("The drill is sent")
    assert len(rows(tree, "drill")) == 1


def test_how_it_goes_and_a_pause(tree: Rehearsal) -> None:
    phone = after_an_alert(tree)
    assert "Handed over: 0 of 2." in words(phone.presses("6"))
    assert words(phone.presses("9")).startswith(
        "The alert is paused. 2 phones wait. Your PIN lets it go on. Key your PIN."
    )
    assert states(tree) == [State.PENDING, State.PENDING]
    assert tree.deliver() == []
    assert words(phone.presses(PIN)).endswith("To go on with 2 phones, press 1.")
    assert words(phone.presses("1")) == "It goes on, to 2 phones."


def test_a_lead_of_two_schools_says_which(tree: Rehearsal) -> None:
    tree.load((SCHOOL.parent / "oak.toml").read_text())
    tree.enrol(LEAD, "lead", "en", code="OAK")
    tree.enrol(ANA, "parent", "en", code="OAK")
    with writing(tree.database) as session:
        lead = session.scalars(select(Person).join(Pin)).one()
        site = lead.memberships[0].site
        session.add(
            Delivery(
                site_id=site.id, sender_id=lead.sender_id, person_id=lead.id, channel="voice", lane=0, language="en",
                segments=0, begins=lead_call.begin.name, state=State.PENDING, created_at=tree.clock(),
                expires_at=tree.clock() + timedelta(minutes=1),
            )
        )  # fmt: skip
    phone = rung(tree)[LEAD]
    assert "Which school?" in words(phone.picks_up())
    assert "What is it about?" in words(phone.presses("2"))
    phone.presses(*ALERT)
    assert words(phone.presses(PIN, "1")).startswith("It is sent, to 2 phones.")
    assert all_of(tree, select(Alert.site_id)) == [2]


# --- 0 at a preview, and schools that take no PIN by text -------------------------------------------------------------


def test_a_preview_offers_the_call(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    assert say(tree, LEAD, "ALERT 2 1 2").endswith("then your PIN. Or 0: we call you for the PIN.")


def test_zero_twice_is_one_call(tree: Rehearsal) -> None:
    say(tree, LEAD, "ALERT 2 1 2")
    say(tree, LEAD, "0")
    say(tree, LEAD, "0")
    assert len(rung(tree)) == 1
    assert not rung(tree)


def test_the_code_is_still_good_after_zero(tree: Rehearsal) -> None:
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    say(tree, LEAD, "0")
    assert say(tree, LEAD, f"{code} {PIN}").startswith("SENT")
    phone = rung(tree)[LEAD]
    assert words(phone.picks_up()) == "That is no longer open. Nothing was sent now."


def test_zero_without_a_preview_is_the_menus(tree: Rehearsal) -> None:
    assert "We call you" not in say(tree, LEAD, "0")
    assert not rung(tree)


def test_a_preview_that_nearly_lapsed_waits_for_its_call(tree: Rehearsal) -> None:
    say(tree, LEAD, "ALERT 2 1 2")
    tree.clock.at += timedelta(minutes=2, seconds=50)
    say(tree, LEAD, "0")
    tree.clock.at += timedelta(seconds=20)
    phone = rung(tree)[LEAD]
    phone.picks_up()
    assert words(phone.presses(PIN, "1")).startswith("It is sent")


def test_where_the_pin_is_taken_by_call_only_there_is_no_code(tree: Rehearsal) -> None:
    tree.load(BY_CALL)
    preview = say(tree, LEAD, "ALERT 2 1 2")
    assert preview.endswith("We call you now for the PIN.")
    assert "then your PIN" not in preview
    phone = rung(tree)[LEAD]
    assert words(phone.picks_up()).startswith("Live. Nothing is sent yet.")
    assert words(phone.presses(PIN, "1")).startswith("It is sent")


def test_where_the_pin_is_taken_by_call_only_no_text_sends(tree: Rehearsal) -> None:
    tree.load(BY_CALL)
    say(tree, LEAD, "ALERT 2 1 2")
    for code in range(1000, 10_000, 97):
        assert "SENT" not in say(tree, LEAD, f"{code} {PIN}").replace("NOT SENT", "")
    assert not all_of(tree, select(PinAttempt))
    assert say(tree, LEAD, f"4821 {PIN}").endswith("Send 0: we call you for the PIN.")
    assert say(tree, LEAD, "9").endswith("Send 0: we call you for the PIN.")


def test_only_who_was_called_has_a_step_to_answer(tree: Rehearsal) -> None:
    """An attempt that nobody placed, or that is another's, begins nothing."""
    say(tree, LEAD, "ALERT 2 1 2")
    say(tree, LEAD, "0")
    with pytest.raises(UnknownCall):
        take_turn(tree.database, tree.means, HeardCall(new_call(), 0, CallAnswered(new_sid(), AnsweredBy.PERSON)))
    assert isinstance(rung(tree)[LEAD].picks_up(), Gather)
    assert call_backs.CALL_BACKS["confirm"] is lead_call.confirm
