"""The first page that a lead sees: whether anything is running, one large button for each thing to do, and counts."""

from __future__ import annotations

from typing import Any

from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from phonetree.console.alert_words import DEEDS, follow_ups
from phonetree.console.doors import Doors
from phonetree.console.live import Happening
from phonetree.console.rendering import page, part, say_in
from phonetree.console.words import ROLES, WAITING, WORDS, promise_of, rows_of, standing_of, title_of
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_now import Now, now_at

LIVE = "/console/now/live"


def add_now(doors: Doors) -> None:
    database, means = doors.desk.database, doors.desk.means

    @doors.for_leads("/")
    def now(lead: SignedIn) -> Response:
        found = now_at(database, means, lead)
        return page("now.html", lead.languages, school=found.school, live=LIVE, **_shown(found))

    @doors.for_leads("/now/live", by_itself=True)
    def now_live(lead: SignedIn) -> Response:
        """The same as it is now."""
        found = now_at(database, means, lead)
        state = part("now_state.html", lead.languages, csrf=generate_csrf(), **_shown(found))
        runs = title_of(found.alerts[0]) if found.alerts else WORDS["nothing"]
        return Happening({"state": state}, say_in(lead.languages).plain(runs)).response()


def _shown(found: Now) -> dict[str, Any]:
    alerts = [
        (alert, title_of(alert), standing_of(alert), promise_of(alert), rows_of(alert), follow_ups(alert.kind))
        for alert in found.alerts
    ]
    return {
        "now": found,
        "alerts": alerts,
        "waiting": [(label, getattr(found, name)) for name, label in WAITING.items()],
        "people": [(label, found.people.get(role, 0)) for role, label in ROLES.items()],
        "deeds": DEEDS,
        "at_once": at_once(found),
    }


def at_once(found: Now) -> list[str]:
    """What is done by one press, most urgent first: it has no questions."""
    is_paused = any(alert.is_paused for alert in found.alerts)
    possible = {
        "pause": found.is_going_out,
        "send": is_paused or found.is_shared,
        "thaw": found.frozen is not None,
        "freeze": found.frozen is None,
    }
    return [name for name, is_possible in possible.items() if is_possible]
