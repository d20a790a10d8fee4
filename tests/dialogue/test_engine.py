"""One turn of a conversation: which events lead where, what is kept, and that nothing goes round for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from stage import SCHOOL

from phonetree.dialogue.context import Context, Who
from phonetree.dialogue.effects import Action, Approve, OptIn, OptOut, SetLanguage
from phonetree.dialogue.engine import (
    MAX_HOPS,
    TRIES,
    DialEnded,
    Event,
    Heard,
    HeldOn,
    NeverSpeaks,
    Session,
    SoundKept,
    begin,
    proceed,
    resume,
    understands,
)
from phonetree.dialogue.nodes import (
    Ask,
    Dial,
    Do,
    End,
    Flow,
    Hold,
    Hunt,
    Join,
    Menu,
    Node,
    Option,
    Party,
    Perform,
    Play,
    Record,
)
from phonetree.dialogue.outcomes import Lapsed, Released
from phonetree.school.reading import read_school
from phonetree.words.i18n import Recorded

CONTEXT = Context(
    school=read_school(SCHOOL.read_text()),
    who=Who("en"),
    channel="sms",
    now=datetime(2026, 11, 16, 8, tzinfo=UTC),
)
CALL = replace(CONTEXT, channel="voice", call="in")
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
def dial(context: Context) -> Node:
    return Dial("one moment", Party.FAMILY, unanswered=tried, ended=menu if context.answers.get("goes_on") else None)


@flow.step
def tried(context: Context) -> Node:
    return End(f"tried {context.answers['tried']}")


@flow.step
def hunt(_context: Context) -> Node:
    return Hunt("one moment", unanswered=end)


@flow.step
def join(_context: Context) -> Node:
    return Join("connected", ended=menu)


@flow.step
def hold(_context: Context) -> Node:
    return Hold("a moment", then=playing)


@flow.step
def playing(_context: Context) -> Node:
    return Play("sound", then=menu)


@flow.step
def keyed(_context: Context) -> Node:
    return Menu("any key", {"1": Option("end", end)}, otherwise=menu, silent=silent)


@flow.step
def record(_context: Context) -> Node:
    return Record("speak", save="words", then=end, silent=menu)


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
        (DialEnded(answered=False), ("tried 1",)),
        (DialEnded(answered=True), ()),
    ],
)
def test_a_dial_goes_on_when_nobody_answered(event: Event, said: tuple[str, ...]) -> None:
    assert resume(dial, Session(dial.name), event, CALL).said == said


def test_who_was_dialled_and_spoke_is_over_or_goes_on() -> None:
    assert resume(dial, Session(dial.name), DialEnded(answered=True), CALL).hangs_up
    turn = resume(dial, Session(dial.name, {"goes_on": "1"}), DialEnded(answered=True), CALL)
    assert (turn.said, turn.hangs_up) == (("which?",), False)


def test_each_line_that_was_tried_is_counted() -> None:
    turn = resume(dial, Session(dial.name, {"tried": "2"}), DialEnded(answered=False), CALL)
    assert turn.said == ("tried 3",)


def test_a_hunt_goes_on_when_nobody_took_it_and_is_over_when_somebody_did() -> None:
    assert resume(hunt, Session(hunt.name), DialEnded(answered=False), CALL).said == ("heard nothing",)
    assert resume(hunt, Session(hunt.name), DialEnded(answered=True), CALL).hangs_up
    assert resume(join, Session(join.name), DialEnded(answered=True), CALL).said == ("which?",)


@pytest.mark.parametrize(("sound", "said"), [("a1", ("heard a1",)), ("", ("which?",))])
def test_a_recording_without_sound_goes_its_own_way(sound: str, said: tuple[str, ...]) -> None:
    assert resume(record, Session(record.name), SoundKept(sound), CALL).said == said


def test_after_a_pause_a_recording_is_heard() -> None:
    turn = resume(hold, Session(hold.name, {"sound": "a1"}), HeldOn(), CALL)
    assert turn.said == (Recorded("a1"), "which?")


def test_by_call_any_other_key_and_silence_have_a_way_of_their_own() -> None:
    standing = Session(keyed.name)
    assert resume(keyed, standing, Heard("7"), CALL).said == ("which?",)
    assert resume(keyed, standing, Heard(""), CALL).effects == (OptOut(),)
    assert "did not understand" in str(resume(keyed, standing, Heard("7"), CONTEXT).said[0])


def test_by_call_star_says_it_again_and_is_no_miss() -> None:
    turn = resume(menu, Session(menu.name, misses=2), Heard("*"), CALL)
    assert (turn.said, turn.session.misses, turn.gave_up) == (("which?",), 2, False)


def test_by_call_three_misses_give_up_without_a_word() -> None:
    turn = resume(menu, Session(menu.name, misses=TRIES - 1), Heard("9"), CALL)
    assert (turn.said, turn.gave_up, turn.session.step) == ((), True, None)


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
