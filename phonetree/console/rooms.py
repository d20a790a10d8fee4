"""The second half of the console's pages, each added to the doors here."""

from __future__ import annotations

from phonetree.console import people
from phonetree.console.doors import Doors
from phonetree.console.people import add_people
from phonetree.console.reports import add_reports
from phonetree.console.uploads import add_uploads


def add_rooms(doors: Doors) -> None:
    add_uploads(doors, people.UPLOADS)
    add_reports(doors)
    add_people(doors)
