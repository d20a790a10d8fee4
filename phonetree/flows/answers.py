"""One question, one answer: help, the hotline, somebody was taken, the plan."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import ByChannel, Lines, Named, Sentences, Word, _, say

help_ = Flow("help")
hotline = Flow("hotline")
find = Flow("find")
plan = Flow("plan")


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


@plan.step
def summary(context: Context) -> Node:
    if context.school.plan is None or not context.school.plan.summary:
        return End(
            ByChannel(
                _("{s}: The school has no safety plan here yet. Send 0 to ask the lead.", s=context.short),
                say("The school has no safety plan here yet."),
            )
        )
    return _page(context, 0)


@plan.step
def enough(_context: Context) -> Node:
    """Voice only: who wants to hear no more is done."""
    return End()


@plan.step
def more(context: Context) -> Node:
    return _page(context, 1)


@plan.step
def last(context: Context) -> Node:
    return _page(context, 2)


def _page(context: Context, page: int) -> Node:
    texts = _plan_texts(context)
    if page + 1 >= len(texts):
        return End(texts[page] if page < len(texts) else None)
    return Menu(texts[page], {"1": Option(MORE, (more, last)[page])}, may_pass=True, silent=enough)


def _plan_texts(context: Context) -> list[Named]:
    """The summary in three texts at most: the later ones of a longer summary come together in the third."""
    found = context.school.plan
    if found is None:
        return []
    pages = max(len(texts) for texts in found.summary.values())
    default = context.school.site.languages[0]
    return [
        Named({code: _page_of(texts, page) for code, texts in found.summary.items() if len(texts) > page}, default)
        for page in range(min(pages, 3))
    ]


def _page_of(texts: tuple[str, ...], page: int) -> str:
    return texts[page] if page < 2 else " ".join(texts[2:])  # noqa: PLR2004 - the third text is the last
