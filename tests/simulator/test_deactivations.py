"""The provider's list of given-up numbers: as the client reads it from the carrier on this machine."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Line
from phonetree.twilio.client import TwilioCarrier
from phonetree.twilio.network import NeverSent, PatientHttp

ACCOUNT, TOKEN, SCHOOL = "AC" + "7" * 32, "a-token", "+12135550100"
DAY = date(2026, 11, 15)


def simulated() -> SimulatedCarrier:
    return SimulatedCarrier(ACCOUNT, TOKEN, numbers={SCHOOL: Line()})


def read(base_url: str, token: str = TOKEN, day: date = DAY) -> frozenset[str] | None:
    async def ask() -> frozenset[str] | None:
        async with TwilioCarrier(ACCOUNT, (ACCOUNT, token), base_url, "http://127.0.0.1:9").open() as line:
            return await line.deactivated(day)

    return asyncio.run(asyncio.wait_for(ask(), 20))


def test_the_list_of_a_day_is_read_from_the_address_that_the_provider_names() -> None:
    with simulated() as carrier:
        carrier.deactivations.by_day[DAY] = ["+12135550142", "+13235550107"]
        assert read(carrier.base_url) == frozenset({"+12135550142", "+13235550107"})


def test_an_empty_list_is_a_list() -> None:
    with simulated() as carrier:
        carrier.deactivations.by_day[DAY] = []
        assert read(carrier.base_url) == frozenset()


def test_what_is_no_american_number_is_left_out() -> None:
    with simulated() as carrier:
        carrier.deactivations.by_day[DAY] = ["Phone Number", "2135550142", "+525555550142", "12135550143", ""]
        assert read(carrier.base_url) == frozenset({"+12135550142", "+12135550143"})


def test_without_a_list_or_a_login_or_a_provider_there_is_none() -> None:
    with simulated() as carrier:
        assert read(carrier.base_url) is None
        carrier.deactivations.by_day[DAY] = ["+12135550142"]
        assert read(carrier.base_url, token="another") is None
    assert read("http://127.0.0.1:9") is None


@pytest.mark.parametrize("address", ["http://lists.example.org/today.txt", "file:///etc/hosts", ""])
def test_the_list_is_fetched_by_https_alone(address: str) -> None:
    async def fetch() -> None:
        async with PatientHttp() as http:
            await http.fetch_listed(address, 1_000)

    with pytest.raises(NeverSent):
        asyncio.run(fetch())
