"""The carriers' forms, filled in, as one page to print, or to copy from in a browser."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from phonetree.desk.registration import Part, wrongs
from phonetree.school.schema import School


def render_registration(school: School, parts: Sequence[Part]) -> str:
    """A whole document that needs nothing else; what is too long stands first."""
    return _template().render(school=school, parts=parts, wrongs=wrongs(school, parts))


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("phonetree.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("registration.html")
