"""A busy morning, then the disk is taken: no number, no PIN and no private word is in any file, nor in the logs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from phone import PUBLIC_URL, SCHOOL, Town, receipt_fields, text_fields, town_in

from phonetree.demo.seizure import search_folder
from phonetree.desk.rounds import make_rounds
from phonetree.words.logs import configure_logs
from phonetree.words.numbers import PhoneNumber

LEAD, STAFF = "+12135550110", "+12135550111"
FAMILIES = [f"+12135550{number}" for number in range(120, 126)]
STRANGER = "+12135550177"
EVERYBODY = [PhoneNumber(number) for number in (LEAD, STAFF, STRANGER, SCHOOL, *FAMILIES)]
PIN = "739152"
PRIVATE = "my cousin waits behind the laundry"


@contextmanager
def logs_into(file: Path) -> Iterator[None]:
    root = logging.getLogger()
    before = list(root.handlers)
    with file.open("w", encoding="utf-8") as stream:
        configure_logs(stream, json=True)
        yield
        root.handlers[:] = before


def a_busy_morning(town: Town) -> None:
    """Families join, write and leave; a lead sends an alert; strangers knock."""
    lead = town.enrol(LEAD, "lead", pin=PIN)
    staff = town.enrol(STAFF, "staff")
    for number in FAMILIES:
        town.phone(number).texts("JOIN MAPLE").hears("join").texts("1").hears("on the list")
    ana, bob = town.phone(FAMILIES[0]), town.phone(FAMILIES[1])
    ana.texts("0").hears("Write your message").texts(PRIVATE).hears("with the lead")
    town.deliver()
    lead.hears(PRIVATE)
    for answer, asked in (
        ("5", "see it yourself"),
        ("1", "Where?"),
        (PRIVATE, "When?"),
        ("0", "How many"),
        ("0", "What"),
    ):
        ana.texts(answer).hears(asked)
    ana.texts(PRIVATE).hears("is with the lead")
    town.deliver()
    lead.hears(PRIVATE)
    lead.texts("ALERT 2 1 2").hears("nothing sent yet", "4821")
    lead.texts("4821 739150").hears("NOT SENT").texts(f"4821 {PIN}").hears("SENT to")
    town.deliver()
    for phone in (lead, staff, *(town.phone(number) for number in FAMILIES)):
        assert phone.unread
        phone.unread.clear()
    bob.texts("STOP", OptOutType="STOP").hears_nothing()
    town.phone(FAMILIES[2]).texts("ERASE").hears("forget").texts("1").hears("forgotten")
    lead.texts("STATUS").hears("CONFIRMED")
    town.post("/twilio/sms", text_fields(STRANGER, PRIVATE, AccountSid="AC" + "8" * 32))
    town.send("POST", "/twilio/sms", text_fields(STRANGER, PRIVATE), query=f"from={STRANGER}", signed="x")
    town.post(f"/twilio/status/message/{'f' * 32}", receipt_fields("SM" + "9" * 32, "failed", To=STRANGER))
    make_rounds(town.house.database, town.house.means, "test")
    town.deliver()
    for phone in town.phones.values():
        phone.unread.clear()


def words_in(folder: Path, words: list[str]) -> list[str]:
    """Which of these words lie in any file, as they are or as UTF-16."""
    everything = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    return [word for word in words if word.encode() in everything or word.encode("utf-16-le") in everything]


def test_a_seized_disk_gives_nobody_away(tmp_path: Path) -> None:
    with logs_into(tmp_path / "phonetree.log"), town_in(tmp_path) as town:
        a_busy_morning(town)
        there = {path.name for path in tmp_path.iterdir()}
        assert {"phonetree.db", "phonetree.db-wal", "engine.db", "phonetree.log", "keys"} <= there
        assert search_folder(tmp_path, EVERYBODY) == []
        assert words_in(tmp_path, [PRIVATE, PIN, f"4821 {PIN}"]) == []
    assert search_folder(tmp_path, EVERYBODY) == []


@pytest.mark.parametrize("written", ["{}", "hex", "{!r}", '{{"to": "{}"}}'])
def test_what_was_left_lying_about_is_found(tmp_path: Path, written: str) -> None:
    (tmp_path / "sub").mkdir()
    number = EVERYBODY[0]
    shown = number.e164.encode().hex() if written == "hex" else written.format(number.e164)
    (tmp_path / "sub/left.log").write_text(f"{PUBLIC_URL} {shown} {PRIVATE}", encoding="utf-8")
    assert [(find.file, find.which) for find in search_folder(tmp_path, EVERYBODY)] == [("sub/left.log", 0)]
    assert words_in(tmp_path, [PRIVATE, PIN]) == [PRIVATE]
