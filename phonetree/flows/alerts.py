"""What families and staff read: one whole sentence set per kind and level, translated beforehand. No fragments.

What they hear in a call is in ``told_alerts``, sentence by sentence.
"""

from __future__ import annotations

from phonetree.dialogue.effects import Kind, Level
from phonetree.flows.kinds import ELSEWHERE, PLACED, SIGHTINGS, elsewhere, headline, headline_at, level_name, that_place
from phonetree.flows.told_alerts import spoken
from phonetree.words.i18n import Moment, Text, Word, _

__all__ = [
    "ELSEWHERE",
    "PLACED",
    "SIGHTINGS",
    "alert",
    "drill",
    "elsewhere",
    "headline",
    "headline_at",
    "level_name",
    "no_longer",
    "spoken",
    "standing",
    "that_place",
    "update",
    "was_wrong",
]


def alert(kind: Kind, level: Level, *, s: str, p: Word, t: Moment, u: Moment) -> Text:
    """The first text of an alert. ``s`` short name, ``p`` place, ``t`` time now, ``u`` time of the next text."""
    if level is Level.UNCONFIRMED:
        return _unconfirmed(kind, s=s, p=p, t=t, u=u)
    match kind:
        # NOTE: sms max 1 segment in GSM-7 languages, 2 elsewhere
        case Kind.NEAR:
            return _(
                "{s}: CONFIRMED {t}. Immigration agents near the school, {p}. "
                "If you can, wait for our text by {u}. Reply 2 to talk, 4 for rights.",
                s=s, t=t, p=p, u=u,
            )  # fmt: skip
        case Kind.AT:
            return _(
                "{s}: CONFIRMED {t}. Immigration agents at the school, {p}. "
                "If you can, wait for our text by {u}. Reply 2 to talk, 4 for rights.",
                s=s, t=t, p=p, u=u,
            )  # fmt: skip
        case Kind.ROUTE:
            return _(
                "{s}: CONFIRMED {t}. Immigration agents on a way to school, {p}. "
                "If you can, wait for our text by {u}. Reply 2 to talk, 4 for rights.",
                s=s, t=t, p=p, u=u,
            )  # fmt: skip
        case Kind.SECURED:
            return _(
                "{s}: SCHOOL SECURED {t}. The school says: doors are locked, children are inside and safe. "
                "Next text by {u}. Reply 2 to talk.",
                s=s, t=t, u=u,
            )  # fmt: skip
        case Kind.PICKUP:
            return _(
                "{s}: PICK-UP CHANGED {t}. Today please pick up at this place: {p}. "
                "Next text by {u}. Reply 2 to talk.",
                s=s, t=t, p=p, u=u,
            )  # fmt: skip
        case Kind.SUPPORT:
            return _(
                "{s}: SUPPORT NEEDED {t}. If you can do so safely, come to this place: {p}. "
                "Next text by {u}. Reply 2 to talk.",
                s=s, t=t, p=p, u=u,
            )  # fmt: skip


def _unconfirmed(kind: Kind, *, s: str, p: Word, t: Moment, u: Moment) -> Text:
    match kind:
        case Kind.AT:
            return _(
                "{s}: NOT CONFIRMED {t}. Report of immigration agents at the school, {p}. "
                "Checking. Next text by {u}. Reply 2 to talk, 4 for rights.",
                s=s, t=t, p=p, u=u,
            )  # fmt: skip
        case Kind.ROUTE:
            return _(
                "{s}: NOT CONFIRMED {t}. Report: immigration agents on a way to school, {p}. "
                "Checking. Next text by {u}. Reply 2 to talk, 4 for rights.",
                s=s, t=t, p=p, u=u,
            )  # fmt: skip
        case _:
            return _(
                "{s}: NOT CONFIRMED {t}. Report of immigration agents near {p}. "
                "We are checking. Next text by {u}. Reply 2 to talk, 4 for rights.",
                s=s, t=t, p=_("the school") if p == elsewhere() else p, u=u,
            )  # fmt: skip


def update(kind: Kind, level: Level, *, s: str, p: Word, t: Moment, u: Moment) -> Text:
    """Still there: what was said before holds."""
    if kind not in SIGHTINGS:
        return _("{s}: UPDATE {t}. No change. Next text by {u}. Reply 2 to talk.", s=s, t=t, u=u)
    if level is Level.UNCONFIRMED:
        return _(
            "{s}: UPDATE {t}. Still NOT CONFIRMED, {p}. We are checking. Next text by {u}. Reply 2 to talk.",
            s=s, t=t, p=p, u=u,
        )  # fmt: skip
    return _(
        "{s}: UPDATE {t}. Staff still see agents at {p}. Next text by {u}. Reply 2 to talk, 4 for rights.",
        s=s, t=t, p=p, u=u,
    )  # fmt: skip


def no_longer(kind: Kind, *, s: str, p: Word, t: Moment) -> Text:
    """No longer seen, no longer so. Never "all clear": a tree cannot promise safety."""
    match kind:
        case Kind.SECURED:
            return _("{s}: NO LONGER SECURED {t}. The school says its doors are open as usual. Reply 2 for a person.", s=s, t=t)  # noqa: E501  # fmt: skip
        case Kind.PICKUP:
            return _("{s}: PICK-UP AS USUAL {t}. The change of today no longer holds. Reply 2 for a person.", s=s, t=t)
        case Kind.SUPPORT:
            return _("{s}: SUPPORT NO LONGER NEEDED {t}. Thank you. Reply 2 for a person.", s=s, t=t)
        case _:
            return _(
                "{s}: NO LONGER SEEN {t}. Staff do not see agents at {p} now. This can change. Reply 2 for a person.",
                s=s, t=t, p=p,
            )  # fmt: skip


def was_wrong(kind: Kind, *, s: str, t: Moment, t0: Moment) -> Text:
    """We were wrong, and say so."""
    if kind in SIGHTINGS:
        return _(
            "{s}: CORRECTION {t}. Our {t0} message was wrong. They were not immigration agents. "
            "Nothing to do. We are sorry.",
            s=s, t=t, t0=t0,
        )  # fmt: skip
    return _("{s}: CORRECTION {t}. Our {t0} message was wrong. Nothing to do. We are sorry.", s=s, t=t, t0=t0)


def drill(*, s: str, t: Moment) -> Text:
    """A drill says so first and last."""
    return _("{s}: DRILL {t}. This is practice, nothing is happening. DRILL", s=s, t=t)


def standing(kind: Kind, level: Level, *, s: str, p: Word, t0: Moment) -> Text:
    """How things stand, for whoever asks. ``t0``: when the level was set."""
    match level:
        case Level.UNCONFIRMED:
            return _("{s}: A report is being checked since {t0}. It is NOT CONFIRMED.", s=s, t0=t0)
        case Level.CONFIRMED if kind in SIGHTINGS:
            return _("{s}: CONFIRMED since {t0}: immigration agents, {p}.", s=s, t0=t0, p=p)
        case Level.CONFIRMED:
            return _("{s}: Since {t0}: {what}.", s=s, t0=t0, what=headline(kind))
        case Level.CLEAR:
            return _("{s}: NO LONGER SEEN since {t0}. This can change.", s=s, t0=t0)
        case Level.WRONG:
            return _("{s}: The report was wrong; we said so at {t0}. Nothing to do.", s=s, t0=t0)
