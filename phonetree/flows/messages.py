"""Words for the lead: a message, a report of what somebody saw, "we are safe". A number, never a name."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import LeaveMessage, LeaveRecording
from phonetree.dialogue.nodes import Ask, Do, End, Flow, Menu, Node, Option, Record
from phonetree.words.i18n import ByChannel, Sentences, Spoken, _, say

lead = Flow("lead")
report = Flow("report")
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


@report.step
def seen(_context: Context) -> Node:
    goes_to = ByChannel(
        _("This goes to the school's parent contact. Not to police, not to the government."),
        Sentences((say("This goes to the school's parent contact."), say("Not to police, not to the government."))),
    )
    asked = ByChannel(_("Did you see it yourself?"), say("Did you see it yourself?"))
    return Menu(
        Sentences((goes_to, asked)),
        {
            "1": Option(ByChannel(_("yes"), say("If you saw it yourself")), what),
            "2": Option(ByChannel(_("someone told me"), say("If someone told you")), what),
        },
        save="seen",
    )


@report.step
def what(context: Context) -> Node:
    """By call the words are spoken after a tone."""
    if context.is_call:
        prompt = Sentences(
            (
                say("After the tone, say what it is, where, when, and how many."),
                say("Say only what you want."),
                say_no_names(),
                press_when_done(),
            )
        )
        return Record(prompt, save="recording", then=tell_recording, silent=nothing_said)
    return Ask(_("What is it, where, when, how many? In your own words; write only what you want."), "words", tell)


@report.step
def tell(context: Context) -> Node:
    return Do((LeaveMessage("report", f"{context.answers['seen']} {context.answers['words']}"),), told)


@report.step
def tell_recording(context: Context) -> Node:
    """Voice only."""
    return Do((LeaveRecording("report", context.answers["recording"]),), told)


@report.step
def told(context: Context) -> Node:
    written = _("{s}: Thank you. The lead has your report. Send 1 for news.", s=context.short)
    return End(ByChannel(written, say("Thank you. The lead has your report.")))


@safe.step
def we_are_safe(_context: Context) -> Node:
    return Do((LeaveMessage("safe", ""),), noted)


@safe.step
def noted(context: Context) -> Node:
    written = _("{s}: Thank you. The lead knows that you are safe.", s=context.short)
    return End(ByChannel(written, say("Thank you. The lead knows that you are safe.")))
