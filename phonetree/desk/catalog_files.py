"""The catalogs as translators write them: read with what each entry says of itself, and written back; for reviewers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from phonetree.words.i18n import CALLS, DOMAIN
from phonetree.words.pages import PAGES

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

HEARD: Mapping[str, str] = {DOMAIN: "text", CALLS: "call", PAGES: "page"}
"""Where the words of a catalog reach people."""
DRAFTED, REVIEWED = "drafted", "reviewed"
_REVIEWED_BY = "reviewed by "


@dataclass(frozen=True, slots=True)
class Entry:
    """One message, its translation, and who has read it: nobody yet where ``reviewer`` is empty."""

    domain: str
    msgid: str
    words: str
    reviewer: str = ""
    reviewed_on: str = ""

    @property
    def state(self) -> str:
        return REVIEWED if self.reviewer else DRAFTED

    @property
    def remark(self) -> str:
        """What it says of itself in the file; gettext's tools keep it."""
        return f"{_REVIEWED_BY}{self.reviewer}, {self.reviewed_on}" if self.reviewer else DRAFTED


def entries(locales: Path, language: str) -> Iterator[Entry]:
    """Everything that is translated into this language, in the order of the files."""
    for domain in HEARD:
        if (file := file_of(locales, language, domain)).is_file():
            for message in _read(file, language):
                if message.id:
                    who, day = _who_read_it(" ".join(message.user_comments))
                    yield Entry(domain, str(message.id), str(message.string or ""), who, day)


def keep(locales: Path, language: str, changed: Iterable[Entry]) -> None:
    """Write the entries that changed into the files, all of these at once; and compile them for who runs next."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import write_po

    by_domain: dict[str, list[Entry]] = {}
    for entry in changed:
        by_domain.setdefault(entry.domain, []).append(entry)
    ready: list[tuple[Path, Path]] = []
    for domain, mine in by_domain.items():
        file = file_of(locales, language, domain)
        catalog = _read(file, language)
        for entry in mine:
            message = catalog[entry.msgid]
            message.string, message.user_comments = entry.words, [entry.remark]
        for suffix, write in ((".po", partial(write_po, width=0)), (".mo", write_mo)):
            new = file.with_suffix(f"{suffix}.new")
            with new.open("wb") as out:
                write(out, catalog)
            ready.append((new, file.with_suffix(suffix)))
    for new, old in ready:
        new.replace(old)


def file_of(locales: Path, language: str, domain: str) -> Path:
    return locales / language / "LC_MESSAGES" / f"{domain}.po"


def _read(file: Path, language: str) -> Catalog:
    from babel.messages.pofile import read_po

    with file.open("rb") as written:
        return read_po(written, locale=language)


def _who_read_it(remark: str) -> tuple[str, str]:
    if not remark.startswith(_REVIEWED_BY):
        return "", ""
    who, _comma, day = remark.removeprefix(_REVIEWED_BY).rpartition(", ")
    return (who, day) if who else (day, "")
