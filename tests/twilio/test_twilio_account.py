"""The provider's side of the account, asked of the carrier on this machine and of one that answers nonsense."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from provider_on_loopback import ACCOUNT, carrier, provider, says

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Line
from phonetree.twilio.account import AccountLine, open_account
from phonetree.words.account import (
    NumberSetting,
    OurNumber,
    Permissions,
    Registration,
    Service,
    ServiceSetting,
    Standing,
)
from phonetree.words.ports import InDoubt, Refused, Verdict

SCHOOL, TOLL_FREE = "+12135550100", "+18005550199"
SERVICE = "MG" + "3" * 32
AT = datetime(2026, 11, 16, 15, 51, tzinfo=UTC)
T = TypeVar("T")
Question = Callable[[AccountLine], Awaitable[T]]


@pytest.fixture
def provider_here() -> Iterator[SimulatedCarrier]:
    numbers = {SCHOOL: Line("https://other.example/sms", service=SERVICE), TOLL_FREE: Line()}
    with SimulatedCarrier(ACCOUNT, "token", numbers=numbers, api_keys={"SKkey": "secret"}, clock=lambda: AT) as here:
        yield here


def ask(here: SimulatedCarrier, question: Question[T], credentials: tuple[str, str] = ("SKkey", "secret")) -> T:
    async def asked() -> T:
        async with open_account(carrier(here.base_url, credentials=credentials)) as line:
            return await question(line)

    return asyncio.run(asked())


def number(here: SimulatedCarrier, which: str = SCHOOL) -> OurNumber:
    found = ask(here, lambda line: line.numbers())
    assert not isinstance(found, Refused | InDoubt)
    (one,) = [each for each in found if each.number.e164 == which]
    return one


def service(here: SimulatedCarrier) -> Service:
    found = ask(here, lambda line: line.service(SERVICE))
    assert isinstance(found, Service)
    return found


def test_the_standing_comes_with_the_providers_clock(provider_here: SimulatedCarrier) -> None:
    found = ask(provider_here, lambda line: line.standing())
    assert found == Standing("active", is_trial=False, told_at=AT, balance=100.0, currency="USD")
    provider_here.standing.status, provider_here.standing.kind = "suspended", "Trial"
    found = ask(provider_here, lambda line: line.standing())
    assert isinstance(found, Standing)
    assert (found.status, found.is_trial) == ("suspended", True)


def test_a_wrong_key_is_a_refusal(provider_here: SimulatedCarrier) -> None:
    wrong = ("SKkey", "stolen")
    for question in (lambda line: line.standing(), lambda line: line.numbers(), lambda line: line.service(SERVICE)):
        assert ask(provider_here, question, wrong) == Refused(Verdict.MISCONFIGURED, 20003)


def test_a_number_and_what_it_is_set_to(provider_here: SimulatedCarrier) -> None:
    found = number(provider_here)
    assert (found.can_text, found.can_call, found.is_toll_free, found.elsewhere) == (True, True, False, ())
    assert found.settings[NumberSetting.TEXTS] == "https://other.example/sms"
    assert found.settings[NumberSetting.CALLS] == ""
    assert number(provider_here, TOLL_FREE).is_toll_free
    traits = provider_here.standing.number(SCHOOL)
    traits.can_call, traits.applications["TrunkSid"] = False, "TK" + "1" * 32
    found = number(provider_here)
    assert (found.can_call, found.elsewhere) == (False, ("trunk",))
    assert SCHOOL not in repr(found)


def test_only_what_is_asked_is_changed_at_a_number(provider_here: SimulatedCarrier) -> None:
    before = number(provider_here)
    wanted = {NumberSetting.CALLS: "https://tree.example.org/twilio/voice", NumberSetting.CALLS_METHOD: "GET"}
    assert ask(provider_here, lambda line: line.set_number(before.sid, wanted)) is True
    assert number(provider_here).settings == {**before.settings, **wanted}


def test_a_service_its_numbers_and_its_settings(provider_here: SimulatedCarrier) -> None:
    before = service(provider_here)
    assert before.numbers == {SCHOOL}
    assert before.settings[ServiceSetting.DEFERS] == "true"
    assert (before.settings[ServiceSetting.INBOUND], before.settings[ServiceSetting.VALIDITY]) == ("", "36000")
    wanted = {ServiceSetting.INBOUND: "https://tree.example.org/twilio/sms", ServiceSetting.VALIDITY: "600"}
    assert ask(provider_here, lambda line: line.set_service(SERVICE, wanted)) is True
    sid = number(provider_here, TOLL_FREE).sid
    assert ask(provider_here, lambda line: line.put_into_service(SERVICE, sid)) is True
    after = service(provider_here)
    assert after.settings == {**before.settings, **wanted}
    assert after.numbers == {SCHOOL, TOLL_FREE}


def test_a_service_or_a_number_that_nobody_has(provider_here: SimulatedCarrier) -> None:
    gone = Refused(Verdict.MISCONFIGURED, 20404)
    assert ask(provider_here, lambda line: line.service("MG" + "9" * 32)) == gone
    assert ask(provider_here, lambda line: line.set_number("PN" + "9" * 32, {NumberSetting.CALLS: ""})) == gone


def test_a_number_of_another_service_is_not_taken(provider_here: SimulatedCarrier) -> None:
    provider_here.standing.service("MG" + "4" * 32)
    sid = number(provider_here).sid
    told = ask(provider_here, lambda line: line.put_into_service("MG" + "4" * 32, sid))
    assert told == Refused(Verdict.MISCONFIGURED, 21712)


@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("VERIFIED", Registration.APPROVED),
        ("IN_PROGRESS", Registration.PENDING),
        ("PENDING", Registration.PENDING),
        ("FAILED", Registration.REFUSED),
        (None, Registration.NONE),
    ],
)
def test_the_registration_of_ordinary_numbers(
    provider_here: SimulatedCarrier, status: str | None, means: Registration
) -> None:
    provider_here.standing.service(SERVICE).registration = status
    assert ask(provider_here, lambda line: line.local_registration(SERVICE)) is means


@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("TWILIO_APPROVED", Registration.APPROVED),
        ("IN_REVIEW", Registration.PENDING),
        ("TWILIO_REJECTED", Registration.REFUSED),
        (None, Registration.NONE),
    ],
)
def test_the_verification_of_a_toll_free_number(
    provider_here: SimulatedCarrier, status: str | None, means: Registration
) -> None:
    provider_here.standing.number(TOLL_FREE).verification = status
    provider_here.standing.number(SCHOOL).verification = "IN_REVIEW"
    sid = number(provider_here, TOLL_FREE).sid
    assert ask(provider_here, lambda line: line.tollfree_registration(sid)) is means


def test_permissions_are_told_and_only_ever_turned_on(provider_here: SimulatedCarrier) -> None:
    standing = provider_here.standing
    assert ask(provider_here, lambda line: line.permissions()) == Permissions(texts=True, calls=True)
    standing.text_countries.clear()
    standing.call_countries.clear()
    standing.countries_at_risk.add("US")
    assert ask(provider_here, lambda line: line.permissions()) == Permissions(
        texts=False, calls=False, calls_at_risk=True
    )
    assert ask(provider_here, lambda line: line.permit(texts=True, calls=False)) is True
    assert (standing.text_countries, standing.call_countries) == ({"US"}, set())
    assert ask(provider_here, lambda line: line.permit(texts=False, calls=True)) is True
    assert standing.call_countries == {"US"}
    assert ask(provider_here, lambda line: line.permit(texts=False, calls=False)) is True
    assert (standing.text_countries, standing.call_countries) == ({"US"}, {"US"})


@pytest.mark.parametrize("answer", ["no JSON", "{}", "[]", '{"meta": {"key": "numbers"}}'])
def test_nonsense_is_doubt_and_never_an_error(answer: str) -> None:
    async def asked() -> list[object]:
        async with provider(says(200, answer)) as seen, open_account(carrier(seen.url)) as line:
            questions = (line.numbers(), line.local_registration(SERVICE), line.tollfree_registration("PN" + "1" * 32))
            return [await question for question in questions]

    assert all(isinstance(told, InDoubt) for told in asyncio.run(asked()))


def test_nobody_there_is_a_refusal_before_anything_was_asked() -> None:
    async def asked() -> object:
        async with open_account(carrier("http://127.0.0.1:9")) as line:
            return await line.standing()

    assert asyncio.run(asked()) == Refused(Verdict.BUSY)


def test_a_service_without_an_address_drops_what_comes_in(provider_here: SimulatedCarrier) -> None:
    """What makes such projects die: the number's own address counts only where the service leaves it to the number."""
    traits = provider_here.standing.service(SERVICE)
    provider_here.set_line(SCHOOL, Line("http://127.0.0.1:9/sms", service=SERVICE))
    provider_here.handset("+12135550142").text("JOIN MAPLE", to=SCHOOL)
    assert len(provider_here.errors) == 1, "the number's address was tried"
    traits.defers_to_number = False
    provider_here.handset("+12135550142").text("JOIN MAPLE", to=SCHOOL)
    assert len(provider_here.errors) == 1, "nobody was asked"
    traits.fields["InboundRequestUrl"] = "http://127.0.0.1:9/service"
    provider_here.handset("+12135550142").text("JOIN MAPLE", to=SCHOOL)
    assert len(provider_here.errors) == 2
