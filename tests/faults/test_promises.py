"""What is promised to one person at a time, and what holds when it is all over, while the carrier misbehaves.

STOP proves I6, a drill I7, webhooks that come again I9, a worker that starts again I10.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from invariants import check_listed, check_stopped, check_unchanged
from judging import alerted, history_of, judged
from laboratory import ABORT, CORRECT, DRILL, Laboratory, Setting, laboratory
from ledger import snapshot, words_of
from stage import LEAD

from phonetree.desk.receipts import fold
from phonetree.words.numbers import PhoneNumber

SETTING = Setting(recipients=30, per_second=25.0)
SOME = 4


def test_stop_beats_every_later_text(tmp_path: Path, database_url: str) -> None:
    """Some who have the alert, and some whose turn has not come, stop; then everybody is told that it was wrong."""
    with alerted(tmp_path, database_url, replace(SETTING, per_second=12.0)) as lab:
        assert lab.carrier.wait_for(lambda: len(lab.carrier.accepted) > SOME)
        told, waiting = [PhoneNumber(text.recipient) for text in lab.carrier.accepted][-SOME:], lab.numbers[-SOME:]
        stopped = {who.e164: _stops(lab, who) for who in (*waiting, *told) if who != LEAD}
        lab.say(ABORT)
        lab.send(CORRECT)
        assert lab.settles()
        history = judged(lab)
        correction = words_of(lab.house.database, "correct")
    assert not {who.e164 for who in waiting} & history.got(history.alert), "they stopped too late"
    assert history.got(correction) == history.got(history.alert) - set(stopped)
    assert check_stopped(history, stopped) == []


def _stops(lab: Laboratory, who: PhoneNumber) -> float:
    """When that was acknowledged."""
    lab.say("STOP", who)
    return time.monotonic()


def test_a_drill_reaches_its_list_and_nobody_else(tmp_path: Path, database_url: str) -> None:
    with laboratory(tmp_path, database_url, replace(SETTING, staff=SETTING.recipients // 2, kills=1)) as lab:
        listed: Sequence[PhoneNumber] = lab.numbers[: 1 + lab.setting.staff]
        lab.send(DRILL)
        lab.start_workers()
        lab.kill_some(len(listed))
        assert lab.settles()
        history = judged(lab, history_of(lab, "drill", listed))
    numbers = {who.e164 for who in listed}
    assert history.got(history.alert) == numbers
    assert check_listed(history, history.alert, numbers) == []


def test_what_is_settled_stays_so_when_all_comes_again_and_a_worker_starts_again(
    tmp_path: Path, database_url: str
) -> None:
    with alerted(tmp_path, database_url, SETTING) as lab:
        assert lab.settles()
        assert lab.makes_rounds()  # the leads are told how it went
        assert lab.settles()
        lab.stop_workers()
        asked, before = len(lab.carrier.submissions), snapshot(lab.house.database)
        assert len(lab.recorder.heard) > SETTING.recipients
        assert lab.recorder.repeat_at(lab.port) == []
        while fold(lab.house.database, lab.house.means):
            pass
        assert check_unchanged(before, snapshot(lab.house.database)) == []
        lab.start_worker()
        assert lab.makes_rounds()
        lab.stop_workers()
        assert check_unchanged(before, snapshot(lab.house.database)) == []
        assert len(lab.carrier.submissions) == asked
        judged(lab)
