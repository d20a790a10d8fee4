"""A telephone for tests: it texts and calls a real server like the provider would, and forgives nothing it answers."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from phone_calls import PhoneCall, wrongs_in
from sqlalchemy import Engine, MetaData, create_engine, select, text
from sqlalchemy.engine import make_url
from werkzeug.serving import WSGIRequestHandler, make_server

from phonetree.app import House, open_house, web_app
from phonetree.demo.rehearsal import HeldClock, MemoryCarrier, migrated_file
from phonetree.desk import people, schools
from phonetree.desk.call_delivery import end_calls
from phonetree.desk.receipts import fold
from phonetree.desk.recordings import fetch_wanted
from phonetree.engine.sending import drain
from phonetree.models import Membership, Pin, open_database, writing
from phonetree.models.migrations import migrate
from phonetree.school.reading import read_school
from phonetree.simulator.signing import signature
from phonetree.words.crypto import new_master_key
from phonetree.words.numbers import PhoneNumber
from phonetree.words.pins import PinHasher
from phonetree.words.ports import Answering
from phonetree.words.settings import Settings, read_settings

ACCOUNT = "AC" + "7" * 32
TOKEN, OLD_TOKEN = "new-token", "old-token"
PUBLIC_URL = "https://tree.example.org"
SCHOOL = "+12135550100"
_EXAMPLE = Path(__file__).resolve().parents[1] / "docs/examples/maple.toml"
MAPLE = (
    _EXAMPLE.read_text(encoding="utf-8")
    .replace('["es", "en", "ko", "hy"]', '["en", "es", "ko", "hy"]')
    .replace("segments_per_second = 1 ", "segments_per_second = 1000 ")
)
"""The example school, for which English comes first, for the tests are in English; and whose number sends at once."""
FORM = "application/x-www-form-urlencoded"
PATIENT = 20.0
"""Seconds until a slice of a worker ends that still has something to send: a busy machine may come too late for a text
again and again. With nothing left it ends at once."""
Fields = Sequence[tuple[str, str]]
_sids = count(1)


def new_sid() -> str:
    return f"SM{next(_sids):032x}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back from the server, whole."""

    status: int
    kind: str
    body: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Town:
    """One deployment of the phone tree in a folder, its web server on loopback, and the carrier that it sends by."""

    house: House
    port: int
    carrier: MemoryCarrier = field(default_factory=MemoryCarrier)
    phones: dict[str, Phone] = field(default_factory=dict)
    calls: list[PhoneCall] = field(default_factory=list)
    """Those that rang, ours and the legs that others dialled."""
    queues: dict[str, list[PhoneCall]] = field(default_factory=dict)
    public_url: str = PUBLIC_URL
    number: str = SCHOOL

    def phone(self, number: str) -> Phone:
        return self.phones.setdefault(number, Phone(self, number))

    def enrol(self, number: str, role: str, language: str = "en", pin: str = "", channel: str = "sms") -> Phone:
        """Put somebody on the roster of the school."""
        means, phone = self.house.means, PhoneNumber(number)
        with writing(self.house.database) as session:
            site = schools.find_site(session, "MAPLE")
            assert site is not None
            found = people.find_person(session, means, site.sender, phone)
            person = found or people.enrol(session, means, site.sender, phone, language)
            person.language_is_chosen = True
            person.memberships.append(Membership(site_id=site.id, role=role, calls="all", channel=channel))
            if pin:
                session.add(Pin(person_id=person.id, hashed=means.pins.hash(pin), set_at=means.now()))
        return self.phone(number)

    def folds(self) -> None:
        """The receipts that were kept reach the ledger, as a worker would bring them there."""
        while fold(self.house.database, self.house.means):
            pass

    def deliver(self) -> None:
        """Everything that waits goes out; each text reaches its phone and its receipts come back."""
        asyncio.run(self._work())
        while self.carrier.carried:
            sent = self.carrier.carried.popleft()
            self.phone(sent.recipient.e164).receives(sent.body, f"{PUBLIC_URL}/twilio/status/message/{sent.attempt}")
        while self.carrier.placed:
            call, sid = self.carrier.placed.popleft()
            ours = PhoneCall(self, call.recipient.e164, call.sender.e164, call.recipient.e164, "outbound-api", sid)
            ours.attempt, ours.detects_machines = call.attempt, call.answering is Answering.MACHINE_TOO
            ours.ring()
        while self.carrier.ended:
            sid = self.carrier.ended.popleft()
            for call_to_end in [each for each in self.calls if each.sid == sid]:
                call_to_end.cut_off()

    async def _work(self) -> None:
        """One slice of a worker."""
        database, means = self.house.database, self.house.means
        await drain(database, means, self.carrier, PATIENT)
        await end_calls(database, self.carrier)
        await fetch_wanted(database, means, self.carrier)

    def rings(self, number: str) -> PhoneCall:
        """The call that rings at this telephone."""
        ringing = [call for call in self.calls if call.is_ringing and call.handset == number]
        assert len(ringing) == 1, f"{len(ringing)} calls ring there"
        return ringing[0]

    def is_quiet(self, number: str) -> bool:
        return not any(call.is_ringing and call.handset == number for call in self.calls)

    def post(self, path: str, fields: Fields, *, query: str = "", token: str = TOKEN) -> Reply:
        """A webhook, signed as the provider signs."""
        url = PUBLIC_URL + path + (f"?{query}" if query else "")
        return self.send("POST", path, fields, query=query, signed=signature(token, url, fields))

    def send(self, method: str, path: str, fields: Fields = (), *, query: str = "", signed: str | None = None) -> Reply:
        """Anything at all, signed or not."""
        headers = {"Content-Type": FORM} | ({} if signed is None else {"X-Twilio-Signature": signed})
        target = path + (f"?{query}" if query else "")
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, target, urlencode(fields).encode() if method == "POST" else None, headers)
            answer = connection.getresponse()
            raw, kind = answer.read(), answer.headers.get_content_type()
            body = "" if kind.startswith("audio/") else raw.decode()
            check_document(path, kind, body)
            return Reply(answer.status, kind, body, dict(answer.headers))
        finally:
            connection.close()


@dataclass
class Phone:
    """One handset. What it receives has to be heard before it texts again."""

    town: Town
    number: str
    unread: deque[str] = field(default_factory=deque)

    def texts(self, words: str, **fields: str) -> Self:
        """Send a text to the school and follow the answer."""
        assert not self.unread, "this phone received something that nobody heard"
        reply = self.town.post("/twilio/sms", text_fields(self.number, words, **fields))
        for body, action in messages_in(reply):
            self.receives(body, action)
        return self

    def calls(self, *, is_withheld: bool = False) -> PhoneCall:
        """Call the school and follow the answer."""
        shown = "anonymous" if is_withheld else self.number
        return PhoneCall(self.town, self.number, shown, SCHOOL).begin()

    def receives(self, body: str, action: str) -> None:
        """A text arrives, and the provider tells its sender how it went."""
        self.unread.append(body)
        sid = new_sid()
        assert action.startswith(f"{PUBLIC_URL}/")
        for status in ("sent", "delivered"):
            reply = self.town.post(urlsplit(action).path, receipt_fields(sid, status))
            assert (reply.status, reply.body) == (204, "")

    def hears(self, *words: str) -> Self:
        """The oldest unread text has all of *words* in it."""
        assert self.unread, "this phone received nothing"
        body = self.unread.popleft()
        missing = [each for each in words if each not in body]
        assert not missing, f"{missing} is not in {body!r}"
        return self

    def hears_nothing(self) -> Self:
        assert not self.unread, f"this phone received {self.unread[0]!r}"
        return self


def check_document(path: str, kind: str, body: str) -> None:
    """Whatever any test makes the server say in a call is what the provider documents."""
    if kind == "text/xml" and path.startswith("/twilio/voice"):
        wrongs = wrongs_in(body, PUBLIC_URL)
        assert not wrongs, f"{wrongs} in {body}"


def text_fields(number: str, words: str, sid: str = "", **more: str) -> Fields:
    """The form of an inbound text as the provider sends it, with *more* added or put in place."""
    form = {
        "ToCountry": "US",
        "ToState": "CA",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "FromCity": "",
        "SmsStatus": "received",
        "Body": words,
        "To": SCHOOL,
        "NumSegments": "1",
        "MessageSid": sid or new_sid(),
        "AccountSid": ACCOUNT,
        "From": number,
        "ApiVersion": "2010-04-01",
    }
    return list((form | more).items())


def receipt_fields(sid: str, status: str, **more: str) -> Fields:
    form = {"MessageSid": sid, "MessageStatus": status, "AccountSid": ACCOUNT, "To": "+12135550142", "From": SCHOOL}
    return list((form | more).items())


def messages_in(reply: Reply) -> list[tuple[str, str]]:
    """The texts that the provider would send for this answer, each with the address of its receipts."""
    assert reply.status == 200, f"{reply.status}: {reply.body}"
    assert reply.kind == "text/xml"
    root = ET.fromstring(reply.body)  # noqa: S314 - our own server's
    assert root.tag == "Response"
    assert not (root.text or "").strip()
    return [_message(element) for element in root]


def _message(element: ET.Element) -> tuple[str, str]:
    assert element.tag == "Message", f"<{element.tag}> is no answer to a text"
    assert set(element.attrib) == {"action", "method"}, "every answer's receipts have to come back"
    assert element.get("method") == "POST"
    assert not list(element)
    return element.text or "", element.get("action", "")


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{folder}/phonetree.db",
        "PHONETREE_KEYS": new_master_key(),
        "PHONETREE_KEY_DIR": str(folder / "keys"),
        "PHONETREE_PUBLIC_URL": PUBLIC_URL,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": f"{TOKEN},{OLD_TOKEN}",
    } | more


def settings(folder: Path, **more: str) -> Settings:
    return read_settings(environment(folder, **more))


def rows(database: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table: to compare before and after."""
    tables = MetaData()
    with database.connect() as connection:
        tables.reflect(connection)
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in tables.sorted_tables
        }


@contextmanager
def house_in(folder: Path, toml: str = MAPLE, **more: str) -> Iterator[House]:
    """A house with a database that is migrated and has a school, a held clock, cheap PINs, known codes."""
    given = settings(folder, **more)
    file = folder / "phonetree.db"
    if given.database_url == f"sqlite:///{file}" and not file.exists():
        file.write_bytes(migrated_file())
    house = open_house(given)
    codes = count(4821, 37)
    cheap = PinHasher(house.means.keys.pepper, time_cost=1, memory_cost=8)
    held = replace(house.means, clock=HeldClock(), pins=cheap, new_code=lambda: str(next(codes)))
    house = replace(house, means=held)
    try:
        migrate(house.database)
        with writing(house.database) as session:
            schools.load_school(session, held, read_school(toml))
        yield house
    finally:
        house.database.dispose()
        house.engine.storage.close()


@contextmanager
def served(app: Flask, port: int = 0) -> Iterator[int]:
    """A real server on loopback; its port."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def town_in(folder: Path, toml: str = MAPLE, **more: str) -> Iterator[Town]:
    with house_in(folder, toml, **more) as house, served(web_app(house)) as port:
        town = Town(house, port)
        yield town
        unheard: Iterable[Phone] = (phone for phone in town.phones.values() if phone.unread)
        assert not [phone.unread[0] for phone in unheard], "something arrived that nobody heard"


@contextmanager
def database_url(kind: str, folder: Path, template: str = "template1") -> Iterator[str]:
    """An empty database for one test: a file, or one of its own on the PostgreSQL that the environment names."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/phonetree.db"
        return
    url = service("TEST_POSTGRESQL_URL")
    name = f"test_{secrets.token_hex(8)}"
    server = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@contextmanager
def migrated_url(kind: str, folder: Path) -> Iterator[str]:
    """The same, at the newest migration already: a copy of one that was migrated once."""
    if kind == "sqlite":
        (folder / "phonetree.db").write_bytes(migrated_file())
        yield f"sqlite:///{folder}/phonetree.db"
        return
    with database_url(kind, folder, _template(service("TEST_POSTGRESQL_URL"))) as url:
        yield url


@cache
def _template(server: str) -> str:
    """The name of a migrated database on this server, to be copied; it is thrown away with the server."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"template_{secrets.token_hex(8)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    database = open_database(url.set(database=name).render_as_string(hide_password=False))
    migrate(database)
    database.dispose()
    return name


def service(variable: str) -> str:
    """Where a service for tests is; without it the test is not run, or fails where everything is asked for."""
    url = os.environ.get(variable, "")
    if not url and os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{variable} is not set, and REQUIRE_ALL asks for everything")
    if not url:
        pytest.skip(f"{variable} is not set")
    return url


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Keep the tests' output to the tests."""
