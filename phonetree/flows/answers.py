"""One question, one answer: help, rights, the hotline, somebody was taken, the plan, the aid list."""

from __future__ import annotations

from phonetree.dialogue.nodes import Context, End, Flow, Menu, Node, Option
from phonetree.words.i18n import Lines, Named, Sentences, Word, _

help_ = Flow("help")
rights = Flow("rights")
hotline = Flow("hotline")
find = Flow("find")
plan = Flow("plan")
aid = Flow("aid")


@help_.step
def who_we_are(context: Context) -> Node:
    site = context.school.site
    return End(
        _(
            "{program}, run by {run_by}. A person: {contact}. Send 2 to talk now, LESS for fewer calls, STOP to leave.",
            program=site.program,
            run_by=site.run_by,
            contact=site.contact.national(),
        )
    )


@rights.step
def first(_context: Context) -> Node:
    return Menu(
        _(
            "You can stay silent. You can keep your door closed unless they show a warrant signed by a judge "
            "with your name. Ask them to slide it under the door."
        ),
        {"1": Option(_("more"), second)},
        may_pass=True,
    )


@rights.step
def second(_context: Context) -> Node:
    return End(
        _(
            "Do not sign anything before you talk to a lawyer. Outside, ask: Am I free to go? "
            "If yes, walk away calmly. This is information, not legal advice."
        )
    )


@hotline.step
def numbers(context: Context) -> Node:
    if not context.school.hotlines:
        contact = context.school.site.contact.national()
        return End(_("{s}: To talk to a person call {number}.", s=context.short, number=contact))
    return End(Lines((_("{s}: To talk to a person, call:", s=context.short), *_lines(context))))


def _lines(context: Context) -> list[Word]:
    return [f"{line.number.national()} {line.name} {line.hours.words}" for line in context.school.hotlines]


@find.step
def taken(context: Context) -> Node:
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
        return End(_("{s}: The school has no safety plan here yet. Send 0 to ask the lead.", s=context.short))
    return _page(context, 0)


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
    return Menu(texts[page], {"1": Option(_("more"), (more, last)[page])}, may_pass=True)


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


@aid.step
def items(context: Context) -> Node:
    today = context.now.date()
    listed = [item for item in context.school.aid if item.until is None or item.until >= today]
    if asked := next((item for item in listed if item.key == context.answers.get("item")), None):
        return End(_answer(context, str(asked.digit)))
    if not listed:
        return End(_("{s}: There is no aid list yet. Send 0 to ask the lead.", s=context.short))
    return Menu(
        _("{s}: Aid. Which one?", s=context.short),
        {str(item.digit): Option(Named(item.name, context.school.site.languages[0]), item_text) for item in listed},
        save="digit",
    )


@aid.step
def item_text(context: Context) -> Node:
    return End(_answer(context, context.answers["digit"]))


def _answer(context: Context, digit: str) -> Word:
    item = next(item for item in context.school.aid if str(item.digit) == digit)
    words = Named(item.text, context.school.site.languages[0])
    if not item.enrolled_only:
        return words
    note = _("This help comes from the district, for families with a child enrolled. No one here asks about papers.")
    return Sentences((words, note))
