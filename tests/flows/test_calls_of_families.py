"""Joining, leaving and choosing by call: a shown number proves nothing, so the tree calls back first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from phonetree.dialogue.context import Context, Who
from phonetree.dialogue.effects import (
    CallBack,
    ChooseSchool,
    ComeBack,
    Effect,
    Erase,
    LeaveRecording,
    OptIn,
    OptOut,
    SetLanguage,
    TakeLess,
)
from phonetree.dialogue.engine import Heard, Session, SoundKept, Turn, begin, proceed, resume
from phonetree.dialogue.join_effects import Joined
from phonetree.dialogue.nodes import Ask, Menu, Record, Step
from phonetree.dialogue.outcomes import CallComing, NoCall, Outcome
from phonetree.dialogue.report_effects import FileReport
from phonetree.flows import (
    STEPS,
    call,
    forget,
    join,
    language,
    leave,
    less,
    menu,
    messages,
    prompts,
    report,
    rights,
    which_school,
)
from phonetree.flows.spoken_alerts import who
from phonetree.school.reading import read_school
from phonetree.words.i18n import InLanguage, Spoken
from phonetree.words.languages import LANGUAGES
from phonetree.words.speech import Said, Speaker, clip_of, key_of

ROOT = Path(__file__).resolve().parents[2]
MAPLE = read_school((ROOT / "docs/examples/maple.toml").read_text(encoding="utf-8"))
IN = Context(
    school=MAPLE,
    who=Who("en"),
    channel="voice",
    now=datetime.fromisoformat("2026-11-16T07:51:00-08:00"),
    call="in",
    spoken=("es", "en", "ko"),
)
PARENT = replace(IN, who=Who("en", frozenset({"parent"})))
OUT = replace(PARENT, call="out")
SCHOOLS = {"MAPLE": "Maple", "ELM": "Elm"}
WITHHELD = replace(IN, is_withheld=True)


def press(turn: Turn, key: str, context: Context) -> Turn:
    return resume(STEPS[turn.session.step or ""], turn.session, Heard(key), context)


def said(turn: Turn) -> str:
    return " ".join(each.words for each in Speaker(("en",)).speak(*turn.said) if isinstance(each, Said))


def asked_of(turn: Turn) -> Effect | None:
    return turn.perform.effect if turn.perform else None


def pressed(step: Step, key: str, context: Context) -> Turn:
    return press(begin(step, context), key, context)


# --- joining ----------------------------------------------------------------------------------------------------------


def test_the_offer_says_who_what_and_that_one_can_leave() -> None:
    words = said(begin(join.offer, IN))
    for part in (MAPLE.site.program, MAPLE.site.run_by, MAPLE.site.name, "recorded call", "rates", "leave at any time"):
        assert part in words


def test_who_calls_in_joins_only_by_our_call() -> None:
    turn = pressed(join.offer, "1", IN)
    assert turn.effects == ()
    assert asked_of(turn) == CallBack("join")
    coming = proceed(turn, CallComing(), IN)
    assert coming.hangs_up
    assert said(coming) == "We call you now to confirm. You can hang up."
    assert "text JOIN" in said(proceed(turn, NoCall(), IN))


def test_our_call_says_the_whole_again_and_one_key_joins() -> None:
    asked = begin(join.confirm, OUT)
    assert "Somebody asked to join from this phone." in said(asked)
    assert said(begin(join.offer, IN)).split("run by")[1] in said(asked).replace(" If it was not you, hang up.", "")
    joined = press(asked, "1", OUT)
    assert joined.perform is not None
    assert joined.perform.effect == OptIn()
    assert "To leave, call this number and press 6." in said(proceed(joined, Joined(), OUT))


def test_nobody_who_calls_in_hears_whether_a_phone_is_on_the_list() -> None:
    assert begin(menu.in_or_out, IN) == begin(menu.in_or_out, PARENT)


# --- leaving ----------------------------------------------------------------------------------------------------------


def test_a_wish_to_leave_is_honoured_before_our_call() -> None:
    turn = begin(leave.everything, PARENT)
    assert turn.effects == (OptOut(),)
    assert asked_of(turn) == CallBack("leave")
    assert proceed(turn, CallComing(), PARENT).hangs_up
    assert said(proceed(turn, NoCall(), PARENT)).startswith("You are off the list.")


def test_our_call_undoes_a_leaving_that_somebody_else_asked_for() -> None:
    assert pressed(leave.confirm_by_call, "1", OUT).effects == ()
    assert pressed(leave.confirm_by_call, "2", OUT).effects == (ComeBack(),)


@pytest.mark.parametrize(("key", "calls"), [("1", "none"), ("2", "danger")])
def test_fewer_calls_are_confirmed_by_our_call(key: str, calls: str) -> None:
    turn = pressed(less.part, key, PARENT)
    assert turn.effects == ()
    asked = asked_of(turn)
    assert asked == CallBack("less", (("calls", calls),))
    context = replace(OUT, answers={"calls": calls})
    assert pressed(less.less_by_call, "1", context).effects == (TakeLess(calls),)  # type: ignore[arg-type]
    assert pressed(less.less_by_call, "2", context).effects == ()


def test_nobody_is_forgotten_by_a_call_that_comes_in() -> None:
    turn = pressed(forget.sure, "1", PARENT)
    assert turn.effects == ()
    assert asked_of(turn) == CallBack("erase")
    assert pressed(forget.erase_by_call, "1", OUT).effects == (Erase(),)
    assert pressed(forget.erase_by_call, "2", OUT).effects == ()


def test_a_call_that_is_forgotten_is_over() -> None:
    assert pressed(forget.erase_by_call, "1", OUT).hangs_up


@pytest.mark.parametrize(("step", "key"), [(join.offer, "1"), (less.part, "1"), (forget.sure, "1")])
def test_a_withheld_number_changes_nothing(step: Step, key: str) -> None:
    turn = pressed(step, key, WITHHELD)
    assert (turn.effects, turn.perform) == ((), None)
    assert said(turn).startswith("Your number is not shown, so we cannot do that.")


def test_a_withheld_number_does_not_leave() -> None:
    turn = begin(leave.everything, WITHHELD)
    assert (turn.effects, turn.perform) == ((), None)
    assert "not shown" in said(turn)


# --- language ---------------------------------------------------------------------------------------------------------


def test_who_is_not_on_the_list_is_remembered_at_once() -> None:
    turn = pressed(language.choose, "3", IN)
    assert turn.effects == (SetLanguage("ko"),)
    assert said(turn) == "From now on in this language."


def test_a_member_keeps_a_language_by_our_call_only() -> None:
    turn = pressed(language.choose, "3", PARENT)
    assert turn.effects == (SetLanguage("ko"),), "in a call that comes in this is the language of the call"
    korean = replace(PARENT, who=Who("ko", frozenset({"parent"})))
    kept = press(turn, "1", korean)
    assert asked_of(kept) == CallBack("language", (("language", "ko"),))
    context = replace(OUT, answers={"language": "ko"})
    assert pressed(language.confirm, "1", context).effects == (SetLanguage("ko"),)
    assert pressed(language.confirm, "2", context).effects == ()


def test_a_member_who_only_wants_this_call_presses_nothing() -> None:
    turn = press(pressed(language.choose, "3", PARENT), "", PARENT)
    assert (turn.effects, turn.perform, turn.wait) == ((), None, None)


def test_a_withheld_number_keeps_no_language() -> None:
    turn = pressed(language.choose, "3", WITHHELD)
    assert turn.effects == (SetLanguage("ko"),), "of this call"
    assert "we cannot keep it" in said(turn)


def test_nine_leads_through_every_page_of_languages_and_round() -> None:
    codes = tuple(sorted(LANGUAGES))[:18]
    site = MAPLE.site.model_copy(update={"languages": codes})
    many = replace(IN, school=MAPLE.model_copy(update={"site": site}), spoken=codes)
    turn, seen = begin(call.languages, many), list[str]()
    for _page in range(3):
        assert isinstance(turn.wait, Menu)
        seen += [option.label.language for option in turn.wait.options.values() if isinstance(option.label, InLanguage)]
        turn = press(turn, "9", many)
    assert tuple(seen) == codes
    assert turn.session.step == call.languages.name


# --- words, schools, the rest -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        (messages.words, LeaveRecording("message", "a-recording")),
        (report.what, FileReport(recording="a-recording")),
    ],
)
def test_words_are_spoken_after_a_tone(step: Step, asked: Effect) -> None:
    turn = begin(step, IN)
    assert isinstance(turn.wait, Record)
    assert "Say no names, and nothing about status." in said(turn)
    kept = resume(step, turn.session, SoundKept("a-recording"), IN)
    assert (kept.perform.effect if kept.perform else kept.effects[0]) == asked
    nothing = resume(step, turn.session, SoundKept(), IN)
    assert (nothing.effects, nothing.perform) == ((), None)


def test_a_place_that_was_keyed_is_told_without_words_too() -> None:
    turn = press(press(begin(report.seen, IN), "1", IN), "1", IN)
    told = resume(report.what, turn.session, SoundKept(), replace(IN, answers=turn.session.answers))
    assert told.perform is not None
    assert told.perform.effect == FileReport(seen="1", place="1")


def test_a_shared_number_asks_for_the_keypad_code_first() -> None:
    shared = replace(IN, has_school=False, schools=SCHOOLS, keypad_codes={"MAPLE": "62753", "ELM": "3560"})
    turn = begin(call.home, shared)
    assert isinstance(turn.wait, Ask)
    assert turn.wait.keys == 0
    wrong = press(turn, "99999", shared)
    assert wrong.session.misses == 1
    chosen = press(wrong, "3560", shared)
    assert chosen.effects == (ChooseSchool("ELM"),)
    assert chosen.read_on, "the call goes on with that school's menu"


def test_a_school_without_a_keypad_code_is_chosen_by_name() -> None:
    shared = replace(IN, has_school=False, schools=SCHOOLS, keypad_codes={"MAPLE": "62753"})
    turn = pressed(which_school.school, "2", shared)
    assert turn.effects == (ChooseSchool("ELM"),)


def test_a_choice_is_said_before_its_key_and_star_is_said_once() -> None:
    words = said(begin(call.home, IN))
    assert words.count("star") == 1


@pytest.mark.parametrize(
    ("roles", "keys"),
    [
        ((), "123456708"),
        (("operator",), "123456708"),
        (("interpreter",), "1234567089"),
        (("lead", "interpreter"), "1234567089"),
    ],
)
def test_the_number_key_is_everybodys_and_an_interpreters_own_comes_before_it(
    roles: tuple[str, ...], keys: str
) -> None:
    assert "".join(menu.by_call(replace(IN, who=Who("en", frozenset(roles))))) == keys


def test_who_wants_no_more_rights_goes_on_with_the_call() -> None:
    turn = press(begin(rights.first, IN), "", IN)
    assert (turn.wait, turn.said, turn.hangs_up) == (None, (), False)


@pytest.mark.parametrize("code", ["hy", "mam", "es"])
def test_the_line_of_a_language_is_recorded_under_the_name_by_which_a_call_looks_for_it(code: str) -> None:
    site = MAPLE.site.model_copy(update={"languages": ("es", "en", "hy", "mam")})
    school = MAPLE.model_copy(update={"site": site})
    prompt = prompts.line(school, code)
    assert prompt is not None
    own = language.line(code, site.languages.index(code) + 1)
    assert clip_of(prompt) == (clip_of(own.word) if isinstance(own.word, Spoken) else key_of(str(own.word)))
    assert prompts.prompts_for(school, code)[:2] == (who(site.program), prompt)


def test_places_are_the_schools_own() -> None:
    assert [place.words["en"] for place in prompts.places(MAPLE)] == [place.name["en"] for place in MAPLE.places]


def test_a_session_of_a_call_survives_between_two_steps() -> None:
    outcome: Outcome = CallComing()
    turn = pressed(less.part, "2", PARENT)
    assert turn.session == Session(less.ask_for_less.name, {"less": "2"})
    assert proceed(turn, outcome, PARENT).session == Session()
