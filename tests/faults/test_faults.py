"""Alerts to many while everything breaks on purpose. Small as it stands; with FAULTS=full as large as promised."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from invariants import (
    History,
    check_correction,
    check_fresh,
    check_marked,
    check_once,
    check_reached,
    check_released,
    check_rising,
    check_silence,
    report,
)
from lab_worker import LEASE
from laboratory import ABORT, ALERT, CORRECT, Laboratory, Setting, laboratory

IS_FULL = os.environ.get("FAULTS") == "full"
SEEDS = range(10) if IS_FULL else range(1)
RUN = Setting(0, 1000, per_second=150.0) if IS_FULL else Setting(0, 60, per_second=25.0)
KILLS, SLEEPS = (20, 5) if IS_FULL else (2, 1)


@pytest.fixture(params=SEEDS)
def setting(request: pytest.FixtureRequest, database_url: str) -> Setting:
    """One worker beside SQLite, two beside PostgreSQL."""
    return replace(RUN, seed=request.param, workers=1 if database_url.startswith("sqlite") else 2)


@contextmanager
def alerted(folder: Path, database_url: str, setting: Setting) -> Iterator[Laboratory]:
    """Workers at work on an alert."""
    with laboratory(folder, database_url, setting) as lab:
        lab.send(ALERT)
        lab.start_workers()
        yield lab


def judged(lab: Laboratory) -> History:
    """What holds in every run, and one line on it."""
    history = lab.history()
    line = report(history, time.monotonic() - lab.began_at, lab.killed)
    sys.stdout.write(f"\n{lab.house.database.dialect.name}, seed {lab.setting.seed}: {line}\n")
    checks = (check_released, check_reached, check_once, check_rising)
    assert not [violation for check in checks for violation in check(history)], line
    assert not lab.troubles(), line
    return history


def test_a_carrier_that_misbehaves_loses_nothing_and_doubles_nothing(
    tmp_path: Path, database_url: str, setting: Setting
) -> None:
    with alerted(tmp_path, database_url, setting) as lab:
        assert lab.settles()
        history = judged(lab)
    assert history.got(history.alert) == set(history.recipients)


def test_workers_that_are_killed_lose_nothing_and_double_nothing(
    tmp_path: Path, database_url: str, setting: Setting
) -> None:
    with alerted(tmp_path, database_url, replace(setting, kills=KILLS)) as lab:
        lab.kill_some()
        assert lab.settles()
        history = judged(lab)
    assert history.got(history.alert) == set(history.recipients)


def test_without_the_carriers_list_few_have_it_twice_and_are_told_so(
    tmp_path: Path, database_url: str, setting: Setting
) -> None:
    with alerted(tmp_path, database_url, replace(setting, kills=KILLS, is_listed=False)) as lab:
        lab.kill_some()
        assert lab.settles()
        history = judged(lab)
    assert check_marked(history) == []


def test_an_abort_holds_within_a_second_and_the_correction_reaches_all_who_may_know(
    tmp_path: Path, database_url: str, setting: Setting
) -> None:
    with alerted(tmp_path, database_url, setting) as lab:
        assert lab.waits_for_requests(setting.recipients // 3)
        assert lab.say(ABORT).startswith("PAUSED")
        aborted_at = time.monotonic()
        lab.send(CORRECT)
        assert lab.settles()
        history = judged(lab)
        correction = lab.words_of("correct")
    assert len(history.got(history.alert)) < setting.recipients, "it came too late to be in the middle"
    assert check_silence(history, aborted_at) == []
    assert check_correction(history, correction) == []


def test_workers_that_slept_too_long_send_nothing_stale(tmp_path: Path, database_url: str, setting: Setting) -> None:
    with alerted(tmp_path, database_url, setting) as lab:
        assert lab.waits_for_requests(setting.recipients // 3)
        expired_at = lab.expire_in(1.5)
        assert lab.has_claimed()
        lab.freeze()
        threading.Event().wait(2.0)
        lab.thaw()
        assert lab.settles()
        history = judged(lab)
    assert len(history.got(history.alert)) < setting.recipients, "they slept too late"
    assert check_fresh(history, expired_at) == []


def test_a_worker_that_slept_past_its_lease_doubles_nothing(
    tmp_path: Path, database_url: str, setting: Setting
) -> None:
    with alerted(tmp_path, database_url, replace(setting, workers=2)) as lab:
        for turn in range(1, SLEEPS + 1):
            assert lab.waits_for_requests(turn * setting.recipients // (SLEEPS + 2))
            lab.freeze(1)
            threading.Event().wait(LEASE.total_seconds() + 0.8)
            lab.thaw()
        assert lab.settles()
        history = judged(lab)
    assert history.got(history.alert) == set(history.recipients)
