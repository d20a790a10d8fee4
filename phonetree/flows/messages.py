"""Words for the lead: a message, "we are safe". A number, never a name."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import LeaveMessage, LeaveRecording
from phonetree.dialogue.nodes import Ask, Do, End, Flow, Node, Record
from phonetree.words.i18n import ByChannel, Sentences, Spoken, _, say

lead = Flow("lead")
safe = Flow("safe")


@lead.step
def words(context: Context) -> Node:
    """By call the words are spoken after a tone."""
    if context.is_call:
        prompt = Sentences((say("Leave your message for the lead after the tone."), say_no_names(), press_when_done()))
        return Record(prompt, save="recording", then=leave_recording, silent=nothing_said)
    if context.answers.get("words"):
        return leave(context)
    return Ask(_("{s}: Write your message to the lead of the phone tree.", s=context.short), save="words", then=leave)


@lead.step
def leave(context: Context) -> Node:
    return Do((LeaveMessage("message", context.answers["words"]),), left)


@lead.step
def left(context: Context) -> Node:
    written = _("{s}: Your message is with the lead. For a person now, send 2.", s=context.short)
    return End(ByChannel(written, say("Thank you. The lead hears your message.")))


@lead.step
def leave_recording(context: Context) -> Node:
    """Voice only."""
    return Do((LeaveRecording("message", context.answers["recording"]),), left)


@lead.step
def nothing_said(_context: Context) -> Node:
    """Voice only."""
    return End(say("We heard nothing, so nothing was kept."))


def say_no_names() -> Spoken:
    """Before every tone: what is recorded is kept for days."""
    return say("Say no names, and nothing about status.")


def press_when_done() -> Spoken:
    return say("When you are done, press any key.")


@safe.step
def we_are_safe(_context: Context) -> Node:
    return Do((LeaveMessage("safe", ""),), noted)


@safe.step
def noted(context: Context) -> Node:
    written = _("{s}: Thank you. The lead knows that you are safe.", s=context.short)
    return End(ByChannel(written, say("Thank you. The lead knows that you are safe.")))
