"""The record of what was done, written into a file line by line; and a file verified, by whoever has nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select

from phonetree.desk.audit_chain import DROPPING, Link, about_dropping, digest, digest_of, ends
from phonetree.desk.means import Means
from phonetree.models import AuditEntry, Site, reading

FORMAT = "phonetree audit 1"
Line = Mapping[str, Any]


class Broken(Exception):
    """The chain does not hold; the message says where."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A chain that holds: how many of its entries are told in full, what it begins after, where it ends."""

    told: int
    begins_after: int
    head: Link


# --- out of the database ----------------------------------------------------------------------------------------------


def count(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).where(AuditEntry.place.is_not(None))) or 0


def export(engine: Engine, means: Means, site: Site | None, watch: Callable[[int], None]) -> Iterator[str]:
    """The lines of the file: a beginning, every linked entry in its place, the end.

    Of other schools, and of those that were forgotten, digests alone.
    """
    with reading(engine) as session:
        dropped, head = ends(session)
        begins = {"begins_after": dropped.place, "link": dropped.link.hex(), "at": means.now().isoformat()}
        yield _line({"audit": FORMAT, "site": site.code if site else None, **begins})
        codes = {school.id: school.code for school in session.scalars(select(Site))}
        linked = select(AuditEntry).where(AuditEntry.place.is_not(None)).order_by(AuditEntry.place)
        for entry in session.scalars(linked.execution_options(yield_per=500)):
            is_told = entry.digest is None and (site is None or entry.site_id in {None, site.id})
            yield _line(_told(entry, codes) if is_told else _left_out(entry))
            watch(1)
        yield _line({"head": head.link.hex(), "place": head.place})


def _told(entry: AuditEntry, codes: Mapping[int, str]) -> Line:
    return {
        **_left_out(entry),
        "at": entry.at.isoformat(),
        "site": codes.get(entry.site_id or 0),
        "site_id": entry.site_id,
        "actor": entry.actor_id,
        "what": entry.what,
        "about": entry.about,
    }


def _left_out(entry: AuditEntry) -> Line:
    return {"place": entry.place, "digest": digest(entry).hex(), "link": (entry.link or b"").hex()}


def _line(content: Line) -> str:
    return json.dumps(content, ensure_ascii=False) + "\n"


# --- verifying a file -------------------------------------------------------------------------------------------------


def verify(lines: Iterable[str], known_head: str = "") -> Verified:
    """Whether the file holds; raises Broken. *known_head*, from a log, must be the link of one of its places."""
    each = (_read(number, line) for number, line in enumerate(lines, start=1))
    first = next(each, {})
    if first.get("audit") != FORMAT:
        raise Broken("this is not an export of the audit")
    chain = _Chain(Link(int(first["begins_after"]), bytes.fromhex(first["link"])), known_head)
    for line in each:
        chain.take(line)
    return chain.end()


class _Chain:
    """The links so far."""

    def __init__(self, begin: Link, known_head: str) -> None:
        self._at, self._known, self._told = begin, known_head, 0
        self._begin, self._said_dropped = begin, begin.place == 0
        self._has_known = known_head in {"", begin.printed}
        self._has_ended = False

    def take(self, line: Line) -> None:
        if self._has_ended:
            raise Broken("something stands after its end")
        if "head" in line:
            self._has_ended = True
            if (self._at.place, self._at.link.hex()) != (line["place"], line["head"]):
                raise Broken(f"entries are missing at its end, after place {self._at.place}")
            return
        self._link(line)

    def _link(self, line: Line) -> None:
        expected = self._at.place + 1
        if line["place"] != expected:
            raise Broken(f"place {expected} is missing")
        if "what" in line and _digest(line).hex() != line["digest"]:
            raise Broken(f"the entry at place {expected} was changed")
        self._at = self._at.after(bytes.fromhex(line["digest"]))
        if self._at.link.hex() != line["link"]:
            raise Broken(f"the chain breaks at place {expected}")
        self._told += "what" in line
        is_drop = line.get("what") == DROPPING and line["about"] == about_dropping(self._begin)
        self._said_dropped = self._said_dropped or is_drop
        self._has_known = self._has_known or self._at.printed == self._known

    def end(self) -> Verified:
        if not self._has_ended:
            raise Broken(f"its end is missing, after place {self._at.place}")
        if not self._said_dropped:
            raise Broken(
                f"its beginning is missing: no entry says that what stood up to {self._begin.place} was dropped"
            )
        if not self._has_known:
            raise Broken("the head that you know is none of its links: entries were cut off, or it was written anew")
        return Verified(self._told, self._begin.place, self._at)


def _digest(line: Line) -> bytes:
    return digest_of(line["site_id"], line["actor"], line["what"], line["about"], datetime.fromisoformat(line["at"]))


def _read(number: int, line: str) -> Line:
    try:
        return dict(json.loads(line))
    except (ValueError, TypeError):
        raise Broken(f"line {number} cannot be read") from None
