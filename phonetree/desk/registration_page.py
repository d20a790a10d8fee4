"""The carriers' forms, filled in, as one page to print, or to copy from in a browser."""

from __future__ import annotations

from collections.abc import Sequence

from phonetree.desk.page_words import templates_of
from phonetree.desk.registration import Part, wrongs
from phonetree.school.schema import School


def render_registration(school: School, parts: Sequence[Part]) -> str:
    """A whole document that needs nothing else; what is too long stands first."""
    return (
        templates_of("phonetree.desk")
        .get_template("registration.html")
        .render(school=school, parts=parts, wrongs=wrongs(school, parts))
    )
