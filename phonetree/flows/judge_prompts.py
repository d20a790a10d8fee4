"""Recordings are judged by ear: a second speaker approves them, and a lead hears those that say how sure we are."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Perform, Step
from phonetree.dialogue.outcomes import PromptFound
from phonetree.dialogue.prompt_effects import DecideClip, NextPrompt
from phonetree.words.i18n import Recorded, Sentences, Word, say

flow = Flow("judge")


@flow.step
def bring_up(_context: Context) -> Node:
    """Voice only: what another speaker recorded, invited by another lead."""
    return Perform(NextPrompt("waiting"), brought_up)


@flow.step
def brought_up(context: Context) -> Node:
    return _found(context, judge)


@flow.step
def judge(context: Context) -> Node:
    """Voice only."""
    return _judging(
        context,
        {
            "1": Option(say("If it is good"), bring_up, (DecideClip(is_good=True),)),
            "2": Option(say("If it is not good"), bring_up, (DecideClip(is_good=False),)),
            "3": Option(say("For the next one"), bring_up),
        },
    )


@flow.step
def hear(_context: Context) -> Node:
    """Voice only: what a lead hears before its first use."""
    return Perform(NextPrompt("unheard"), heard)


@flow.step
def heard(context: Context) -> Node:
    return _found(context, use_or_not)


@flow.step
def use_or_not(context: Context) -> Node:
    """Voice only."""
    return _judging(
        context,
        {
            "1": Option(say("To use it"), hear, (DecideClip(is_good=True),)),
            "2": Option(say("To take it back"), hear, (DecideClip(is_good=False),)),
            "3": Option(say("For the next one"), hear),
        },
    )


def _found(context: Context, step: Step) -> Node:
    if isinstance(context.outcome, PromptFound) and context.outcome.is_there:
        return Do((), step)
    return End(_over())


def _judging(context: Context, options: dict[str, Option]) -> Node:
    """The sentence in a language that one understands, then the recording."""
    at_hand = context.prompt
    if at_hand is None:
        return End(_over())
    count = say("Recordings to hear: {n}.", n=at_hand.all)
    return Menu(Sentences((count, at_hand.sentence, Recorded(at_hand.clip))), options)


def _over() -> Word:
    return say("There is nothing more to hear. Thank you.")
