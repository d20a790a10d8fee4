"""What somebody saw, in a few questions that may all be skipped: to whom it goes is said before anything is asked."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option, Perform, Record, Step
from phonetree.dialogue.report_effects import FileReport
from phonetree.flows import places
from phonetree.flows.messages import nothing_said
from phonetree.flows.report_told import after_the_tone, thanked
from phonetree.flows.report_words import WHEN
from phonetree.words.i18n import ByChannel, Sentences, _, say

flow = Flow("report")

SKIP = "0"


@flow.step
def seen(context: Context) -> Node:
    """Who tells at once what it is, is asked the rest."""
    goes_to = ByChannel(
        _("This goes to the school's parent contact. Not to police, not to the government."),
        Sentences((say("This goes to the school's parent contact."), say("Not to police, not to the government."))),
    )
    asked = ByChannel(_("Did you see it yourself?"), say("Did you see it yourself?"))
    return Menu(
        Sentences((goes_to, asked)),
        {
            "1": Option(ByChannel(_("yes"), say("If you saw it yourself")), where),
            "2": Option(ByChannel(_("someone told me"), say("If someone told you")), where),
            SKIP: _skip(where),
        },
        save="seen",
        own_words="at_once",
        otherwise=None if context.is_call else where,
    )


@flow.step
def where(context: Context) -> Node:
    """By call the place is a key too: so a lead can turn the report into an alert."""
    after = what if context.is_call else when
    return Menu(
        ByChannel(_("Where? A digit, or in your own words."), say("Where is it?")),
        {**places.listed(context, after, what if context.is_call else in_words), SKIP: _skip(after)},
        save="place",
        own_words="where",
        otherwise=None if context.is_call else when,
    )


def _skip(then: Step) -> Option:
    return Option(ByChannel(_("skip"), say("To skip this question")), then)


@flow.step
def in_words(_context: Context) -> Node:
    """Text only: another place."""
    return Menu(_("Where? In your own words."), {SKIP: _skip(when)}, own_words="where", otherwise=when)


@flow.step
def when(_context: Context) -> Node:
    """Text only."""
    options = {digit: Option(word, how_many) for digit, word in WHEN.items()}
    return Menu(
        _("When? A digit, or in your own words."),
        {**options, SKIP: _skip(how_many)},
        save="when",
        own_words="at",
        otherwise=how_many,
    )


@flow.step
def how_many(_context: Context) -> Node:
    """Text only. Any other digit is a number of people."""
    return Menu(_("How many people, how many cars?"), {SKIP: _skip(what)}, own_words="how_many", otherwise=what)


@flow.step
def what(context: Context) -> Node:
    """By call the words are spoken after a tone."""
    if context.is_call:
        return Record(after_the_tone(), save="recording", then=tell, silent=unspoken)
    asked = _("What else? In your own words; write only what you want.")
    return Menu(asked, {SKIP: _skip(tell)}, own_words="words", otherwise=tell)


@flow.step
def unspoken(context: Context) -> Node:
    """Voice only. A place that was keyed is told also without words."""
    return tell(context) if _told(context, "place") else nothing_said(context)


@flow.step
def tell(context: Context) -> Node:
    return Perform(
        FileReport(
            seen=_told(context, "seen"),
            place=_told(context, "place"),
            where=context.answers.get("where", ""),
            when=context.answers.get("at") or _told(context, "when"),
            how_many=context.answers.get("how_many", ""),
            words="\n".join(context.answers[key] for key in ("at_once", "words") if key in context.answers),
            recording=context.answers.get("recording", ""),
        ),
        told,
    )


def _told(context: Context, asked: str) -> str:
    """The digit of one question; empty where it was skipped."""
    digit = context.answers.get(asked, "")
    return "" if digit == SKIP else digit


@flow.step
def told(context: Context) -> Node:
    return End(thanked(context))
