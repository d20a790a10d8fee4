"""One question, one answer: help, the hotline, somebody was taken, the aid list."""

from __future__ import annotations

from collections.abc import Mapping

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import ByChannel, Lines, Named, Sentences, Word, _, say

help_ = Flow("help")
hotline = Flow("hotline")
find = Flow("find")
aid = Flow("aid")


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


@aid.step
def items(context: Context) -> Node:
    today = context.now.date()
    listed = [item for item in context.school.aid if item.until is None or item.until >= today]
    if asked := next((item for item in listed if item.key == context.answers.get("item")), None):
        return End(_answer(context, str(asked.digit)))
    if not listed:
        none = _("{s}: There is no aid list yet. Send 0 to ask the lead.", s=context.short)
        return End(ByChannel(none, say("There is no aid list yet.")))
    default = context.school.site.languages[0]
    options = {str(item.digit): Option(_label(Named(item.name, default)), item_text) for item in listed}
    prompt = ByChannel(_("{s}: Aid. Which one?", s=context.short), Sentences(_which(options)))
    return Menu(prompt, options, save="digit")


def _label(name: Named) -> ByChannel:
    return ByChannel(name, say("For {item}", item=name))


def _which(options: Mapping[str, Option]) -> tuple[Word, ...]:
    """Where keys have two digits, the pound key, or a while, tells that one is whole."""
    ends = (say("After the number, press pound."),) if any(len(key) > 1 for key in options) else ()
    return (say("There is this aid."), *ends)


@aid.step
def item_text(context: Context) -> Node:
    return End(_answer(context, context.answers["digit"]))


def _answer(context: Context, digit: str) -> Word:
    item = next(item for item in context.school.aid if str(item.digit) == digit)
    words = Named(item.text, context.school.site.languages[0])
    if not item.enrolled_only:
        return words
    note = _("This help comes from the district, for families with a child enrolled. No one here asks about papers.")
    return Sentences((words, ByChannel(note, Sentences(FROM_THE_DISTRICT))))


FROM_THE_DISTRICT = (
    say("This help comes from the district, for families with a child enrolled."),
    say("No one here asks about papers."),
)
