"""The lead's alert: kind, place and level by digits, a preview with a one-time code, then code and PIN."""

from __future__ import annotations

from phonetree.dialogue.effects import (
    Action,
    Approve,
    Kind,
    Lapsed,
    Level,
    Locked,
    NeedsAnother,
    NoPin,
    NotAnAnswer,
    NothingToPropose,
    Propose,
    Proposed,
    Released,
    ShareProposal,
    WrongAnswer,
)
from phonetree.dialogue.nodes import Ask, Context, Do, End, Flow, Menu, Node, Option, Perform
from phonetree.flows import alerts
from phonetree.flows.preview import preview_text, released_text
from phonetree.words.i18n import Lines, Named, _

flow = Flow("announce", through_alerts=True)


@flow.step
def kind(context: Context) -> Node:
    """``ALERT 2 1 2`` answers all three questions at once; each step asks only what is not answered yet."""
    if context.answers.get("kind") in set(Kind):
        return Do((), place)
    options = {k.value: Option(alerts.headline(k), place) for k in Kind}
    return Menu(_("{s}: What is it?", s=context.short), options, save="kind")


@flow.step
def place(context: Context) -> Node:
    if Kind(context.answers["kind"]) not in alerts.PLACED or _is_place(context):
        return Do((), level)
    default = context.school.site.languages[0]
    options = {str(p.digit): Option(Named(p.name, default), level) for p in context.school.places}
    if Kind(context.answers["kind"]) in alerts.SIGHTINGS:  # nobody can come to a place that is not known
        options[alerts.ELSEWHERE] = Option(_("another place"), level)
    return Menu(_("Where?"), options, save="place")


@flow.step
def level(context: Context) -> Node:
    """A missing level is asked, never assumed."""
    if Kind(context.answers["kind"]) not in alerts.SIGHTINGS or context.answers.get("level") in {"1", "2"}:
        return Do((), propose)
    return Menu(
        _("Did you or another staff member see them?"),
        {"1": Option(_("no, only heard"), propose), "2": Option(_("yes, seen"), propose)},
        save="level",
    )


@flow.step
def propose(context: Context) -> Node:
    chosen = Kind(context.answers["kind"])
    seen = Level(context.answers["level"]) if chosen in alerts.SIGHTINGS else Level.CONFIRMED
    where = context.answers.get("place", "") if chosen in alerts.PLACED else ""
    action = Action(context.answers.get("action", Action.ALERT))
    return Perform(Propose(action, chosen, where, seen), proposed)


@flow.step
def share(_context: Context) -> Node:
    """``SEND`` by another lead: the same preview, with a code of their own."""
    return Perform(ShareProposal(), proposed)


@flow.step
def proposed(context: Context) -> Node:
    match context.outcome:
        case Proposed():
            return Do((), confirm)
        case NothingToPropose():
            return End(_("Nothing to send: there is nothing open, or nobody to send it to. Nothing was sent."))
        case NoPin():
            return End(_("You have no PIN yet. Another lead can send: ALERT. Nothing was sent."))
        case _:
            return End(_("Nothing was sent."))


@flow.step
def confirm(context: Context) -> Node:
    """The one place where an alert starts. The answer is a code and a PIN; it is never stored."""
    if context.preview is None:
        return End(_("That preview is no longer open. Nothing was sent. Send ALERT to begin again."))
    return Ask(preview_text(context.preview), save="answer", then=weigh, secret=True)


@flow.step
def weigh(context: Context) -> Node:
    if context.preview and context.answers.get("answer") == "9":
        return Do((), full_text)
    return Perform(Approve(), weighed)


@flow.step
def full_text(context: Context) -> Node:
    """What ``9`` shows: the whole text as families will read it, and the code again."""
    if context.preview is None:
        return Do((), confirm)
    send = _("Nothing sent yet. Send: {code} then your PIN.", code=context.preview.code)
    return Ask(Lines((context.preview.body, send)), save="answer", then=weigh, secret=True)


@flow.step
def weighed(context: Context) -> Node:
    match context.outcome:
        case Released() as released:
            return End(released_text(context, released))
        case NeedsAnother():
            return End(_("Your part is done. Nothing is sent yet: one more lead has to confirm; each has a code."))
        case WrongAnswer(tries_left=0):
            return End(_("NOT SENT. Three wrong answers. Send ALERT to begin again, or another lead sends SEND."))
        case WrongAnswer(tries_left):
            return Do((), one_more_try if tries_left == 1 else two_more_tries)
        case Locked():
            return End(_("NOT SENT. Too many wrong answers from this phone in an hour. Another lead can send: SEND."))
        case NotAnAnswer():
            return Do((), confirm)
        case NoPin():
            return End(_("You have no PIN yet. Another lead can send: SEND. Nothing was sent."))
        case Lapsed() | _:
            return End(_("That code is no longer good. Nothing was sent now. Send ALERT to begin again."))


@flow.step
def two_more_tries(context: Context) -> Node:
    return _again(context, 2)


@flow.step
def one_more_try(context: Context) -> Node:
    return _again(context, 1)


def _again(context: Context, tries_left: int) -> Node:
    if context.preview is None:
        return Do((), confirm)
    wrong = _(
        "NOT SENT. The code or the PIN was wrong. Tries left: {n}. Send: {code} then your PIN.",
        n=tries_left,
        code=context.preview.code,
    )
    return Ask(wrong, save="answer", then=weigh, secret=True)


def _is_place(context: Context) -> bool:
    asked = context.answers.get("place", "")
    is_elsewhere = asked == alerts.ELSEWHERE and Kind(context.answers["kind"]) in alerts.SIGHTINGS
    return is_elsewhere or any(str(p.digit) == asked for p in context.school.places)
