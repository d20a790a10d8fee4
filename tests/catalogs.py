"""The catalogs as translators write them, for tests: read from their files, compiled into a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from phonetree.words import i18n

LOCALES = Path(__file__).resolve().parents[1] / "locales"
TEXTS, CALLS, PAGES = DOMAINS = ("messages", "voice", "pages")
WRITTEN = sorted((path.parent.parent.name, path.stem) for path in LOCALES.glob("*/LC_MESSAGES/*.po"))
"""Every language with the catalogs that it has."""


def languages_of(domain: str) -> list[str]:
    return [code for code, of in WRITTEN if of == domain]


@cache
def template(domain: str = TEXTS) -> Catalog:
    with (LOCALES / f"{domain}.pot").open("rb") as written:
        return read_po(written)


@cache
def catalog(code: str, domain: str = TEXTS) -> Catalog:
    with (LOCALES / code / f"LC_MESSAGES/{domain}.po").open("rb") as written:
        return read_po(written, locale=code)


def messages(of: Catalog) -> dict[str, Message]:
    return {str(message.id): message for message in of if message.id}


def texts(code: str, domain: str = TEXTS) -> list[tuple[str, str]]:
    """Every message id with its translation."""
    return [(msgid, str(message.string)) for msgid, message in messages(catalog(code, domain)).items()]


def compile_into(folder: Path, code: str, domain: str, made: Catalog) -> None:
    compiled = folder / code / f"LC_MESSAGES/{domain}.mo"
    compiled.parent.mkdir(parents=True, exist_ok=True)
    with compiled.open("wb") as machine_readable:
        write_mo(machine_readable, made)


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """What is compiled in *folder* is what the program reads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(i18n, "LOCALES", folder)
        i18n.catalog.cache_clear()
        yield
    i18n.catalog.cache_clear()


@contextmanager
def as_written(folder: Path, *domains: str) -> Iterator[None]:
    """The catalogs as they stand in the files: those that were compiled earlier may be out of date."""
    for code, domain in WRITTEN:
        if domain in (domains or DOMAINS):
            compile_into(folder, code, domain, catalog(code, domain))
    with in_use(folder):
        yield


def made_up(words: Mapping[str, str]) -> Catalog:
    """A catalog of a language that nobody speaks."""
    made = Catalog(charset="utf-8", fuzzy=False)
    for msgid, translation in words.items():
        made.add(msgid, translation)
    return made
