"""The provider's statuses in our words."""

from __future__ import annotations

from itertools import pairwise

import pytest

from phonetree.twilio.statuses import STATUSES, Progress, read_status


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("accepted", Progress(0, "submitted")),
        ("scheduled", Progress(0, "submitted")),
        ("queued", Progress(1, "submitted")),
        ("sending", Progress(2, "submitted")),
        ("sent", Progress(3, "submitted")),
        ("delivered", Progress(4, "delivered")),
        ("read", Progress(4, "delivered")),
        ("partially_delivered", Progress(4, "undelivered")),
        ("undelivered", Progress(4, "undelivered")),
        ("failed", Progress(4, "failed")),
        ("canceled", Progress(4, "failed")),
    ],
)
def test_each_status_has_a_rank_and_a_state(status: str, expected: Progress) -> None:
    assert read_status(status) == expected


@pytest.mark.parametrize("status", ["received", "receiving", "invented", "", "SENT"])
def test_what_we_do_not_know_is_ignored(status: str) -> None:
    assert read_status(status) is None


def test_the_usual_way_only_goes_up_and_ends_final() -> None:
    way = [STATUSES[status] for status in ("accepted", "queued", "sending", "sent", "delivered")]
    assert all(earlier.rank < later.rank for earlier, later in pairwise(way))
    assert [progress.is_final for progress in way] == [False, False, False, False, True]


def test_final_is_what_is_no_longer_submitted() -> None:
    assert all(progress.is_final == (progress.state != "submitted") for progress in STATUSES.values())
