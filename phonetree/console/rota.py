"""The hotline's rota: a week at a glance, and every gap in words as well as in red."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from werkzeug.wrappers import Response

from phonetree.console.doors import Doors
from phonetree.console.room import is_still_lead, shown
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_rota import Cover, Gap, week_at
from phonetree.words.i18n import Word
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import Printed, printed

WORDS: Mapping[str, Printed] = {
    "title": printed("Hotline rota"),
    "now": printed("On the hotline now"),
    "no_shifts": printed("The school file names no shifts, so every caller goes straight to the outside hotlines."),
    "week": printed("The next seven days"),
    "note": printed(
        "Counted are the operators who could take a shift, by the language; for the one that is open, who is on."
    ),
    "day": printed("Day"),
    "hours": printed("Hours"),
    "people": printed("People"),
    "open_now": printed("open now"),
    "none": printed("No shift on this day."),
    "past": printed("Shifts that began without anybody, in the last seven days"),
    "began": printed("Began"),
    "language": printed("Language"),
    "no_past": printed("In the last seven days no shift began without anybody."),
    "on_by_text": printed("Who begins a shift sends ON by text, and OFF at its end."),
    "any": printed("any language"),
}
DAYS = (
    printed("Monday"),
    printed("Tuesday"),
    printed("Wednesday"),
    printed("Thursday"),
    printed("Friday"),
    printed("Saturday"),
    printed("Sunday"),
)


def add_rota(doors: Doors) -> None:
    desk = doors.desk

    @doors.for_leads("/rota")
    @is_still_lead
    def rota(lead: SignedIn) -> Response:
        week = week_at(desk.database, desk.means, lead)
        days = [(_day(day), day, [(slot, _covers(slot.cover)) for slot in slots]) for day, slots in week.days]
        past = [(gap.began, _language(gap)) for gap in week.past]
        return shown(desk, lead, "rota.html", WORDS, week=week, days=days, on_now=_on(week.on_now), past=past)


def _day(day: date) -> Printed:
    return DAYS[day.weekday()]


def _on(count: int) -> Printed:
    return printed("Nobody is on.") if not count else printed("On now: {n}.", n=count)


def _covers(cover: tuple[Cover, ...]) -> list[tuple[str, Printed | Word, bool]]:
    """For each language, which is empty where any will do: how many there are, or in words that there is nobody."""
    return [(_name(each.language), _NOBODY if each.is_gap else each.people, each.is_gap) for each in cover]


def _language(gap: Gap) -> Printed | Word:
    return _name(gap.language) or WORDS["any"]


def _name(language: str | None) -> str:
    return LANGUAGES[language].endonym if language and language in LANGUAGES else ""


_NOBODY = printed("nobody")
