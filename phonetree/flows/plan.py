"""The school's safety plan, for anyone: who approved it and until when, then its summary in three texts at most."""

from __future__ import annotations

from datetime import date

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option
from phonetree.flows.answers import MORE
from phonetree.school.schema import Council, Plan
from phonetree.words.days import as_said
from phonetree.words.i18n import ByChannel, Lines, Named, Sentences, Spoken, Text, Word, _, say

flow = Flow("plan")


@flow.step
def summary(context: Context) -> Node:
    if context.school.plan is None:
        return End(
            ByChannel(
                _("{s}: The school has no safety plan here yet. Send 0 to ask the lead.", s=context.short),
                say("The school has no safety plan here yet."),
            )
        )
    return _page(context, context.school.plan, 0)


@flow.step
def enough(_context: Context) -> Node:
    """Voice only: who wants to hear no more is done."""
    return End()


@flow.step
def more(context: Context) -> Node:
    return _later(context, 1)


@flow.step
def last(context: Context) -> Node:
    return _later(context, 2)


def _later(context: Context, page: int) -> Node:
    """The plan may be gone, or shorter, by the time that somebody reads on."""
    return _page(context, context.school.plan, page) if context.school.plan else End()


def _page(context: Context, plan: Plan, page: int) -> Node:
    texts = _texts(plan, context.school.site.languages[0])
    if page >= len(texts):
        return End()
    shown = _headed(context, plan, texts[0]) if page == 0 else texts[page]
    if page + 1 == len(texts):
        return End(shown)
    return Menu(shown, {"1": Option(MORE, (more, last)[page])}, may_pass=True, silent=enough)


def _texts(plan: Plan, default: str) -> list[Named]:
    """The pages of the summary; every language has as many."""
    pages = range(min(map(len, plan.summary.values())))
    return [Named({code: texts[page] for code, texts in plan.summary.items()}, default) for page in pages]


def _headed(context: Context, plan: Plan, text: Named) -> Word:
    """The first page, behind who approved the plan: a plan past its review says so plainly."""
    is_late = is_overdue(plan, context.now.date())
    written = _overdue(context, plan) if is_late else _approved(context, plan)
    review = _overdue_said(context, plan) if is_late else _review_said(context, plan)
    return ByChannel(Lines((written, text)), Sentences((*_approved_said(context, plan), *review, text)))


def is_overdue(plan: Plan, today: date) -> bool:
    """Whether the day by which the council wanted to look at it again is over."""
    return plan.review_by < today


def _approved(context: Context, plan: Plan) -> Text:
    return _(
        "{s}: Safety plan {version}. Approved by the {council} on {approved}, to be reviewed by {review}.",
        s=context.short,
        version=plan.version,
        council=plan.council.value,
        approved=plan.approved_on.isoformat(),
        review=plan.review_by.isoformat(),
    )


def _overdue(context: Context, plan: Plan) -> Text:
    return _(
        "{s}: Safety plan {version}. Approved by the {council} on {approved}. ITS REVIEW IS LATE: it was due by "
        "{review}. Some of it may no longer hold.",
        s=context.short,
        version=plan.version,
        council=plan.council.value,
        approved=plan.approved_on.isoformat(),
        review=plan.review_by.isoformat(),
    )


def _approved_said(context: Context, plan: Plan) -> tuple[Spoken, ...]:
    day = _day(context, plan.approved_on)
    match plan.council:
        case Council.LSLC:
            approved = say("The Local School Leadership Council approved it on {day}.", day=day)
        case Council.SSC:
            approved = say("The School Site Council approved it on {day}.", day=day)
    return (say("This is the safety plan of the school, version {version}.", version=plan.version), approved)


def _review_said(context: Context, plan: Plan) -> tuple[Spoken, ...]:
    return (say("It is to be reviewed by {day}.", day=_day(context, plan.review_by)),)


def _overdue_said(context: Context, plan: Plan) -> tuple[Spoken, ...]:
    due = say("Its review is late: it was due by {day}.", day=_day(context, plan.review_by))
    return (due, say("Some of it may no longer hold."))


def _day(context: Context, day: date) -> Named:
    return as_said(day, (context.who.language, *context.school.site.languages))
