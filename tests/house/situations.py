"""Situations in which a step may find itself, for the house rules about what flows write and say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import get_args

from house_rules import ROOT

from phonetree.dialogue.aid_outcomes import (
    AidTaken,
    MatchMade,
    Readers,
    RequestNamed,
    RequestOpened,
    RequestRefused,
    RequestsFound,
)
from phonetree.dialogue.context import AlertState, Context, FamilyAtHand, Preview, PromptAtHand, Waiting, Who
from phonetree.dialogue.duress import UnderDuress
from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.dialogue.erasing import Erasing, ErasingDue
from phonetree.dialogue.guards import FrozenNow, Guard, GuardAtHand, OtherLead, Thawed
from phonetree.dialogue.join_effects import HeldFound, HeldSettled, Joined, JoinWord
from phonetree.dialogue.masked import MayTalk, NotPassedOn, PassedOn, WhyNot
from phonetree.dialogue.moving import MoveCode, MovingLead, NothingToMove
from phonetree.dialogue.network import NetworkDropped, NetworkGone, NetworkNoted, Reported
from phonetree.dialogue.nodes import Ask, Dial, Do, End, Hold, Hunt, Join, Menu, Node, Perform, Play, Record, Step
from phonetree.dialogue.outcomes import (
    CodeGiven,
    NothingToPropose,
    OnDuty,
    Outcome,
    Released,
    SoundChecked,
    Taken,
    WrongAnswer,
)
from phonetree.dialogue.report_outcomes import ReportMarked, Vouched
from phonetree.dialogue.report_states import ReportStanding, Vouching
from phonetree.flows.alerts import elsewhere
from phonetree.flows.match_words import label
from phonetree.school.reading import read_school
from phonetree.school.schema import Plan
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


NAMED = Named(SCHOOL.places[0].name, SCHOOL.site.languages[0])
NAMED_REQUEST = RequestNamed(417, NAMED, label("counselor", 1))
LONG_LIST = tuple(
    item.model_copy(update={"digit": n, "key": f"{item.key}-{n}"}) for n, item in enumerate(SCHOOL.aid * 3, 1)
)
"""More rows of aid than four pages hold, one of them on the 9."""

ALERTS: list[tuple[AlertState, ...]] = [
    (),
    *(
        (alert_state(kind, level, is_open=is_open, is_drill=kind is Kind.SUPPORT),)
        for kind, level, is_open in product(Kind, Level, (True, False))
    ),
    tuple(replace(alert_state(Kind.AT, Level.CONFIRMED, is_open=True, is_drill=False), number=n) for n in (101, 102)),
]
CHECKING = ReportStanding(112, "checking", LATER, LATER, place="1")
REPORTS: list[tuple[ReportStanding, ...]] = [
    (CHECKING,),
    (replace(CHECKING, number=113, is_old=True, place="9"), replace(CHECKING, state="new")),
    (replace(CHECKING, state="false"),),
    (replace(CHECKING, state="new", place=""), replace(CHECKING, number=111, state="confirmed")),
    (replace(CHECKING, state="new", place="2", by_network=True),),
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
    "numbers": "417:food: 418::MAPLE 419::",
    "choice": "1",
    "picture": "1",
}


def opened() -> Iterator[RequestOpened]:
    """In every state in which a request may be told of."""
    for readers, told, needs_yes in product(get_args(Readers), (LATER, None), (True, False)):
        yield RequestOpened(417, readers, told, needs_yes)
        yield RequestOpened(417, readers, told, needs_yes, is_again=True, is_taken=not needs_yes)


YES_OR_NO = {"Muted", "CodeUsed", "PromptFound", "FamilyFound", "RequestMuted", "ReporterMuted", "AidFound"}
NUMBERED = {"RequestFinished": 417, "RequestPassed": 417, "NeedsAnother": 1, "Paused": 1}
OUTCOMES: dict[str, Sequence[Outcome]] = {
    "Released": [Released(action, 2000) for action in Action],
    "WrongAnswer": [WrongAnswer(tries) for tries in range(3)],
    "Taken": [Taken(), Taken("recording", has_caller=True)],
    "OnDuty": [OnDuty(LATER), OnDuty(None)],
    "CodeGiven": [CodeGiven("482913", "hy"), CodeGiven()],
    "SoundChecked": [SoundChecked("ready"), SoundChecked("coming"), SoundChecked("bad")],
    "Joined": [Joined(), Joined(412)],
    "HeldFound": [HeldFound(), HeldFound((412,)), HeldFound((412, 413), 30)],
    "HeldSettled": [HeldSettled(), HeldSettled(1), HeldSettled(30)],
    "JoinWord": [JoinWord("MAPLE4821")],
    "NetworkNoted": [
        NetworkNoted(),
        NetworkNoted(101, is_over=True),
        NetworkNoted(101, is_over=True, is_added=True),
        NetworkNoted(101, is_over=True, may_send=True),
    ],
    "ErasingDue": [ErasingDue(LATER)],
    "NetworkDropped": [NetworkDropped(), NetworkDropped(is_out=True)],
    "NetworkGone": [NetworkGone(""), NetworkGone("sent"), NetworkGone("refused"), NetworkGone("expired")],
    "ReportMarked": [ReportMarked(112), ReportMarked(112, was_so=True)],
    "Vouched": [Vouched(112), Vouched(112, 9)],
    "Thawed": [Thawed(), Thawed(4)],
    "MoveCode": [MoveCode("48214858")],
    "NothingToMove": [NothingToMove(), NothingToMove(is_of_network=True)],
    "RequestOpened": list(opened()),
    "RequestRefused": [RequestRefused("open", 3), RequestRefused("day", 3), RequestRefused("stopped", 3)],
    "AidTaken": [AidTaken(417, NAMED, "es", *states) for states in product((True, False), repeat=2)],
    "RequestsFound": [RequestsFound(), RequestsFound((NAMED_REQUEST,)), RequestsFound((NAMED_REQUEST,) * 3)],
    "MatchMade": [MatchMade(417, label("volunteer", 2), NAMED)],
    "MayTalk": [MayTalk(is_theirs=False), MayTalk(), MayTalk(has_taken=True)],
    "PassedOn": [PassedOn(), PassedOn(left_out=True, is_cut=True)],
    "NotPassedOn": [NotPassedOn(why) for why in get_args(WhyNot)],
}
"""Those that may be one thing or another; of all others there is one kind."""


def outcomes() -> Iterator[Outcome | None]:
    yield None
    for kind in get_args(Outcome):
        name = kind.__name__
        if name in YES_OR_NO:
            yield from map(kind, (True, False))
        elif name in NUMBERED:
            yield kind(NUMBERED[name])
        else:
            yield from OUTCOMES.get(name) or [kind()]


SHORT_PLAN = Plan.model_validate(
    {
        "council": "SSC",
        "version": "1",
        "approved_on": "2024-09-15",
        "review_by": "2025-09-15",
        "summary": {"es": ["Uno."]},
    }
)
"""Of another council, one text long, and past its review."""


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
    yield from (replace(plain, alerts=(), reports=reports) for reports in REPORTS)
    yield replace(plain, reports=REPORTS[-1], outcome=NothingToPropose())
    yield replace(plain, erasing=Erasing("4821"))
    yield from (replace(plain, duress=UnderDuress("12", can_send=can_send)) for can_send in (True, False))
    yield replace(plain, vouching=Vouching(112, "front gate", "4821"))
    yield replace(plain, alerts=tuple(replace(alert, source="network") for alert in ALERTS[-1]))
    yield from (replace(plain, preview=preview) for preview in PREVIEWS)
    yield from (replace(plain, outcome=outcome) for outcome in outcomes())
    yield from guarded(plain)
    yield replace(plain, school=SCHOOL.model_copy(update={"aid": LONG_LIST}))
    one_place = SCHOOL.aid_rules.model_copy(update={"meeting_places": ("parking",)})
    yield replace(
        plain, answers={**plain.answers, "place": ""}, school=SCHOOL.model_copy(update={"aid_rules": one_place})
    )
    yield replace(plain, school=SCHOOL.model_copy(update={"join": SCHOOL.join.model_copy(update={"mode": "hold"})}))
    yield replace(plain, school=SCHOOL.model_copy(update={"plan": SHORT_PLAN}))


def guarded(plain: Context) -> Iterator[Context]:
    """What a lead does about the voice itself, and a voice that is frozen."""
    for what, is_by_call in product(Guard, (True, False)):
        guard = GuardAtHand(what, "" if is_by_call or what is Guard.FREEZE else "4821", "12", is_by_call)
        yield from (replace(plain, guard=guard, outcome=outcome) for outcome in outcomes())
    for is_by_lead in (True, False):
        frozen = replace(plain, frozen=FrozenNow(LATER, is_by_lead))
        yield from (replace(frozen, outcome=outcome) for outcome in outcomes())
    others = tuple(OtherLead(str(digit), "12", "2026-11-16") for digit in range(1, 10))
    yield from (replace(plain, other_leads=others[:n]) for n in (1, 9))
    for due in (None, LATER):
        moving = replace(plain, moving=MovingLead("1", "12", "13", due))
        asked = replace(moving, answers={**plain.answers, "code": "48214858"})
        yield from (replace(each, outcome=outcome) for each in (moving, asked) for outcome in outcomes())


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
    over = tuple(item.model_copy(update={"until": NOW.date() - timedelta(days=1)}) for item in SCHOOL.aid[:1])
    for aid in (over, (*over, *SCHOOL.aid[1:])):
        yield replace(plain, answers={"item": "food"}, school=SCHOOL.model_copy(update={"aid": aid}))
    yield replace(plain, answers={"item": "food", "kind": "2", "place": "1", "action": "drill"})
    yield replace(plain, answers={"new": "1"})
    yield from (replace(plain, answers={}, reports=reports) for reports in REPORTS)
    yield from (replace(plain, answers={"number": "112", "place": "1"}, reports=reports) for reports in REPORTS)
    yield replace(plain, school=SCHOOL.model_copy(update={"hotlines": (), "aid": (), "plan": None}))


def contexts_at_a_preview() -> Iterator[Context]:
    """Two digits that mean something at a preview and nowhere else."""
    plain = next(contexts())
    yield from (replace(plain, answers={**plain.answers, "answer": answer}) for answer in ("0", "9"))


# --- in a call --------------------------------------------------------------------------------------------------------

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
    yield replace(plain, answers=without(*keys) | {"action": "2"}, alerts=ALERTS[-1], reports=REPORTS[-1])


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
    yield from (replace(plain, answers=BY_HAND | {"aid": whose}) for whose in ("open", "mine"))
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
