"""Floods: how much is answered by itself, what is left out first, and what never is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from stage import ANA, BOB, LEAD, PIN, SCHOOL, all_of, code_in, crowd, say, send, sender_id, set_bucket

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.counters import counted
from phonetree.desk.floods import MOST, QUIET, Worth
from phonetree.models import Delivery, Lane, Person, Sender, State, database_now, new_id, reading, writing

DRIVING = "I am driving and will look at this later"
GUARD = 30
"""Replies between two numbers within half a minute, at which the provider cuts off (14107)."""
SECOND = timedelta(seconds=1)
IN_DEBT = -1000.0


def left_out(tree: Rehearsal) -> dict[str, int]:
    with reading(tree.database) as session:
        return counted(session)


def owe(tree: Rehearsal, tokens: float, per_second: float = 0.001) -> None:
    """The number has sent so much more than it may, and hardly anything comes back meanwhile."""
    set_bucket(tree, tokens=tokens, per_second=per_second)
    with writing(tree.database) as session:
        session.get_one(Sender, sender_id(tree)).refilled_at = session.scalars(select(database_now())).one()


def a_lot_of(tree: Rehearsal, words: str, times: int) -> int:
    """How many answers one phone gets to as many texts, one a second."""
    answers = 0
    for _ in range(times):
        answers += bool(say(tree, ANA, words))
        tree.clock.at += SECOND
    return answers


def test_what_answers_each_of_our_texts_by_itself_does_not_loop(tree: Rehearsal) -> None:
    assert a_lot_of(tree, DRIVING, 40) == MOST[Worth.MENU]
    assert left_out(tree) == {"answers left out: menu, phone": 40 - MOST[Worth.MENU]}


def test_after_a_while_of_quiet_the_same_phone_is_answered_again(tree: Rehearsal) -> None:
    a_lot_of(tree, DRIVING, 10)
    tree.clock.at += QUIET - timedelta(seconds=2)
    assert not say(tree, ANA, DRIVING), "what answers by itself may take a minute or two"
    tree.clock.at += QUIET
    assert say(tree, ANA, DRIVING)


@pytest.mark.parametrize("words", ["call me", "who is this", "please stop texting me", "NEWS", "I am safe", "JOIN"])
def test_not_even_what_answers_by_itself_in_words_that_we_understand_reaches_the_providers_guard(words: str) -> None:
    with_answers = [MOST[Worth.ANSWER], MOST[Worth.NEEDED]]
    with Rehearsal(SCHOOL.read_text()) as tree:
        assert a_lot_of(tree, words, 60) in with_answers
        assert max(with_answers) < GUARD


def test_what_is_asked_for_is_done_and_answered_amid_a_flood_from_the_same_phone(tree: Rehearsal) -> None:
    a_lot_of(tree, DRIVING, 12)
    assert "off the list" in say(tree, ANA, "please stop")
    (person,) = [each for each in all_of(tree, select(Person)) if tree.means.number_of(each) == ANA]
    assert person.stopped_at is not None
    assert say(tree, ANA, "COME BACK")
    assert say(tree, ANA, "who is this")
    assert "forget" in say(tree, ANA, "ERASE")
    assert say(tree, ANA, "1"), "a goodbye"


def test_a_lead_is_answered_however_much_came_from_that_phone(tree: Rehearsal) -> None:
    tree.enrol(BOB, "parent", "en")
    for _ in range(40):
        say(tree, LEAD, DRIVING)
    for _ in range(40):
        assert say(tree, LEAD, "STATUS")
    assert code_in(say(tree, LEAD, "ALERT 2 1 2"))


def test_on_a_number_that_is_behind_menus_are_left_out_first(tree: Rehearsal) -> None:
    owe(tree, -15.0)
    assert not say(tree, ANA, DRIVING)
    assert say(tree, BOB, "NEWS"), "an answer to a question still goes out at once"
    assert left_out(tree) == {"answers left out: menu, number": 1}


def test_an_answer_on_a_number_that_is_far_behind_waits_for_its_turn(tree: Rehearsal) -> None:
    owe(tree, IN_DEBT)
    assert not say(tree, ANA, "NEWS")
    (waiting,) = all_of(tree, select(Delivery))
    assert (waiting.state, waiting.lane) == (State.PENDING, Lane.ANSWER)
    assert "off the list" in say(tree, ANA, "please stop"), "who leaves reads that at once"
    assert left_out(tree) == {}


def test_what_would_come_too_late_to_help_is_not_even_queued(tree: Rehearsal) -> None:
    """A thousand phones ask at once on a number that sends next to nothing."""
    owe(tree, IN_DEBT)
    phones = crowd()[:210]
    for number in phones:
        say(tree, number, "NEWS")
    waiting = all_of(tree, select(Delivery).where(Delivery.state == State.PENDING))
    assert len(waiting) == 200
    assert left_out(tree) == {"answers left out: answer, backlog": 10}


def test_a_flood_of_menus_puts_the_number_hardly_behind(tree: Rehearsal) -> None:
    """So an alert that comes then begins within seconds."""
    owe(tree, 1.0, per_second=1.0)
    for number in crowd()[:60]:
        say(tree, number, DRIVING)
    (sender,) = all_of(tree, select(Sender))
    assert -12 <= sender.tokens <= 0


def test_the_numbers_of_a_deployment_are_looked_at_together(tree: Rehearsal) -> None:
    owe(tree, 0.0)
    assert say(tree, ANA, DRIVING)
    with writing(tree.database) as session:
        now = session.scalars(select(database_now())).one()
        session.add(
            Sender(
                id=new_id(),
                number_index=b"2",
                number_sealed=b"",
                segments_per_second=0.001,
                tokens=-400.0,
                refilled_at=now,
            )
        )
    assert not say(tree, BOB, DRIVING), "another school is under a flood"
    assert left_out(tree) == {"answers left out: menu, number": 1}


def test_while_an_alert_goes_out_one_phone_hears_how_things_stand_once_and_after_it(tree: Rehearsal) -> None:
    tree.enrol(BOB, "parent", "en")
    send(tree, "ALERT 2 1 2")
    for _ in range(3):
        assert not say(tree, ANA, DRIVING)
        tree.clock.at += timedelta(minutes=2)
    queued = all_of(tree, select(Delivery).where(Delivery.lane == Lane.ANSWER))
    assert len(queued) == 1
    assert "off the list" in say(tree, ANA, "please stop"), "and who leaves does not wait for it"


def test_while_an_alert_goes_out_the_same_phone_gets_few_answers(tree: Rehearsal) -> None:
    tree.enrol(BOB, "parent", "en")
    send(tree, "ALERT 2 1 2")
    for _ in range(20):
        say(tree, ANA, "NEWS")
    assert left_out(tree) == {"answers left out: answer, alert": 12}


def test_a_lead_may_abort_while_everybody_asks(tree: Rehearsal) -> None:
    for number in (BOB, *crowd()[:50]):
        tree.enrol(number, "parent", "en")
    owe(tree, IN_DEBT)
    send(tree, "ALERT 2 1 2", pin=PIN)
    for number in crowd()[:50]:
        say(tree, number, "NEWS")
    assert say(tree, LEAD, "ABORT")


def test_the_same_text_again_gets_the_same_silence(tree: Rehearsal) -> None:
    a_lot_of(tree, DRIVING, 5)
    assert say(tree, ANA, DRIVING, sid="SM" + "e" * 32) == ""
    assert say(tree, ANA, DRIVING, sid="SM" + "e" * 32) == ""
    assert left_out(tree) == {"answers left out: menu, phone": 1}, "and is counted once"
