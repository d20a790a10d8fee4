"""``phonetree alert``: the lead's own conversation; it sends when code and PIN are right, and on nothing else."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from operator_desk import LEAD, MAPLE, PEOPLE, PIN, OperatorDesk, check_printed, command
from sqlalchemy import func, select

from phonetree.models import Alert, Delivery, Lane


@pytest.fixture
def desk(tmp_path: Path) -> OperatorDesk:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", MAPLE)
    desk.done("people", "import", PEOPLE, "--site", "MAPLE")
    desk.done("people", "set-pin", LEAD, typed=f"{PIN}\n")
    return desk


def sent(desk: OperatorDesk) -> int:
    return desk.count(select(func.count(Delivery.id)).where(Delivery.lane == Lane.ALERT))


def test_code_and_pin_send(desk: OperatorDesk) -> None:
    words = ("alert", "--site", "MAPLE", "--as", "-", "2")
    with subprocess.Popen(  # noqa: S603 - our own command
        command(*words), env=desk.environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{LEAD}\n1\n2\n")
        process.stdin.flush()
        printed = ""
        while not (code := re.search(r"Send: (\d{4})", printed)):
            line = process.stdout.readline()
            assert line, "it ended without a preview"
            printed += line
        assert sent(desk) == 0
        rest, _nothing = process.communicate(f"{code[1]} {PIN}\n", timeout=60)
    check_printed(printed + rest)
    assert process.returncode == 0
    assert "SENT to 10 phones." in rest, "eight by text, two by call"
    assert PIN not in printed + rest
    assert sent(desk) == 8
    assert desk.count(select(func.count(Alert.id))) == 1


def test_wrong_answers_send_nothing(desk: OperatorDesk) -> None:
    result = desk.run("alert", "--site", "MAPLE", "--as", LEAD, "2", "1", "2", typed=f"0000 {PIN}\n" * 3)
    assert result.exit_code == 1
    assert "NOT SENT. Three wrong answers." in result.stdout
    assert sent(desk) == 0


def test_no_answer_sends_nothing(desk: OperatorDesk) -> None:
    assert desk.fails("alert", "--site", "MAPLE", "--as", LEAD, "2", "1", "2") == [
        "there is no answer on standard input"
    ]
    assert sent(desk) == 0


def test_a_lead_without_a_pin_sends_nothing(desk: OperatorDesk) -> None:
    result = desk.run("alert", "--site", "MAPLE", "--as", "213-555-0111", "2", "1", "2")
    assert result.exit_code == 1
    assert sent(desk) == 0


@pytest.mark.parametrize("phone", ["213-555-0112", "213-555-0120", "213-555-0188"])
def test_only_leads_may(desk: OperatorDesk, phone: str) -> None:
    assert desk.fails("alert", "--site", "MAPLE", "--as", phone) == ["this phone is no lead's at this school"]


def test_an_unknown_school(desk: OperatorDesk) -> None:
    (line,) = desk.fails("alert", "--site", "OAK", "--as", LEAD)
    assert line == "there is no school with this code; loaded are: MAPLE"


@pytest.mark.parametrize("digits", [["2", "1", "2", "2"], ["22"], ["two"], ["213", "555", "0110"]])
def test_wrong_usage_shows_nothing_of_what_was_typed(desk: OperatorDesk, digits: list[str]) -> None:
    result = desk.run("alert", "--site", "MAPLE", "--as", LEAD, *digits)
    assert result.exit_code == 2
    assert "KIND, PLACE and LEVEL are one digit each." in result.stderr


def test_no_option_shows_a_number_either(desk: OperatorDesk) -> None:
    assert desk.run("people", "set-pin", "--pin", LEAD).exit_code == 2
    assert desk.run("alert", "--site", "MAPLE").exit_code == 2
