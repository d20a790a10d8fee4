"""The promises of delivery, held against what the carrier has seen: each check returns what breaks its promise.

Recipients are named by their place in the history, never by their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from phonetree.demo.seizure import Find
from phonetree.models import FINAL, REACHED, State

REPEAT = "(Repeat) "
ACKNOWLEDGED = 1.0
"""Seconds after which an ABORT, or a STOP, holds everywhere."""
MOST_MARKED = 0.015
NEVER_BACK = (*FINAL, State.SUBMITTED)
"""What the carrier told us for certain, or what is over: nothing leads back from there."""

Look = Mapping[int, tuple[State, int]]
"""One look at the ledger: of every row its state, and the rank of its highest receipt."""
Tables = Mapping[str, Sequence[object]]
"""Every row of every table, by its name."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text, as the carrier saw it: asked for, or accepted. ``at`` is monotonic seconds."""

    number: str = field(repr=False)
    body: str = field(repr=False)
    at: float = 0.0

    @property
    def is_marked(self) -> bool:
        return self.body.startswith(REPEAT)

    @property
    def words(self) -> str:
        return self.body.removeprefix(REPEAT)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger at the end."""

    number: str = field(repr=False)
    words: str = field(repr=False)
    state: State


@dataclass(frozen=True, slots=True)
class History:
    """A run, from both sides. *recipients* are those for whom the alert was released."""

    recipients: Sequence[str] = field(repr=False)
    alert: str = field(repr=False)
    asked: Sequence[Text] = ()
    accepted: Sequence[Text] = ()
    rows: Sequence[Row] = ()
    looks: Sequence[Look] = ()
    called: Sequence[str] = field(default=(), repr=False)
    """Whom the carrier has called, each as often as it did."""

    def name(self, number: str) -> str:
        return f"recipient {self.recipients.index(number)}" if number in self.recipients else "somebody else"

    @property
    def reached(self) -> frozenset[str]:
        """Who has the alert, or was called about it."""
        return self.got(self.alert) | set(self.called)

    def got(self, words: str) -> frozenset[str]:
        """Who has these words, marked or not, by the carrier's account."""
        return frozenset(text.number for text in self.accepted if text.words == words)


def check_released(history: History) -> list[str]:
    """I1: nobody has an alert, marked or not, who was not among those for whom it was released."""
    strangers = history.got(history.alert) - set(history.recipients)
    return [f"{history.name(number)} has an alert that was not released to them" for number in sorted(strangers)]


def check_reached(history: History) -> list[str]:
    """I2: everybody has it, or is listed with why not; and nobody is listed as having it who has not."""
    stands = {row.number: row.state for row in history.rows if row.words == history.alert}
    excused = {State.FAILED, State.UNDELIVERED, State.EXPIRED, State.QUARANTINED, State.CANCELLED}
    lost = [
        number for number in history.recipients if number not in history.reached and stands.get(number) not in excused
    ]
    return [f"{history.name(number)} has nothing, and the ledger says {stands.get(number)}" for number in lost]


def check_once(history: History) -> list[str]:
    """I3: the same words once to a phone; once more only where the text says so."""
    counts = Counter((text.number, text.body) for text in history.accepted if text.words == history.alert)
    found = [f"{history.name(number)} has it {n} times" for (number, _body), n in counts.items() if n > 1]
    return found + [
        f"{history.name(number)} has a repeat that was asked for twice" for number in _repeated_in_vain(history)
    ]


def _repeated_in_vain(history: History) -> list[str]:
    marked = Counter(text.number for text in history.asked if text.is_marked and text.words == history.alert)
    accepted = Counter(text.number for text in history.accepted if text.is_marked and text.words == history.alert)
    return [number for number, n in accepted.items() if n > max(1, marked[number])]


def check_marked(history: History, most: float = MOST_MARKED) -> list[str]:
    """Without the carrier's list some have it twice, and the second says so: this share at most."""
    twice = _with_two(history)
    allowed = most * len(history.recipients)
    return [f"{len(twice)} have it twice, {allowed:g} may"] if len(twice) > max(1.0, allowed) else []


def _with_two(history: History) -> list[str]:
    counts = Counter(text.number for text in history.accepted if text.words == history.alert)
    return [number for number, n in counts.items() if n > 1]


def check_silence(history: History, aborted_at: float) -> list[str]:
    """I4: no request for the alert begins later than a second after the ABORT was acknowledged."""
    late = [text for text in history.asked if text.words == history.alert and text.at > aborted_at + ACKNOWLEDGED]
    return [f"{history.name(text.number)} was texted {text.at - aborted_at:.2f} s after the ABORT" for text in late]


def check_correction(history: History, correction: str) -> list[str]:
    """I5: whoever has the alert, or may have it, has the correction."""
    may_have = {row.number for row in history.rows if row.words == history.alert and row.state in REACHED}
    left_out = (history.got(history.alert) | may_have) - history.got(correction)
    return [f"{history.name(number)} was told of the alert and not of its end" for number in sorted(left_out)]


def check_stopped(history: History, stopped: Mapping[str, float]) -> list[str]:
    """I6: to whom said STOP, no request for any text begins later than a second after that was acknowledged."""
    late = [text for text in history.asked if text.at > stopped.get(text.number, text.at) + ACKNOWLEDGED]
    return [
        f"{history.name(text.number)} was texted {text.at - stopped[text.number]:.2f} s after STOP" for text in late
    ]


def check_listed(history: History, drill: str, listed: Collection[str]) -> list[str]:
    """I7: a drill, asked for or arrived, reaches nobody who is not on its list."""
    strangers = {text.number for text in (*history.asked, *history.accepted) if text.words == drill} - set(listed)
    return [f"{history.name(number)} has a drill and is not on its list" for number in sorted(strangers)]


def check_rising(history: History) -> list[str]:
    """I8: the rank of a receipt never falls, and nothing comes back from where it is settled."""
    return [
        f"row {row}: {before[row]} was followed by {after[row]}"
        for before, after in pairwise(history.looks)
        for row in before
        if row in after and _falls(*before[row], *after[row])
    ]


def _falls(state: State, rank: int, later: State, later_rank: int) -> bool:
    if later_rank < rank or (state in FINAL and later != state):
        return True
    return state in NEVER_BACK and later not in NEVER_BACK


def check_fresh(history: History, expired_at: float) -> list[str]:
    """A text that is too old is not sent any more."""
    stale = [text for text in history.asked if text.words == history.alert and text.at > expired_at]
    return [f"{history.name(text.number)} was texted {text.at - expired_at:.2f} s too late" for text in stale]


def check_unchanged(before: Tables, after: Tables) -> list[str]:
    """I9 and I10: webhooks that come again, or a worker that starts again, change nothing that is settled."""
    changed = [table for table in sorted({*before, *after}) if before.get(table) != after.get(table)]
    return [f"{table} has changed" for table in changed]


def check_sealed(finds: Sequence[Find]) -> list[str]:
    """I11: nobody's number lies in clear anywhere. Public numbers are not searched for."""
    return [f"number {find.which} lies in {find.file}, {find.form}" for find in finds]


def check_called(history: History, callees: Collection[str]) -> list[str]:
    """Who takes calls is called, and once."""
    counts = Counter(history.called)
    return [f"{history.name(number)} was called {counts[number]} times" for number in callees if counts[number] != 1]


def report(history: History, seconds: float, kills: int) -> str:
    """One line on a run."""
    reached = history.reached & set(history.recipients)
    states = Counter(str(row.state) for row in history.rows if row.words == history.alert)
    told = ", ".join(f"{n} {state}" for state, n in sorted(states.items()))
    return (
        f"{len(reached)} of {len(history.recipients)} reached, {len(_with_two(history))} twice, {kills} kills, "
        f"{len(history.asked)} requests, {seconds:.1f} s; {told}"
    )
