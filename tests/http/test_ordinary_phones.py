"""Which phones we have to do with at all: to any other number nothing goes, and the carrier is not even asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from phone import MAPLE, Town, messages_in, rows, text_fields, town_in
from sqlalchemy import select

from phonetree.desk import people, schools
from phonetree.desk.call_ledger import NewCall, queue_call
from phonetree.desk.counters import counted
from phonetree.desk.outbox import queue_text
from phonetree.flows import rung
from phonetree.models import CallLane, Delivery, Lane, Person, State, reading, writing
from phonetree.words.numbers import PhoneNumber

NO_ORDINARY_PHONES = {
    "premium": "+19005550142",
    "premium exchange": "+12139760142",
    "toll-free": "+18005550142",
    "newer toll-free": "+18885550142",
    "personal": "+15215550142",
    "satellite": "+8816" + "0" * 8,
    "premium everywhere": "+979100" + "0" * 6,
    "shared cost": "+44843" + "0" * 7,
    "Jamaica": "+18765550142",
    "Mexico": "+525555550142",
    "Cuba": "+5355550142",
}
WORDS = ("JOIN MAPLE", "1", "STOP", "START", "NEWS", "ALERT 2 1 2", "0", "hello")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path, MAPLE) as town:
        yield town


@pytest.fixture(params=list(NO_ORDINARY_PHONES.values()), ids=list(NO_ORDINARY_PHONES))
def number(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_text_from_there_is_heard_by_nobody_and_counted(town: Town, number: str) -> None:
    before = rows(town.house.database)
    for words in WORDS:
        reply = town.post("/twilio/sms", text_fields(number, words))
        assert messages_in(reply) == []
    town.deliver()
    after = rows(town.house.database)
    assert {table for table in after if after[table] != before[table]} <= {"counters", "senders"}
    assert not town.carrier.sent, "no request went to the carrier"
    with reading(town.house.database) as session:
        assert counted(session) == {"texts not answered: from no ordinary phone": len(WORDS)}


@pytest.mark.parametrize("sender", ["12345", "MAPLE", "anonymous", "whatsapp:+12135550142"])
def test_a_short_code_or_a_name_cannot_join(town: Town, sender: str) -> None:
    before = rows(town.house.database)
    for words in WORDS:
        assert messages_in(town.post("/twilio/sms", text_fields(sender, words))) == []
    assert rows(town.house.database) == before


def test_what_should_go_there_all_the_same_is_not_sent_and_not_called(town: Town, number: str) -> None:
    """Whatever brought such a number into the list: an older roster, a mistake of ours."""
    house = town.house
    with writing(house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        person = people.enrol(session, house.means, site.sender, PhoneNumber(number), "en")
        queue_text(session, house.means, person, site, "an alert", lane=Lane.ALERT, life=timedelta(hours=1))
        new = NewCall(begins=rung.whisper, lane=CallLane.ALERT, life=timedelta(hours=1))
        queue_call(session, house.means, person, site, new)
    town.deliver()
    assert not town.carrier.sent
    assert not town.calls, "no request went to the carrier"
    with reading(house.database) as session:
        assert set(session.scalars(select(Delivery.state))) == {State.QUARANTINED}
        assert sum(counted(session).values()) == 2


def test_who_calls_from_there_is_helped_and_never_called_back(town: Town) -> None:
    """As somebody whose number is not shown."""
    town.phone(NO_ORDINARY_PHONES["premium"]).calls()
    with reading(town.house.database) as session:
        assert not session.scalars(select(Person)).all()


def test_an_ordinary_phone_beside_them_is_answered(town: Town) -> None:
    town.phone("+12135550142").texts("NEWS").hears("Maple")
