"""What in a roster the tree cannot take, though the file is well formed: by line, never with a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.schools import school_of
from phonetree.models import Forgotten, Site
from phonetree.school.problems import Problem
from phonetree.school.roster import Row
from phonetree.words.crypto import Vault
from phonetree.words.numbers import PhoneNumber, is_textable

Phones = Mapping[PhoneNumber, Sequence[Row]]


def refusals(session: Session, means: Means, site: Site, phones: Phones) -> list[Problem]:
    """Everything that keeps *phones* out, each with its line."""
    return [
        *_two_languages(phones),
        *_unreachable(phones),
        *_own_number(school_of(means, site).site.number, phones),
        *_forgotten(session, means.vault(site.sender_id), site, phones),
    ]


def _two_languages(phones: Phones) -> Iterator[Problem]:
    """A phone has one language, whatever its roles."""
    for first, *others in phones.values():
        for row in others:
            if (row.language, row.second_language) != (first.language, first.second_language):
                yield Problem(row.line, "language", f"is another one than on line {first.line} for the same phone")


def _unreachable(phones: Phones) -> Iterator[Problem]:
    reason = "is not in the United States or Canada, or costs extra to call; the tree never calls or texts it"
    known: dict[str, bool] = {}
    for number, rows in phones.items():
        exchange = number.e164[
            :8
        ]  # decides it in North America; asking for each number would take longer than all else
        if exchange not in known:
            known[exchange] = is_textable(number)
        if not known[exchange]:
            yield from (Problem(row.line, "phone", reason) for row in rows)


def _own_number(own: PhoneNumber, phones: Phones) -> Iterator[Problem]:
    for row in phones.get(own, ()):
        yield Problem(row.line, "phone", "is the tree's own number")


def _forgotten(session: Session, vault: Vault, site: Site, phones: Phones) -> Iterator[Problem]:
    """Who asked to be forgotten comes back by their own word only (decisions 25)."""
    chosen = select(Forgotten.number_index).where(Forgotten.sender_id == site.sender_id)
    hashes = frozenset(session.scalars(chosen))
    if not hashes:
        return
    reason = "asked to be forgotten; only the person can join again, by text. Take the line out"
    for number, rows in phones.items():
        if not hashes.isdisjoint(vault.forgotten_indexes(number)):
            yield from (Problem(row.line, "phone", reason) for row in rows)
