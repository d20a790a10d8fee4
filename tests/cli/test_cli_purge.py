"""``purge`` as an operator types it: it asks, it forgets, the raw files show nothing; killed, it is run again."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest
from operator_desk import MAPLE, PEOPLE, OperatorDesk, command
from sqlalchemy import func, select

from phonetree.models import Base, Person

SEALED = select(Person.number_sealed)


@pytest.fixture
def desk(tmp_path: Path) -> OperatorDesk:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", MAPLE)
    desk.done("people", "import", PEOPLE, "--site", "MAPLE")
    return desk


def sealed_numbers(desk: OperatorDesk) -> list[bytes]:
    from phonetree.models import open_database, reading

    database = open_database(desk.settings["DATABASE_URL"])
    with reading(database) as session:
        found = list(session.scalars(SEALED))
    database.dispose()
    return found


def in_files(desk: OperatorDesk, wanted: list[bytes]) -> list[str]:
    """The files in which any of these bytes lie."""
    files = [path for path in sorted(desk.folder.iterdir()) if path.is_file()]
    return [path.name for path in files if any(each in path.read_bytes() for each in wanted)]


def test_everything_is_forgotten_and_no_byte_of_it_is_left(desk: OperatorDesk) -> None:
    sealed = sealed_numbers(desk)
    assert sealed
    assert in_files(desk, sealed)
    lines = desk.done("purge", "--all", typed="MAPLE\n")
    assert any(line.startswith("forgotten: everything") for line in lines), lines
    assert "key folder" in lines[-1]
    assert in_files(desk, sealed) == []
    left = {name for name, count in desk.rows().items() if count}
    assert left <= {"provider_copies", "heartbeats", "leases"}
    desk.done("site", "load", MAPLE)
    assert desk.done("people", "import", PEOPLE, "--site", "MAPLE"), "nobody is refused any more"


def test_a_school_is_forgotten_by_its_code(desk: OperatorDesk) -> None:
    sealed = sealed_numbers(desk)
    assert desk.fails("purge", "--site", "MAPLE", typed="OAK\n")[-1] == "nothing was changed"
    assert len(sealed_numbers(desk)) == len(sealed)
    assert desk.done("purge", "--site", "maple", "--yes")[0].startswith("forgotten: MAPLE")
    assert in_files(desk, sealed) == []
    assert "no school with this code" in desk.fails("purge", "--site", "MAPLE", "--yes")[0]


def test_what_is_old_is_forgotten_at_once(desk: OperatorDesk) -> None:
    before = desk.rows()
    assert desk.done("purge", "--expired")[0] == "0 rows were old enough"
    assert desk.rows() == before


@pytest.mark.parametrize("words", [(), ("--all", "--expired"), ("--all", "--site", "MAPLE")])
def test_one_of_three_has_to_be_said(desk: OperatorDesk, words: tuple[str, ...]) -> None:
    assert desk.run("purge", *words).exit_code == 2


def test_killed_in_the_middle_it_is_run_again(desk: OperatorDesk) -> None:
    run = subprocess.Popen(  # noqa: S603 - our own interpreter
        command("purge", "--all", "--yes"), env=desk.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    total = sum(desk.rows().values())
    until = time.monotonic() + 60
    while run.poll() is None and time.monotonic() < until and sum(desk.rows().values()) >= total:
        pass
    run.send_signal(signal.SIGKILL)
    run.wait(30)
    desk.done("purge", "--all", "--yes")
    assert desk.count(select(func.count()).select_from(Person)) == 0
    left = {name for name, count in desk.rows().items() if count}
    assert left <= {"provider_copies", "heartbeats", "leases"}
    assert set(desk.rows()) == {table.name for table in Base.metadata.sorted_tables}
