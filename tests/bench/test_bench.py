"""The bench runs, on every database that is there, and refuses to report what did not happen. Times are not tested."""

from __future__ import annotations

import io
import math
import os

import pytest
from rich.console import Console

from bench.__main__ import PARTS, main, run
from bench.fanout import Sending
from bench.figures import Figure, Sizes, interleaved, table_of

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
)


def figure(ours: float, *, at_most: bool = False, floor: float | None = 2.0, goal: float | None = 4.0) -> Figure:
    return Figure("sheep", "per second", ours, 10.0, "goats", floor, goal, at_most=at_most)


def test_every_part_is_measured_on_every_database() -> None:
    databases = ["SQLite"] + ["PostgreSQL"] * ("TEST_POSTGRESQL_URL" in os.environ)
    figures = run(TINY, PARTS, Console(file=io.StringIO()))
    for database in databases:
        asked = [one.what.split()[0] for one in figures if one.what.endswith(database)]
        assert asked == ["F7", "I1", "I2", "I2", "F1", "F1", "F2", "F2", "F3", "V1"]
    assert len(figures) == 10 * len(databases)
    assert all(one.ours > 0 and math.isfinite(one.ratio) for one in figures)
    assert all(one.floor or one.goal for one in figures if one.against != "bare Flask, twilio's validator")


def test_texts_that_did_not_arrive_are_not_reported_as_fast() -> None:
    sending = Sending("http://127.0.0.1:9", lambda: (6, 4), TINY)
    with pytest.raises(RuntimeError, match="6 texts to 4 phones instead of 5"):
        sending.time("somebody", 5, lambda: None)


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
    for words in ("sheep [per second]", "30", "10 goats", "3.00", "≥ 2 / ≥ 4", "floor held, goal MISSED"):
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
        main(["--recipients", "1000000"])
    assert "78,000 numbers" in capsys.readouterr().err
