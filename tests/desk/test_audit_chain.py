"""The record of what was done is a chain: what is changed, dropped, swapped or cut off is found, by the file alone."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from sqlalchemy import column, delete, select, table, update
from stage import LEAD, SCHOOL, all_of, say

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.audit_chain import drop_before, ends, in_letters, link_round
from phonetree.desk.audit_export import Broken, export, verify
from phonetree.desk.outbox import audit
from phonetree.desk.schools import find_site
from phonetree.models import AuditEnd, AuditEntry, reading, writing
from phonetree.words.logs import configure_logs

SOMEBODYS_NUMBER = re.compile(r"555\D{0,3}01[1-8]\d")


def note(tree: Rehearsal, *whats: str, code: str = "MAPLE") -> None:
    with writing(tree.database) as session:
        for what in whats:
            audit(session, tree.means, what, site=find_site(session, code), actor=None, about="1 of 2")


def linked(tree: Rehearsal) -> None:
    with writing(tree.database) as session:
        link_round(session, tree.means)


def exported(tree: Rehearsal, code: str = "") -> list[str]:
    with reading(tree.database) as session:
        site = find_site(session, code) if code else None
    return list(export(tree.database, tree.means, site, lambda _count: None))


@pytest.fixture
def five(tree: Rehearsal) -> Rehearsal:
    note(tree, "joined", "left", "proposed alert")
    linked(tree)
    tree.clock.at += timedelta(days=2)
    note(tree, "released alert", "paused")
    linked(tree)
    return tree


def test_what_is_written_waits_for_no_link_and_gets_one_in_the_round(tree: Rehearsal) -> None:
    note(tree, "joined", "left")
    assert all_of(tree, select(AuditEntry.place)) == [None, None]
    assert verify(exported(tree)).told == 0
    linked(tree)
    assert all_of(tree, select(AuditEntry.place).order_by(AuditEntry.id)) == [1, 2]
    found = verify(exported(tree))
    assert (found.told, found.begins_after, found.head.place) == (2, 0, 2)


def test_the_rounds_link_and_a_round_more_changes_nothing(tree: Rehearsal) -> None:
    note(tree, "joined")
    tree.wait(timedelta(seconds=5))
    before = exported(tree)[1:]
    assert json.loads(before[-1])["place"] >= 1
    tree.wait(timedelta(seconds=5))
    assert exported(tree)[1:] == before


def test_an_export_holds_no_number_and_no_words(five: Rehearsal) -> None:
    say(five, LEAD, "JOIN MAPLE")
    say(five, LEAD, "1")
    linked(five)
    lines = exported(five)
    assert verify(lines).told == 6
    assert not SOMEBODYS_NUMBER.search("".join(lines))
    assert all(len(entry.get("about", "")) <= 80 for entry in map(json.loads, lines))


Tampering = Callable[[list[str]], list[str]]
CHANGES: dict[str, Tampering] = {
    "changed": lambda lines: [lines[0], lines[1].replace("joined", "left"), *lines[2:]],
    "made later": lambda lines: [lines[0], lines[1].replace("T16", "T17"), *lines[2:]],
    "dropped": lambda lines: [*lines[:2], *lines[3:]],
    "swapped": lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
    "cut off": lambda lines: [*lines[:-2], lines[-1]],
    "without an end": lambda lines: lines[:-1],
    "without a beginning": lambda lines: lines[1:],
    "twice": lambda lines: [*lines[:2], lines[1], *lines[2:]],
    "added to": lambda lines: [*lines, lines[-2]],
    "half a line": lambda lines: [*lines[:-1], lines[-1][:9]],
    "begins later": lambda lines: [
        json.dumps(json.loads(lines[0]) | {"begins_after": 1, "link": json.loads(lines[1])["link"]}),
        *lines[2:],
    ],
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_was_touched_does_not_hold(five: Rehearsal, change: str) -> None:
    lines = exported(five)
    assert verify(lines).told == 5
    touched = CHANGES[change](lines)
    assert touched != lines
    with pytest.raises(Broken):
        verify(touched)


ENTRIES, ENDS = table("audit", column("place"), column("what")), table("audit_ends", column("place"), column("link"))
IN_THE_DATABASE = {
    "changed": update(ENTRIES).where(ENTRIES.c.place == 2).values(what="joined"),
    "dropped": delete(ENTRIES).where(ENTRIES.c.place == 3),
    "cut off": delete(ENTRIES).where(ENTRIES.c.place == 5),
    "beginning": delete(ENTRIES).where(ENTRIES.c.place == 1),
}


@pytest.mark.parametrize("change", IN_THE_DATABASE)
def test_rows_that_were_touched_are_found_in_an_export(five: Rehearsal, change: str) -> None:
    with writing(five.database) as session:
        session.connection().execute(IN_THE_DATABASE[change])
    with pytest.raises(Broken):
        verify(exported(five))
    linked(five)
    with pytest.raises(Broken):
        verify(exported(five))


def test_an_end_that_was_cut_off_whole_is_found_by_the_head_in_the_log(five: Rehearsal) -> None:
    known = verify(exported(five)).head
    with writing(five.database) as session:
        session.execute(delete(AuditEntry).where(AuditEntry.place > 3))
        third = session.scalars(select(AuditEntry).where(AuditEntry.place == 3)).one()
        session.execute(update(AuditEnd).values(place=3, link=third.link))
    note(five, "released alert", "joined")
    linked(five)
    assert verify(exported(five)).told == 5, "by itself it holds"
    with pytest.raises(Broken, match="cut off"):
        verify(exported(five), known.printed)


def test_a_head_from_long_ago_is_still_one_of_the_links(five: Rehearsal) -> None:
    known = verify(exported(five)).head.printed
    note(five, "joined")
    linked(five)
    assert verify(exported(five), known).head.place == 6


def test_the_head_is_said_once_a_day_and_no_redactor_hides_it(five: Rehearsal) -> None:
    stream = StringIO()
    configure_logs(stream, json=True)
    five.clock.at += timedelta(days=1)
    linked(five)
    linked(five)
    (line,) = stream.getvalue().splitlines()
    logging.getLogger().handlers.clear()
    with reading(five.database) as session:
        _dropped, head = ends(session)
    assert json.loads(line)["head"] == in_letters(head.link)
    assert json.loads(line)["place"] == 5


def test_the_oldest_part_is_dropped_and_the_rest_still_holds(five: Rehearsal) -> None:
    known = verify(exported(five)).head.printed
    with writing(five.database) as session:
        assert drop_before(session, five.means, five.clock.at - timedelta(days=1)) == 3
        assert drop_before(session, five.means, five.clock.at - timedelta(days=1)) == 0
    linked(five)
    found = verify(exported(five), known)
    assert (found.told, found.begins_after, found.head.place) == (3, 3, 6)
    five.clock.at += timedelta(days=400)
    with writing(five.database) as session:
        assert drop_before(session, five.means, five.clock.at - timedelta(days=365)) == 3
    linked(five)
    found = verify(exported(five))
    assert (found.told, found.begins_after, found.head.place) == (1, 6, 7)


def test_a_beginning_that_nobody_says_was_dropped_is_missing(five: Rehearsal) -> None:
    with writing(five.database) as session:
        second = session.scalars(select(AuditEntry).where(AuditEntry.place == 2)).one()
        session.add(AuditEnd(name="dropped", place=2, link=second.link, at=five.means.now()))
        session.flush()
        session.execute(delete(AuditEntry).where(AuditEntry.place <= 2))
    with pytest.raises(Broken, match="its beginning is missing"):
        verify(exported(five))


def test_of_other_schools_only_digests_are_told(five: Rehearsal) -> None:
    other = five.load(SCHOOL.read_text().replace('code = "MAPLE"', 'code = "OAK"').replace('"62753"', '"625"'))
    note(five, "joined", "left", code=other.site.code)
    note(five, "resumed")
    linked(five)
    assert verify(exported(five)).told == 8
    lines = exported(five, "OAK")
    found = verify(lines, verify(exported(five)).head.printed)
    assert (found.told, found.head.place) == (2, 8)
    assert not [line for line in lines if "MAPLE" in line or "resumed" in line]
    with pytest.raises(Broken, match="the chain breaks at place 2"):
        verify([*lines[:2], lines[2].replace('"digest": "', '"digest": "00')[:-1], *lines[3:]])


def test_rounds_and_writers_at_once_make_one_chain(tree: Rehearsal) -> None:
    barrier = threading.Barrier(6)

    def work(place: int) -> None:
        barrier.wait(timeout=30)
        for _turn in range(5):
            if place % 2:
                note(tree, f"joined {place}")
            else:
                linked(tree)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(6)))
    linked(tree)
    found = verify(exported(tree))
    assert (found.told, found.head.place) == (15, 15)
