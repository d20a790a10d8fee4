"""Requests and messages: how many, how old, by number and never by name; and what a lead may do with each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

from werkzeug.wrappers import Response

from phonetree.console.doors import ConsoleDesk, Doors
from phonetree.console.room import ANSWERED, Acted, acted, is_still_lead, number_given, shown
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_requests import Asked, Tally, requests_at
from phonetree.dialogue.nodes import Step
from phonetree.flows import match, take_aid, take_requests
from phonetree.models import AID, MESSAGE, VOICEMAIL
from phonetree.words.i18n import Word
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import Printed, printed

WORDS: Mapping[str, Printed] = {
    **ANSWERED,
    "title": printed("Requests and messages"),
    "counts": printed("What is open"),
    "kind": printed("Kind"),
    "open": printed("Open"),
    "free": printed("Nobody has it"),
    "oldest": printed("The oldest waits"),
    "untold": printed("While an alert is open, messages are counted and told afterwards. Waiting now:"),
    "each": printed("One by one"),
    "none": printed("Nothing is open."),
    "answer": printed("To answer, text the number and your words. They never see your number."),
    "take": printed("I take it"),
    "take_aid": printed("The others hear that it is taken, and the family that somebody takes care of it."),
    "take_voicemail": printed("The tree calls you, plays it, and connects you with who left it."),
    "yes": printed("Say yes, with where they meet"),
    "yes_aid": printed("Only then the two hear of each other, and where they meet."),
    "pass": printed("Give it back"),
    "pass_aid": printed("Somebody else is asked."),
    "close": printed("Close it"),
    "close_aid": printed("It is done. The other side is told."),
    "close_message": printed("It is dealt with. Nothing is said to who wrote it."),
    "nothing_has_it": printed("Nothing open has this number, or it is not yours to decide. Nothing was changed."),
}
KINDS: Mapping[str, Printed] = {
    AID: printed("Mutual aid"),
    MESSAGE: printed("Messages for the leads"),
    VOICEMAIL: printed("Voicemails for the hotline"),
}
STATES: Mapping[str, Printed] = {
    "free": printed("Nobody has taken it yet."),
    "told": printed("Nobody took it, and the leads were told."),
    "taken": printed("Somebody takes care of it."),
    "mine": printed("You take care of it."),
}
DEEDS: Mapping[str, Step] = {
    "take": take_requests.take_number,
    "yes": match.yes,
    "pass": take_aid.give_back,
    "close": take_aid.done,
}


def add_requests(doors: Doors) -> None:
    desk = doors.desk

    @doors.for_leads("/requests")
    @is_still_lead
    def requests(lead: SignedIn) -> Response:
        return _page(desk, lead)

    @doors.for_leads("/requests/take", ("POST",))
    @is_still_lead
    def take_request(lead: SignedIn) -> Response:
        return _answer(desk, lead, "take")

    @doors.for_leads("/requests/yes", ("POST",))
    @is_still_lead
    def say_yes(lead: SignedIn) -> Response:
        return _answer(desk, lead, "yes")

    @doors.for_leads("/requests/pass", ("POST",))
    @is_still_lead
    def pass_request(lead: SignedIn) -> Response:
        return _answer(desk, lead, "pass")

    @doors.for_leads("/requests/close", ("POST",))
    @is_still_lead
    def close_request(lead: SignedIn) -> Response:
        return _answer(desk, lead, "close")


def _answer(desk: ConsoleDesk, lead: SignedIn, deed: str) -> Response:
    if not requests_at(desk.database, desk.means, lead).may(deed, number_given()):
        return _page(desk, lead, status=404)
    return _page(desk, lead, acted(desk, lead, DEEDS[deed], "place"))


def _page(desk: ConsoleDesk, lead: SignedIn, acted: Acted | None = None, *, status: int = 200) -> Response:
    found = requests_at(desk.database, desk.means, lead)
    return shown(
        desk,
        lead,
        "requests.html",
        WORDS,
        status=status,
        acted=acted,
        is_unknown=status != HTTPStatus.OK,
        tallies=[(KINDS[each.kind], each, _oldest(each)) for each in found.tallies],
        asked=[(each, what_of(each), since_of(each), state_of(each)) for each in found.asked],
        untold=found.untold,
    )


def what_of(asked: Asked) -> Printed | Word:
    """What stands behind the number: the school's own words for an item, else what it is."""
    match asked.kind:
        case "message":
            return printed("a message for the leads")
        case "voicemail":
            return printed("a voicemail for the hotline")
        case _:
            return asked.item


def state_of(asked: Asked) -> Printed:
    if asked.state == "wants_yes":
        return printed("It waits for a lead's yes to: {taker}.", taker=asked.taker)
    if asked.state == "taken" and asked.taker:
        return printed("It is taken care of by: {taker}.", taker=asked.taker)
    return STATES[asked.state]


def since_of(asked: Asked) -> Printed:
    language = LANGUAGES[asked.language].endonym if asked.language in LANGUAGES else asked.language
    number, unit = _measured(asked.age)
    if unit == "d":
        return printed("Asked {n} days ago, in {language}.", n=number, language=language)
    if unit == "h":
        return printed("Asked {n} hours ago, in {language}.", n=number, language=language)
    return printed("Asked {n} minutes ago, in {language}.", n=number, language=language)


def _oldest(tally: Tally) -> Printed:
    if tally.oldest is None:
        return printed("none")
    number, unit = _measured(tally.oldest)
    if unit == "d":
        return printed("{n} days", n=number)
    return printed("{n} hours", n=number) if unit == "h" else printed("{n} minutes", n=number)


def _measured(age: timedelta) -> tuple[int, str]:
    """As much as anybody needs to know: two days and more in days, two hours and more in hours."""
    minutes = age // timedelta(minutes=1)
    if minutes >= 2 * 24 * 60:
        return minutes // (24 * 60), "d"
    return (minutes // 60, "h") if minutes >= 2 * 60 else (minutes, "min")
