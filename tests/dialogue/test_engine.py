"""One turn of a conversation: which events lead where, what is kept, and that nothing goes round for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from stage import SCHOOL

from phonetree.dialogue.effects import Action, Approve, Lapsed, OptIn, OptOut, Released, SetLanguage
from phonetree.dialogue.engine import (
    MAX_HOPS,
    TRIES,
    DialEnded,
    Event,
    Heard,
    NeverSpeaks,
    Recorded,
    Session,
    begin,
    proceed,
    resume,
    understands,
)
from phonetree.dialogue.nodes import Ask, Context, Dial, Do, End, Flow, Menu, Node, Option, Perform, Record, Who
from phonetree.school.reading import read_school

CONTEXT = Context(
    school=read_school(SCHOOL.read_text()),
    who=Who("en"),
    channel="sms",
    now=datetime(2026, 11, 16, 8, tzinfo=UTC),
)
flow = Flow("test")


@flow.step
def menu(_context: Context) -> Node:
    return Menu("which?", {"1": Option("words", ask), "2": Option("end", end, (OptIn(),))}, save="chosen")


@flow.step
def ask(_context: Context) -> Node:
    return Ask("words?", save="words", then=end, accepts=lambda words: words != "no")


@flow.step
def secret(_context: Context) -> Node:
    return Ask("PIN?", save="pin", then=weighing, secret=True)


@flow.step
def weighing(context: Context) -> Node:
    return Perform(Approve(), weighed if context.answers.get("pin") else end)


@flow.step
def weighed(context: Context) -> Node:
    match context.outcome:
        case Released(_, phones):
            return End(f"sent to {phones}")
        case _:
            return Do((OptOut(),), secret)


@flow.step
def end(context: Context) -> Node:
    return End(f"heard {context.answers.get('words', 'nothing')}", (SetLanguage("en"),))


@flow.step
def silent(_context: Context) -> Node:
    return End(None, (OptOut(),))


@flow.step
def both(_context: Context) -> Node:
    return Do((OptIn(),), menu)


@flow.step
def round_and_round(_context: Context) -> Node:
    return Do((), round_and_round)


@flow.step
def dial(_context: Context) -> Node:
    return Dial("shift", "one moment", "a family", end)


@flow.step
def record(_context: Context) -> Node:
    return Record("speak", end, menu)


@pytest.mark.parametrize("words", ["1", " 1 ", "1.", "1)", "１", "١", "1!"])
def test_a_digit_is_a_digit_however_it_is_written(words: str) -> None:
    turn = resume(menu, Session(menu.name), Heard(words), CONTEXT)
    assert turn.session == Session(ask.name, {"chosen": "1"})
    assert turn.said == ("words?",)


@pytest.mark.parametrize("words", ["3", "11", "one", "", "1 2"])
def test_what_is_no_choice_is_asked_again(words: str) -> None:
    turn = resume(menu, Session(menu.name, {"kept": "yes"}), Heard(words), CONTEXT)
    assert turn.session == Session(menu.name, {"kept": "yes"}, misses=1)
    assert turn.said[-1] == "which?"


def test_three_misses_end_the_question() -> None:
    session = Session(menu.name)
    for _miss in range(TRIES):
        turn = resume(menu, session, Heard("3"), CONTEXT)
        session = turn.session
    assert session == Session()
    assert turn.wait is None


def test_an_answer_forgets_the_misses() -> None:
    assert resume(menu, Session(menu.name, misses=2), Heard("1"), CONTEXT).session.misses == 0


def test_an_option_brings_its_effects_before_those_of_its_step() -> None:
    turn = resume(menu, Session(menu.name), Heard("2"), CONTEXT)
    assert turn.effects == (OptIn(), SetLanguage("en"))
    assert turn.session == Session()


def test_words_are_kept_stripped_and_reach_the_next_step() -> None:
    assert resume(ask, Session(ask.name), Heard("  at the gate "), CONTEXT).said == ("heard at the gate",)


@pytest.mark.parametrize("words", ["no", "", "   "])
def test_words_that_are_not_accepted_are_asked_again(words: str) -> None:
    assert resume(ask, Session(ask.name), Heard(words), CONTEXT).session.misses == 1


def test_a_secret_is_seen_by_its_step_and_kept_by_nobody() -> None:
    turn = resume(secret, Session(secret.name, {"kept": "yes"}), Heard("739152"), CONTEXT)
    assert turn.perform == Perform(Approve(), weighed)
    assert turn.session.answers == {"kept": "yes"}
    again = proceed(turn, Lapsed(), CONTEXT)
    assert again.session == Session(secret.name, {"kept": "yes"})


def test_a_performed_effect_goes_on_in_the_same_turn_with_its_outcome() -> None:
    turn = resume(secret, Session(secret.name), Heard("739152"), CONTEXT)
    assert proceed(turn, Released(Action.ALERT, 7), CONTEXT).said == ("sent to 7",)


def test_effects_of_a_turn_are_handed_out_once() -> None:
    turn = resume(secret, Session(secret.name), Heard("739152"), CONTEXT)
    assert turn.effects == ()
    assert proceed(turn, Lapsed(), CONTEXT).effects == (OptOut(),)


def test_without_an_effect_to_perform_nothing_goes_on() -> None:
    turn = begin(menu, CONTEXT)
    assert proceed(turn, Lapsed(), CONTEXT) is turn


def test_a_beginning_takes_what_the_words_already_answered() -> None:
    turn = begin(both, replace(CONTEXT, answers={"chosen": "9"}))
    assert turn.session == Session(menu.name, {"chosen": "9"})
    assert turn.effects == (OptIn(),)


def test_an_end_may_be_silent() -> None:
    turn = begin(silent, CONTEXT)
    assert (turn.said, turn.effects, turn.wait) == ((), (OptOut(),), None)


def test_a_flow_that_goes_round_for_ever_is_stopped() -> None:
    with pytest.raises(NeverSpeaks, match=round_and_round.name):
        begin(round_and_round, CONTEXT)
    assert MAX_HOPS == 20


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (DialEnded(answered=False), ("heard nothing",)),
        (DialEnded(answered=True), ()),
    ],
)
def test_a_dial_goes_on_only_when_nobody_answered(event: Event, said: tuple[str, ...]) -> None:
    assert resume(dial, Session(dial.name), event, CONTEXT).said == said


@pytest.mark.parametrize(("has_sound", "said"), [(True, ("heard nothing",)), (False, ("which?",))])
def test_a_recording_without_sound_goes_its_own_way(has_sound: bool, said: tuple[str, ...]) -> None:  # noqa: FBT001
    assert resume(record, Session(record.name), Recorded(has_sound), CONTEXT).said == said


def test_a_step_that_no_longer_waits_goes_on_rather_than_lose_the_person() -> None:
    assert resume(end, Session(end.name, {"words": "these"}), Heard("1"), CONTEXT).said == ("heard these",)


@pytest.mark.parametrize(
    ("node", "words", "is_answer"),
    [
        (menu(CONTEXT), "1", True),
        (menu(CONTEXT), "3", False),
        (ask(CONTEXT), "yes", True),
        (ask(CONTEXT), "no", False),
        (end(CONTEXT), "1", False),
    ],
)
def test_what_answers_a_node(node: Node, words: str, is_answer: bool) -> None:  # noqa: FBT001
    assert understands(node, words) is is_answer
