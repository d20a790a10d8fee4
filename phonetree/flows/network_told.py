"""What is told because the Rapid Response Network confirmed a report: to leads, and to whom the protocol names."""

from __future__ import annotations

from phonetree.words.i18n import Moment, Text, Word, _


def to_leads(number: int, place: Word) -> Text:
    """It waits for one reply of any lead."""
    return _(
        "The Rapid Response Network confirms report {number}, {place}. SEND {number} sends it; nothing is sent yet.",
        number=str(number),
        place=place,
    )


def at_once(short: str, place: Word, now: Moment) -> Text:
    """For staff and the network's other phones, where the protocol lets the network tell them; never for parents."""
    return _(
        "{s}: The Rapid Response Network confirms at {t}: immigration agents, {p}. Parents are not told yet.",
        s=short,
        t=now,
        p=place,
    )


def wrong_answer() -> Text:
    return _("A wrong code or PIN came from a phone of the Rapid Response Network. Nothing was sent.")
