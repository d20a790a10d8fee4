"""Join the phone tree: who we are and what we send, and one digit agrees. Two texts in all; by call, called back."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import CallBack, OptIn
from phonetree.dialogue.join_effects import Joined
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option, Perform
from phonetree.flows.confirming import coming, withheld
from phonetree.flows.join_words import agreement, on_the_list
from phonetree.flows.spoken_alerts import who
from phonetree.flows.take_words import spelled
from phonetree.school.schema import School
from phonetree.words.i18n import ByChannel, Sentences, Text, _, say

flow = Flow("join")


@flow.step
def offer(context: Context) -> Node:
    site = context.school.site
    # The same words whether or not this phone is known: nobody learns who is on the list.
    written = _(
        "{program}, run by {run_by}. Safety alerts for {name}, and practice drills: "
        "texts, or a recorded call if a text fails. Msg & data rates may apply.",
        program=site.program,
        run_by=site.run_by,
        name=site.name,
    )
    label = ByChannel(_("join"), say("To join"))
    agreed = Option(label, agree if context.is_proven else ask_for_a_call)
    return Menu(ByChannel(written, Sentences((who(site.program), *agreement(context)))), {"1": agreed})


@flow.step
def ask_for_a_call(context: Context) -> Node:
    """Voice only: a number can be forged, so whoever has the phone itself agrees."""
    return withheld() if context.is_withheld else Perform(CallBack("join"), called)


@flow.step
def called(context: Context) -> Node:
    return coming(context.outcome, say("To join, text JOIN to this number."))


@flow.step
def confirm(context: Context) -> Node:
    """Voice only: a call of ours begins here. It says the whole again, for it may be heard by somebody else."""
    return Menu(
        Sentences(
            (
                who(context.school.site.program),
                say("Somebody asked to join from this phone."),
                *agreement(context),
                say("If it was not you, hang up."),
            )
        ),
        {"1": Option(say("To join"), agree)},
    )


@flow.step
def agree(context: Context) -> Node:
    """With the word that was texted, if any: a school may ask for it."""
    return Perform(OptIn(context.answers.get("word", "")), joined)


@flow.step
def joined(context: Context) -> Node:
    """Who has to wait reads a number, so that a lead whom they know can tell theirs from the others."""
    if isinstance(context.outcome, Joined) and context.outcome.number is not None:
        number = context.outcome.number
        first = _(
            "{s}: Thank you. A person at the school looks at your request {number} first.",
            s=context.short,
            number=number,
        )
        aloud = say("Thank you. A person at the school looks at your request first.")
        named = say("Your request is number {number}.", number=spelled(number))
        return End(ByChannel(Sentences((first, _("You can tell them that number."))), Sentences((aloud, named))))
    site = context.school.site
    frequency = say("There are about {n} messages a month.", n=site.messages_per_month)
    said = Sentences((say("You are on the list."), frequency, say("To leave, call this number and press 6.")))
    return End(ByChannel(on_the_list(context.school), said))


@flow.step
def welcome_by_call(context: Context) -> Node:
    """Voice only: a call of ours to a parent whom the school's list brought in and who chose calls."""
    site = context.school.site
    words = (
        who(site.program),
        say("The school's list has your number for safety alerts and practice drills."),
        say("It is run by {run_by}.", clip="run-by", run_by=site.run_by),
        say("There are about {n} messages a month.", n=site.messages_per_month),
        say("To leave, call this number and press 6."),
    )
    return End(Sentences(words), hangs_up=True)


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
