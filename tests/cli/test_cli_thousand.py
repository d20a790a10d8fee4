"""A thousand people, on SQLite and on PostgreSQL with the same code: loaded and imported by command, then alerted."""

from __future__ import annotations

import asyncio
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from operator_desk import LEAD, MAPLE, PIN, OperatorDesk, settings_in
from sqlalchemy import func, select

from phonetree.app import carrier_of, open_house
from phonetree.desk.conversations import answer
from phonetree.desk.exchange import HeardText
from phonetree.engine.sending import drain
from phonetree.models import Delivery, State
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Behaviour, CallbackPlan, Line
from phonetree.words.numbers import PhoneNumber, parse_number
from phonetree.words.settings import read_settings

SCHOOL = "+12135550100"
AREAS = ("310", "323", "408", "415", "510", "562", "619", "626", "650", "707")
FAMILIES = [f"+1{area}55501{last:02}" for area in AREAS for last in range(100)]


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> OperatorDesk:
    url = database_url.replace("postgresql+psycopg:", "postgresql:")
    return OperatorDesk(tmp_path, {**settings_in(tmp_path), "DATABASE_URL": url})


@pytest.fixture
def carrier(desk: OperatorDesk) -> Iterator[SimulatedCarrier]:
    with SimulatedCarrier(*desk.account, numbers={SCHOOL: Line()}) as carrier:
        carrier.behaviour = replace(Behaviour(), callbacks=CallbackPlan(drop=1.0))
        yield carrier


def roster() -> str:
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["phone", "language", "role", "channel", "consent"])
    rows.writerow([LEAD, "en", "lead", "sms", ""])
    rows.writerows([number, "es" if number < FAMILIES[600] else "en", "parent", "sms", "form"] for number in FAMILIES)
    return written.getvalue()


def copies(carrier: SimulatedCarrier, containing: str) -> Counter[str]:
    return Counter(message.recipient for message in carrier.accepted if containing in message.body)


def test_a_thousand_people_are_imported_and_alerted(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    toml = MAPLE.read_text(encoding="utf-8").replace("segments_per_second = 1", "segments_per_second = 1000")
    desk.done("migrate")
    desk.done("site", "load", desk.file("fast.toml", toml))
    people = desk.file("people.csv", roster())
    assert desk.done("people", "import", people, "--site", "MAPLE")[0] == "1,001 added, 0 changed, 0 as before"
    desk.done("people", "set-pin", "-", typed=f"{LEAD}\n{PIN}\n")
    broadcast(desk, carrier)
    everyone = {*FAMILIES, parse_number(LEAD).e164}
    assert set(copies(carrier, "wait for our text")) | set(copies(carrier, "espere el aviso")) == everyone
    assert set((copies(carrier, "wait for our text") + copies(carrier, "espere el aviso")).values()) == {1}
    assert len(copies(carrier, "espere el aviso")) == 600
    submitted = select(func.count()).where(Delivery.state == State.SUBMITTED, Delivery.broadcast_id.is_not(None))
    assert desk.count(submitted) == 2001  # the welcome to the families, the alert to all


def broadcast(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    house = open_house(read_settings({**desk.settings, "TWILIO_API_BASE_URL": carrier.base_url}))
    lead = parse_number(LEAD)

    def says(words: str, sid: int) -> str:
        return answer(house.database, house.means, HeardText(f"SM{sid:032x}", lead, PhoneNumber(SCHOOL), words)).body

    async def until_drained() -> None:
        async with carrier_of(house.settings).open() as line:
            await drain(house.database, house.means, line, seconds=60)

    preview = says("ALERT 2 1 2", 1)
    assert "To 1,001 phones" in preview
    code = preview.split("Send: ")[1][:4]
    assert says(f"{code} {PIN}", 2).startswith("SENT to 1,001 phones")
    asyncio.run(until_drained())
    house.database.dispose()
    house.engine.storage.close()
