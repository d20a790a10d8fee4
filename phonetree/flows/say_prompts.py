"""An interpreter hears a sentence, says it in their own language, hears that back, and keeps it, prompt by prompt."""

from __future__ import annotations

from datetime import timedelta

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import Do, End, Flow, Hold, Menu, Node, Option, Perform, Play, Record
from phonetree.dialogue.outcomes import PromptFound, SoundChecked
from phonetree.dialogue.prompt_effects import CheckSound, KeepClip, NextPrompt
from phonetree.words.i18n import Sentences, Word, say

flow = Flow("prompts")
"""What is said at one of its tones is a prompt."""

LONGEST = timedelta(seconds=30)
ANEW = "3"
"""The key for recording also what is recorded already."""


@flow.step
def bring_up(context: Context) -> Node:
    return Perform(NextPrompt("all" if context.answers.get("prompts") == ANEW else "missing"), brought_up)


@flow.step
def brought_up(context: Context) -> Node:
    if isinstance(context.outcome, PromptFound) and context.outcome.is_there:
        return Do((), record)
    return End(say("That was all. Thank you very much."))


@flow.step
def record(context: Context) -> Node:
    """Voice only: hear the sentence in a language that one understands, and say it in one's own."""
    if context.prompt is None:
        return End(say("That was all. Thank you very much."))
    count = say("Prompt {n} of {all}.", n=context.prompt.number, all=context.prompt.all)
    after = say("Say it in your language after the tone. Then press any key.")
    return Record(
        Sentences((count, context.prompt.sentence, after)), "recording", then=look, silent=silence, longest=LONGEST
    )


@flow.step
def silence(_context: Context) -> Node:
    return _once_more(say("We heard nothing."))


@flow.step
def look(context: Context) -> Node:
    return Perform(CheckSound(context.answers.get("recording", "")), looked)


@flow.step
def looked(context: Context) -> Node:
    match context.outcome:
        case SoundChecked("ready"):
            return Do((), listen)
        case SoundChecked("coming"):
            return Do((), hold)
        case _:
            return Do((), spoiled)


@flow.step
def hold(_context: Context) -> Node:
    """Voice only: the recording is still on its way to us."""
    return Hold("", look, seconds=2)


@flow.step
def spoiled(_context: Context) -> Node:
    return _once_more(say("That recording did not reach us."))


def _once_more(what: Word) -> Menu:
    return Menu(what, {"2": Option(say("To record it again"), record), "3": Option(say("For the next one"), bring_up)})


@flow.step
def listen(_context: Context) -> Node:
    """Voice only."""
    return Play("recording", decide)


@flow.step
def decide(_context: Context) -> Node:
    return Menu(
        say("That was your recording."),
        {
            "1": Option(say("To keep it"), keep),
            "2": Option(say("To record it again"), record),
            "3": Option(say("For the next one"), bring_up),
        },
    )


@flow.step
def keep(context: Context) -> Node:
    return Do((KeepClip(context.answers.get("recording", "")),), bring_up)
