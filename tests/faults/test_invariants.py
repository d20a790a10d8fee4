"""Each check of the fault laboratory is fed a history that offends against it, and one that does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from invariants import (
    History,
    Row,
    Text,
    check_called,
    check_correction,
    check_fresh,
    check_listed,
    check_marked,
    check_once,
    check_reached,
    check_released,
    check_rising,
    check_sealed,
    check_silence,
    check_stopped,
    check_unchanged,
    report,
)

from phonetree.demo.seizure import search_folder
from phonetree.models import State
from phonetree.words.numbers import PhoneNumber

ANA, BOB, SUE = "+12135550141", "+12135550142", "+12135550143"
WORDS, WRONG = "Maple Tree: CONFIRMED", "Maple Tree: CORRECTION"
FIRST, SECOND = Text(ANA, WORDS, 1.0), Text(BOB, WORDS, 2.0)
AGAIN = Text(ANA, f"(Repeat) {WORDS}", 3.0)
GOOD = History(
    recipients=(ANA, BOB),
    alert=WORDS,
    asked=(FIRST, SECOND),
    accepted=(FIRST, SECOND),
    rows=(Row(ANA, WORDS, State.DELIVERED), Row(BOB, WORDS, State.SUBMITTED)),
    looks=(
        {1: (State.PENDING, 0), 2: (State.SENDING, 0)},
        {1: (State.SENDING, 0), 2: (State.IN_DOUBT, 0)},
        {1: (State.SUBMITTED, 3), 2: (State.PENDING, 0)},
        {1: (State.DELIVERED, 4), 2: (State.SUBMITTED, 0)},
    ),
)
Check = Callable[[History], list[str]]
EVERY_RUN: tuple[Check, ...] = (check_released, check_reached, check_once, check_rising, check_marked)


def listed(state: State) -> History:
    """Bob has nothing, and the ledger says this."""
    return replace(GOOD, accepted=(FIRST,), rows=(GOOD.rows[0], Row(BOB, WORDS, state)))


def looked(*seen: tuple[State, int]) -> History:
    return replace(GOOD, looks=[{1: each} for each in seen])


@pytest.mark.parametrize("check", EVERY_RUN)
def test_a_good_history_offends_against_nothing(check: Check) -> None:
    assert check(GOOD) == []


@pytest.mark.parametrize(
    ("check", "history", "said"),
    [
        (check_released, replace(GOOD, accepted=(*GOOD.accepted, Text(SUE, WORDS))), "somebody else has an alert"),
        (check_released, replace(GOOD, accepted=(Text(SUE, AGAIN.body),)), "somebody else has an alert"),
        (check_reached, listed(State.PENDING), "recipient 1 has nothing, and the ledger says pending"),
        (check_reached, listed(State.SUBMITTED), "recipient 1 has nothing, and the ledger says submitted"),
        (check_reached, replace(GOOD, accepted=(FIRST,), rows=()), "recipient 1 has nothing, and the ledger says None"),
        (check_once, replace(GOOD, accepted=(FIRST, FIRST, SECOND)), "recipient 0 has it 2 times"),
        (check_once, replace(GOOD, accepted=(FIRST, AGAIN, AGAIN)), "recipient 0 has it 2 times"),
        (check_marked, replace(GOOD, accepted=(FIRST, AGAIN, SECOND, Text(BOB, AGAIN.body))), "2 have it twice"),
        (check_rising, looked((State.SUBMITTED, 4), (State.SUBMITTED, 3)), "row 1"),
        (check_rising, looked((State.DELIVERED, 4), (State.SUBMITTED, 4)), "row 1"),
        (check_rising, looked((State.FAILED, 0), (State.PENDING, 0)), "row 1"),
        (check_rising, looked((State.SUBMITTED, 2), (State.IN_DOUBT, 2)), "row 1"),
    ],
)
def test_what_offends_is_told(check: Check, history: History, said: str) -> None:
    (told, *_more) = check(history)
    assert told.startswith(said)


def test_who_is_listed_with_a_reason_is_not_lost() -> None:
    assert check_reached(listed(State.EXPIRED)) == []


def test_who_was_called_is_not_lost() -> None:
    assert check_reached(replace(listed(State.FAILED), called=(BOB,))) == []
    assert check_reached(replace(listed(State.PENDING), called=(BOB,))) == []


def test_who_was_not_called_or_called_twice_is_told() -> None:
    assert check_called(replace(GOOD, called=(ANA, BOB)), (ANA, BOB)) == []
    assert check_called(replace(GOOD, called=(ANA, ANA)), (ANA, BOB)) == [
        "recipient 0 was called 2 times",
        "recipient 1 was called 0 times",
    ]


def test_a_text_after_a_stop_is_told_whatever_it_says() -> None:
    assert check_stopped(GOOD, {BOB: 1.0}) == []
    assert check_stopped(GOOD, {BOB: 0.9}) == ["recipient 1 was texted 1.10 s after STOP"]
    news = replace(GOOD, asked=(*GOOD.asked, Text(ANA, "something else", 4.0)))
    assert check_stopped(news, {ANA: 1.0}) == ["recipient 0 was texted 3.00 s after STOP"]


def test_a_drill_that_reaches_somebody_else_is_told_even_if_it_was_only_asked_for() -> None:
    assert check_listed(GOOD, WORDS, (ANA, BOB)) == []
    assert check_listed(replace(GOOD, accepted=()), WORDS, (ANA,)) == ["recipient 1 has a drill and is not on its list"]
    assert check_listed(replace(GOOD, asked=()), WORDS, (BOB,)) == ["recipient 0 has a drill and is not on its list"]


def test_a_table_that_has_changed_is_told() -> None:
    before: Mapping[str, Sequence[object]] = {"people": [(1, "Ana")], "notes": [(1, b"x")]}
    assert check_unchanged(before, {"people": [(1, "Ana")], "notes": [(1, b"x")]}) == []
    assert check_unchanged(before, {"people": [(1, "Bob")], "new": []}) == [
        "new has changed",
        "notes has changed",
        "people has changed",
    ]


@pytest.mark.parametrize("written", [ANA, f"({ANA[2:5]}) {ANA[5:8]}-{ANA[8:]}", ANA.encode().hex()])
def test_a_number_in_clear_is_told_and_not_shown(tmp_path: Path, written: str) -> None:
    numbers = [PhoneNumber(SUE), PhoneNumber(ANA)]
    (tmp_path / "every.row").write_text("nothing of that kind")
    assert check_sealed(search_folder(tmp_path, numbers)) == []
    (tmp_path / "every.row").write_text(f"1 {written} x")
    (told,) = check_sealed(search_folder(tmp_path, numbers))
    assert told.startswith("number 1 lies in every.row")


def test_a_repeat_that_says_so_is_allowed_to_a_few() -> None:
    twice = replace(GOOD, asked=(*GOOD.asked, AGAIN), accepted=(FIRST, AGAIN, SECOND))
    assert check_once(twice) == []
    assert check_marked(twice) == []


def test_a_request_after_an_abort_is_told() -> None:
    assert check_silence(GOOD, aborted_at=1.0) == []
    (told,) = check_silence(GOOD, aborted_at=0.9)
    assert told == "recipient 1 was texted 1.10 s after the ABORT"


def test_who_hears_of_an_alert_and_not_of_its_end_is_told() -> None:
    ended = replace(listed(State.IN_DOUBT), accepted=(FIRST, Text(ANA, WRONG)))
    assert check_correction(ended, WRONG) == ["recipient 1 was told of the alert and not of its end"]
    assert check_correction(replace(ended, accepted=(*ended.accepted, Text(BOB, WRONG))), WRONG) == []
    (told,) = check_correction(replace(GOOD, accepted=(FIRST, Text(BOB, WRONG)), rows=()), WRONG)
    assert told.startswith("recipient 0")


def test_a_stale_text_is_told() -> None:
    assert check_fresh(GOOD, expired_at=2.0) == []
    assert check_fresh(GOOD, expired_at=1.5) == ["recipient 1 was texted 0.50 s too late"]


def test_nobody_is_named_by_their_number() -> None:
    broken = replace(GOOD, accepted=(FIRST, FIRST, Text(SUE, WORDS)))
    told = [repr(broken), report(broken, 1.0, 2), *(line for check in EVERY_RUN for line in check(broken))]
    assert "555" not in "".join(told)
    assert "1 of 2 reached, 1 twice, 2 kills, 2 requests, 1.0 s; 1 delivered, 1 submitted" in told
