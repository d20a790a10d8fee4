"""The verdict on a run of the laboratory: what holds in every one of them, and one line that says how it went."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from fault_plans import misbehave
from invariants import (
    History,
    Text,
    check_once,
    check_reached,
    check_released,
    check_rising,
    check_sealed,
    report,
)
from laboratory import ALERT, Laboratory, Misbehave, Setting, laboratory
from ledger import dump, text_rows, words_of

from phonetree.demo.seizure import Find, search_folder
from phonetree.words.numbers import PhoneNumber


@contextmanager
def alerted(
    folder: Path, database_url: str, setting: Setting, misbehaves: Misbehave = misbehave
) -> Iterator[Laboratory]:
    """Workers at work on an alert."""
    with laboratory(folder, database_url, setting, misbehaves) as lab:
        lab.send(ALERT)
        lab.start_workers()
        yield lab


def history_of(lab: Laboratory, action: str = "alert", recipients: Sequence[PhoneNumber] = ()) -> History:
    """Both sides of the run so far."""
    asked = [Text(each.recipient, each.body, each.started_at) for each in lab.carrier.submissions]
    accepted = [Text(each.recipient, each.body, each.accepted_at) for each in lab.carrier.accepted]
    called = [call.recipient for call in lab.carrier.accepted_calls]
    numbers = [number.e164 for number in recipients or lab.numbers]
    database = lab.house.database
    rows = text_rows(database, lab.house.means)
    return History(numbers, words_of(database, action), asked, accepted, rows, lab.looks, called)


def finds(lab: Laboratory) -> list[Find]:
    """Numbers in clear: in every file of the run, and in every row of its database."""
    dump(lab.house.database, lab.folder / "every.row")
    return search_folder(lab.folder, lab.numbers)


def judged(lab: Laboratory, history: History | None = None, *, is_calm: bool = True) -> History:
    """What holds in every run. *is_calm*: none of the workers complained of anything."""
    history = history or history_of(lab)
    line = report(history, time.monotonic() - lab.began_at, lab.killed)
    sys.stdout.write(f"\n{lab.house.database.dialect.name}, seed {lab.setting.seed}: {line}\n")
    checks = (check_released, check_reached, check_once, check_rising)
    assert not [violation for check in checks for violation in check(history)], line
    assert not check_sealed(finds(lab)), line
    assert not (is_calm and lab.troubles()), line
    return history
