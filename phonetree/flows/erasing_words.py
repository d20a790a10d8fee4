"""What leads read of ERASE ALL: what goes, who agreed, when it is done, that it was stopped."""

from __future__ import annotations

from phonetree.words.i18n import Moment, Sentences, Text, _


def what_goes(short: str) -> Text:
    return _(
        "{s}: ERASE ALL forgets this school: every phone, every message, the record. No alert can be sent after it. "
        "It cannot be undone.",
        s=short,
    )


def asked_by_another(short: str, code: str) -> Sentences:
    """To each other lead, once one has said yes."""
    how = _("Another lead said yes. If you agree, send: {code} then your PIN. If not, do nothing.", code=code)
    return Sentences((what_goes(short), how))


def told_due(short: str, at: Moment) -> Text:
    return _(
        "{s}: Two leads said yes to ERASE ALL. At {t} every phone and message of this school is forgotten. "
        "To stop it send ABORT.",
        s=short,
        t=at,
    )


def told_stopped(short: str) -> Text:
    return _("{s}: A lead stopped ERASE ALL. Nothing is erased.", s=short)


def told_wrong(short: str) -> Text:
    return _("{s}: A wrong code or PIN came for ERASE ALL from a lead's phone. Nothing is erased.", s=short)
