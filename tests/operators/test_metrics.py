"""Figures for monitoring: they say what waits and what is in doubt, of nobody, and not to the public address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from phone import Town, migrated_url, settings, town_in
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine

from phonetree.app import open_house, web_app
from phonetree.demo.rehearsal import HeldClock
from phonetree.demo.seizure import search_folder
from phonetree.desk import counters
from phonetree.desk.rounds import make_rounds
from phonetree.models import KeptReceipt, State, writing
from phonetree.operators.events import LABEL_OF, WHY
from phonetree.operators.exposition import LABELS
from phonetree.operators.lateness import LATE_WEBHOOK, watch_lateness
from phonetree.operators.metrics import PASSED_ON, Remembered
from phonetree.words.numbers import PhoneNumber

ROOT = Path(__file__).resolve().parents[2]
REPLIES = (ROOT / "phonetree/desk/replies.py").read_text()
LEAD, ANA, BOB = "+12135550110", "+12135550142", "+12135550143"
PIN = "739152"
HERE = "http://127.0.0.1:8000"


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    with migrated_url(request.param, tmp_path) as url, town_in(tmp_path, DATABASE_URL=url) as town:
        yield town
        for phone in town.phones.values():
            phone.unread.clear()


def scrape(town: Town) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels; from a process that remembers nothing."""
    answer = web_app(town.house).test_client().get("/metrics", base_url=HERE)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    families = list(text_string_to_metric_families(answer.get_data(as_text=True)))
    samples = [sample for family in families for sample in family.samples]
    assert all(set(sample.labels) <= LABELS for sample in samples)
    assert all(family.documentation.endswith(".") for family in families)
    return {(sample.name.removeprefix("phonetree_"), *sample.labels.values()): sample.value for sample in samples}


def moves(town: Town, **time: float) -> None:
    clock = town.house.means.clock
    assert isinstance(clock, HeldClock)
    clock.at += timedelta(**time)


def test_an_alert_as_monitoring_sees_it(town: Town) -> None:
    lead = town.enrol(LEAD, "lead", pin=PIN)
    for number in (ANA, BOB):
        town.enrol(number, "parent")
    before = scrape(town)
    assert before["alerts_open", "MAPLE"] == 0
    assert {key[0] for key in before if key[0] == "queue_length"} == {"queue_length"}
    lead.texts("ALERT 2 1 2")
    code = lead.unread.popleft().split("Send: ")[1][:4]
    assert scrape(town)["proposals_open",] == 1
    lead.texts(f"{code} {PIN}").hears("SENT to")
    moves(town, seconds=42)
    waiting = scrape(town)
    assert waiting["alerts_open", "MAPLE"] == 1
    assert waiting["queue_length", "sms", "alert"] == 3
    assert waiting["queue_age_seconds", "sms", "alert"] == 42
    assert waiting["deliveries", "pending"] == 3
    town.deliver()
    handed_over = scrape(town)
    assert handed_over["queue_length", "sms", "alert"] == 0
    assert handed_over["queue_age_seconds", "sms", "alert"] == 0
    assert handed_over["receipts_waiting",] > 0
    moves(town, seconds=7)
    assert scrape(town)["receipt_missing_seconds",] == 7
    town.folds()
    told = scrape(town)
    assert (told["receipts_waiting",], told["receipt_missing_seconds",], told["deliveries", "pending"]) == (0, 0, 0)
    assert told["deliveries", "delivered"] == 5, "both answers to the lead too"


def test_what_else_is_counted(town: Town) -> None:
    ana = town.enrol(ANA, "parent")
    town.enrol(LEAD, "lead")
    ana.texts("LEAD").hears("Write")
    ana.texts("please call").hears("with the lead")
    assert scrape(town)["requests", "waiting"] == 1
    assert not [key for key in scrape(town) if key[0] == "heartbeat_timestamp_seconds"]
    assert make_rounds(town.house.database, town.house.means, "test")
    assert scrape(town)["heartbeat_timestamp_seconds", "rounds"] > 1_700_000_000
    before = scrape(town)["receipts_waiting",]
    with writing(town.house.database) as session:
        session.add(KeptReceipt(attempt="0" * 32, sid="SM" + "0" * 32, rank=1, state=State.SUBMITTED))
    assert scrape(town)["receipts_waiting",] == before + 1


def test_every_promised_figure_is_there_before_anything_happened(town: Town) -> None:
    names = {key[0] for key in scrape(town)}
    assert names == {
        *("queue_length", "queue_age_seconds", "deliveries", "in_doubt", "receipts_waiting"),
        *("receipt_missing_seconds", "alerts_open", "broadcasts_paused", "proposals_open", "callers_waiting"),
        *("requests", "messages_untold", "provider_copies_due"),
        *("events_total", "spent_dollars", "budget_dollars"),
    }
    lanes = {key[1:] for key in scrape(town) if key[0] == "queue_length"}
    assert len(lanes) == 10
    states = {key[1] for key in scrape(town) if key[0] == "deliveries"}
    assert states == {state.value for state in State}


def test_what_was_counted_comes_under_labels_that_are_known(town: Town) -> None:
    before = {key[1]: value for key, value in scrape(town).items() if key[0] == "events_total"}
    assert set(before.values()) == {0}
    assert {"strange_text", "late_webhook", "answer_left_out_menu_phone", "join_held", "other"} <= set(before)
    with writing(town.house.database) as session:
        for name in ("joins held: too many", "joins held: too many", "something new", "something newer"):
            counters.count(session, name)
    after = {key[1]: value for key, value in scrape(town).items() if key[0] == "events_total"}
    assert after == before | {"join_held": 2, "other": 2}


def test_every_name_that_is_counted_has_a_label() -> None:
    source = "".join(path.read_text() for path in (ROOT / "phonetree/desk").glob("*.py"))
    plain = set(re.findall(r"""\bcount\(session, "([^"]+)"\)""", source))
    assert len(plain) == 4
    assert plain <= set(LABEL_OF)
    why = set(
        re.findall(
            r"""_left_out\(session, worth, "(\w+)"\)|return "(\w+)"$|return "(\w+)" if _is_long""",
            REPLIES,
            re.MULTILINE,
        )
    )
    assert {word for found in why for word in found if word} == set(WHY)


def test_what_was_spent_and_how_long_the_last_phone_took(town: Town) -> None:
    lead = town.enrol(LEAD, "lead", pin=PIN)
    for number in (ANA, BOB):
        town.enrol(number, "parent")
    before = scrape(town)
    assert before["budget_dollars", "MAPLE"] == 50
    assert not [key for key in before if key[0] == "last_phone_seconds"]
    lead.texts("ALERT 2 1 2")
    lead.texts(f"{lead.unread.popleft().split('Send: ')[1][:4]} {PIN}").hears("SENT to")
    moves(town, seconds=9)
    assert scrape(town)["last_phone_seconds", "sms"] == 9, "some still wait"
    town.deliver()
    moves(town, minutes=9)
    after = scrape(town)
    assert after["last_phone_seconds", "sms"] == 9
    assert after["spent_dollars", "MAPLE"] > before["spent_dollars", "MAPLE"]
    moves(town, days=2)
    assert scrape(town)["spent_dollars", "MAPLE"] == 0


def test_a_webhook_that_was_answered_late_is_counted(town: Town) -> None:
    """By a clock that says so: first it takes as long as allowed, then a little longer."""
    times = iter([0.0, 5.0, 10.0, 15.1, 20.0, 30.0])
    app = Flask("late")
    app.add_url_rule("/twilio/sms", view_func=lambda: "", endpoint="sms")
    app.add_url_rule("/console/", view_func=lambda: "", endpoint="console")
    watch_lateness(app, partial(counters.count_alone, town.house.database, LATE_WEBHOOK), lambda: next(times))
    for path, late in (("/twilio/sms", 0), ("/twilio/sms", 1), ("/console/", 1)):
        assert app.test_client().get(path).status_code == 200
        assert scrape(town)["events_total", "late_webhook"] == late


def test_a_webhook_that_cannot_be_counted_is_answered() -> None:
    times = iter([0.0, 9.0])
    app = Flask("late")
    app.add_url_rule("/twilio/sms", view_func=lambda: "still", endpoint="sms")
    watch_lateness(app, partial(counters.count_alone, create_engine("sqlite://"), LATE_WEBHOOK), lambda: next(times))
    assert app.test_client().get("/twilio/sms").get_data() == b"still"


def test_nobody_is_in_it(town: Town, tmp_path: Path) -> None:
    lead, ana = town.enrol(LEAD, "lead", pin=PIN), town.enrol(ANA, "parent")
    ana.texts("LEAD").hears("Write")
    ana.texts("the blue van").hears("with the lead")
    town.deliver()
    lead.hears("the blue van").texts("ALERT 2 1 2").unread.clear()
    page = web_app(town.house).test_client().get("/metrics", base_url=HERE).get_data()
    (tmp_path / "scrape").mkdir()
    (tmp_path / "scrape/metrics").write_bytes(page)
    numbers = [PhoneNumber(number) for number in (LEAD, ANA, "+12135550100", "+12135550102")]
    assert search_folder(tmp_path / "scrape", numbers) == []
    for word in (b"blue van", b"Maple Street", b"Maple Tree", b"python_", b"process_"):
        assert word not in page


@pytest.fixture
def monitoring(tmp_path: Path) -> Iterator[FlaskClient]:
    with town_in(tmp_path) as town:
        yield web_app(town.house).test_client()


@pytest.mark.parametrize("name", PASSED_ON)
def test_who_comes_through_a_proxy_finds_nothing(monitoring: FlaskClient, name: str) -> None:
    assert monitoring.get("/metrics", base_url=HERE, headers={name: "127.0.0.1"}).status_code == 404
    assert monitoring.get("/metrics", base_url=HERE, headers={name: ""}).status_code == 404


@pytest.mark.parametrize(
    "host", ["tree.example.org", "TREE.example.org", "tree.example.org:443", "tree.example.org:8000", "[::1", "a]b"]
)
def test_who_asks_at_the_public_address_finds_nothing(monitoring: FlaskClient, host: str) -> None:
    assert monitoring.get("/metrics", headers={"Host": host}).status_code == 404


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "10.0.0.7:8000", "monitoring.internal"])
def test_who_asks_on_this_network_is_answered(monitoring: FlaskClient, host: str) -> None:
    assert monitoring.get("/metrics", headers={"Host": host}).status_code == 200


def test_a_tree_on_this_machine_answers_there(tmp_path: Path) -> None:
    with town_in(tmp_path, PHONETREE_PUBLIC_URL=HERE) as town:
        assert web_app(town.house).test_client().get("/metrics", base_url=HERE).status_code == 200


def test_whoever_asks_within_a_second_gets_the_same_answer() -> None:
    looks, now = count(), [10.0]
    answer = Remembered(lambda: str(next(looks)).encode(), lambda: now[0])
    assert [answer(), answer()] == [b"0", b"0"]
    now[0] += 0.99
    assert answer() == b"0"
    now[0] += 0.01
    assert answer() == b"1"


def test_without_a_database_it_fails_and_tells_nothing(tmp_path: Path) -> None:
    house = open_house(settings(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    answer = web_app(house).test_client().get("/metrics", base_url=HERE)
    assert (answer.status_code, answer.get_data(as_text=True)) == (500, "Internal Server Error\n")
    house.database.dispose()
    house.engine.storage.close()
