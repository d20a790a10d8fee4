"""Every flow is registered and led to, and every step says something whole, to anyone, in every language."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import ModuleType

import pytest
from house_rules import PACKAGE, sources, steps_nobody_leads_to
from situations import (
    contexts,
    contexts_at_a_preview,
    contexts_at_the_beginning,
    contexts_of_the_network,
    reached,
)

from phonetree import flows
from phonetree.dialogue.context import Context
from phonetree.dialogue.join_effects import JoinWord
from phonetree.dialogue.nodes import Ask, End, Flow, Menu, Node, Step
from phonetree.dialogue.text_form import as_text
from phonetree.flows import (
    FLOWS,
    STEPS,
    announce,
    commands,
    drop_reported,
    either,
    erase_school,
    follow_up,
    forward,
    guarded,
    held,
    leave,
    masked,
    menu,
    network,
    which_school,
    yearly,
)
from phonetree.words.i18n import Reader, Word
from phonetree.words.languages import LANGUAGES
from phonetree.words.segments import measure

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


BEGINNINGS = [
    *commands.COMMANDS.values(),
    *commands.LEAD_COMMANDS.values(),
    *commands.SHIFT_COMMANDS.values(),
    *commands.REQUEST_COMMANDS.values(),
    *commands.NETWORK_COMMANDS.values(),
    *(step for _label, step in menu.DIGITS.values()),
    *(either.meaning, menu.unknown, menu.words_only, menu.during_an_alert, which_school.school),
]
UNASKED = [
    *(
        announce.confirm,
        guarded.confirm,
        follow_up.ask,
        leave.silently,
        leave.silently_again,
        leave.in_a_question,
        leave.everything,
        yearly.ask,
        yearly.ask_again,
        yearly.stay,
    ),
    *(masked.pass_on, masked.which, masked.mute),
    *(erase_school.begin, erase_school.answer, erase_school.stop),
]
"""Where a conversation by text also begins: our question, the carrier's words, the other side of a request."""
CONTEXTS, FIRST_CONTEXTS = list(contexts()), list(contexts_at_the_beginning())


ONLY_AFTER: Mapping[str, Callable[[Context], bool]] = {
    held.new_word.name: lambda context: isinstance(context.outcome, JoinWord),
    held.this_word.name: lambda context: isinstance(context.outcome, JoinWord),
    drop_reported.dropped.name: lambda context: bool(context.answers.get("number")),
}
"""Steps that follow one thing alone: without it their sentence has a hole, which shows in some languages only."""


def contexts_of(step: Step) -> list[Context]:
    return [context for context in _contexts_of(step) if ONLY_AFTER.get(step.name, bool)(context)]


def _contexts_of(step: Step) -> list[Context]:
    if step is announce.weigh:
        return [*CONTEXTS, *contexts_at_a_preview()]
    if step.flow in (network.flow, forward.flow):
        return [*FIRST_CONTEXTS, *contexts_of_the_network()]
    return FIRST_CONTEXTS if step in BEGINNINGS else CONTEXTS


BY_TEXT = reached([*BEGINNINGS, *UNASKED], contexts_of)


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
    """Everything that a step can say by text, in every language that has text."""
    said = [words for context in contexts_of(step) if (words := words_of(step(context))) is not None]
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


@pytest.mark.parametrize("name", sorted(BY_TEXT))
def test_every_step_says_something_whole_in_every_language(name: str) -> None:
    """What is only said in a call would not be read at all: it raises."""
    assert oddities(said_by(BY_TEXT[name])) == []


def test_steps_that_say_nothing_are_few() -> None:
    """Those that perform or pass on; so that the test above is not empty."""
    silent = {name for name, step in BY_TEXT.items() if not said_by(step)}
    assert silent < set(BY_TEXT)
    assert len(silent) < len(BY_TEXT) / 2
