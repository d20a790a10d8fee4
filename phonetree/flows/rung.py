"""An operator's phone rings for a caller who waits: it says in which language, and 1 takes the call."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import TakeCall
from phonetree.dialogue.nodes import Do, End, Join, Menu, Node, Option, Perform
from phonetree.dialogue.outcomes import Taken
from phonetree.flows import hotline
from phonetree.flows.spoken_alerts import who
from phonetree.flows.tongues import TONGUES
from phonetree.words.i18n import Sentences, Word, say

flow = hotline.flow
"""The caller and whoever is rung for them are one conversation."""


@flow.step
def whisper(context: Context) -> Node:
    """Who calls, in which language, never a number. A voicemail presses no key, so it never takes a call."""
    if context.is_machine:
        return End(hangs_up=True)
    waiting = context.waiting_caller
    return _too_late(context) if waiting is None or waiting.is_over else Do((), listen)


@flow.step
def listen(context: Context) -> Node:
    """Voice only. Any other key asks again; three silences are a machine, or nobody."""
    waiting = context.waiting_caller
    if waiting is None:
        return _too_late(context)
    options = {"1": Option(say("To take the call"), take)}
    if context.school.hotline.interpreter_line is not None:
        options["3"] = Option(say("To pass the caller to the interpreter line"), pass_on)
    prompt = Sentences(
        (who(context.school.site.program), say("Somebody waits for a person."), _language(context, waiting.language))
    )
    return Menu(prompt, options, otherwise=whisper)


def _language(context: Context, code: str) -> Word:
    if code == context.who.language:
        return say("The caller speaks your language.")
    return say("The caller speaks {language}.", clip=f"caller-speaks-{code}", language=TONGUES[code])


@flow.step
def take(_context: Context) -> Node:
    return Perform(TakeCall(), taken_or_not)


@flow.step
def taken_or_not(context: Context) -> Node:
    return Do((), join) if isinstance(context.outcome, Taken) else _too_late(context)


@flow.step
def join(_context: Context) -> Node:
    return Join(say("You are connected."), ended=after)


@flow.step
def after(_context: Context) -> Node:
    return End(say("The call is over. Thank you."), hangs_up=True)


@flow.step
def pass_on(_context: Context) -> Node:
    return Perform(TakeCall(passes_on=True), passed_or_not)


@flow.step
def passed_or_not(context: Context) -> Node:
    passed = say("The caller goes to the interpreter line. Thank you.")
    return End(passed, hangs_up=True) if isinstance(context.outcome, Taken) else _too_late(context)


def _too_late(context: Context) -> Node:
    is_taken = context.waiting_caller is not None and context.waiting_caller.is_taken
    late = say("Somebody else took it. Thank you.") if is_taken else say("The caller no longer waits. Thank you.")
    return End(late, hangs_up=True)
