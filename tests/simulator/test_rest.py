"""The REST look-alike, used through the provider's own library."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from listening_school import (
    ACCOUNT,
    JOON,
    MARIA,
    NAIRA,
    SCHOOL,
    TOKEN,
    ListeningSchool,
    carrier_for,
    listening_school,
    twilio_client,
)
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.handsets import HandsetKind
from phonetree.simulator.lines import Behaviour, Line

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@pytest.fixture
def school() -> Iterator[ListeningSchool]:
    with listening_school() as school:
        yield school


@pytest.fixture
def carrier(school: ListeningSchool) -> Iterator[SimulatedCarrier]:
    with carrier_for(school) as carrier:
        yield carrier


@pytest.fixture
def client(carrier: SimulatedCarrier) -> Iterator[Client]:
    with twilio_client(carrier) as client:
        yield client


def test_a_text_reaches_its_handset_and_its_receipts_the_school(
    client: Client, carrier: SimulatedCarrier, school: ListeningSchool
) -> None:
    sent = client.messages.create(to=MARIA, from_=SCHOOL, body="Hola, ¿qué tal?", status_callback=school.receipt_url)
    assert sent.sid is not None
    assert (len(sent.sid), sent.sid[:2], str(sent.status), str(sent.direction)) == (34, "SM", "queued", "outbound-api")
    assert (sent.num_segments, sent.error_code, sent.date_sent) == ("1", None, None)
    assert abs(datetime.now(UTC) - (sent.date_created or datetime.min.replace(tzinfo=UTC))) < timedelta(minutes=1)
    assert carrier.handset(MARIA).bodies == ("Hola, ¿qué tal?",)
    assert carrier.settle()
    assert school.statuses() == ["sent", "delivered"]
    receipt = school.asked[-1]
    assert receipt.is_signed
    assert receipt.form["MessageSid"] == sent.sid
    assert "ErrorCode" not in receipt.form
    assert "RawDlrDoneDate" in receipt.form
    assert str(client.messages(sent.sid).fetch().status) == "delivered"
    assert carrier.errors == ()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (HandsetKind.LANDLINE, 30006),
        (HandsetKind.UNREACHABLE, 30003),
        (HandsetKind.FILTERED, 30007),
        (HandsetKind.UNKNOWN, 30005),
    ],
)
def test_handsets_that_cannot_be_reached(
    client: Client, carrier: SimulatedCarrier, school: ListeningSchool, kind: HandsetKind, code: int
) -> None:
    handset = carrier.handset(MARIA, kind)
    sent = client.messages.create(to=MARIA, from_=SCHOOL, body="Hi", status_callback=school.receipt_url)
    assert carrier.settle()
    assert handset.inbox == ()
    assert school.statuses() == ["sent", "undelivered"]
    assert school.asked[-1].form["ErrorCode"] == str(code)
    assert client.messages(sent.sid or "").fetch().error_code == code


REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"To": None}, 21604),
    ({"From": None}, 21603),
    ({"Body": None}, 21602),
    ({"Body": "x" * 1601}, 21617),
    ({"From": "+12135550199"}, 21606),
    ({"From": "+15005550001"}, 21212),
    ({"From": "+15005550007"}, 21606),
    ({"From": "+15005550008"}, 21611),
    ({"To": "+15005550001"}, 21211),
    ({"To": "+15005550002"}, 21612),
    ({"To": "+15005550003"}, 21408),
    ({"To": "+15005550004"}, 21610),
    ({"To": "+15005550009"}, 21614),
    ({"To": "2135550142"}, 21211),
    ({"To": SCHOOL}, 21266),
    ({"From": None, "MessagingServiceSid": "MG" + "0" * 32}, 21703),
    ({"ValidityPeriod": "0"}, 90007),
    ({"ValidityPeriod": "36001"}, 90007),
    ({"ValidityPeriod": "soon"}, 90007),
    ({"StatusCallback": "/receipt"}, 21609),
    ({"StatusCallback": "https://a_b.example/receipt"}, 21609),
]


@pytest.mark.parametrize(("changes", "code"), REFUSED)
def test_refusals(carrier: SimulatedCarrier, changes: dict[str, Any], code: int) -> None:
    form = {"To": MARIA, "From": SCHOOL, "Body": "Hi", **changes}
    answer = requests.post(carrier.base_url + MESSAGES, data=form, auth=(ACCOUNT, TOKEN), timeout=5)
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert answer.json()["more_info"].endswith(str(code))
    assert carrier.accepted == ()
    assert [submission.status for submission in carrier.submissions] == [400]


def test_the_longest_body_and_validity_are_taken(client: Client, carrier: SimulatedCarrier) -> None:
    client.messages.create(to=MARIA, from_=SCHOOL, body="x" * 1600, validity_period=36000)
    assert carrier.accepted[0].segments == 11


def test_the_magic_sender_works(client: Client, carrier: SimulatedCarrier) -> None:
    client.messages.create(to=MARIA, from_="+15005550006", body="Hi")
    assert carrier.handset(MARIA).bodies == ("Hi",)


def test_wrong_credentials(carrier: SimulatedCarrier) -> None:
    with twilio_client(carrier, password="wrong") as stranger, pytest.raises(TwilioRestException) as refusal:
        stranger.messages.create(to=MARIA, from_=SCHOOL, body="Hi")
    assert (refusal.value.status, refusal.value.code) == (401, 20003)


def test_an_api_key_signs_in(school: ListeningSchool) -> None:
    carrier = SimulatedCarrier(ACCOUNT, TOKEN, numbers={SCHOOL: Line()}, api_keys={"SK1": "secret"})
    with carrier, twilio_client(carrier, "SK1", "secret") as client:
        client.messages.create(to=MARIA, from_=SCHOOL, body="Hi")
        assert len(carrier.accepted) == 1


def test_an_unknown_text_is_not_found(client: Client) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        client.messages("SM" + "0" * 32).fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


def test_headers_tell_concurrency_and_duration(carrier: SimulatedCarrier) -> None:
    answer = requests.get(carrier.base_url + MESSAGES, auth=(ACCOUNT, TOKEN), timeout=5)
    assert answer.headers["Twilio-Concurrent-Requests"] == "1"
    assert float(answer.headers["Twilio-Request-Duration"]) >= 0


def test_a_service_chooses_one_of_its_numbers_and_says_accepted(school: ListeningSchool) -> None:
    service = "MG" + "1" * 32
    lines = {number: Line(service=service) for number in (SCHOOL, "+12135550101")}
    with SimulatedCarrier(ACCOUNT, TOKEN, numbers=lines) as carrier, twilio_client(carrier) as client:
        sent = client.messages.create(to=MARIA, messaging_service_sid=service, body="Hi")
        client.messages.create(to=MARIA, messaging_service_sid=service, body="Hi again")
        assert (str(sent.status), sent.from_, sent.num_segments) == ("accepted", None, "0")
        senders = {text.sender for text in carrier.handset(MARIA).inbox}
        assert len(senders) == 1
        assert senders <= lines.keys()


def test_listing_is_newest_first_filtered_and_paged(client: Client, carrier: SimulatedCarrier) -> None:
    for number in range(5):
        client.messages.create(to=MARIA, from_=SCHOOL, body=str(number))
    client.messages.create(to=NAIRA, from_=SCHOOL, body="other")
    assert [text.body for text in client.messages.list(to=MARIA, page_size=2)] == ["4", "3", "2", "1", "0"]
    assert [text.body for text in client.messages.list(limit=2)] == ["other", "4"]
    assert client.messages.list(from_="+12135550199") == []


def test_listing_by_date(client: Client, carrier: SimulatedCarrier) -> None:
    client.messages.create(to=MARIA, from_=SCHOOL, body="now")
    carrier.set_line(SCHOOL, Line(segments_per_second=0.001))
    client.messages.create(to=MARIA, from_=SCHOOL, body="leaves")
    client.messages.create(to=MARIA, from_=SCHOOL, body="waits")
    hour = timedelta(hours=1)
    now = datetime.now(UTC)
    assert [text.body for text in client.messages.list(date_sent_after=now - hour)] == ["leaves", "now"]
    assert client.messages.list(date_sent_after=now + hour) == []
    assert len(client.messages.list(date_sent_before=now + hour)) == 2
    assert len(client.messages.list()) == 3


def test_a_filter_that_cannot_be_read(carrier: SimulatedCarrier) -> None:
    url = f"{carrier.base_url}{MESSAGES}?DateSent=yesterday"
    assert requests.get(url, auth=(ACCOUNT, TOKEN), timeout=5).json()["code"] == 20001


def test_a_listing_may_lag(client: Client, carrier: SimulatedCarrier) -> None:
    carrier.behaviour = Behaviour(listing_lag=60)
    sent = client.messages.create(to=MARIA, from_=SCHOOL, body="Hi")
    assert client.messages.list(to=MARIA) == []
    assert client.messages(sent.sid or "").fetch().sid == sent.sid


def test_redacting_blanks_what_rest_shows(client: Client, carrier: SimulatedCarrier) -> None:
    sent = client.messages.create(to=MARIA, from_=SCHOOL, body="secret")
    assert sent.update(body="").body == ""
    assert client.messages(sent.sid or "").fetch().body == ""
    assert carrier.accepted[0].body == "secret"
    with pytest.raises(TwilioRestException) as refusal:
        sent.update(body="other")
    assert refusal.value.code == 20001


def test_deleting_hides_a_record_once_it_is_final(client: Client, carrier: SimulatedCarrier) -> None:
    sent = client.messages.create(to=MARIA, from_=SCHOOL, body="secret")
    assert sent.delete()
    assert client.messages.list() == []
    assert [text.body for text in carrier.accepted] == ["secret"]


def test_deleting_too_early_is_refused(client: Client, carrier: SimulatedCarrier) -> None:
    carrier.set_line(SCHOOL, Line(segments_per_second=0.001))
    client.messages.create(to=MARIA, from_=SCHOOL, body="first")
    waiting = client.messages.create(to=JOON, from_=SCHOOL, body="second")
    with pytest.raises(TwilioRestException) as refusal:
        waiting.delete()
    assert refusal.value.code == 20009
    carrier.behaviour = Behaviour(deletable_after=60)
    with pytest.raises(TwilioRestException):
        client.messages(carrier.accepted[0].sid).delete()
