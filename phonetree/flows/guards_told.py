"""What the other leads read when one of them, or the tree itself, guards the voice."""

from __future__ import annotations

from phonetree.words.i18n import Moment, Sentences, Word, _


def frozen_by_lead(until: Moment) -> Word:
    return Sentences(
        (
            _("FROZEN by another lead until {t}: no alert and no correction of the school is sent.", t=until),
            _("Call each other. Two leads beside that one end it sooner: THAW."),
        )
    )


def frozen_by_canary(until: Moment) -> Word:
    return Sentences(
        (
            _("Texts went out from our number that we did not send. FROZEN until {t}: we send no alert.", t=until),
            _("Tell the technical volunteer now: change the login at the provider. Two leads end it sooner: THAW."),
        )
    )


def thaw_wanted() -> Word:
    return _("A lead would end the freeze. It takes one more lead: THAW.")


def thawed(held: int) -> Word:
    over = _("The freeze is over: two leads ended it.")
    return Sentences((over, waits(held))) if held else over


def waits(held: int) -> Word:
    return _("{n} phones wait. Send SEND to go on; after ten minutes they are not texted.", n=held)


def ended_by_itself(dropped: int) -> Word:
    over = _("The freeze is over after 30 minutes.")
    return Sentences((over, _("What it held was not sent: {n} phones.", n=dropped))) if dropped else over


def removed(ending: str) -> Word:
    return _(
        "Another lead removed the lead whose phone ends in {ending}. Was that right? Call each other.", ending=ending
    )


def you_were_removed(short: str) -> Word:
    return Sentences(
        (
            _("{s}: Another lead removed this phone. It is no lead any more and sends nothing.", s=short),
            _("If that is wrong, call another lead."),
        )
    )
