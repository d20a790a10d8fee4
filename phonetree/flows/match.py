"""A lead says yes to who took a ride or child care, and where the two meet: ``CONFIRM 417 1``. Text only."""

from __future__ import annotations

from phonetree.dialogue.aid_effects import FindRequests, SayYes
from phonetree.dialogue.aid_outcomes import MatchMade, RequestsFound
from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Perform
from phonetree.flows import match_words
from phonetree.flows.open_reports import none_has_it
from phonetree.school.schema import Place
from phonetree.words.i18n import Lines

flow = Flow("match")


@flow.step
def yes(_context: Context) -> Node:
    """Where no report has the number. Begins with "number", and with "kind", the digit behind it, if there was one."""
    return Perform(FindRequests("confirm"), known)


@flow.step
def known(context: Context) -> Node:
    """Without a number all that wait are named, each with what to send."""
    found = context.outcome.requests if isinstance(context.outcome, RequestsFound) else ()
    number = context.answers.get("number", "")
    if number in {str(each.number) for each in found}:
        return Do((), where)
    if number or not found:
        return End(none_has_it(context) if number else match_words.none_waits(context.short))
    return End(Lines([match_words.wants_yes(context.school, each.number, each.item, each.taker) for each in found]))


@flow.step
def where(context: Context) -> Node:
    """Only listed places, by the digits of the school's file; a single one is not asked for."""
    places, number = context.school.meeting_places, context.answers["number"]
    if place := _named(context, places):
        return Perform(SayYes(number, place.key), said)
    options = {str(place.digit): Option(match_words.named(place, context.school), where) for place in places}
    return Menu(match_words.which_place(context.short, number), options, save="place")


def _named(context: Context, places: tuple[Place, ...]) -> Place | None:
    digit = context.answers.get("place") or context.answers.get("kind", "")
    if not digit and len(places) == 1:
        return places[0]
    return next((place for place in places if str(place.digit) == digit), None)


@flow.step
def said(context: Context) -> Node:
    if isinstance(context.outcome, MatchMade):
        made = context.outcome
        return End(match_words.said_yes(context.short, made.number, made.taker, made.place))
    return End(none_has_it(context))
