"""``/join/<code>``, ``/privacy``, ``/terms``: what a parent reads before texting, and a reviewer before saying yes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, abort, request
from sqlalchemy import Engine

from phonetree.desk.means import Means
from phonetree.desk.page_words import direction
from phonetree.desk.public_schools import PublicSchool, find_public, kept_for, only_public
from phonetree.desk.public_words import WORDS, as_of
from phonetree.desk.real_texts import real_texts
from phonetree.public.headers import putting_headers
from phonetree.public.rendering import language_of_reader, page, style
from phonetree.words.languages import LANGUAGES, fallbacks
from phonetree.words.pages import ENGLISH, page_languages


def add_public_pages(app: Flask, database: Engine, means: Means, public_url: str) -> None:
    """The three pages. They read the school's file and write nothing; nobody's number but the school's own is there."""
    blueprint = Blueprint("public", __name__)

    @blueprint.get("/join/<code>")
    def join(code: str) -> Response:
        return _join(find_public(database, means, code) or abort(404))

    for name in ("privacy", "terms"):
        blueprint.add_url_rule(f"/{name}", name, partial(_policy, database, means, name), methods=["GET"])
    app.register_blueprint(blueprint)
    app.after_request(putting_headers(style(), is_https=public_url.startswith("https://")))


def _join(found: PublicSchool) -> Response:
    language = language_of_reader(offered(found), found.school.site.languages[0])
    texts = real_texts(found.school, language)
    written = {"texts": texts, "texts_in": (LANGUAGES[texts.language].bcp47, direction(texts.language))}
    return page("join.html", found.languages_of(language), offered(found), **written, **_of(found, language))


def _policy(database: Engine, means: Means, name: str) -> Response:
    """Of the school that the address names, or of the only one here; else of them all, and then it names none."""
    code = request.args.get("school", "")
    found = (find_public(database, means, code) or abort(404)) if code else only_public(database, means)
    if found is None:
        language = language_of_reader(page_languages(), ENGLISH)
        languages = fallbacks(language, None, ENGLISH)
        return page(f"{name}.html", languages, page_languages(), w=WORDS, kept=kept_for(), found=None, query="")
    language = language_of_reader(offered(found), found.school.site.languages[0])
    return page(f"{name}.html", found.languages_of(language), offered(found), **_of(found, language))


def offered(found: PublicSchool) -> tuple[str, ...]:
    """The school's languages, and English for who reviews it."""
    return (*found.written, *(() if ENGLISH in found.written else (ENGLISH,)))


def _of(found: PublicSchool, language: str) -> Mapping[str, Any]:
    return {
        "found": found,
        "site": found.school.site,
        "w": found.sentences(language),
        "keys": found.keys(language),
        "kept": kept_for(),
        "as_of": as_of(found.loaded_on.isoformat()),
        "query": f"&school={found.school.site.code}",
    }
