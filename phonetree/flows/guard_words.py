"""What a lead reads and hears before and after the PIN that freezes, thaws, removes or lets move."""

from __future__ import annotations

from typing import assert_never

from phonetree.dialogue.context import Context
from phonetree.dialogue.guards import FrozenNow, Guard, GuardAtHand
from phonetree.words.i18n import ByChannel, Sentences, Word, _, say


def asked(guard: GuardAtHand) -> Word:
    """By text: what it does, and how to say so."""
    return Sentences((_what(guard), how(guard)))


def how(guard: GuardAtHand) -> Word:
    if guard.is_by_call:
        return _("Send 0: we call you for the PIN.")
    pin = _("Send: {code} then your PIN.", code=guard.code) if guard.code else _("Send your PIN.")
    return Sentences((pin, _("Or 0: we call you for the PIN.")))


def _what(guard: GuardAtHand) -> Word:
    match guard.what:
        case Guard.FREEZE:
            return _("FREEZE, not done yet: for 30 minutes no alert and no correction is sent. All leads are told.")
        case Guard.THAW:
            return _("THAW, not done yet: the freeze ends once two leads say so.")
        case Guard.REMOVE:
            return _(
                "Not done yet: the lead whose phone ends in {ending} will be no lead and can send nothing any more.",
                ending=guard.ending,
            )
        case Guard.MOVE:
            return _(
                "Not done yet: the lead whose phone ends in {ending} moves to a new phone, a day after it asked.",
                ending=guard.ending,
            )
        case _:
            assert_never(guard.what)


def asked_said(guard: GuardAtHand) -> tuple[Word, ...]:
    """By call: the same, before the PIN is keyed."""
    match guard.what:
        case Guard.FREEZE:
            return (say("Nothing is frozen yet."), say("A freeze stops every alert for thirty minutes."))
        case Guard.THAW:
            return (say("The freeze stands."), say("It ends once two leads say so."))
        case Guard.REMOVE:
            return (say("Nobody is removed yet."), say("The lead's phone ends in: {ending}.", ending=guard.ending))
        case Guard.MOVE:
            return (say("A lead has a new phone."), say("The lead's phone ends in: {ending}.", ending=guard.ending))
        case _:
            assert_never(guard.what)


def choice_said(guard: GuardAtHand) -> Word:
    """The one key that does it."""
    match guard.what:
        case Guard.FREEZE:
            return say("To freeze it now")
        case Guard.THAW:
            return say("To end the freeze")
        case Guard.REMOVE:
            return say("To remove that lead now")
        case Guard.MOVE:
            return say("To let that lead move")
        case _:
            assert_never(guard.what)


def stands(frozen: FrozenNow) -> ByChannel:
    """That it is frozen, for a lead who asks how it goes or would send."""
    written = _("FROZEN until {t}: no alert and no correction is sent.", t=frozen.until)
    sooner = _("Two other leads end it sooner: THAW.")
    if not frozen.is_by_lead:
        sooner = _("Texts went out from our number that we did not send. Two leads end it sooner: THAW.")
    said = say("It is frozen. Nothing is sent until: {time}.", time=frozen.until)
    return ByChannel(Sentences((written, sooner)), said)


def is_frozen(context: Context) -> Word:
    """Why nothing was proposed or sent."""
    if context.frozen is None:
        return ByChannel(_("Nothing was sent."), say("Nothing was sent."))
    return ByChannel(
        Sentences((_("Nothing was sent."), stands(context.frozen).written)),
        Sentences((say("Nothing was sent."), stands(context.frozen).said)),
    )
