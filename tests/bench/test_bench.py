"""The bench runs, on every database that is there, and refuses to report what did not happen. Times are not tested."""

from __future__ import annotations

import io
import math
import os
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from bench.__main__ import PARTS, main, run
from bench.carrier import Took
from bench.fanout import Ways
from bench.figures import EDGE, Figure, Sizes, interleaved, steady, table_of
from bench.serving import AS_SERVED

TINY = Sizes(
    recipients=30,
    queue_rounds=1,
    turns=6,
    turn_rounds=1,
    connections=2,
    messages=20,
    message_rounds=1,
    looped=2,
    latency=0.01,
    in_flight=10,
    calls=4,
    limit=5,
    limited=20,
    paced_seconds=0.5,
    shared_seconds=0.2,
    paced_together=2,
    growth=(10, 20),
    storm=10,
    receipted=20,
    receipt_rounds=1,
    singly=5,
    mixed=60,
    idle_seconds=0.2,
    inbound_per_second=20.0,
    junk=20,
    junk_rounds=1,
    junk_per_second=20.0,
)
EACH = {
    "F1": 2, "F2": 2, "F3": 1, "F4": 2, "F5": 10, "F6": 3, "F7": 1,
    "I1": 2, "I2": 3, "I3": 1, "C1": 2, "C2": 1, "M1": 2, "M2": 1, "P1": 1, "V1": 1,
}  # fmt: skip
FOR_INFORMATION = {"bare Flask, twilio's validator", "one worker"}


@pytest.fixture(scope="module")
def figures() -> list[Figure]:
    measured, databases = run(TINY, PARTS, Console(file=io.StringIO()))
    assert [name.split()[0] for name in databases] == _databases()
    return measured


def _databases() -> list[str]:
    return ["SQLite"] + ["PostgreSQL"] * ("TEST_POSTGRESQL_URL" in os.environ)


def figure(ours: float, *, at_most: bool = False, floor: float | None = 2.0, goal: float | None = 4.0) -> Figure:
    return Figure("F0 sheep, hill", "per second", ours, 10.0, "goats", floor, goal, at_most=at_most)


def test_every_part_is_measured_on_every_database(figures: list[Figure]) -> None:
    for database in _databases():
        two_workers = {"W2": 1} if database == "PostgreSQL" else {}
        assert Counter(one.mark for one in figures if one.where == database) == EACH | two_workers
    assert {one.where for one in figures} == set(_databases())


def test_every_figure_has_two_sides_and_a_bound(figures: list[Figure]) -> None:
    counted = {"429s", "MB more"}
    assert all(one.ours > 0 or one.unit in counted for one in figures)
    assert all(one.baseline > 0 and math.isfinite(one.ratio) for one in figures)
    bound = [one for one in figures if one.against not in FOR_INFORMATION and AS_SERVED.name not in one.what]
    assert all(one.floor or one.goal for one in bound)


def test_texts_that_did_not_arrive_are_not_reported_as_fast() -> None:
    ways = Ways("http://127.0.0.1:9", lambda: Took(6, 4), TINY)
    with pytest.raises(RuntimeError, match="6 texts to 4 phones instead of 5"):
        ways.time("somebody", 5, lambda: None)


def test_the_speed_of_a_run_is_that_of_its_middle() -> None:
    slow_ends = [0.0, 1.0, *(EDGE + tick / 50 for tick in range(501)), 13.0, 14.0]
    assert steady(slow_ends) == pytest.approx(50)
    assert steady([0.0, 0.1, 0.2, 0.3]) == pytest.approx(10), "too short to have a middle"
    bursts = [burst * 0.12 for burst in range(100) for _ in range(100)]
    assert steady(bursts) == pytest.approx(100 / 0.12, rel=0.01)
    assert Took(60, 60, per_second=900.0).rate(seconds=0.5) == 120


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        (figure(40), "goal held"),
        (figure(30), "floor held, goal MISSED"),
        (figure(10), "floor MISSED"),
        (figure(10, floor=None), "goal MISSED"),
        (figure(30, goal=None), "floor held"),
        (figure(10, goal=None), "floor MISSED"),
        (figure(20, at_most=True, floor=None), "goal held"),
        (figure(30, at_most=True, goal=None), "floor MISSED"),
        (figure(10, floor=None, goal=None), "for information"),
    ],
)
def test_what_is_missed_is_said(one: Figure, verdict: str) -> None:
    assert one.verdict == verdict


def test_the_table_shows_both_sides_and_the_verdict() -> None:
    console = Console(file=io.StringIO(), width=200, record=True)
    console.print(table_of([figure(30)]))
    shown = console.export_text()
    for words in ("sheep, hill [per second]", "30", "10 goats", "3.00", "≥ 2 / ≥ 4", "floor held, goal MISSED"):
        assert words in shown


def test_measures_take_turns_and_their_medians_count() -> None:
    order: list[str] = []
    left, right = iter([3.0, 1.0, 2.0]), iter([10.0, 30.0, 20.0])

    def one() -> float:
        order.append("one")
        return next(left)

    def other() -> float:
        order.append("other")
        return next(right)

    assert interleaved(3, one, other) == [2.0, 20.0]
    assert order == ["one", "other"] * 3


def test_more_phones_than_there_are_numbers_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--recipients", "100000000"])
    assert "10,000,000 numbers" in capsys.readouterr().err


def test_a_run_can_be_written_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["queueing", "--small", "--recipients", "30", "--messages", "30", "--write", str(tmp_path / "it.md")]) == 0
    )
    written = (tmp_path / "it.md").read_text(encoding="utf-8")
    assert "| F7 queueing" in written
    assert "`python -m bench queueing --small --recipients 30" in written
    assert str(tmp_path) not in written, "the command is told without the folders of one machine"
    assert "Written" in capsys.readouterr().out
