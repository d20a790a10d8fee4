"""A phone tree that is thrown away after the bench: a database, keys, one school, and its families."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

from sqlalchemy import Engine, Insert, create_engine, insert, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from phonetree.app import House, open_house
from phonetree.desk import schools
from phonetree.desk.means import Means, number_row
from phonetree.models import Membership, Person, Sender, Site, new_id, writing
from phonetree.models.migrations import migrate
from phonetree.school.reading import read_school
from phonetree.words.crypto import new_master_key
from phonetree.words.numbers import PhoneNumber
from phonetree.words.settings import read_database_url, read_settings

SCHOOL_FILE = Path(__file__).resolve().parents[1] / "docs/examples/maple.toml"
ACCOUNT, TOKEN = "AC" + "5" * 32, "a-made-up-token"
MOST_PHONES = 78_000
WITHOUT_PACING = 1e9
AT_A_TIME = 5_000


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the bench works: ``environment`` starts another process on the same database."""

    name: str
    house: House
    port: int
    environment: dict[str, str] = field(repr=False)
    phones: int

    @property
    def database(self) -> Engine:
        return self.house.database

    @property
    def means(self) -> Means:
        return self.house.means


def number_of(index: int) -> PhoneNumber:
    """A number that is nobody's: 555-0100 to 555-0199 in one area code after the other."""
    return PhoneNumber(f"+1{214 + index // 100}55501{index % 100:02}")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder}/bench.db"


@contextmanager
def postgresql(url: str) -> Iterator[str]:
    """A database of its own on the server at *url*."""
    server = make_url(read_database_url({"DATABASE_URL": url}))
    name = f"phonetree_bench_{token_hex(4)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        engine.dispose()


@contextmanager
def ground_on(name: str, database_url: str, folder: Path, *, api_base_url: str, phones: int) -> Iterator[Ground]:
    """Load the school and enrol *phones* parents. Pacing is set so high that it never binds."""
    port = free_port()
    environment = {
        "DATABASE_URL": database_url,
        "PHONETREE_KEYS": new_master_key(),
        "PHONETREE_KEY_DIR": str(folder / "keys"),
        "PHONETREE_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_BASE_URL": api_base_url,
    }
    house = open_house(read_settings(environment))
    try:
        migrate(house.database)
        with writing(house.database) as session:
            schools.load_school(session, house.means, read_school(SCHOOL_FILE.read_text(encoding="utf-8")))
            session.flush()
            session.execute(update(Sender).values(segments_per_second=WITHOUT_PACING, tokens=WITHOUT_PACING))
            _enrol(session, house.means, the_site(session), phones)
        yield Ground(name, house, port, environment, phones)
    finally:
        house.database.dispose()
        house.engine.storage.close()


def the_site(session: Session) -> Site:
    site = schools.find_site(session, "MAPLE")
    if site is None:
        raise LookupError("the school was not loaded")
    return site


def _enrol(session: Session, means: Means, site: Site, phones: int) -> None:
    languages = schools.school_of(means, site).site.languages
    for begin in range(0, phones, AT_A_TIME):
        rows = [
            _person(means, site.sender_id, index, languages[index % len(languages)])
            for index in range(begin, min(begin + AT_A_TIME, phones))
        ]
        roles = [{"site_id": site.id, "person_id": row["id"], "role": "parent"} for row in rows]
        _insert(session, insert(Person), rows)
        _insert(session, insert(Membership), roles)


def _insert(session: Session, into: Insert, rows: list[dict[str, object]]) -> None:
    session.execute(into, rows, execution_options={"render_nulls": True})


def _person(means: Means, sender_id: str, index: int, language: str) -> dict[str, object]:
    identity, number, vault = new_id(), number_of(index), means.vault(sender_id)
    return {
        "id": identity,
        "sender_id": sender_id,
        "number_index": vault.index(number),
        "number_sealed": vault.seal(number.e164, row=number_row(identity)),
        "language": language,
        "language_is_chosen": True,
        "first_seen": means.now().date(),
    }
