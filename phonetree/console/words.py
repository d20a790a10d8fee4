"""The words of the console, whole sentences each, from the catalogs of pages."""

from __future__ import annotations

from collections.abc import Mapping

from phonetree.dialogue.context import AlertState
from phonetree.flows.kinds import headline, level_name
from phonetree.words.i18n import Word
from phonetree.words.pages import Printed, printed

WORDS: Mapping[str, Printed] = {
    "console": printed("Console for leads"),
    "sign_in": printed("Sign in"),
    "sign_out": printed("Sign out"),
    "phone": printed("Your phone number"),
    "school": printed("Code of the school, only if you lead more than one"),
    "send_code": printed("Text me a code"),
    "enter": printed("Enter code and PIN"),
    "code": printed("The code from the text, 6 digits"),
    "pin": printed("Your PIN, 6 digits"),
    "on_its_way": printed("If this phone belongs to a lead, a code is on its way. It is good for 10 minutes."),
    "three": printed("A lead gets three codes an hour at most. Alerts by text and by call are not touched by this."),
    "again": printed("Ask for another code"),
    "wrong": printed("That was not right, or the code is over. Look again, or ask for another code."),
    "too_old": printed("This page was open for too long. Please begin again."),
    "told": printed("Every sign-in is told to all leads of the school by text."),
    "language": printed("Language of this page"),
    "skip": printed("To the page itself"),
    "pages": printed("All pages"),
    "first_pages": printed("The pages needed most"),
    "more": printed("More"),
    "now": printed("Now"),
    "not_live": printed("This page is no longer kept up to date by itself."),
    "nothing": printed("No alert is open."),
    "frozen": printed("Frozen: nothing of an alert is sent before"),
    "waits": printed("Something waits for your PIN: look at it"),
    "shared": printed("Another lead has a preview open. You can have a code for it as well: it is the next button."),
    "paused": printed("Paused: what has not gone waits."),
    "not_told": printed("Parents are NOT told."),
    "progress": printed("How far it got"),
    "see_progress": printed("See how it gets on"),
    "page_progress": printed("Progress"),
    "waiting": printed("What waits"),
    "people": printed("Who is on the tree"),
    "no_numbers": printed("No phone number is shown on any page."),
}
LINKS: Mapping[str, Printed] = {
    "console.now": printed("Now"),
    "console.alert": printed("Alert"),
    "console.progress": printed("Progress"),
    "console.reports": printed("Reports"),
    "console.requests": printed("Requests"),
    "console.rota": printed("Hotline rota"),
    "console.people": printed("People"),
    "console.languages": printed("Languages"),
    "console.plan": printed("Plan and drills"),
    "console.record": printed("Record"),
    "console.settings": printed("Settings"),
}
"""The pages in the order in which they are listed, by the endpoint of each; one that is not there is left out.

The steps of a page have its endpoint with ``_`` and a word: ``console.alert_confirm``.
"""
ROLES: Mapping[str, Printed] = {
    "parent": printed("Families"),
    "staff": printed("Staff"),
    "lead": printed("Leads"),
    "operator": printed("Hotline operators"),
    "counselor": printed("Counselors"),
    "volunteer": printed("Volunteers"),
    "interpreter": printed("Interpreters"),
    "network": printed("Phones of the network"),
}
WAITING: Mapping[str, Printed] = {
    "messages": printed("Messages and reports for the leads"),
    "callers": printed("Callers who wait on the hotline"),
    "on_duty": printed("People on duty for the hotline"),
}
COUNTS: Mapping[str, Printed] = {
    "phones": printed("Phones in all"),
    "handed_over": printed("Handed over to the carrier"),
    "delivered": printed("Delivered by text"),
    "calls_heard": printed("Calls heard"),
    "voicemails": printed("Voicemails"),
    "by_staff": printed("Reached by staff"),
    "failed": printed("Not reached"),
}


def title_of(alert: AlertState) -> Printed:
    """Its number, by which leads name it, what it is, and where."""
    number, what = str(alert.number), headline(alert.kind).written
    if alert.place:
        return printed("{number}: {what}, {place}", number=number, what=what, place=alert.place)
    return printed("{number}: {what}", number=number, what=what)


def standing_of(alert: AlertState) -> Printed:
    """How sure, since when."""
    return printed("{level}, since {time}.", level=level_name(alert.level), time=alert.opened)


def promise_of(alert: AlertState) -> Printed | None:
    """The text that families were promised."""
    if alert.next_text is None:
        return None
    if alert.is_overdue:
        return printed("The next text was promised by {time}. It is late.", time=alert.next_text)
    return printed("The next text is promised by {time}.", time=alert.next_text)


def rows_of(alert: AlertState) -> list[tuple[Printed, Word]]:
    return [(label, int(getattr(alert, name))) for name, label in COUNTS.items()]
