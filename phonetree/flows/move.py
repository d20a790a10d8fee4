"""``MOVE``: a new phone takes the old one's place, by both phones' word; a lead's also by another lead's. Text only."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.guards import AskToGuard, Guard
from phonetree.dialogue.moving import (
    AskToMove,
    IsOnListItself,
    MoveCode,
    Moved,
    MoveStopped,
    MoveWaits,
    NothingToMove,
    StopMove,
    TakeMove,
)
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Perform
from phonetree.flows import guarded
from phonetree.words.i18n import Word, _

flow = Flow("move")


@flow.step
def begin(context: Context) -> Node:
    """Begins with "code" on the new phone, without on the old one."""
    if code := context.answers.get("code"):
        return Perform(TakeMove(code), taken)
    return Do((), whose if context.moving else ask)


@flow.step
def ask(_context: Context) -> Node:
    return Perform(AskToMove(), asked)


@flow.step
def asked(context: Context) -> Node:
    match context.outcome:
        case MoveCode(code):
            said = _(
                "{s}: From the new phone send MOVE {code} to this number within an hour. "
                "From then on alerts go to that phone and no more to this one.",
                s=context.short,
                code=code,
            )
        case NothingToMove(is_of_network=True):
            said = _("{s}: This phone is one of the network's. Only the school's roster changes it.", s=context.short)
        case _:
            said = _("{s}: This phone is on no list, so there is nothing to move. To join send JOIN.", s=context.short)
    return End(said)


@flow.step
def taken(context: Context) -> Node:
    """On the new phone. What was sent is a code or it is not: no more is said about other phones."""
    match context.outcome:
        case Moved():
            said = _("{s}: Done. Alerts come to this phone now. To get no more send STOP.", s=context.short)
        case MoveWaits():
            said = _(
                "{s}: Not done yet. Another lead has to agree, and it takes a day. Until then the old phone stays.",
                s=context.short,
            )
        case IsOnListItself():
            said = _(
                "{s}: Nothing was moved: this phone is on the list itself. To take the old one off send STOP from it.",
                s=context.short,
            )
        case _:
            said = _("{s}: That code is not open. Send MOVE from the old phone to get one.", s=context.short)
    return End(said)


@flow.step
def whose(context: Context) -> Node:
    """A lead, while another one's move waits."""
    if context.moving is None:
        return Do((), ask)
    options = {"2": Option(_("stop that"), stop), "3": Option(_("move this phone of yours"), ask)}
    if context.moving.due is None:
        options = {"1": Option(_("agree, with code and PIN"), agree)} | options
    return Menu(_standing(context), options)


def _standing(context: Context) -> Word:
    if context.moving is None:
        return ""
    old, new = context.moving.ending, context.moving.to_ending
    if context.moving.due is not None:
        return _(
            "The lead whose phone ends in {ending} moves to the one that ends in {new} at {t}.",
            ending=old,
            new=new,
            t=context.moving.due,
        )
    return _(
        "The lead whose phone ends in {ending} would move to the one that ends in {new}. Ask that lead first.",
        ending=old,
        new=new,
    )


@flow.step
def agree(context: Context) -> Node:
    lead = context.moving.lead if context.moving else ""
    return Perform(AskToGuard(Guard.MOVE, lead), guarded.begun)


@flow.step
def stop(_context: Context) -> Node:
    return Perform(StopMove(), stopped)


@flow.step
def stopped(context: Context) -> Node:
    if isinstance(context.outcome, MoveStopped):
        return End(_("Stopped. Nothing moves. All leads are told."))
    return End(_("There is nothing to stop any more."))
