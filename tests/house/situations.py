"""Situations in which a step may find itself, for the house rules about what flows write and say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import get_args

from house_rules import ROOT

from phonetree.dialogue.context import AlertState, Context, FamilyAtHand, Preview, PromptAtHand, Waiting, Who
from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.dialogue.network import NetworkDropped, NetworkGone, NetworkNoted, Reported
from phonetree.dialogue.nodes import Ask, Dial, Do, End, Hold, Hunt, Join, Menu, Node, Perform, Play, Record, Step
from phonetree.dialogue.outcomes import OnDuty, Outcome, Released, Taken, WrongAnswer
from phonetree.flows.alerts import elsewhere
from phonetree.school.reading import read_school
from phonetree.words.i18n import Moment, Named, _, say
from phonetree.words.languages import LANGUAGES

SCHOOL = read_school((ROOT / "docs/examples/maple.toml").read_text(encoding="utf-8"))
NOW = datetime.fromisoformat("2026-11-16T07:51:00-08:00")
LATER = Moment(NOW + timedelta(minutes=20), NOW.date())


def alert_state(kind: Kind, level: Level, *, is_open: bool, is_drill: bool) -> AlertState:
    return AlertState(
        number=101,
        kind=kind,
        place="front gate",
        level=level,
        opened=LATER,
        latest=LATER,
        next_text=LATER if is_open else None,
        is_overdue=kind is Kind.NEAR,
        is_open=is_open,
        is_drill=is_drill,
        is_paused=False,
        reaches_families=True,
        phones=2000,
        handed_over=1990,
        delivered=1900,
        failed=10,
    )


ALERTS: list[tuple[AlertState, ...]] = [
    (),
    *(
        (alert_state(kind, level, is_open=is_open, is_drill=kind is Kind.SUPPORT),)
        for kind, level, is_open in product(Kind, Level, (True, False))
    ),
    tuple(replace(alert_state(Kind.AT, Level.CONFIRMED, is_open=True, is_drill=False), number=n) for n in (101, 102)),
]
PREVIEWS: list[Preview | None] = [
    None,
    *(
        Preview(
            action=action,
            kind=kind,
            place="front gate",
            level=Level.CONFIRMED,
            body=_("{s}: DRILL {t}. This is practice, nothing is happening. DRILL", s="Maple Tree", t=LATER),
            reaches_families=action is not Action.ALERT,
            phones=2000,
            last_phone=LATER,
            too_late=312 if kind is Kind.AT else 0,
            code="4821",
            school="MAPLE" if kind is Kind.AT else "",
        )
        for action, kind in product(Action, (Kind.AT, Kind.PICKUP, Kind.SECURED))
    ),
]
REPORTED = [
    Reported(
        number,
        action,
        kind,
        "1" if kind else "",
        "front gate" if kind else "",
        level,
        alert=101,
        is_partly_sent=number == 103,
    )
    for number, (action, kind, level) in enumerate(
        [
            (Action.ALERT, None, None),
            (Action.ALERT, Kind.NEAR, None),
            (Action.DRILL, Kind.SUPPORT, None),
            (Action.ALERT, Kind.AT, Level.CONFIRMED),
            (Action.UPDATE, Kind.AT, Level.UNCONFIRMED),
            (Action.CLEAR, Kind.AT, Level.CONFIRMED),
        ],
        start=100,
    )
]
"""What the network may have reported, from nothing but words to the end of an alert."""
ANSWERS = {
    "number": "417",
    "words": "my words",
    "seen": "1",
    "digit": "1",
    "answer": "1",
    "commands": "help stop join",
    "place": "1",
}


def outcomes() -> Iterator[Outcome | None]:
    yield None
    for kind in get_args(Outcome):
        match kind.__name__:
            case "Released":
                yield from (Released(action, 2000) for action in Action)
            case "WrongAnswer":
                yield from (WrongAnswer(tries) for tries in range(3))
            case "NeedsAnother" | "Paused":
                yield kind(1)
            case "Taken":
                yield from (kind(), Taken("recording", has_caller=True))
            case "OnDuty":
                yield from (OnDuty(LATER), OnDuty(None))
            case "NetworkNoted":
                yield from (kind(), NetworkNoted(101, is_over=True), NetworkNoted(101, is_over=True, is_added=True))
                yield NetworkNoted(101, is_over=True, may_send=True)
            case "NetworkDropped":
                yield from (kind(), NetworkDropped(is_out=True))
            case "NetworkGone":
                yield from (NetworkGone(state) for state in ("", "sent", "refused", "expired"))
            case "Muted" | "CodeUsed" | "PromptFound" | "FamilyFound":
                yield from map(kind, (True, False))
            case "CodeGiven":
                yield from (kind("482913", "hy"), kind())
            case "SoundChecked":
                yield from (kind(state) for state in ("ready", "coming", "bad"))
            case _:
                yield kind()


def contexts() -> Iterator[Context]:
    """One thing at a time is varied, from a lead in the middle of everything."""
    plain = Context(
        school=SCHOOL,
        who=Who("en", frozenset({"lead"})),
        channel="sms",
        now=NOW,
        answers=ANSWERS | {"kind": "2", "level": "2", "action": "update", "alert": "101"},
        alerts=ALERTS[1],
        last_text=LATER,
        preview=PREVIEWS[1],
        waiting=3,
        schools={"MAPLE": SCHOOL.site.name, "ELM": "Elm Street Elementary"},
    )
    yield plain
    yield from (replace(plain, answers={**plain.answers, "answer": answer}) for answer in ("2", "3"))
    yield from (replace(plain, who=Who("es", frozenset(roles))) for roles in ((), ("parent",), ("staff", "parent")))
    yield from (replace(plain, alerts=alerts) for alerts in ALERTS)
    yield from (replace(plain, preview=preview) for preview in PREVIEWS)
    yield from (replace(plain, outcome=outcome) for outcome in outcomes())
    yield replace(plain, school=SCHOOL.model_copy(update={"join": SCHOOL.join.model_copy(update={"mode": "hold"})}))


def contexts_of_the_network() -> Iterator[Context]:
    """What it reported waits for a lead; or its own phone is asked."""
    plain, several = replace(next(contexts()), answers={}), tuple(REPORTED)
    yield replace(plain, reported=several[:1])
    yield from (replace(plain, reported=several, is_shared=shared) for shared in (True, False))
    for report in REPORTED:
        so_far = {"number": str(report.number)}
        for name in ("number", "kind", "place", "level", "end"):
            so_far = {name: "1"} | so_far
            yield replace(plain, reported=several, answers=so_far)
    for answers in ({"words": "my words"}, {"kind": "1"}, {"kind": "1", "place": "1"}, {"kind": "0", "words": "x"}):
        yield replace(plain, who=Who("en", frozenset({"network"})), answers=answers, preview=None)


def contexts_at_the_beginning() -> Iterator[Context]:
    """What only a first step can meet: nothing is answered yet, or something that is no answer; a bare school."""
    for context in contexts():
        yield context
        yield replace(context, answers={"action": "alert"})
    plain = next(contexts())
    odd = {"kind": "9", "place": "77", "level": "3", "alert": "999", "commands": "send", "action": "correct"}
    yield replace(plain, answers=odd, last_text=None, waiting=0)
    yield replace(plain, answers={"item": "food", "kind": "2", "place": "1", "action": "drill"})
    yield replace(plain, school=SCHOOL.model_copy(update={"hotlines": (), "aid": (), "plan": None}))


def contexts_at_a_preview() -> Iterator[Context]:
    """Two digits that mean something at a preview and nowhere else."""
    plain = next(contexts())
    yield from (replace(plain, answers={**plain.answers, "answer": answer}) for answer in ("0", "9"))


# --- in a call --------------------------------------------------------------------------------------------------------

NAMED = Named(SCHOOL.places[0].name, SCHOOL.site.languages[0])
BY_HAND = ANSWERS | {
    "kind": "2",
    "level": "2",
    "action": "alert",
    "alert": "101",
    "recording": "a-recording",
    "number": "417",
    "less": "1",
    "calls": "none",
    "language": "ko",
    "keyed": "62753",
    "caller": "1",
    "code": "482913",
    "seen": "1",
}
SEVERAL = {"MAPLE": SCHOOL.site.name, "ELM": "Elm Street Elementary"}


def without(*keys: str) -> dict[str, str]:
    return {key: answer for key, answer in BY_HAND.items() if key not in keys}


def calls() -> Iterator[Context]:
    """One thing at a time is varied, from a lead who calls in or is called in the middle of everything."""
    for context in contexts():
        plain = replace(
            context,
            channel="voice",
            call="out",
            spoken=("es", "en", "ko"),
            answers=BY_HAND | ({"answer": context.answers["answer"]}),
            waiting_caller=Waiting("ko"),
            prompt=PromptAtHand(say("You can stay silent."), "hy", 3, 40, clip="a-recording"),
            family=FamilyAtHand("ko", 2, 5),
            alerts=tuple(replace(alert, place=NAMED) for alert in context.alerts),
        )
        yield from (plain, replace(plain, call="in"))
    yield from of_one_call(replace(plain, call="out", alerts=ALERTS[1], outcome=None))


def calls_without(*keys: str) -> Iterator[Context]:
    """These questions are not answered yet."""
    plain = next(calls())
    yield replace(plain, answers=without(*keys) | {"action": "2"}, alerts=ALERTS[-1])


def calls_without_aid() -> Iterator[Context]:
    yield replace(next(calls()), school=SCHOOL.model_copy(update={"aid": ()}))


def of_one_call(plain: Context) -> Iterator[Context]:
    """What only a call can meet."""
    incoming = replace(plain, call="in")
    yield replace(incoming, is_withheld=True, who=Who("en"))
    yield replace(incoming, who=Who("en"))
    yield replace(plain, who=Who("es", has_chosen_language=True), is_machine=True)
    yield from (replace(incoming, who=Who("en", frozenset({role}))) for role in ("interpreter", "operator"))
    yield replace(incoming, has_school=False, schools=SEVERAL, keypad_codes={"MAPLE": "62753", "ELM": "35600"})
    yield replace(incoming, has_school=False, schools=SEVERAL)
    yield replace(plain, waiting_caller=None, prompt=None, family=None, alerts=(), last_text=None)
    yield replace(plain, waiting_caller=Waiting("en", is_over=True), family=FamilyAtHand("ko", 5, 5))
    yield replace(plain, has_waited=True, is_passed_on=True, preview=None)
    yield from (replace(plain, answers=BY_HAND | {"tried": tried}) for tried in "19")
    yield replace(plain, answers=without("caller"))
    yield from (replace(plain, answers=BY_HAND | {"calls": "danger", "less": "2", "action": key}) for key in "12345")
    yield replace(plain, answers=BY_HAND | {"place": "9", "language": "xx", "prompts": "3"})
    yield from (replace(plain, answers=BY_HAND | {"kind": kind.value}) for kind in Kind)
    yield replace(incoming, alerts=tuple(replace(alert, place=elsewhere()) for alert in ALERTS[1]))
    bare = SCHOOL.model_copy(update={"hotlines": (), "aid": SCHOOL.aid[:1], "plan": None})
    yield replace(incoming, school=bare)
    many = SCHOOL.site.model_copy(update={"languages": tuple(sorted(LANGUAGES))})
    yield replace(incoming, school=SCHOOL.model_copy(update={"site": many}), spoken=("en", "es", "ko", "vi"))


# --- what leads where -------------------------------------------------------------------------------------------------


def reached(roots: Iterable[Step], known: Callable[[Step], Iterable[Context]]) -> dict[str, Step]:
    """Every step that a conversation which begins with one of *roots* can come to, by name."""
    found: dict[str, Step] = {}
    waiting = list(roots)
    while waiting:
        step = waiting.pop()
        if step.name not in found:
            found[step.name] = step
            waiting += [led_to for context in known(step) for led_to in led_to_by(step(context))]
    return found


def led_to_by(node: Node) -> list[Step]:
    match node:
        case Menu(options=options, otherwise=otherwise, silent=silent):
            steps = [*(option.then for option in options.values()), otherwise, silent]
        case Ask(then=then) | Hold(then=then) | Play(then=then) | Do(then=then) | Perform(then=then):
            steps = [then]
        case Record(then=then, silent=silent):
            steps = [then, silent]
        case Dial(unanswered=unanswered, ended=ended):
            steps = [unanswered, ended]
        case Hunt(unanswered=step) | Join(ended=step):
            steps = [step]
        case End():
            steps = []
    return [step for step in steps if step is not None]
