"""A public page as HTML in one language; what nobody has translated yet says which language it is in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from flask import Response, request
from markupsafe import Markup

from phonetree.desk.page_words import PageWords, direction, templates_of
from phonetree.words.languages import LANGUAGES


def page(template: str, languages: tuple[str, ...], offered: Sequence[str], **values: Any) -> Response:
    """The whole page. *offered*: the languages to which it links. Who has it already is told that it is the same."""
    own = languages[0]
    others = [(code, LANGUAGES[code].bcp47, direction(code), LANGUAGES[code].endonym) for code in offered]
    head = {"own": own, "bcp47": LANGUAGES[own].bcp47, "direction": direction(own), "style": Markup(style())}  # noqa: S704 - our own file
    say = PageWords(languages)
    html = templates_of("phonetree.public").get_template(template).render(say=say, offered=others, **head, **values)
    response = Response(html, content_type="text/html; charset=utf-8")
    response.add_etag()
    response.make_conditional(request)
    return response


def language_of_reader(offered: Sequence[str], otherwise: str) -> str:
    """The language that was clicked, else the first of *offered* that the browser asks for: es-MX means Spanish."""
    clicked = request.args.get("lang", "")
    if clicked in offered:
        return clicked
    wanted = (tag.replace("-", "_") for tag, _quality in request.accept_languages)
    return next((code for tag in wanted for code in (tag, tag.partition("_")[0]) if code in offered), otherwise)


@cache
def style() -> str:
    return (files("phonetree.public") / "templates/style.css").read_text(encoding="utf-8")
