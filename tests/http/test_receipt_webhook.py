"""Delivery receipts over HTTP: late, twice, in any order, malformed, of nobody; a state only rises."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from phone import Fields, Town, messages_in, new_sid, receipt_fields, rows, text_fields, town_in
from sqlalchemy import select

from phonetree.models import Delivery, Person, State, reading

ANA = "+12135550142"
ATTEMPT = "a" * 32


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path) as town:
        yield town


def answered(town: Town) -> str:
    """The path of the receipts of an answer that just went out."""
    ((_, action),) = messages_in(town.post("/twilio/sms", text_fields(ANA, "MENU")))
    return action.removeprefix("https://tree.example.org")


def latest(town: Town) -> Delivery:
    town.folds()
    with reading(town.house.database) as session:
        return session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()


@pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])))
def test_receipts_in_any_order_end_alike(town: Town, order: tuple[str, ...]) -> None:
    path, sid = answered(town), new_sid()
    for status in (*order, *order):
        reply = town.post(path, receipt_fields(sid, status))
        assert (reply.status, reply.body) == (204, "")
    assert (latest(town).state, latest(town).rank, latest(town).sid) == (State.DELIVERED, 4, sid)


def test_a_failure_keeps_its_code_and_a_late_success_does_not_undo_it(town: Town) -> None:
    path, sid = answered(town), new_sid()
    assert town.post(path, receipt_fields(sid, "undelivered", ErrorCode="30003")).status == 204
    assert town.post(path, receipt_fields(sid, "delivered")).status == 204
    assert (latest(town).state, latest(town).error_code) == (State.UNDELIVERED, 30003)


def test_the_carrier_tells_of_a_stop(town: Town) -> None:
    assert town.post(answered(town), receipt_fields(new_sid(), "failed", ErrorCode="21610")).status == 204
    town.folds()
    with reading(town.house.database) as session:
        assert session.scalars(select(Person.stopped_at)).one() is not None


@pytest.mark.parametrize("status", ["received", "receiving", "something_new"])
def test_a_status_that_we_do_not_know_changes_nothing(town: Town, status: str) -> None:
    path = answered(town)
    before = rows(town.house.database)
    assert town.post(path, receipt_fields(new_sid(), status)).status == 204
    assert rows(town.house.database) == before


def altered(name: str, *values: str) -> Fields:
    rest = [(key, value) for key, value in receipt_fields(new_sid(), "delivered") if key != name]
    return [*rest, *((name, value) for value in values)]


MALFORMED: dict[str, Fields] = {
    **{f"{name} missing": altered(name) for name in ("MessageSid", "MessageStatus", "AccountSid")},
    **{f"{name} twice": altered(name, "a", "b") for name in ("MessageSid", "MessageStatus", "AccountSid")},
    "another account": altered("AccountSid", "AC" + "8" * 32),
    "NUL": altered("To", "\0"),
    "a status in two words": altered("MessageStatus", "delivered twice"),
    "a code that is no number": altered("ErrorCode", "1e5"),
    "a code too long": altered("ErrorCode", "9" * 30),
    "a SID of another kind": altered("MessageSid", "CA" + "1" * 32),
}


@pytest.mark.parametrize("case", sorted(MALFORMED))
def test_what_is_malformed_is_refused_with_a_reason_and_writes_nothing(town: Town, case: str) -> None:
    path = answered(town)
    before = rows(town.house.database)
    reply = town.post(path, MALFORMED[case])
    assert (reply.status, reply.kind) == (400, "text/plain")
    assert reply.body.startswith("Refused: ")
    assert rows(town.house.database) == before
