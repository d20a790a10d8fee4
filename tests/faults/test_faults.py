"""Alerts to many while everything breaks on purpose: small in every run of the tests, with FAULTS=full as promised.

Every run proves I1 (released), I2 (reached or listed with why not), I3 (once, unless marked), I8 (nothing falls back)
and I11 (no number in clear); the ABORT proves I4 and I5. FAULTS_SEEDS chooses the seeds of a full run: "3" or "0-9".
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from invariants import check_correction, check_fresh, check_marked, check_silence
from judging import alerted, judged
from laboratory import ABORT, CORRECT, RUN, Setting
from ledger import words_of
from waits import IS_FULL, LEASE, PATIENCE


def seeds_in(words: str) -> list[int]:
    """One, such as "3", or all from one to another, such as "0-9"."""
    first, _, last = words.partition("-")
    return list(range(int(first), int(last or first) + 1))


SEEDS = seeds_in(os.environ.get("FAULTS_SEEDS") or ("0-9" if IS_FULL else "0"))
KILLS, SLEEPS = (20, 5) if IS_FULL else (2, 1)


@pytest.fixture(params=SEEDS[:2])
def setting(request: pytest.FixtureRequest, database_url: str) -> Setting:
    """One worker beside SQLite, two beside PostgreSQL."""
    return replace(RUN, seed=request.param, workers=1 if database_url.startswith("sqlite") else 2)


@pytest.fixture
def slowly(setting: Setting) -> Setting:
    """Slow enough to be in the middle of it for a while, however busy this machine is."""
    return setting if IS_FULL else replace(setting, per_second=5.0)


@pytest.fixture(params=SEEDS)
def promised(request: pytest.FixtureRequest, database_url: str) -> Setting:
    """The same, killed as often as it is promised that nothing comes of it."""
    workers = 1 if database_url.startswith("sqlite") else 2
    return replace(RUN, seed=request.param, workers=workers, kills=KILLS)


def test_workers_that_are_killed_lose_nothing_and_double_nothing(
    tmp_path: Path, database_url: str, promised: Setting
) -> None:
    with alerted(tmp_path, database_url, promised) as lab:
        lab.kill_some()
        assert lab.settles()
        history = judged(lab)
    assert history.got(history.alert) == set(history.recipients)


def test_without_the_carriers_list_few_have_it_twice_and_are_told_so(
    tmp_path: Path, database_url: str, promised: Setting
) -> None:
    """Who has it twice has a marked copy (I3). Whose repeat is in doubt as well is called."""
    with alerted(tmp_path, database_url, replace(promised, is_listed=False)) as lab:
        lab.kill_some()
        assert lab.settles()
        history = judged(lab)
    assert check_marked(history) == []
    assert history.reached == set(history.recipients)


def test_a_carrier_that_misbehaves_loses_nothing_and_doubles_nothing(
    tmp_path: Path, database_url: str, setting: Setting
) -> None:
    with alerted(tmp_path, database_url, setting) as lab:
        assert lab.settles()
        history = judged(lab)
    assert history.got(history.alert) == set(history.recipients)


def test_an_abort_holds_within_a_second_and_the_correction_reaches_all_who_may_know(
    tmp_path: Path, database_url: str, slowly: Setting
) -> None:
    with alerted(tmp_path, database_url, slowly) as lab:
        assert lab.waits_for_requests(slowly.recipients // 3)
        assert lab.say(ABORT).startswith("PAUSED")
        aborted_at = time.monotonic()
        lab.send(CORRECT)
        assert lab.settles()
        history = judged(lab)
        correction = words_of(lab.house.database, "correct")
    assert len(history.got(history.alert)) < slowly.recipients, "it came too late to be in the middle"
    assert check_silence(history, aborted_at) == []
    assert check_correction(history, correction) == []


def test_workers_that_slept_too_long_send_nothing_stale(tmp_path: Path, database_url: str, slowly: Setting) -> None:
    with alerted(tmp_path, database_url, slowly) as lab:
        assert lab.waits_for_requests(slowly.recipients // 3)
        expired_at = lab.expire_in(2 * PATIENCE)
        assert lab.has_claimed()
        lab.freeze()
        threading.Event().wait(2.6 * PATIENCE)
        lab.thaw()
        assert lab.settles()
        history = judged(lab)
    assert len(history.got(history.alert)) < slowly.recipients, "they slept too late"
    assert check_fresh(history, expired_at) == []


def test_a_worker_that_slept_past_its_lease_doubles_nothing(
    tmp_path: Path, database_url: str, setting: Setting
) -> None:
    with alerted(tmp_path, database_url, replace(setting, workers=2)) as lab:
        for turn in range(1, SLEEPS + 1):
            assert lab.waits_for_requests(turn * setting.recipients // (SLEEPS + 2))
            lab.freeze(1)
            threading.Event().wait(LEASE.total_seconds() + PATIENCE)
            lab.thaw()
        assert lab.settles()
        history = judged(lab)
    assert history.got(history.alert) == set(history.recipients)
