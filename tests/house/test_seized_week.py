"""A busy week of hundreds of people, and then the disk is taken: no number is in any file, in any spelling."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from shutil import rmtree

from phone import Town, town_in
from sqlalchemy import func, select

from phonetree.demo.rehearsal import HeldClock
from phonetree.demo.seizure import search_folder, search_sounds
from phonetree.desk.audit_chain import link_round
from phonetree.desk.audit_export import export, verify
from phonetree.desk.backups import dumped
from phonetree.desk.figures import figures
from phonetree.desk.purging import purge_all
from phonetree.desk.rosters import import_people
from phonetree.desk.rounds import make_rounds
from phonetree.engine.doorbell import empty
from phonetree.models import Call, Delivery, Person, Report, Request, Site, reading, writing
from phonetree.models.upkeep import rewrite
from phonetree.operators.exposition import exposition
from phonetree.school.roster import read_roster
from phonetree.words.crypto import CannotDecrypt, KeyRing
from phonetree.words.logs import configure_logs
from phonetree.words.numbers import PhoneNumber
from phonetree.words.sealed_files import SealedWriter, opened_lines

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
        opened = what_leaves_the_machine(town, tmp_path / "out")
        assert search_folder(tmp_path / "out", everybody) == []
        stolen = [bytes(each) for each in sealed_numbers(town)]
        assert sum(b64encode(each) in opened for each in stolen) == len(stolen) > len(FAMILIES) / 2
        purged(town)
        left = b"".join(path.read_bytes() for path in (tmp_path / "phonetree.db", tmp_path / "engine.db"))
        assert not [each for each in stolen if each in left]
        assert not [each for each in stolen if opens(town, each)], "what was copied before opens without its key"
    assert search_folder(tmp_path, everybody) == []


def what_leaves_the_machine(town: Town, folder: Path) -> bytes:
    """The figures, the record of what was done and a backup as files; and what is in it, for who has its key."""
    folder.mkdir()
    database, means, key = town.house.database, town.house.means, town.house.settings.keys[0]
    with writing(database) as session:
        link_round(session, means)
    (folder / "metrics").write_bytes(exposition(lambda: figures(database, means)))
    audit = list(export(database, means, None, lambda _count: None))
    assert verify(audit).told > 20
    (folder / "audit").write_text("".join(audit), encoding="utf-8")
    lines = list(dumped(database, means, lambda _count: None))
    with (folder / "backup").open("wb") as out:
        sealed = SealedWriter(out, key)
        for line in lines:
            sealed.write(line)
        sealed.close()
    (folder / "backup, opened").write_bytes(b"".join(lines))
    with (folder / "backup").open("rb") as written:
        assert [line.rstrip(b"\n") for line in lines] == list(opened_lines(written, [key]))
    return b"".join(lines)


def sealed_numbers(town: Town) -> Sequence[bytes]:
    with reading(town.house.database) as session:
        return session.scalars(select(Person.number_sealed)).all()


def purged(town: Town) -> None:
    """As ``phonetree purge --all`` does, and the key folder goes as well."""
    house = town.house
    assert sum(purge_all(house.database, house.means.now())) > 1_000
    empty(house.engine)
    assert rewrite(house.database)
    rmtree(house.settings.key_dir)


def opens(town: Town, sealed: bytes) -> bool:
    """Whether the master keys open it, with a key folder that begins anew. The place is tried as it was sealed."""
    house = town.house
    thief = KeyRing.open(house.settings.key_dir, house.settings.keys, today=house.means.now().date())
    try:
        thief.vault("tree").open_bytes(sealed, row="people")
    except CannotDecrypt as refusal:
        return "not among those" not in str(refusal)
    return True
