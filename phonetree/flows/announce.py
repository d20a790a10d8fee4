"""The lead's alert: kind, place and level by digits, a preview with a one-time code, then code and PIN."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import Approve, CallBack, Kind, Level, Propose, ShareProposal
from phonetree.dialogue.nodes import Ask, Do, End, Flow, Menu, Node, Option, Perform
from phonetree.dialogue.outcomes import (
    CallComing,
    Lapsed,
    Locked,
    NeedsAnother,
    NoPin,
    NotAnAnswer,
    NothingToPropose,
    Proposed,
    Released,
    WrongAnswer,
)
from phonetree.flows import alerts, guard_words, key_pin, places
from phonetree.flows.asked import action_of, no_pin, nothing_to_send
from phonetree.flows.preview import preview_text, released_text
from phonetree.flows.tries import asked_again
from phonetree.words.i18n import ByChannel, Lines, _, say

flow = Flow("announce", through_alerts=True)


@flow.step
def kind(context: Context) -> Node:
    """``ALERT 2 1 2`` answers all three questions at once; each step asks only what is not answered yet."""
    if context.answers.get("kind") in set(Kind):
        return Do((), place)
    options = {k.value: Option(alerts.headline(k), place) for k in Kind}
    return Menu(ByChannel(_("{s}: What is it?", s=context.short), say("What is it?")), options, save="kind")


@flow.step
def place(context: Context) -> Node:
    if Kind(context.answers["kind"]) not in alerts.PLACED or _is_place(context):
        return Do((), level)
    # Nobody can come to a place that is not known.
    elsewhere = level if Kind(context.answers["kind"]) in alerts.SIGHTINGS else None
    options = places.listed(context, level, elsewhere)
    return Menu(ByChannel(_("Where?"), say("Where is it?")), options, save="place")


@flow.step
def level(context: Context) -> Node:
    """A missing level is asked, never assumed."""
    if Kind(context.answers["kind"]) not in alerts.SIGHTINGS or context.answers.get("level") in {"1", "2"}:
        return Do((), propose)
    only_heard = ByChannel(_("no, only heard"), say("If not, if it was only heard"))
    seen = ByChannel(_("yes, seen"), say("If they were seen"))
    return Menu(
        ByChannel(_("Did you or another staff member see them?"), say("Did you or another staff member see them?")),
        {"1": Option(only_heard, propose), "2": Option(seen, propose)},
        save="level",
    )


@flow.step
def propose(context: Context) -> Node:
    chosen = Kind(context.answers["kind"])
    seen = Level(context.answers["level"]) if chosen in alerts.SIGHTINGS else Level.CONFIRMED
    where = context.answers.get("place", "") if chosen in alerts.PLACED else ""
    return Perform(Propose(action_of(context), chosen, where, seen), proposed)


@flow.step
def share(_context: Context) -> Node:
    """``SEND`` by another lead: the same preview, with a code of their own."""
    return Perform(ShareProposal(), proposed)


@flow.step
def proposed(context: Context) -> Node:
    match context.outcome:
        case Proposed() if context.preview and not context.preview.code and not context.is_call:
            return Do((), call_me)
        case Proposed():
            return Do((), confirm)
        case NothingToPropose():
            return End(nothing_to_send())
        case NoPin():
            return End(no_pin())
        case _:
            return End(guard_words.is_frozen(context))


@flow.step
def confirm(context: Context) -> Node:
    """The one place where an alert starts. The answer is a code and a PIN, never stored; by call see ``key_pin``."""
    if context.is_call:
        return Do((), key_pin.ask)
    if context.preview is None:
        return End(_("That preview is no longer open. Nothing was sent. Send ALERT to begin again."))
    return Ask(preview_text(context.preview), save="answer", then=weigh, secret=True)


@flow.step
def weigh(context: Context) -> Node:
    """Text only: a PIN that is keyed into a call is weighed in ``key_pin``."""
    match context.answers.get("answer"):
        case "0" if context.preview:
            return Do((), call_me)
        case "9" if context.preview:
            return Do((), full_text)
        case _:
            return Perform(Approve(), weighed)


@flow.step
def call_me(_context: Context) -> Node:
    """Text only: the PIN is taken by a call to this lead's own phone."""
    return Perform(CallBack("confirm"), called)


@flow.step
def called(context: Context) -> Node:
    """Text only. The preview stays open meanwhile."""
    said = _("We call you now for the PIN.")
    if not isinstance(context.outcome, CallComing):
        said = _("We cannot call this phone now. Nothing was sent. Another lead sends SEND.")
    if context.preview and not context.preview.code:
        return Ask(preview_text(context.preview, said), save="answer", then=weigh, secret=True)
    return Ask(said, save="answer", then=weigh, secret=True)


@flow.step
def full_text(context: Context) -> Node:
    """What ``9`` shows: the whole text as families will read it, and the code again."""
    if context.preview is None:
        return Do((), confirm)
    send = _("Nothing sent yet. Send: {code} then your PIN.", code=context.preview.code)
    if not context.preview.code:
        send = _("Nothing sent yet. Send 0: we call you for the PIN.")
    return Ask(Lines((context.preview.body, send)), save="answer", then=weigh, secret=True)


@flow.step
def weighed(context: Context) -> Node:
    match context.outcome:
        case Released() as released:
            return End(released_text(context, released))
        case NeedsAnother():
            return End(_("Your part is done. Nothing is sent yet: one more lead has to confirm; each has a code."))
        case WrongAnswer(tries_left=0):
            return End(_("NOT SENT. Three wrong answers. Send ALERT to begin again, or another lead sends SEND."))
        case WrongAnswer(tries_left):
            return Do((), one_more_try if tries_left == 1 else two_more_tries)
        case Locked():
            return End(_("NOT SENT. Too many wrong answers from this phone in an hour. Another lead can send: SEND."))
        case NotAnAnswer():
            return Do((), confirm)
        case NoPin():
            return End(_("You have no PIN yet. Another lead can send: SEND. Nothing was sent."))
        case Lapsed() | _:
            return End(_("That code is no longer good. Nothing was sent now. Send ALERT to begin again."))


@flow.step
def two_more_tries(context: Context) -> Node:
    return _again(context, 2)


@flow.step
def one_more_try(context: Context) -> Node:
    return _again(context, 1)


def _again(context: Context, tries_left: int) -> Node:
    return Do((), confirm) if context.preview is None else asked_again(context.preview, tries_left, weigh)


def _is_place(context: Context) -> bool:
    asked = context.answers.get("place", "")
    is_elsewhere = asked == alerts.ELSEWHERE and Kind(context.answers["kind"]) in alerts.SIGHTINGS
    return is_elsewhere or places.is_listed(context, asked)
