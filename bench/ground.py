"""A phone tree that is thrown away after the bench: a database, keys, one school, and its families."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

from sqlalchemy import Engine, create_engine, insert, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from phonetree.app import House, open_house
from phonetree.desk import schools
from phonetree.desk.means import Means, number_row
from phonetree.models import Membership, Person, Sender, Site, new_id, writing
from phonetree.models.migrations import migrate
from phonetree.school.reading import read_school
from phonetree.words.crypto import new_master_key
from phonetree.words.numbers import PhoneNumber, is_textable
from phonetree.words.settings import read_database_url, read_settings

SCHOOL_FILE = Path(__file__).resolve().parents[1] / "docs/examples/maple.toml"
CODE = "MAPLE"
ACCOUNT, TOKEN = "AC" + "5" * 32, "a-made-up-token"
AREAS = tuple(area for area in range(200, 1000) if is_textable(PhoneNumber(f"+1{area}5550100")))
IN_AREA = 99
MOST_MADE_UP = len(AREAS) * IN_AREA
"""Numbers set aside for made-up people: 555-0101 to 555-0199 in each area code where ordinary phones are; the schools
have 555-0100."""
MOST_PHONES = 10_000_000
WITHOUT_PACING = 1e9
AT_A_TIME = 5_000

Say = Callable[[str], None]
"""Shows how far it has come."""


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
    """A number that is nobody's: 555-0101 to 555-0199 in one area code after the other.

    Where these are used up: of country code 999, which the ITU has assigned to nobody.
    """
    if index >= MOST_MADE_UP:
        return PhoneNumber(f"+999{index:010}")
    return PhoneNumber(f"+1{AREAS[index // IN_AREA]}55501{1 + index % IN_AREA:02}")


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


@dataclass(frozen=True, slots=True)
class Land:
    """Where grounds can be laid out: *folder*, and the PostgreSQL *server* if there is one."""

    folder: Path
    server: str | None = field(repr=False)

    @property
    def names(self) -> list[str]:
        return ["SQLite", "PostgreSQL"] if self.server else ["SQLite"]

    @contextmanager
    def ground(self, name: str, *, api_base_url: str, phones: int, say: Say) -> Iterator[Ground]:
        """Lay out a new ground on the database called *name*, and clear it away afterwards."""
        with ExitStack() as stack:
            folder = self.folder / f"{name}-{token_hex(4)}"
            folder.mkdir()
            url = stack.enter_context(self._database(name, folder))
            yield stack.enter_context(ground_on(name, url, folder, api_base_url=api_base_url, phones=phones, say=say))

    def _database(self, name: str, folder: Path) -> AbstractContextManager[str]:
        return postgresql(self.server) if name == "PostgreSQL" and self.server else sqlite(folder)


@contextmanager
def ground_on(
    name: str, database_url: str, folder: Path, *, api_base_url: str, phones: int, say: Say
) -> Iterator[Ground]:
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
            unlimited = {"segments_per_day": None, "daily_budget": 1e9}
            pace = {"segments_per_second": WITHOUT_PACING, "tokens": WITHOUT_PACING}
            session.execute(update(Sender).values(pace | unlimited))
            site = the_site(session)
        enrol(house, site, phones, lambda done: say(f"{name}: {done:,} of {phones:,} parents enrolled"))
        yield Ground(name, house, port, environment, phones)
    finally:
        house.database.dispose()
        house.engine.storage.close()


def the_site(session: Session, code: str = CODE) -> Site:
    site = schools.find_site(session, code)
    if site is None:
        raise LookupError("the school was not loaded")
    return site


def enrol(house: House, site: Site, phones: int, done: Callable[[int], None] = lambda _: None) -> None:
    """Some thousands at a time, each in a transaction of its own: memory stays flat."""
    languages = schools.school_of(house.means, site).site.languages
    for begin in range(0, phones, AT_A_TIME):
        rows = [
            _person(house.means, site.sender_id, index, languages[index % len(languages)])
            for index in range(begin, min(begin + AT_A_TIME, phones))
        ]
        roles = [{"site_id": site.id, "person_id": row["id"], "role": "parent"} for row in rows]
        with writing(house.database) as session:
            for into, these in ((insert(Person), rows), (insert(Membership), roles)):
                session.execute(into, these, execution_options={"render_nulls": True})
        done(begin + len(rows))
    _know_the_tables(house.database)


def _know_the_tables(database: Engine) -> None:
    """What PostgreSQL does by itself within a minute, so that a bench that begins at once meets the same plans."""
    if database.dialect.name == "postgresql":
        with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


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
