"""The database is gone, or not migrated: a telephone still gets words, a receipt is told, and no log quotes anybody."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from phone import Reply, Town, new_sid, receipt_fields, served, settings, text_fields, town_in

from phonetree.app import open_house, web_app
from phonetree.models import open_database
from phonetree.models.migrations import migrate
from phonetree.words.logs import configure_logs

ANA = "+12135550142"
SECRET_WORDS = "the blue van behind Alder Street"


@dataclass(frozen=True)
class Ruin:
    """A web server whose database cannot be opened, and what it logs."""

    town: Town
    logged: StringIO


@pytest.fixture
def logged() -> Iterator[StringIO]:
    root = logging.getLogger()
    before, stream = list(root.handlers), StringIO()
    configure_logs(stream, json=True)
    yield stream
    root.handlers[:] = before


@pytest.fixture
def ruin(tmp_path: Path, logged: StringIO) -> Iterator[Ruin]:
    """A folder stands where the database file was."""
    given = settings(tmp_path)
    database = open_database(given.database_url)
    migrate(database)
    database.dispose()
    for file in tmp_path.glob("phonetree.db*"):
        file.unlink()
    (tmp_path / "phonetree.db").mkdir()
    house = open_house(given)
    logged.seek(0)
    logged.truncate()
    with served(web_app(house)) as port:
        yield Ruin(Town(house, port), logged)
    house.database.dispose()


def spoken(reply: Reply, tag: str) -> list[str]:
    assert (reply.status, reply.kind) == (200, "text/xml")
    root = ET.fromstring(reply.body)  # noqa: S314 - our own server's
    assert {element.tag for element in root} == {tag}
    return [element.text or "" for element in root]


def test_a_text_is_answered_in_several_languages(ruin: Ruin) -> None:
    first, second = spoken(ruin.town.post("/twilio/sms", text_fields(ANA, SECRET_WORDS)), "Message")
    assert "has a fault" in first
    assert "Hay una falla" in first
    assert "시스템" in second


def test_a_receipt_is_told_that_it_was_not_kept(ruin: Ruin) -> None:
    reply = ruin.town.post(f"/twilio/status/message/{'a' * 32}", receipt_fields(new_sid(), "delivered"))
    assert (reply.status, reply.kind, reply.body) == (503, "text/plain", "Not kept.")


def test_strangers_are_still_refused_before_anything_is_read(ruin: Ruin) -> None:
    assert ruin.town.send("POST", "/twilio/sms", text_fields(ANA, "MENU")).status == 403


def test_the_fallback_needs_no_signature_and_no_database(ruin: Ruin) -> None:
    assert "has a fault" in spoken(ruin.town.send("POST", "/twilio/fallback", text_fields(ANA, "x")), "Message")[0]
    assert "has a fault" in spoken(ruin.town.send("POST", "/twilio/fallback", [("CallSid", "CA1")]), "Say")[0]
    assert ruin.logged.getvalue() == ""


def test_logs_tell_the_place_and_quote_nobody(ruin: Ruin) -> None:
    ruin.town.post("/twilio/sms", text_fields(ANA, SECRET_WORDS))
    ruin.town.post(f"/twilio/status/message/{'a' * 32}", receipt_fields(new_sid(), "delivered", To=ANA))
    lines = [json.loads(line) for line in ruin.logged.getvalue().splitlines()]
    assert [line["error"] for line in lines] == ["OperationalError", "OperationalError"]
    assert "receipts.py" in lines[1]["where"]
    assert re.fullmatch(
        r"webhooks.py:\d+ sms( > [\w.]+:\d+ [\w<>]+)* > conversations.py:\d+ answer( > [\w.]+:\d+ [\w<>]+)+",
        lines[0]["where"],
    )
    for quoted in (ANA, ANA[2:], "213-555-0142", SECRET_WORDS, "blue van"):
        assert quoted not in ruin.logged.getvalue()


def test_alive_is_not_ready(ruin: Ruin) -> None:
    assert ruin.town.send("GET", "/healthz").status == 200
    ready = ruin.town.send("GET", "/readyz")
    assert ready.status == 503
    assert json.loads(ready.body) == {"database": False, "migrations": False, "engine": True}


def test_a_database_that_is_not_migrated_is_not_ready(tmp_path: Path, logged: StringIO) -> None:
    house = open_house(settings(tmp_path))
    with served(web_app(house)) as port:
        ready = Town(house, port).send("GET", "/readyz")
        assert ready.status == 503
        assert json.loads(ready.body) == {"database": True, "migrations": False, "engine": True}
        migrate(house.database)
        ready = Town(house, port).send("GET", "/readyz")
        assert (ready.status, set(json.loads(ready.body).values())) == (200, {True})
    house.database.dispose()


def test_an_ordinary_day_logs_no_number_and_no_words(tmp_path: Path, logged: StringIO) -> None:
    with town_in(tmp_path) as town:
        ana = town.phone(ANA)
        ana.texts("JOIN MAPLE").hears("join").texts("1").hears("on the list")
        ana.texts("0").hears("Write your message").texts(SECRET_WORDS).hears("with the lead")
        assert town.post("/twilio/sms", text_fields(ANA, SECRET_WORDS, AccountSid="AC" + "8" * 32)).status == 400
    for quoted in (ANA, ANA[2:], SECRET_WORDS):
        assert quoted not in logged.getvalue()
