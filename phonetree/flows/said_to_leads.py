"""What a lead hears in a call: a preview before the PIN, what became of it, and how an alert goes."""

from __future__ import annotations

from phonetree.dialogue.context import Context, Preview
from phonetree.dialogue.effects import Action, Level
from phonetree.dialogue.outcomes import Released
from phonetree.flows import reports_said, spoken_alerts
from phonetree.flows.kinds import PLACED, SIGHTINGS
from phonetree.words.i18n import Sentences, Word, say


def preview_said(preview: Preview) -> tuple[Word, ...]:
    """Nothing is sent yet; what would go; who hears it; how many; by when. No code: the PIN is keyed here."""
    match preview.action:
        case Action.RESUME:
            return (say("The alert is paused. {n} phones wait.", n=preview.phones), say("Your PIN lets it go on."))
        case Action.ABORT:
            waiting = say("Nothing is paused yet. {n} phones are still to come.", n=preview.phones)
            return (waiting, say("Your PIN pauses it."))
        case _:
            return (*_opening(preview), *what_said(preview))


def what_said(preview: Preview) -> tuple[Word, ...]:
    """What it is and who hears it."""
    if preview.action in {Action.RESUME, Action.ABORT}:
        return (say("The alert is paused. {n} phones wait.", n=preview.phones),)
    return (*_what(preview), *_to_whom(preview))


def _opening(preview: Preview) -> tuple[Word, ...]:
    opening = say("A drill. Nothing is sent yet.")
    if preview.action is not Action.DRILL:
        opening = say("Live. Nothing is sent yet.")
    return (opening, say("The school: {school}.", school=preview.school)) if preview.school else (opening,)


def _what(preview: Preview) -> tuple[Word, ...]:
    if preview.kind is None or preview.level is None:
        return ()
    match preview.action:
        case Action.UPDATE:
            news: tuple[Word, ...] = (say("An update: it is still so."),)
        case Action.CLEAR:
            news = (say("An end: it is no longer so."),)
        case Action.CORRECT:
            news = (say("A correction: it was wrong."),)
        case _ if preview.kind in SIGHTINGS:
            source = (reports_said.network_confirms().said,) if preview.source else ()
            news = (_level(preview.level), *source)
        case _:
            news = ()
    where = (spoken_alerts.where(preview.place),) if preview.kind in PLACED and preview.place else ()
    return (*news, spoken_alerts.what(preview.kind), *where)


def _level(level: Level) -> Word:
    return spoken_alerts.unconfirmed() if level is Level.UNCONFIRMED else spoken_alerts.confirmed()


def _to_whom(preview: Preview) -> tuple[Word, ...]:
    who = say("Staff and families hear it.") if preview.reaches_families else say("Staff only. Parents are not told.")
    phones = say("Phones: {n}.", n=preview.phones)
    last = say("The last one at: {time}.", time=preview.last_phone)
    if not preview.too_late:
        return (who, phones, last)
    return (who, phones, last, say("For {n} of them it comes too late.", n=preview.too_late))


def choice_said(preview: Preview) -> Word:
    """The one key that does it."""
    match preview.action:
        case Action.RESUME:
            return say("To go on with {n} phones", n=preview.phones)
        case Action.ABORT:
            return say("To pause it now")
        case _:
            return say("To send it now to {n} phones", n=preview.phones)


def released_said(context: Context, released: Released) -> Sentences:
    """It is on its way."""
    return Sentences((_on_its_way(released), *_next(context, released)))


def _on_its_way(released: Released) -> Word:
    match released.action:
        case Action.RESUME:
            return say("It goes on, to {n} phones.", n=released.phones)
        case Action.ABORT:
            return say("It is paused. {n} phones wait.", n=released.phones)
        case Action.DRILL:
            return say("The drill is sent, to {n} phones.", n=released.phones)
        case _:
            return say("It is sent, to {n} phones.", n=released.phones)


def _next(context: Context, released: Released) -> tuple[Word, ...]:
    if released.action not in {Action.ALERT, Action.UPDATE} or not context.alert or not context.alert.next_text:
        return ()
    return (say("We ask you for the next message at: {time}.", time=context.alert.next_text),)
