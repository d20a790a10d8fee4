"""A tree that was restored in the midst of an alert texts and calls nobody because of what waited then."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from kept_house import FAMILIES, LEAD, PIN, KeptHouse, kept_house
from phone import database_url, house_in
from sqlalchemy import select, update
from stage import code_in

from phonetree.demo.rehearsal import HeldClock, MemoryCarrier
from phonetree.desk import backups
from phonetree.desk.call_delivery import claim_calls
from phonetree.desk.delivery import claim
from phonetree.desk.reconciliation import reconcile
from phonetree.desk.rounds import make_rounds
from phonetree.models import (
    Alert,
    AuditEntry,
    Delivery,
    Erasure,
    FamilyTask,
    Proposal,
    Sender,
    State,
    open_database,
    reading,
    writing,
)
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import FoundText

AFTER = {"a minute later": timedelta(minutes=1), "three days later": timedelta(days=3)}
STAFF = PhoneNumber("+12135550161")


@pytest.fixture(params=["sqlite", "postgresql"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeptHouse]:
    """An alert is on its way out to nine families; of three texts nobody knows whether the carrier took them."""
    (tmp_path / "first").mkdir()
    with kept_house(request.param, tmp_path / "first") as house:
        house.enrol(STAFF, "staff")
        assert "sent" in house.says(LEAD, f"{code_in(house.says(LEAD, 'ALERT 2 1 2'))} {PIN}").lower()
        with writing(house.house.database) as session:
            (sender,) = session.scalars(select(Sender))
            sender.tokens = 1000
        assert len(claim(house.house.database, house.means, sender_of(house), 3)) == 3
        yield house


@contextmanager
def restored(house: KeptHouse, folder: Path, after: timedelta) -> Iterator[KeptHouse]:
    """The same tree elsewhere, so much later."""
    lines = list(backups.dumped(house.house.database, house.means, lambda _count: None))
    (folder / "second").mkdir()
    kind = house.house.database.dialect.name
    with database_url(kind, folder / "second") as url:
        database = open_database(url.replace("postgresql:", "postgresql+psycopg:"))
        now = house.means.now() + after
        backups.restore(database, backups.read_through(lines), lines, now, lambda _count: None)
        database.dispose()
        shutil.copytree(house.means.keys.directory, folder / "second" / "keys")
        given = house.settings | {"DATABASE_URL": url, "PHONETREE_KEY_DIR": str(folder / "second" / "keys")}
        with house_in(folder / "second", **given) as opened:
            assert isinstance(opened.means.clock, HeldClock)
            opened.means.clock.at = now
            yield KeptHouse(opened, given)


def test_without_a_restore_it_would_have_gone_on(out: KeptHouse) -> None:
    assert {family.e164 for family in FAMILIES[4:]} < reached(out, MemoryCarrier())


def sender_of(house: KeptHouse) -> str:
    with reading(house.house.database) as session:
        return session.scalars(select(Sender.id)).one()


def reached(house: KeptHouse, carrier: MemoryCarrier) -> set[str]:
    """Whom a worker would text or call, in an hour of rounds."""
    assert isinstance(house.means.clock, HeldClock)
    database, numbers = house.house.database, set[str]()
    for _round in range(12):
        make_rounds(database, house.means, "after")
        asyncio.run(reconcile(database, house.means, carrier))
        with writing(database) as session:
            session.execute(update(Sender).values(tokens=1000, call_tokens=1000))
        numbers |= {each.text.recipient.e164 for each in claim(database, house.means, sender_of(house))}
        numbers |= {each.call.recipient.e164 for each in claim_calls(database, house.means, sender_of(house))}
        house.means.clock.at += timedelta(minutes=5)
    return numbers


@pytest.mark.parametrize("after", AFTER.values(), ids=AFTER)
def test_nobody_but_the_leads_hears_anything(out: KeptHouse, tmp_path: Path, after: timedelta) -> None:
    with restored(out, tmp_path, after) as tree:
        assert reached(tree, MemoryCarrier()) <= {LEAD.e164}
        with reading(tree.house.database) as session:
            states = set(session.scalars(select(Delivery.state).where(Delivery.broadcast_id.is_not(None))))
            assert states == {State.EXPIRED}
            assert session.scalars(select(Alert.closed_at)).one() is None, "nothing says that it is over"
            assert session.scalars(select(FamilyTask)).all() == []
            assert "open" not in session.scalars(select(Proposal.state)).all()
            assert "restored a backup" in session.scalars(select(AuditEntry.what)).all()


def test_what_went_after_the_backup_is_found_at_the_carrier(out: KeptHouse, tmp_path: Path) -> None:
    """Then a correction reaches it, as it should."""
    carrier = MemoryCarrier()
    body = claim(out.house.database, out.means, sender_of(out), 1)[0].text.body
    with restored(out, tmp_path, timedelta(minutes=1)) as tree:
        carrier.known.append((FAMILIES[0], FoundText("SM" + "a" * 32, "delivered", body, None)))
        make_rounds(tree.house.database, tree.means, "after")
        assert asyncio.run(reconcile(tree.house.database, tree.means, carrier)) > len(FAMILIES) - 3
        with reading(tree.house.database) as session:
            ours = select(Delivery).where(Delivery.state == State.SUBMITTED, Delivery.sid.is_not(None))
            assert len(session.scalars(ours).all()) == 1


def test_an_old_word_to_forget_the_school_forgets_nothing_and_what_went_since_is_not_taken_for_anothers(
    out: KeptHouse, tmp_path: Path
) -> None:
    with writing(out.house.database) as session:
        (sender,) = session.scalars(select(Sender))
        sender.watched_until = out.means.now()
        session.add(Erasure(site_id=sender.sites[0].id, at=out.means.now() + timedelta(minutes=30)))
    with restored(out, tmp_path, timedelta(hours=2)) as tree:
        make_rounds(tree.house.database, tree.means, "after")
        with reading(tree.house.database) as session:
            assert session.scalars(select(Sender.watched_until)).all() == [None]
            assert session.scalars(select(Erasure)).all() == []
        assert {family.e164 for family in FAMILIES} < set(tree.numbers())


def test_the_next_rows_get_numbers_of_their_own(out: KeptHouse, tmp_path: Path) -> None:
    with restored(out, tmp_path, timedelta(days=3)) as tree:
        assert tree.says(FAMILIES[3], "0")
        assert tree.says(FAMILIES[3], "is anybody there")
        assert code_in(tree.says(LEAD, "ALERT 2 1 2"))
