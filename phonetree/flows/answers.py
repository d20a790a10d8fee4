"""One question, one answer: help, the hotline, somebody was taken."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import End, Flow, Node
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import ByChannel, Lines, Sentences, Word, _, say

help_ = Flow("help")
hotline = Flow("hotline")
find = Flow("find")


@help_.step
def who_we_are(context: Context) -> Node:
    site = context.school.site
    written = _(
        "{program}, run by {run_by}. A person: {contact}. Send 2 to talk now, LESS for fewer calls, STOP to leave.",
        program=site.program,
        run_by=site.run_by,
        contact=site.contact.national(),
    )
    run_by = say("It is run by {run_by}.", clip="run-by", run_by=site.run_by)
    person = say("The number of a person: {number}.", number=site.contact)
    return End(ByChannel(written, Sentences((who(site.program), run_by, person, person))))


MORE = ByChannel(_("more"), say("To hear more"))


def numbers(context: Context) -> End:
    """The numbers to call, by text; ``flows.hotline`` offers a call beside them."""
    if not context.school.hotlines:
        contact = context.school.site.contact.national()
        return End(_("{s}: To talk to a person call {number}.", s=context.short, number=contact))
    return End(Lines((_("{s}: To talk to a person, call:", s=context.short), *_lines(context))))


def _lines(context: Context) -> list[Word]:
    return [f"{line.number.national()} {line.name} {line.hours.words}" for line in context.school.hotlines]


def taken(context: Context) -> End:
    contact = context.school.site.contact.national()
    return End(
        Lines(
            (
                _("{s}: Somebody was taken? Call now, a person will help you look:", s=context.short),
                *(_lines(context) or [contact]),
                _("Tell the school who may pick up your child: {contact}.", contact=contact),
            )
        )
    )
