"""``phonetree doctor --send-to``: one real text and one real call, through worker, carrier, receipts and keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doctors_ground import LEADS, Ground, ground
from operator_desk import OperatorDesk
from sqlalchemy import select
from test_cli_serving import running

from phonetree.cli import doctors_trial
from phonetree.models import AuditEntry, Delivery, Person, State, reading
from phonetree.simulator.answer_plans import Busy, PicksUp
from phonetree.simulator.handsets import HandsetKind

TESTER = "+12135550142"


@pytest.fixture(params=["sqlite", "postgresql"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    with ground(request.param, tmp_path) as made, running(made.desk, "worker"):
        yield made


def tried(tree: Ground, *words: str) -> dict[str, dict[str, Any]]:
    told = tree.told("--send-to", TESTER, *words)
    return {each["about"]: each for each in told["findings"] if each["about"].startswith("trial-")}


def test_a_text_and_a_call_and_a_key(tree: Ground) -> None:
    handset = tree.carrier.handset(TESTER)
    handset.answers(PicksUp(keys="5"))
    result = tree.desk.run("doctor", "--send-to", "213-555-0142", "--site", "maple")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "LIVE (simulated)")
    assert "- The text arrived, and its receipt came back." in result.stdout
    assert "- The call was answered, and a key was pressed and understood." in result.stdout
    assert "text: delivered" in result.stderr
    assert "call: delivered, heard" in result.stderr
    (text,) = handset.bodies
    assert text == "Maple Tree: This is a test by the technical volunteer. Nothing is happening. A call follows."
    (call,) = handset.calls
    assert "This is a drill." in " ".join(call.words)
    with reading(tree.house.database) as session:
        assert "a phone was tried" in session.scalars(select(AuditEntry.what)).all()


def test_a_phone_that_is_known_is_not_made_anew(tree: Ground) -> None:
    tree.carrier.handset(LEADS[0].e164).answers(PicksUp(keys="5"))
    assert tree.desk.run("doctor", "--send-to", "-", typed="213-555-0110\n").exit_code == 0
    with reading(tree.house.database) as session:
        assert len(session.scalars(select(Person)).all()) == 2


def test_a_call_that_nobody_answers_or_presses(tree: Ground) -> None:
    handset = tree.carrier.handset(TESTER)
    for plan, words in ((PicksUp(), "no key was pressed"), (Busy(), "nobody picked up")):
        handset.answers(plan)
        found = tried(tree)
        assert (found["trial-text"]["level"], found["trial-call"]["level"]) == ("fine", "warns")
        assert words in found["trial-call"]["what"]
    handset.answers(PicksUp(keys="5"))
    assert {each["level"] for each in tried(tree).values()} == {"fine"}


def test_a_text_that_does_not_arrive_says_why(tree: Ground) -> None:
    handset = tree.carrier.handset(TESTER)
    handset.answers(PicksUp(keys="5"))
    handset.becomes(HandsetKind.LANDLINE)
    found = tried(tree)
    assert "a call may reach it. (30006)" in found["trial-text"]["what"]
    assert found["trial-call"]["level"] == "fine"
    handset.becomes(HandsetKind.MOBILE)
    assert tried(tree)["trial-text"]["level"] == "fine"


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Ground]:
    """No worker runs."""
    with ground("sqlite", tmp_path) as made:
        yield made


def test_without_a_worker_nothing_is_sent_later(alone: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctors_trial, "PATIENCE", 0.0)
    found = tried(alone)
    assert "no worker took it up in time" in found["trial-text"]["what"]
    assert "no worker took it up in time" in found["trial-call"]["what"]
    with reading(alone.house.database) as session:
        last_two = select(Delivery.state).order_by(Delivery.id.desc()).limit(2)
        assert session.scalars(last_two).all() == [State.CANCELLED] * 2
    assert alone.carrier.handset(TESTER).bodies == ()


def test_who_left_gets_no_test(alone: Ground) -> None:
    alone.carrier.handset(TESTER).text("STOP")
    (line,) = alone.desk.fails("doctor", "--send-to", TESTER)
    assert line.startswith("this phone has left by STOP")
    assert alone.carrier.accepted[-1].by_carrier, "but the carrier's own answer to STOP"


def test_a_phone_and_a_school_that_do_not_exist(alone: Ground, tmp_path: Path) -> None:
    (line,) = alone.desk.fails("doctor", "--send-to", "12345")
    assert line.startswith("the phone cannot be used")
    (line,) = alone.desk.fails("doctor", "--send-to", TESTER, "--site", "OAK")
    assert line == "there is no school with this code; loaded are: MAPLE"
    assert OperatorDesk.at(tmp_path / "new").run("doctor", "--send-to", TESTER).exit_code == 1
