"""What the network reported, in the words in which leads read it."""

from __future__ import annotations

from phonetree.dialogue.context import Preview
from phonetree.dialogue.effects import Action
from phonetree.dialogue.network import Reported
from phonetree.flows import alerts
from phonetree.words.i18n import Sentences, Word, _

LONGEST_NAME = 30
"""Characters of a network's name in a preview; a longer one would be a third segment."""


def news(report: Reported, words: str) -> Word:
    """What came, and the one reply that decides."""
    return Sentences((_opening(report), *_said(report, words), _choices(report)))


def more_news(report: Reported, words: str) -> Word:
    """The network said more of what the leads were told already."""
    number = str(report.number)
    return Sentences((_("The network adds to {number}:", number=number), *_said(report, words), _choices(report)))


def news_anew(report: Reported, words: str) -> Word:
    """Nothing was sent of it yet, and now it says this."""
    number = str(report.number)
    return Sentences((_("The network updates {number}:", number=number), *_said(report, words), _choices(report)))


def went_at_once(report: Reported, words: str, phones: int, *, is_waiting: bool) -> Word:
    """It went to whom the network may tell without a lead; whether parents hear of it a lead decides."""
    number = str(report.number)
    decides = _("SEND {number} tells the others, FALSE {number} does not.", number=number) if is_waiting else ""
    return Sentences(
        (
            _("From the network, sent to {n} phones at once:", n=phones),
            *_said(report, words),
            _("Parents are NOT told."),
            decides,
            _("ABORT pauses it."),
        )
    )


def taken_back(report: Reported) -> Word:
    """Nothing of it was sent, so there is nothing to put right."""
    return _("The network takes {number} back. Nothing was sent, and it is dropped.", number=str(report.number))


def waited_too_long(report: Reported) -> Word:
    number = str(report.number)
    if report.is_partly_sent:
        return _("{number} from the network waits no more. Only those who had it at once were told.", number=number)
    return _(
        "{number} from the network waited too long and is dropped. Nothing was sent. If it still holds, send ALERT.",
        number=number,
    )


def source(preview: Preview) -> Word:
    """Who reported what a lead is about to send, where there is room beside what must be said."""
    if not preview.source or preview.too_late:
        return ""
    is_long = isinstance(preview.source, str) and len(preview.source) > LONGEST_NAME
    return _("Source: {network}.", network=_("the Rapid Response Network") if is_long else preview.source)


def _opening(report: Reported) -> Word:
    match report.action:
        case Action.UPDATE:
            return _("The network has news of alert {number}:", number=str(report.alert))
        case Action.CLEAR:
            return _("The network takes alert {number} back:", number=str(report.alert))
        case Action.DRILL:
            return _("The network asks for a DRILL:")
        case _:
            return _("The network reports:")


def _said(report: Reported, words: str) -> tuple[Word, ...]:
    """Kind, place and level as far as they are known, then the network's own words."""
    seen = _("It says: {level}.", level=alerts.level_name(report.level)) if report.level and report.kind else ""
    return (*((what(report),) if report.kind else ()), seen, *map(_ended, words.split("\n")))


def _ended(words: str) -> str:
    """What people write often has no full stop, and our own words follow."""
    return f"{words}." if words and words[-1] not in ".!?" else words


def what(report: Reported) -> Word:
    """In a few words; for who chooses among several as well."""
    if report.kind is None:
        return _("something in its own words")
    if report.kind in alerts.PLACED and report.at:
        return alerts.headline_at(report.kind, report.at)
    return _("{what}.", what=alerts.headline(report.kind))


def _choices(report: Reported) -> Word:
    number, alert = str(report.number), str(report.alert)
    match report.action:
        case Action.CLEAR:
            return _(
                "CLEAR {alert}: no longer seen. CORRECT {alert}: it was wrong. FALSE {number} leaves it as it is.",
                alert=alert,
                number=number,
            )
        case Action.UPDATE:
            return _("SEND {number} sends an UPDATE, FALSE {number} drops it.", number=number)
        case _ if report.is_partly_sent:
            return _("SEND {number} tells the others, FALSE {number} does not.", number=number)
        case _:
            return _("SEND {number} sends it, FALSE {number} drops it.", number=number)
