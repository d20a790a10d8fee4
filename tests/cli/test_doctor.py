"""``phonetree doctor`` on this machine: each finding is caused, said with its remedy, and gone once that was done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from doctors_ground import LEADS, SCHOOL, TREE, Ground, earlier, ground
from operator_desk import MAPLE, OperatorDesk
from phone import TOKEN, database_url
from sqlalchemy import delete, select, update
from test_cli_serving import free_port

from phonetree.desk import freezing, heartbeats, people, schools, spending
from phonetree.desk.coverage import Coverage, Translated
from phonetree.models import (
    Broadcast,
    Delivery,
    Freeze,
    Heartbeat,
    Person,
    Pin,
    PinAttempt,
    Sender,
    Site,
    State,
    new_id,
    open_database,
    reading,
    writing,
)
from phonetree.models.migrations import begin_at, revision_of
from phonetree.operators import house_checks, school_checks
from phonetree.operators.findings import Level
from phonetree.school.reading import read_school
from phonetree.words.crypto import KeyRing, new_master_key, parse_master_keys
from phonetree.words.ports import system_clock


@pytest.fixture(params=["sqlite", "postgresql"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    with ground(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Ground]:
    """Where the kind of database does not matter."""
    with ground("sqlite", tmp_path) as made:
        yield made


def test_a_tree_in_order_is_live(tree: Ground) -> None:
    assert tree.findings() == {}
    said = tree.desk.done("doctor")
    assert said[0] == "LIVE (simulated)"
    assert said[2] == "Fine:"
    assert not {"This stops alerts:", "Look at this:"} & set(said)


def test_what_stops_alerts_is_said_first_and_is_the_exit_code(small: Ground) -> None:
    small.carrier.standing.balance = "7.00"
    with writing(small.house.database) as session:
        session.execute(delete(Pin))
    result = small.desk.run("doctor")
    said = result.stdout.splitlines()
    assert (result.exit_code, said[0]) == (1, "NOT LIVE (simulated)")
    headings = [said.index(heading) for heading in ("This stops alerts:", "Look at this:", "Fine:")]
    assert headings == sorted(headings)
    assert said[headings[0] + 2].startswith("  -> ")


def test_it_changes_nothing(tree: Ground) -> None:
    before = tree.desk.rows()
    keys = sorted(path.name for path in (tree.folder / "keys").iterdir())
    tree.told()
    assert tree.desk.rows() == before
    assert sorted(path.name for path in (tree.folder / "keys").iterdir()) == keys


# --- settings, database, keys -----------------------------------------------------------------------------------------


def test_a_wrong_setting_and_the_right_one(small: Ground) -> None:
    assert small.desk.run("doctor", PHONETREE_PUBLIC_URL="tree.example.org").stdout.splitlines()[0] == "NOT LIVE"
    found = small.findings(PHONETREE_PUBLIC_URL="tree.example.org")
    assert found["settings"]["remedy"].startswith("PHONETREE_PUBLIC_URL: set it to an origin")
    assert small.findings() == {}


def test_a_database_that_is_none(small: Ground) -> None:
    broken = small.desk.file("broken.db", "this is no database at all, however long it is" * 100)
    found = small.findings(DATABASE_URL=f"sqlite:///{broken}")
    assert "Is it running" in found["database"]["remedy"]
    gone = small.findings(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/tree")
    assert "Is it running" in gone["database"]["remedy"]
    assert small.findings() == {}


def test_a_database_that_is_not_there_yet_is_not_made(small: Ground) -> None:
    new = small.folder / "new" / "tree.db"
    beside = {"DATABASE_URL": f"sqlite:///{new}"}
    assert small.findings(**beside)["migrations"]["remedy"] == "Run `phonetree migrate`."
    assert not new.parent.exists()
    OperatorDesk(small.folder, small.desk.settings | beside).done("migrate")
    assert "migrations" not in small.findings(**beside)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_behind_its_program_is_not_moved(small: Ground, tmp_path: Path, kind: str) -> None:
    (tmp_path / "older").mkdir()
    with database_url(kind, tmp_path / "older") as url:
        older = open_database(url)
        begin_at(older, "0016")
        found = small.findings(DATABASE_URL=url)
        assert found["migrations"]["what"] == "The database is not at the newest migration."
        with older.connect() as connection:
            assert revision_of(connection) == "0016"
        older.dispose()
        OperatorDesk(small.folder, {"DATABASE_URL": url}).done("migrate")
        assert "migrations" not in small.findings(DATABASE_URL=url)


def test_a_key_folder_that_is_empty_makes_no_key(small: Ground) -> None:
    keys, aside = small.folder / "keys", small.folder / "aside"
    keys.rename(aside)
    assert "put its copy back" in small.findings()["keys"]["remedy"]
    assert not keys.exists()
    aside.rename(keys)
    assert small.findings() == {}


def test_a_key_file_that_is_damaged(small: Ground) -> None:
    keys, copy = small.folder / "keys", small.folder / "copy"
    shutil.copytree(keys, copy)
    damaged = next(path for path in keys.iterdir() if path.suffix == ".key")
    damaged.chmod(0o600)
    damaged.write_text("{")
    assert "whole" in small.findings()["keys"]["remedy"]
    shutil.rmtree(keys)
    copy.rename(keys)
    assert small.findings() == {}


def test_keys_of_another_deployment(small: Ground) -> None:
    found = small.findings(PHONETREE_KEYS=new_master_key())
    assert found["keys"]["level"] == "stops"
    theirs = {"DATABASE_URL": f"sqlite:///{small.folder}/other.db", "PHONETREE_KEY_DIR": f"{small.folder}/other"}
    OperatorDesk(small.folder, small.desk.settings | theirs).done("site", "load", MAPLE)
    found = small.findings(PHONETREE_KEY_DIR=theirs["PHONETREE_KEY_DIR"])
    assert "belong to this database" in found["keys"]["remedy"]
    assert small.findings() == {}


def test_a_key_folder_that_others_may_read(small: Ground) -> None:
    keys = small.folder / "keys"
    keys.chmod(0o755)
    assert small.findings()["key-folder"]["remedy"] == "Run `chmod 700` on it."
    keys.chmod(0o700)
    assert small.findings() == {}


def test_keys_of_a_school_year_that_is_over(tmp_path: Path) -> None:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", MAPLE)
    assert "keys rotate" not in desk.run("doctor").stdout
    old = OperatorDesk(tmp_path, desk.settings | {"PHONETREE_KEY_DIR": f"{tmp_path}/old"})
    old.settings["DATABASE_URL"] = f"sqlite:///{tmp_path}/old.db"
    masters = parse_master_keys(old.settings["PHONETREE_KEYS"])
    KeyRing.open(tmp_path / "old", masters, today=date(2024, 9, 1)).vault("deployment")
    old.done("site", "load", MAPLE)
    assert "Run `phonetree keys rotate`" in old.run("doctor").stdout
    old.done("keys", "rotate")
    assert "keys rotate" not in old.run("doctor").stdout


# --- clock, engine, workers, disk, backups ----------------------------------------------------------------------------


@pytest.mark.parametrize(("apart", "level"), [(20, "warns"), (90, "stops")])
def test_a_clock_that_is_wrong(small: Ground, apart: int, level: str) -> None:
    small.clock.apart = timedelta(seconds=-apart)
    found = small.findings()["clock"]
    assert (found["level"], "NTP" in found["remedy"]) == (level, True)
    assert "the provider's are" in found["what"]
    small.clock.apart = timedelta()
    assert small.findings() == {}


def test_a_clock_that_is_not_the_databases(tree: Ground) -> None:
    late = replace(tree.house.means, clock=lambda: earlier(seconds=20))
    (found,) = house_checks.clock(tree.house.database, late, None)
    assert "the database's are" in found.what
    (found,) = house_checks.clock(tree.house.database, tree.house.means, None)
    assert found.level is Level.FINE


def test_an_engine_that_does_not_answer(small: Ground) -> None:
    gone = f"redis://127.0.0.1:{free_port()}/0"
    assert "running" in small.findings(PHONETREE_ENGINE_URL=gone)["engine"]["remedy"]
    assert small.findings() == {}


def test_no_worker_and_one_that_stands_still(tree: Ground) -> None:
    with writing(tree.house.database) as session:
        session.execute(delete(Heartbeat))
    found = tree.findings()
    assert (found["workers"]["level"], found["retention"]["level"]) == ("stops", "warns")
    assert "phonetree serve" in found["workers"]["remedy"]
    with writing(tree.house.database) as session:
        heartbeats.beat(session, heartbeats.ROUNDS, earlier(minutes=5))
    assert "since 20" in tree.findings()["workers"]["what"]
    tree.rounds()
    assert tree.findings() == {}


def test_retention_that_stands_still(tree: Ground) -> None:
    with writing(tree.house.database) as session:
        heartbeats.beat(session, heartbeats.RETENTION, earlier(hours=2))
    assert list(tree.findings()) == ["retention"]
    tree.rounds()
    assert tree.findings() == {}


@pytest.mark.parametrize(("constant", "level"), [("LITTLE_ROOM", "warns"), ("NO_ROOM", "stops")])
def test_a_disk_that_is_full(small: Ground, monkeypatch: pytest.MonkeyPatch, constant: str, level: str) -> None:
    with monkeypatch.context() as full:
        full.setattr(house_checks, constant, 10**18)
        assert small.findings()["disk"]["level"] == level
    assert small.findings() == {}


def test_backups_none_old_and_new(small: Ground) -> None:
    folder = small.folder / "backups"
    folder.mkdir()
    (folder / "notes.txt").write_text("no backup")
    assert "There is no backup" in small.findings("--backups", folder)["backups"]["what"]
    file = folder / "tree.backup"
    small.desk.done("backup", file)
    assert small.findings("--backups", folder) == {}
    os.utime(file, (earlier(days=9).timestamp(),) * 2)
    assert "9 days old" in small.findings("--backups", folder)["backups"]["what"]
    small.desk.done("backup", folder / "newer.backup")
    assert small.findings("--backups", folder) == {}
    assert small.desk.run("doctor", "--backups", small.folder / "nowhere").exit_code == 2


# --- schools ----------------------------------------------------------------------------------------------------------


def test_no_school(tmp_path: Path) -> None:
    desk = OperatorDesk.at(tmp_path)
    assert "site load" in desk.run("doctor").stdout
    desk.done("site", "load", MAPLE)
    assert "No school is loaded" not in desk.run("doctor").stdout


def test_nobody_could_send_an_alert(tree: Ground) -> None:
    with writing(tree.house.database) as session:
        session.execute(delete(PinAttempt))
        session.execute(delete(Pin))
    assert tree.findings()["leads"]["level"] == "stops"
    tree.desk.done("people", "set-pin", LEADS[0].e164, typed="739152\n")
    assert tree.findings()["leads"]["level"] == "warns"
    tree.desk.done("people", "set-pin", LEADS[1].e164, typed="739153\n")
    assert tree.findings() == {}


def test_a_voice_that_is_frozen(tree: Ground) -> None:
    with writing(tree.house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        freezing.freeze(session, tree.house.means, site, by=None, why=freezing.Why.CANARY)
    assert tree.findings()["frozen"]["level"] == "stops"
    with writing(tree.house.database) as session:
        session.execute(update(Freeze).values(until=earlier(seconds=1)))
    tree.rounds()
    assert "frozen" not in tree.findings()


def reload(tree: Ground, toml: str) -> None:
    with writing(tree.house.database) as session:
        schools.load_school(session, tree.house.means, read_school(toml))


def test_a_review_that_is_late_and_a_plan_that_is_missing(tree: Ground) -> None:
    late = "\n".join(
        f"review_by = {earlier(days=2):%Y-%m-%d}" if "review_by" in row else row for row in TREE.split("\n")
    )
    reload(tree, late)
    assert "review was due" in tree.findings()["plan"]["what"]
    reload(tree, TREE[: TREE.index("[plan]")])
    assert "[plan]" in tree.findings()["plan"]["remedy"]
    reload(tree, TREE)
    assert tree.findings() == {}


def test_words_that_nobody_reviewed_and_sentences_that_nobody_recorded(tree: Ground) -> None:
    reload(tree, TREE.replace('["en"]', '["en", "es", "mam"]'))
    found = tree.findings()
    assert "Spanish" in found["translations"]["what"]
    assert "translations-missing" not in found, "Spanish is all there, and Mam is not written"
    assert "recorded in Mam" in found["recordings"]["what"]
    assert "RECORD" in found["recordings"]["remedy"]
    reload(tree, TREE)
    assert tree.findings() == {}


@pytest.mark.parametrize(
    ("language", "texts", "calls", "lacks"),
    [
        ("so", 99, 100, True),
        ("so", 100, 0, False),  # nobody's voice says it: it is recorded instead
        ("es", 100, 99, True),
        ("es", 100, 100, False),
        ("mam", 0, 0, False),  # it is not written
    ],
)
def test_words_that_are_missing(language: str, texts: int, calls: int, *, lacks: bool) -> None:
    covered = Coverage(language, Translated(100, texts, 0, 0), Translated(100, calls, 0, 0), 0, 0, {})
    assert school_checks.lacks_words(covered) is lacks


def test_a_budget_that_is_nearly_used(tree: Ground) -> None:
    today = spending.day_of(system_clock())
    with writing(tree.house.database) as session:
        session.execute(update(Sender).values(spent_on=today, dollars_today=45.0, daily_budget=50.0))
    assert "45.00 of 50.00 dollars" in tree.findings()["budget"]["what"]
    with writing(tree.house.database) as session:
        session.execute(update(Sender).values(daily_budget=100.0))
    assert tree.findings() == {}
    with writing(tree.house.database) as session:
        session.execute(update(Sender).values(segments_per_day=100, segments_today=90))
    assert "90 of 100 segments" in tree.findings()["budget"]["what"]
    with writing(tree.house.database) as session:
        session.execute(update(Sender).values(spent_on=today - 1))
    assert tree.findings() == {}


# --- the ledger -------------------------------------------------------------------------------------------------------


def row(tree: Ground, **more: object) -> int:
    """A delivery to a lead, an hour ago."""
    with writing(tree.house.database) as session:
        site = session.scalars(select(Site)).one()
        person = session.scalars(select(Person).limit(1)).one()
        values: dict[str, object] = {
            "site_id": site.id,
            "sender_id": site.sender_id,
            "person_id": person.id,
            "lane": 0,
            "language": "en",
            "segments": 1,
            "expires_at": system_clock() + timedelta(hours=1),
            "created_at": earlier(hours=1),
            "attempt": new_id(),
        }
        delivery = Delivery(**(values | more))
        session.add(delivery)
        session.flush()
        return delivery.id


def settle(tree: Ground, **values: object) -> None:
    with writing(tree.house.database) as session:
        session.execute(update(Delivery).values(**values))


def test_what_waits_too_long(tree: Ground) -> None:
    row(tree, state=State.PENDING)
    assert "(now)" in tree.findings()["queue"]["what"]
    settle(tree, state=State.DELIVERED, final_at=system_clock())
    assert tree.findings() == {}


def test_receipts_that_do_not_come(tree: Ground) -> None:
    row(tree, state=State.SUBMITTED, sid="SM" + "1" * 32, submitted_at=earlier(minutes=20))
    assert "20 minutes ago" in tree.findings()["receipts"]["what"]
    settle(tree, state=State.DELIVERED, final_at=system_clock())
    assert tree.findings() == {}


def test_what_stays_in_doubt(tree: Ground) -> None:
    row(tree, state=State.IN_DOUBT, submitted_at=earlier(minutes=20))
    assert tree.findings()["in-doubt"]["what"].startswith("1 texts or calls")
    settle(tree, state=State.DELIVERED, final_at=system_clock())
    assert tree.findings() == {}


def test_a_broadcast_that_is_paused(tree: Ground) -> None:
    with writing(tree.house.database) as session:
        site = session.scalars(select(Site)).one()
        session.add(
            Broadcast(
                site_id=site.id,
                sender_id=site.sender_id,
                action="drill",
                lane=2,
                created_at=system_clock(),
                expires_at=system_clock() + timedelta(hours=1),
                paused_at=system_clock(),
            )
        )
    assert "SEND" in tree.findings()["paused"]["remedy"]
    with writing(tree.house.database) as session:
        session.execute(update(Broadcast).values(paused_at=None))
    assert tree.findings() == {}


def test_codes_of_the_provider_are_explained_and_counted(tree: Ground) -> None:
    for _time in range(3):
        row(tree, state=State.FAILED, error_code=30034, final_at=earlier(hours=1))
    row(tree, state=State.UNDELIVERED, error_code=30006, final_at=earlier(hours=1))
    row(tree, state=State.UNDELIVERED, error_code=39999, final_at=earlier(hours=1))
    found = tree.findings()
    assert list(found) == ["code-30034"]
    assert "met 3 times" in found["code-30034"]["what"]
    assert "finish the registration" in found["code-30034"]["what"]
    told = {each["about"]: each for each in tree.told()["findings"]}
    assert "met once" in told["code-30006"]["what"]
    assert "landline" in told["code-30006"]["what"]
    assert "https://www.twilio.com/docs/errors/39999" in told["code-39999"]["what"]
    row(tree, state=State.DELIVERED, final_at=system_clock())
    assert tree.findings() == {}, "texts went well since"


def test_spam_is_looked_at_and_an_old_trouble_is_over(tree: Ground) -> None:
    row(tree, state=State.UNDELIVERED, error_code=30007, final_at=earlier(hours=1))
    assert tree.findings()["code-30007"]["level"] == "warns"
    settle(tree, final_at=earlier(days=2))
    assert tree.findings() == {}


def test_nobodys_number_is_said(tree: Ground) -> None:
    with reading(tree.house.database) as session:
        assert len(people.leads_of(session, session.scalars(select(Site)).one())) == 2
    said = tree.desk.run("doctor").output + tree.desk.run("doctor", "--json").output
    assert "213-555-0100" in said, "the school's own, which families are told"
    assert SCHOOL not in said
    for secret in (TOKEN, tree.desk.settings["PHONETREE_KEYS"], *(lead.national() for lead in LEADS)):
        assert secret not in said
