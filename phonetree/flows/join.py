"""Join the phone tree: one text says who we are and what we send, one digit agrees. Two texts in all."""

from __future__ import annotations

from phonetree.dialogue.effects import OptIn
from phonetree.dialogue.nodes import Context, End, Flow, Menu, Node, Option
from phonetree.school.schema import School
from phonetree.words.i18n import Text, _

flow = Flow("join")


@flow.step
def offer(context: Context) -> Node:
    site = context.school.site
    # The same words whether or not this phone is known: nobody learns who is on the list.
    return Menu(
        _(
            "{program}, run by {run_by}. Safety alerts for {name}, and practice drills: "
            "texts, or a recorded call if a text fails. Msg & data rates may apply.",
            program=site.program,
            run_by=site.run_by,
            name=site.name,
        ),
        {"1": Option(_("join"), joined, (OptIn(),))},
    )


@flow.step
def joined(context: Context) -> Node:
    if context.school.join.mode == "hold":
        return End(_("{s}: Thank you. A person at the school looks at your request first.", s=context.short))
    return End(
        _(
            "{s}: You are on the list. About {n} texts a month. Send LANG for another language, HELP for help, "
            "STOP to leave.",
            s=context.short,
            n=context.school.site.messages_per_month,
        )
    )


def welcome(school: School) -> Text:
    """The first text to a parent whom the school's list brought in: what ``offer`` and ``joined`` say, in one."""
    site = school.site
    return _(
        "{s}: The school's list has your number for safety alerts and practice drills. {program}, run by {run_by}. "
        "About {n} texts a month. Msg & data rates may apply. "
        "Send LANG for another language, HELP for help, STOP to leave.",
        s=site.short,
        program=site.program,
        run_by=site.run_by,
        n=site.messages_per_month,
    )
