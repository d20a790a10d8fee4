"""What a lead reads before and after sending: the consequence first, exactly one four-digit number, two segments."""

from __future__ import annotations

from phonetree.dialogue.context import Context, Preview
from phonetree.dialogue.effects import Action
from phonetree.dialogue.outcomes import Released
from phonetree.flows import alerts, reported
from phonetree.words.i18n import Sentences, Word, _


def preview_text(preview: Preview, how: Word | None = None) -> Word:
    """Nothing is sent yet; what would go; to whom; by when; how to send it, where that is not said by *how*."""
    if preview.action in {Action.RESUME, Action.ABORT}:
        return Sentences((_pausing(preview), how or _by_call(preview)))
    return Sentences(
        (
            _opening(preview),
            *what_goes(preview),
            reported.source(preview),
            "" if preview.reaches_families else _("Staff only. Parents are NOT told."),
            _to_whom(preview),
            _("Send: {code} then your PIN.", code=preview.code) if preview.code else "",
            how or _by_call(preview),
        )
    )


def _by_call(preview: Preview) -> Word:
    """Where the school takes no PIN by text there is no code, and this is the only way."""
    if preview.code and preview.too_late and preview.school:
        return ""  # it still holds, and would be a third segment
    if preview.code:
        return _("Or 0: we call you for the PIN.")
    return _("Send 0: we call you for the PIN.")


def _pausing(preview: Preview) -> Word:
    match preview.action, bool(preview.code):
        case Action.RESUME, True:
            return _(
                "PAUSED. {n} phones wait; after ten minutes they are not texted. To go on send: {code} then your PIN.",
                n=preview.phones,
                code=preview.code,
            )
        case Action.RESUME, False:
            return _("PAUSED. {n} phones wait; after ten minutes they are not texted.", n=preview.phones)
        case _, True:
            return _(
                "Pause the same alert again? {n} phones are not texted yet. Send: {code} then your PIN.",
                n=preview.phones,
                code=preview.code,
            )
        case _:
            return _("Pause the same alert again? {n} phones are not texted yet.", n=preview.phones)


def _opening(preview: Preview) -> Word:
    if preview.action is Action.DRILL:
        return _("DRILL, nothing sent yet.")
    if preview.school:
        return _("LIVE, {school}, nothing sent yet.", school=preview.school)
    return _("LIVE, nothing sent yet.")


def what_goes(preview: Preview) -> list[Word]:
    """How sure, what and where, as one sentence."""
    if preview.kind is None or preview.level is None:
        return []
    what = alerts.headline(preview.kind)
    match preview.action:
        case Action.ALERT | Action.DRILL if preview.kind in alerts.SIGHTINGS:
            level = _("CONFIRMED by the network") if preview.is_vouched else alerts.level_name(preview.level)
            return [_("{level}: {what}, {place}.", level=level, what=what, place=preview.place)]
        case Action.ALERT | Action.DRILL:
            return [alerts.headline_at(preview.kind, preview.place)]
        case Action.UPDATE:
            return [_("UPDATE, no change: {what}.", what=what)]
        case Action.CLEAR if preview.kind in alerts.SIGHTINGS:
            return [_("NO LONGER SEEN: {what}.", what=what)]
        case Action.CLEAR:
            return [_("NO LONGER SO: {what}.", what=what)]
        case Action.CORRECT:
            return [_("CORRECTION, it was wrong: {what}.", what=what)]
        case Action.RESUME | Action.ABORT:
            return []


def _to_whom(preview: Preview) -> Word:
    to = _("To {n} phones by {t}.", n=preview.phones, t=preview.last_phone)
    if not preview.too_late:
        return to
    return Sentences((to, _("{n} of {all} phones will not be texted in time.", n=preview.too_late, all=preview.phones)))


def released_text(context: Context, released: Released) -> Word:
    """What the lead reads once it is on its way. The PIN must not stay in the Sent folder (decisions 14)."""
    return Sentences((_on_its_way(released), *_next(context, released), _("Delete your last text, it holds your PIN.")))


def _on_its_way(released: Released) -> Word:
    match released.action:
        case Action.ALERT:
            return _("SENT to {n} phones.", n=released.phones)
        case Action.UPDATE:
            return _("UPDATE sent to {n} phones.", n=released.phones)
        case Action.CLEAR:
            return _("NO LONGER SEEN sent to {n} phones.", n=released.phones)
        case Action.CORRECT:
            return _("CORRECTION sent to {n} phones.", n=released.phones)
        case Action.DRILL:
            return _("DRILL sent to {n} phones.", n=released.phones)
        case Action.RESUME:
            return _("Going on: {n} phones.", n=released.phones)
        case Action.ABORT:
            return _("PAUSED. {n} phones wait. Send SEND to go on.", n=released.phones)


def _next(context: Context, released: Released) -> list[Word]:
    if released.action not in {Action.ALERT, Action.UPDATE}:
        return []
    alert = context.alert
    if alert is None or alert.next_text is None:
        return [_("ABORT pauses it.")]
    return [_("ABORT pauses it. We ask you for the next text at {u}.", u=alert.next_text)]
