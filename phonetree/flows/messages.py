"""Words for the lead: a message, a report of what somebody saw, "we are safe". A number, never a name."""

from __future__ import annotations

from phonetree.dialogue.effects import LeaveMessage
from phonetree.dialogue.nodes import Ask, Context, Do, End, Flow, Menu, Node, Option
from phonetree.words.i18n import Sentences, _

lead = Flow("lead")
report = Flow("report")
safe = Flow("safe")


@lead.step
def words(context: Context) -> Node:
    if context.answers.get("words"):
        return leave(context)
    return Ask(_("{s}: Write your message to the lead of the phone tree.", s=context.short), save="words", then=leave)


@lead.step
def leave(context: Context) -> Node:
    return Do((LeaveMessage("message", context.answers["words"]),), left)


@lead.step
def left(context: Context) -> Node:
    return End(_("{s}: Your message is with the lead. For a person now, send 2.", s=context.short))


@report.step
def seen(_context: Context) -> Node:
    return Menu(
        Sentences(
            (
                _("This goes to the school's parent contact. Not to police, not to the government."),
                _("Did you see it yourself?"),
            )
        ),
        {"1": Option(_("yes"), what), "2": Option(_("someone told me"), what)},
        save="seen",
    )


@report.step
def what(_context: Context) -> Node:
    return Ask(_("What is it, where, when, how many? In your own words; write only what you want."), "words", tell)


@report.step
def tell(context: Context) -> Node:
    return Do((LeaveMessage("report", f"{context.answers['seen']} {context.answers['words']}"),), told)


@report.step
def told(context: Context) -> Node:
    return End(_("{s}: Thank you. The lead has your report. Send 1 for news.", s=context.short))


@safe.step
def we_are_safe(_context: Context) -> Node:
    return Do((LeaveMessage("safe", ""),), noted)


@safe.step
def noted(context: Context) -> Node:
    return End(_("{s}: Thank you. The lead knows that you are safe.", s=context.short))
