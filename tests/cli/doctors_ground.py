"""A tree in order, at a carrier on this machine, for the tests of ``doctor``: one thing is spoiled, then mended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from operator_desk import OperatorDesk
from phone import ACCOUNT, MAPLE, TOKEN, house_in, migrated_url, served
from test_cli_serving import free_port

from phonetree.app import House, web_app
from phonetree.desk import people, schools
from phonetree.desk.rounds import make_rounds
from phonetree.models import Membership, Pin, writing
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Line
from phonetree.words.crypto import new_master_key
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import system_clock

SCHOOL = "+12135550100"
SERVICE = "MG" + "3" * 32
LEADS = (PhoneNumber("+12135550110"), PhoneNumber("+12135550111"))
TREE = MAPLE.replace('["en", "es", "ko", "hy"]', '["en"]')
"""In a language that is all there, so that nothing is found to begin with."""


@dataclass
class SkewedClock:
    """A clock that may be wrong."""

    apart: timedelta = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.apart


@dataclass
class Ground:
    """The tree, the carrier and the terminal of its operator."""

    desk: OperatorDesk
    house: House
    carrier: SimulatedCarrier
    line: Line
    folder: Path
    clock: SkewedClock
    """The carrier's."""

    def findings(self, *words: str | Path, **settings: str) -> dict[str, dict[str, Any]]:
        """What doctor finds now that is not fine, by what it is about."""
        told = self.told(*words, **settings)
        return {each["about"]: each for each in told["findings"] if each["level"] != "fine"}

    def told(self, *words: str | Path, **settings: str) -> dict[str, Any]:
        """Everything it says, to programs."""
        result = self.desk.run("doctor", "--json", *words, **settings)
        assert result.stdout, result.stderr
        assert result.exit_code in {0, 1}, result.output
        told: dict[str, Any] = json.loads(result.stdout)
        assert told["live"] is (result.exit_code == 0)
        assert told["live"] is all(each["level"] != "stops" for each in told["findings"])
        assert all(each["remedy"] for each in told["findings"] if each["level"] != "fine")
        return told

    def rounds(self) -> None:
        """A worker makes its rounds."""
        assert make_rounds(self.house.database, self.house.means, "test")

    def enrol_leads(self) -> None:
        means = self.house.means
        with writing(self.house.database) as session:
            site = schools.find_site(session, "MAPLE")
            assert site is not None
            for number in LEADS:
                person = people.enrol(session, means, site.sender, number, "en")
                person.memberships.append(Membership(site_id=site.id, role="lead", calls="all"))
                session.add(Pin(person_id=person.id, hashed=means.pins.hash("739152"), set_at=means.now()))


@contextmanager
def ground(kind: str, folder: Path, toml: str = TREE, number: str = SCHOOL) -> Iterator[Ground]:
    """Everything in order: a school, two leads, a number in a registered service, a worker that was here just now."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    line = Line(
        f"{origin}/twilio/sms",
        f"{origin}/twilio/fallback",
        service=SERVICE,
        voice_url=f"{origin}/twilio/voice",
        voice_fallback_url=f"{origin}/twilio/fallback",
        call_status_url=f"{origin}/twilio/status/call",
    )
    clock, numbers = SkewedClock(), {number: line}
    with migrated_url(kind, folder) as url, SimulatedCarrier(ACCOUNT, TOKEN, numbers=numbers, clock=clock) as carrier:
        given = {
            "DATABASE_URL": url,
            "PHONETREE_KEYS": new_master_key(),
            "PHONETREE_KEY_DIR": str(folder / "keys"),
            "PHONETREE_PUBLIC_URL": origin,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_BASE_URL": carrier.base_url,
            "TWILIO_MESSAGING_SERVICE_SID": SERVICE,
        }
        with house_in(folder, toml, **given) as house, served(web_app(house), port):
            now = replace(house.means, clock=system_clock)
            made = Ground(OperatorDesk(folder, given), replace(house, means=now), carrier, line, folder, clock)
            made.enrol_leads()
            made.rounds()
            yield made


def earlier(**ago: float) -> datetime:
    """So long ago."""
    return system_clock() - timedelta(**ago)
