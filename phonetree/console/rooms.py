"""The second half of the console's pages, each added to the doors here."""

from __future__ import annotations

from phonetree.console import people, settings
from phonetree.console.doors import Doors
from phonetree.console.languages import add_languages
from phonetree.console.people import add_people
from phonetree.console.plan import add_plan
from phonetree.console.record import add_record
from phonetree.console.reports import add_reports
from phonetree.console.requests import add_requests
from phonetree.console.rota import add_rota
from phonetree.console.settings import add_settings
from phonetree.console.uploads import add_uploads


def add_rooms(doors: Doors) -> None:
    add_uploads(doors, people.UPLOADS | settings.UPLOADS)
    add_reports(doors)
    add_requests(doors)
    add_rota(doors)
    add_people(doors)
    add_languages(doors)
    add_plan(doors)
    add_record(doors)
    add_settings(doors)
