"""The page and its pieces as HTML: whatever somebody wrote is escaped, and nothing in it runs but our own script."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from phonetree.simulator.page import words
from phonetree.simulator.page.book import Line, Passed
from phonetree.simulator.page.crossings import price_of, readable, shown_address

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
)
ASSETS = MappingProxyType({"style.css": "text/css", "page.js": "text/javascript"})
_STATIC = Path(__file__).parent / "static"


def asset(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")


def page(**values: Any) -> str:
    return _template("page.html").render(
        w=words.PAGE, letters=words.LETTERS, key_names=words.KEY_NAMES, line=line, crossing=crossing, **values
    )


def line(line: Line) -> Markup:
    """One line of a display. Its id is its place in the order."""
    return Markup(_template("line.html").render(line=line).strip())  # noqa: S704  the template has escaped it


def crossing(passed: Passed) -> Markup:
    told, answer = price_of(passed.crossing).told, readable(passed.crossing)
    values = {"number": passed.number, "crossing": passed.crossing, "price": told, "answer": answer}
    values["address"] = shown_address(passed.crossing)
    return Markup(_template("crossing.html").render(w=words.PAGE, **values).strip())  # noqa: S704  likewise


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("phonetree.simulator.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(name: str) -> Template:
    return _environment().get_template(name)
