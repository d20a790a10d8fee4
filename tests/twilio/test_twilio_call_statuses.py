"""The provider's words for a call in ours: written a second time here."""

from __future__ import annotations

from itertools import pairwise

import pytest

from phonetree.desk.call_answers import AnsweredBy, CallOutcome, DialResult, QueueResult
from phonetree.twilio.call_statuses import (
    CALL_STATUSES,
    CallProgress,
    read_answered_by,
    read_call_status,
    read_dial_status,
    read_queue_result,
)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("ringing", CallProgress(2, CallOutcome.RINGING)),
        ("in-progress", CallProgress(3, CallOutcome.ANSWERED)),
        ("completed", CallProgress(4, CallOutcome.COMPLETED)),
        ("busy", CallProgress(4, CallOutcome.BUSY)),
        ("no-answer", CallProgress(4, CallOutcome.NO_ANSWER)),
        ("failed", CallProgress(4, CallOutcome.FAILED)),
        ("canceled", CallProgress(4, CallOutcome.CANCELLED)),
    ],
)
def test_each_status_has_a_rank_and_an_outcome(status: str, expected: CallProgress) -> None:
    assert read_call_status(status) == expected


@pytest.mark.parametrize("status", ["queued", "initiated", "invented", "", "COMPLETED"])
def test_what_we_do_not_know_or_need_is_ignored(status: str) -> None:
    assert read_call_status(status) is None


def test_the_usual_way_only_goes_up_and_ends_final() -> None:
    way = [CALL_STATUSES[status] for status in ("ringing", "in-progress", "completed")]
    assert all(earlier.rank < later.rank for earlier, later in pairwise(way))
    assert [progress.is_final for progress in way] == [False, False, True]


def test_every_outcome_has_its_status() -> None:
    assert {progress.outcome for progress in CALL_STATUSES.values()} == set(CallOutcome)


@pytest.mark.parametrize(
    ("status", "joined", "alone"),
    [
        ("completed", DialResult.ANSWERED, DialResult.NO_ANSWER),
        ("answered", DialResult.ANSWERED, DialResult.NO_ANSWER),
        ("busy", DialResult.BUSY, DialResult.BUSY),
        ("no-answer", DialResult.NO_ANSWER, DialResult.NO_ANSWER),
        ("canceled", DialResult.NO_ANSWER, DialResult.NO_ANSWER),
        ("failed", DialResult.FAILED, DialResult.FAILED),
        ("invented", DialResult.FAILED, DialResult.FAILED),
    ],
)
def test_who_was_never_joined_has_not_answered(status: str, joined: DialResult, alone: DialResult) -> None:
    assert read_dial_status(status, was_joined=True) is joined
    assert read_dial_status(status, was_joined=False) is alone


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("bridged", QueueResult.BRIDGED),
        ("redirected-from-bridged", QueueResult.BRIDGED),
        ("leave", QueueResult.LEFT),
        ("redirected", QueueResult.LEFT),
        ("hangup", QueueResult.HUNG_UP),
        ("queue-full", QueueResult.FAILED),
        ("error", QueueResult.FAILED),
        ("system-error", QueueResult.FAILED),
        ("invented", QueueResult.FAILED),
    ],
)
def test_each_way_out_of_a_queue(result: str, expected: QueueResult) -> None:
    assert read_queue_result(result) is expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("human", AnsweredBy.PERSON),
        ("unknown", AnsweredBy.PERSON),
        ("invented", AnsweredBy.PERSON),
        ("machine_start", AnsweredBy.MACHINE),
        ("machine_end_beep", AnsweredBy.MACHINE),
        ("machine_end_silence", AnsweredBy.MACHINE),
        ("machine_end_other", AnsweredBy.MACHINE),
        ("fax", AnsweredBy.MACHINE),
    ],
)
def test_who_picked_up(word: str, expected: AnsweredBy) -> None:
    assert read_answered_by(word) is expected
