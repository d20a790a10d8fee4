"""A busy week of hundreds of people, and then the disk is taken: no number is in any file, in any spelling."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path

from phone import Town, town_in
from sqlalchemy import func, select

from phonetree.demo.rehearsal import HeldClock
from phonetree.demo.seizure import search_folder, search_sounds
from phonetree.desk.rosters import import_people
from phonetree.desk.rounds import make_rounds
from phonetree.models import Call, Delivery, Person, Report, Request, Site, reading, writing
from phonetree.school.roster import read_roster
from phonetree.words.logs import configure_logs
from phonetree.words.numbers import PhoneNumber

AREAS = (213, 323, 310, 818, 626)
LEAD, OTHER, OPERATOR, COUNSELOR = (f"+1213555011{n}" for n in range(4))
STAFF = [f"+1213555012{n}" for n in range(6)]
FAMILIES = [f"+1{area}55501{n:02}" for area in AREAS[1:] for n in range(75)]
STRANGERS = [f"+121355501{n}" for n in range(60, 75)]
LANDLINES = FAMILIES[-20:]
PIN, OTHER_PIN = "739152", "628041"
PRIVATE = "my cousin waits behind the laundry"


@contextmanager
def logs_into(file: Path) -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    with file.open("w", encoding="utf-8") as stream:
        configure_logs(stream, json=True)
        yield
        root.handlers[:] = before
        root.setLevel(level)


def forgets_what_it_read(town: Town) -> None:
    for phone in town.phones.values():
        phone.unread.clear()


def delivers(town: Town) -> None:
    """What waits goes out, calls ring and are taken, and what that leads to as well."""
    for _pass in range(3):
        town.deliver()
        for call in [each for each in town.calls if each.is_ringing]:
            call.picks_up() if call.handset in LANDLINES else call.does_not_answer()
    forgets_what_it_read(town)


def a_roster(town: Town) -> None:
    rows = [f"{number},{'es' if n % 3 else 'en'},parent,sms,paper form 2026-09-03" for n, number in enumerate(FAMILIES)]
    rows = [row.replace(",sms,", ",voice,") if row.split(",")[0] in LANDLINES else row for row in rows]
    given = "\n".join(["phone,language,role,channel,consent", *rows]).encode()
    with writing(town.house.database) as session:
        site = session.scalars(select(Site)).one()
        import_people(session, town.house.means, site, read_roster(given, languages=("en", "es", "ko", "hy")))
    delivers(town)


def an_alert(town: Town, who: str, pin: str) -> None:
    """It is sent with a wrong try before, taken back, and ended."""
    lead = town.phone(who)
    lead.texts("ALERT 2 1 2")
    code = _code(lead.unread[-1])
    lead.unread.clear()
    lead.texts(f"{code} 000000").unread.clear()
    lead.texts(f"{code} {pin}").hears("SENT to")
    delivers(town)
    for number in FAMILIES[:10]:
        town.phone(number).texts("1").unread.clear()
    lead.texts("CLEAR")
    code = _code(lead.unread[-1])
    lead.unread.clear()
    lead.texts(f"{code} {pin}").unread.clear()
    delivers(town)


def _code(preview: str) -> str:
    return next(word for word in preview.split() if len(word) == len("4821") and word.isdigit())


def a_day(town: Town, day: int) -> None:
    """Some leave, some are erased, strangers write, families report and ask, people call."""
    family = [town.phone(number) for number in FAMILIES[day * 40 : day * 40 + 12]]
    for words in ("AID", "1", "1"):
        family[0].texts(words).unread.clear()
    for words in ("0", PRIVATE):
        family[1].texts(words).unread.clear()
    for words in ("5", "1", PRIVATE, "0", "0", PRIVATE):
        family[2].texts(words).unread.clear()
    family[3].texts("STOP", OptOutType="STOP")
    family[4].texts("no more messages please stop").unread.clear()
    family[5].texts("ERASE").unread.clear()
    family[5].texts("1").unread.clear()
    for words in ("LANG", "2"):
        family[6].texts(words).unread.clear()
    for number in islice(STRANGERS, day * 2, day * 2 + 2):
        town.phone(number).texts(PRIVATE).unread.clear()
        town.phone(number).texts("JOIN MAPLE").unread.clear()
    joins = town.phone(STRANGERS[day * 2])
    joins.texts("1").unread.clear()
    town.phone(OPERATOR).texts("ON").unread.clear()
    family[7].calls().presses("1").hangs_up()
    family[8].calls(is_withheld=True).presses("1").hangs_up()
    town.phone(STRANGERS[day]).calls().hangs_up()
    delivers(town)


def a_week(town: Town) -> None:
    clock = town.house.means.clock
    assert isinstance(clock, HeldClock)
    for number, role, pin in ((LEAD, "lead", PIN), (OTHER, "lead", OTHER_PIN), (OPERATOR, "operator", "")):
        town.enrol(number, role, pin=pin)
    town.enrol(COUNSELOR, "counselor")
    for number in STAFF:
        town.enrol(number, "staff")
    a_roster(town)
    for day in range(7):
        a_day(town, day)
        if day in {1, 4}:
            an_alert(town, *((LEAD, PIN) if day == 1 else (OTHER, OTHER_PIN)))
        for _hour in range(4):
            clock.at += timedelta(hours=6)
            make_rounds(town.house.database, town.house.means, "test")
            delivers(town)


def test_a_seized_week_gives_nobody_away(tmp_path: Path) -> None:
    everybody = [PhoneNumber(each) for each in (LEAD, OTHER, OPERATOR, COUNSELOR, *STAFF, *FAMILIES, *STRANGERS)]
    with logs_into(tmp_path / "phonetree.log"), town_in(tmp_path) as town:
        a_week(town)
        with reading(town.house.database) as session:
            for table, least in ((Person, 250), (Delivery, 1_000), (Report, 5), (Call, 10), (Request, 1)):
                assert (session.scalar(select(func.count()).select_from(table)) or 0) >= least, table
        there = {path.name for path in tmp_path.iterdir()}
        assert {"phonetree.db", "phonetree.db-wal", "engine.db", "phonetree.log", "keys"} <= there
        assert search_folder(tmp_path, everybody) == []
        assert search_sounds(tmp_path) == []
        everything = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())
        for words in (PRIVATE, PIN, OTHER_PIN):
            assert words.encode() not in everything
    assert search_folder(tmp_path, everybody) == []
