"""Texts between the two sides of a request: passed on through the tree's number, so that neither sees the other's."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.masked import MuteRequest, NotPassedOn, PassedOn, PassOn, RequestMuted, WhyNot
from phonetree.dialogue.nodes import Do, End, Menu, Node, Option, Perform
from phonetree.flows import masked_calls, menu
from phonetree.words.i18n import Lines, Named, Text, Word, _

flow = masked_calls.flow

LISTED = "123456789"


@flow.step
def pass_on(context: Context) -> Node:
    """``417 I am at the door``; or without the number, where there is only one it can be for."""
    return Perform(PassOn(context.answers["number"], context.answers["words"]), passed)


@flow.step
def passed(context: Context) -> Node:
    return _what_came_of_it(context, context.answers["number"])


def _what_came_of_it(context: Context, number: str) -> Node:
    match context.outcome:
        case PassedOn(left_out, is_cut):
            return End(Lines((_("Passed on to {number}.", number=number), *_noted(context, left_out, is_cut))))
        case NotPassedOn(why) if why != "unknown":
            return End(_why_not(context, why, number))
        case _:
            return Do((), menu.unknown)


def _noted(context: Context, left_out: bool, is_cut: bool) -> tuple[Word, ...]:  # noqa: FBT001 - of one outcome
    """What of it did not reach the other side."""
    notes = (
        (left_out, _("We left out phone numbers, links and addresses. To talk, call us and choose 8.")),
        (is_cut, _("It was long: only its beginning was passed on.")),
        (bool(context.answers.get("picture")), _("Pictures are not passed on.")),
    )
    return tuple(note for is_so, note in notes if is_so)


def _why_not(context: Context, why: WhyNot, number: str) -> Text:
    of: dict[str, Word] = {"s": context.short, "number": number}
    match why:
        case "untaken":
            return _("{s}: Nobody has taken {number} yet. Nothing was passed on.", **of)
        case "unsettled":
            return _("{s}: {number} waits for the lead. Nothing was passed on.", **of)
        case "silent":
            return _("{s}: {number} is closed to messages; nothing was passed on. Send 0 for the lead.", **of)
        case "answered":
            return _("{s}: {number} is answered by another lead. Nothing was passed on.", **of)
        case "too_many":
            return _("{s}: {number} had many texts this hour; this one was not passed on. Try again later.", **of)
        case "nothing_left":
            return _("{s}: We pass on no phone numbers, links or addresses, so nothing went to {number}.", **of)
        case _:
            return _("{s}: {number} is closed; nothing was passed on. Send 0 for the lead.", **of)


# --- which one --------------------------------------------------------------------------------------------------------


@flow.step
def which(context: Context) -> Node:
    """Several could be meant: the words are kept meanwhile. A lead gets them only by somebody's own digit."""
    theirs = zip(LISTED, context.answers.get("numbers", "").split(), strict=False)
    options = {digit: Option(_label(context, one), chosen) for digit, one in theirs}
    options["0"] = Option(_("the lead of the phone tree"), menu.keep)
    return Menu(_("{s}: Whom are these words for?", s=context.short), options, save="choice")


def _label(context: Context, one: str) -> Word:
    """Its number, and what was asked for or of which school, where that is known."""
    number, key, code = _read(one)
    names = [Named(item.name, context.school.site.languages[0]) for item in context.school.aid if item.key == key]
    about: list[Word] = [context.schools[code]] if code in context.schools else [*names]
    if not about:
        return _("number {number}", number=number)
    return _("{item}, number {number}", number=number, item=about[0])


@flow.step
def chosen(context: Context) -> Node:
    number, _key, code = _chosen(context)
    return Perform(PassOn(number, context.answers["words"], code), passed_to_chosen)


@flow.step
def passed_to_chosen(context: Context) -> Node:
    return _what_came_of_it(context, _chosen(context)[0])


def _chosen(context: Context) -> tuple[str, str, str]:
    listed = dict(zip(LISTED, context.answers.get("numbers", "").split(), strict=False))
    return _read(listed.get(context.answers.get("choice", ""), ""))


def _read(one: str) -> tuple[str, str, str]:
    """Number, item and code of the school; the latter two may be empty."""
    number, key, code = (*one.split(":"), "", "")[:3]
    return number, key, code


# --- no more ----------------------------------------------------------------------------------------------------------


@flow.step
def mute(context: Context) -> Node:
    """``MUTE 417``, from either side. The other side is told nothing but, when they write, that it is closed."""
    return Perform(MuteRequest(context.answers["number"]), muted)


@flow.step
def muted(context: Context) -> Node:
    if context.outcome != RequestMuted(found=True):
        return Do((), menu.unknown)
    number = context.answers["number"]
    return End(_("{s}: Nothing more of {number} reaches you. Send 0 for the lead.", s=context.short, number=number))
