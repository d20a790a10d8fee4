"""The network's own phone writes: kind, place and level by digit, or only its words; every lead hears of it."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.network import NetworkNoted, NoteNetwork, ProposeByNetwork
from phonetree.dialogue.nodes import Do, End, Menu, Node, Option, Perform
from phonetree.flows import network_code
from phonetree.flows.unsaid import Known, known, options_for
from phonetree.words.i18n import Word, _

flow = network_code.flow
"""A report, and the code that may send it to some at once, are one conversation."""

ROLE = "network"
SKIP = "0"
"""Whatever is asked: what is known already is enough."""


@flow.step
def begin(context: Context) -> Node:
    """Text only. What somebody wrote is kept before anything is asked: they may put the phone away."""
    words, so_far = context.answers.get("words", ""), known(context)
    if not words and so_far.kind is None:
        return Do((), ask)
    return Perform(_note(so_far, words, is_whole=not so_far.lacks), noted)


@flow.step
def answered(context: Context) -> Node:
    so_far = known(context)
    has_skipped = SKIP in {context.answers.get(name) for name in ("kind", "place", "level")}
    return Perform(_note(so_far, "", is_whole=has_skipped or not so_far.lacks), noted)


@flow.step
def noted(context: Context) -> Node:
    s = context.short
    match context.outcome:
        case NetworkNoted(number, is_over=True, may_send=True):
            return Perform(ProposeByNetwork(str(number)), network_code.proposed)
        case NetworkNoted(number, is_over=True, is_added=True):
            return End(_("{s}: Added to {number}. The leads have it.", s=s, number=str(number)))
        case NetworkNoted(number, is_over=True):
            return End(_("{s}: Thank you. The leads have it as {number} and decide.", s=s, number=str(number)))
        case _:
            return Do((), ask)


@flow.step
def ask(context: Context) -> Node:
    """The first thing that is missing. Text only."""
    so_far = known(context)
    options = options_for(context, so_far, answered)
    if context.answers.get("words"):
        options[SKIP] = Option(_("only pass my words to the leads"), answered)
    elif so_far.kind is not None:
        options[SKIP] = Option(_("that is all we know"), answered)
    return Menu(_question(context, so_far), options, save=so_far.lacks or "kind")


def _question(context: Context, so_far: Known) -> Word:
    match so_far.lacks:
        case "place":
            return _("Where?")
        case "level":
            return _("Did one of you see them?")
        case _:
            return _("{s}: What is it?", s=context.short)


def _note(so_far: Known, words: str, *, is_whole: bool) -> NoteNetwork:
    return NoteNetwork(words, so_far.kind.value if so_far.kind else "", so_far.place, so_far.level, is_whole)
