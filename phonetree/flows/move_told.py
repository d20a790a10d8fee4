"""What others read of a phone that moves: the phone that was, and the leads."""

from __future__ import annotations

from phonetree.words.i18n import Text, _


def to_old_phone(short: str) -> Text:
    return _(
        "{s}: Another phone sent your code and has your place now. This phone gets no more. "
        "If that was not you, send JOIN and tell the school.",
        s=short,
    )


def of_who_serves(ending: str) -> Text:
    return _(
        "Somebody who serves at the school has a new phone; it ends in {ending}. If you do not know of it, ask.",
        ending=ending,
    )


def it_waits(ending: str, new: str) -> Text:
    return _(
        "The lead whose phone ends in {ending} would move to the one that ends in {new}. "
        "Ask that lead. MOVE agrees to it or stops it.",
        ending=ending,
        new=new,
    )


def it_is_stopped(ending: str) -> Text:
    return _("A lead stopped the move of the lead whose phone ends in {ending}.", ending=ending)


def it_is_done(new: str) -> Text:
    return _("A lead has moved to the phone that ends in {new}. If that is wrong, call each other.", new=new)
