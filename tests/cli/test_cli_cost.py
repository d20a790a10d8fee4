"""``phonetree cost``: what an alert and a month cost, in plain lines, with the day of the prices."""

from __future__ import annotations

from pathlib import Path

from operator_desk import MAPLE, PEOPLE, OperatorDesk

from phonetree.words.prices import PRICES


def test_it_shows_languages_segments_sums_and_limits(tmp_path: Path) -> None:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", MAPLE)
    desk.done("people", "import", PEOPLE, "--site", "MAPLE")
    lines = desk.done("cost", "maple")
    (spanish,) = [line.split() for line in lines if line.startswith("Spanish ")]
    assert spanish[1:4] == ["2", "1", "1"]
    assert spanish[4] == f"${2 * PRICES.segment + PRICES.call_minute:.2f}"
    (drill,) = [line.split() for line in lines if line.startswith("drill ")]
    assert drill == ["drill", "1", "1", "1", "1"]
    text = "\n".join(lines)
    for expected in (
        "One alert:      $0.",
        "One month:      $1",
        "4 messages to everybody",
        "$50.00 a day, of which answers may use $25.00. Alerts, corrections, HELP and STOP go on beyond it.",
        f"Prices of {PRICES.as_of.isoformat()}, not a bill.",
    ):
        assert expected in text
    assert "notice" not in text
    assert max(map(len, lines)) <= 140


def test_a_budget_that_one_alert_uses_up_is_told(tmp_path: Path) -> None:
    desk = OperatorDesk.at(tmp_path)
    toml = MAPLE.read_text(encoding="utf-8").replace("daily_budget = 50.00", "daily_budget = 0.10")
    desk.done("site", "load", desk.file("maple.toml", toml))
    desk.done("people", "import", PEOPLE, "--site", "MAPLE")
    (notice,) = [line for line in desk.done("cost", "MAPLE") if line.startswith("notice")]
    assert "daily_budget higher" in notice


def test_an_empty_list_costs_only_the_number_and_the_program(tmp_path: Path) -> None:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", MAPLE)
    lines = desk.done("cost", "MAPLE")
    assert "One alert:      $0.00; with an update and its end $0.00" in lines
    assert f"${PRICES.number_month + PRICES.program_month:.2f}:" in "\n".join(lines)
