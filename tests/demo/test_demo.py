"""The demo played for real: carrier, web server and worker as their own processes."""

from __future__ import annotations

import socket
from io import StringIO

import pytest
from rich.console import Console

from phonetree.demo import stage
from phonetree.demo.cast import FAMILIES, SCHOOL_FILE, SCHOOL_NUMBER, make_cast, roster_csv
from phonetree.demo.story import play
from phonetree.school.reading import read_school
from phonetree.school.roster import read_roster
from phonetree.words.languages import LANGUAGES


def a_console() -> Console:
    return Console(file=StringIO(), width=110)


def printed_on(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return " ".join(console.file.getvalue().split())


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_story_is_played_and_every_check_passes() -> None:
    console = a_console()
    passed = play(once=True, port=a_free_port(), console=console)
    printed = printed_on(console)
    assert passed, printed
    for line in (
        "JOIN MAPLE",
        "UNIRME MAPLE",
        "NOT SENT. The code or the PIN was wrong.",
        "Immigration agents at the school, front gate.",
        "en la escuela, puerta principal.",
        "one in each of 16 more",
        "TAKE 100",
        "mi numero es ___",
        "CHECK 101",
        "SEND 101",
        "(Spanish) Este es el plan de seguridad de la escuela",
        "Ya no quiero mensajes",
        "its machine answers",
        "(Korean) 한국어는 3번을 누르세요.",
        "talks with the counselor",
        "presses the PIN",
        "[a recording of 4 seconds]",
        "checks passed in",
    ):
        assert line in printed
    assert "!!" not in printed


def test_a_taken_port_is_told_and_nothing_is_left_running() -> None:
    console = a_console()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        assert not play(once=True, port=port, console=console)
    assert f"port {port}" in printed_on(console)


def test_a_product_that_does_not_start_fails_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    console = a_console()
    monkeypatch.setattr(stage, "PROGRAM", ("/bin/sh", "-c", "echo broken; exit 3", "phonetree"))
    assert not play(once=True, port=a_free_port(), console=console)
    assert "broken" in printed_on(console)


def test_the_roster_of_the_cast_is_one_that_an_office_could_hand_in() -> None:
    cast = make_cast()
    languages = read_school(SCHOOL_FILE.read_text(encoding="utf-8")).site.languages
    rows = read_roster(roster_csv(cast.roster).encode(), languages=languages).rows
    assert [row.number for row in rows] == [person.number for person in cast.roster]
    assert len(cast.families) == FAMILIES
    assert {family.language for family in cast.families} == {code for code, row in LANGUAGES.items() if row.has_text}


def test_nobody_has_the_number_of_somebody_else() -> None:
    cast = make_cast()
    numbers = [SCHOOL_NUMBER, *(person.number for person in cast.phones)]
    assert len({number.e164 for number in numbers}) == len(numbers)
    assert all(number.e164[5:10] == "55501" for number in numbers)
