"""Every flow is registered and led to, and every step says something whole, to anyone, in every language."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from itertools import product
from types import ModuleType
from typing import get_args

import pytest
from house_rules import PACKAGE, ROOT, sources, steps_nobody_leads_to

from phonetree import flows
from phonetree.dialogue.effects import Action, Kind, Level, Outcome, Released, WrongAnswer
from phonetree.dialogue.nodes import AlertState, Ask, Context, End, Flow, Menu, Node, Preview, Step, Who
from phonetree.dialogue.text_form import as_text
from phonetree.flows import FLOWS, STEPS, commands, menu
from phonetree.school.reading import read_school
from phonetree.words.i18n import Moment, Reader, Word, _
from phonetree.words.languages import LANGUAGES
from phonetree.words.segments import measure

SCHOOL = read_school((ROOT / "docs/examples/maple.toml").read_text(encoding="utf-8"))
NOW = datetime.fromisoformat("2026-11-16T07:51:00-08:00")
LATER = Moment(NOW + timedelta(minutes=20), NOW.date())
TEXT_LANGUAGES = [code for code, language in LANGUAGES.items() if language.has_text]
MOST_SEGMENTS = 8
"""Of the longest menus in the widest languages. The short budgets of what goes to many have tests of their own."""


def flows_in(modules: Iterable[ModuleType]) -> set[str]:
    return {value.name for module in modules for value in vars(module).values() if isinstance(value, Flow)}


def modules_of_flows() -> list[ModuleType]:
    return [import_module(f"phonetree.flows.{found.name}") for found in pkgutil.iter_modules(flows.__path__)]


def test_every_flow_is_registered() -> None:
    stray = ModuleType("stray")
    stray.flow = Flow("stray")  # type: ignore[attr-defined]
    registered = {flow.name for flow in FLOWS}
    assert flows_in([stray]) - registered == {"stray"}
    assert flows_in(modules_of_flows()) == registered
    assert len(registered) == len(FLOWS), "two flows have one name"


def test_every_step_is_registered_under_its_own_name() -> None:
    assert {name: step.name for name, step in STEPS.items()} == {name: name for name in STEPS}
    assert len(STEPS) == sum(len(flow.steps) for flow in FLOWS)
    assert all(len(name) <= 60 for name in STEPS), "the column of a conversation's step has sixty characters"


def test_every_step_is_led_to() -> None:
    orphan = "@flow.step\ndef alone(context): ...\n@flow.step\ndef led_to(context): ...\nFIRST = led_to\n"
    assert steps_nobody_leads_to({"lonely": orphan}, []) == ["lonely.alone"]
    assert steps_nobody_leads_to({"lonely": orphan}, ["x = lonely.alone"]) == []
    code = sources(PACKAGE)
    in_flows = {path.split("/")[-1][:-3]: source for path, source in code.items() if "/flows/" in path}
    others = [source for path, source in code.items() if "/flows/" not in path]
    assert steps_nobody_leads_to(in_flows, others) == []


# --- what each step says ----------------------------------------------------------------------------------------------


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
ANSWERS = {"words": "my words", "seen": "1", "digit": "1", "answer": "1", "commands": "help stop join", "place": "1"}


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


BEGINNINGS = [
    *commands.COMMANDS.values(),
    *commands.LEAD_COMMANDS.values(),
    *(step for _label, step in menu.DIGITS.values()),
    *(commands.meaning, menu.unknown, menu.words_only, menu.during_an_alert, menu.school),
]
CONTEXTS, FIRST_CONTEXTS = list(contexts()), list(contexts_at_the_beginning())


def words_of(node: Node) -> Word | None:
    """What a node says by text, with its choices."""
    match node:
        case Menu() | Ask():
            return as_text((node.prompt,), node)
        case End(text):
            return text
        case _:
            return None


def said_by(step: Step) -> set[str]:
    """Everything that a step can say, in every language that has text."""
    known = FIRST_CONTEXTS if step in BEGINNINGS else CONTEXTS
    said = [words for context in known if (words := words_of(step(context))) is not None]
    different = {repr(words): words for words in said}.values()
    return {Reader((language, "en")).read(words) for words in different for language in TEXT_LANGUAGES}


def oddities(said: Iterable[str]) -> list[str]:
    """Texts with a hole, with words of another channel, or too long for any phone."""
    spoken = ("press ", "oprima", "presione", "marque ")
    return [
        text
        for text in said
        if not text.strip()
        or "{" in text
        or "  " in text
        or "None" in text
        or any(word in text.lower() for word in spoken)
        or measure(text).segments > MOST_SEGMENTS
    ]


@pytest.mark.parametrize("text", ["", "To {n} phones", "Press 1", "Oprima 1", "At None.", "two  spaces", "a" * 1500])
def test_an_odd_text_is_noticed(text: str) -> None:
    assert oddities([text]) == [text]


@pytest.mark.parametrize("name", sorted(STEPS))
def test_every_step_says_something_whole_in_every_language(name: str) -> None:
    assert oddities(said_by(STEPS[name])) == []


def test_steps_that_say_nothing_are_few() -> None:
    """Those that perform or pass on; so that the test above is not empty."""
    silent = {name for name, step in STEPS.items() if not said_by(step)}
    assert silent < set(STEPS)
    assert len(silent) < len(STEPS) / 2
