"""The first page that a lead sees: whether anything is running, and counts."""

from __future__ import annotations

from werkzeug.wrappers import Response

from phonetree.console.doors import Doors
from phonetree.console.rendering import page
from phonetree.console.words import ROLES, WAITING, promise_of, rows_of, standing_of, title_of
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_now import now_at


def add_now(doors: Doors) -> None:
    @doors.for_leads("/")
    def now(lead: SignedIn) -> Response:
        found = now_at(doors.desk.database, doors.desk.means, lead)
        alerts = [
            (alert, title_of(alert), standing_of(alert), promise_of(alert), rows_of(alert)) for alert in found.alerts
        ]
        waiting = [(label, getattr(found, name)) for name, label in WAITING.items()]
        people = [(label, found.people.get(role, 0)) for role, label in ROLES.items()]
        return page("now.html", lead.languages, school=found.school, alerts=alerts, waiting=waiting, people=people)
