"""What the protocol of a school would do, worked out without sending anything: who hears what, when and over what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from phonetree.desk.broadcasts import in_turn, protocol_names, reaches_families
from phonetree.desk.call_consent import ALL, DANGER, calls_for
from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.flows.kinds import SIGHTINGS
from phonetree.school.schema import School
from phonetree.school.values import write_duration

FOLLOW_UPS = (Action.UPDATE, Action.CLEAR, Action.CORRECT)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a lead can send. *hears*: the protocol's names in the order in which they are told.

    *is_follow_up*: it goes to exactly those who got the alert, whoever they were. *calls*: whose phones are called at
    once, by what they agreed to. *calls_after*: when undelivered texts become calls; *staff_after*: when staff phone
    the families that nothing reached. None: that never happens.
    """

    action: Action
    kind: Kind | None
    level: Level | None
    hears: tuple[str, ...]
    relays: tuple[str, ...]
    approvals: int
    calls: tuple[str, ...]
    calls_after: timedelta | None
    staff_after: timedelta | None

    @property
    def is_follow_up(self) -> bool:
        return self.action in FOLLOW_UPS

    @property
    def tells_parents(self) -> bool:
        return self.is_follow_up or reaches_families(self.hears)


def simulate(school: School) -> tuple[Row, ...]:
    """A row for each kind and level, for what follows an alert, and for a drill."""
    alerts = [(kind, level) for kind in Kind for level in _levels(kind)]
    return (
        *(_row(school, Action.ALERT, kind, level) for kind, level in alerts),
        *(_row(school, action, None, None) for action in FOLLOW_UPS),
        _row(school, Action.DRILL, None, None),
    )


def _levels(kind: Kind) -> tuple[Level, ...]:
    return (Level.UNCONFIRMED, Level.CONFIRMED) if kind in SIGHTINGS else (Level.CONFIRMED,)


def _row(school: School, action: Action, kind: Kind | None, level: Level | None) -> Row:
    protocol, is_drill = school.protocol, action is Action.DRILL
    names = () if action in FOLLOW_UPS else protocol_names(school, action, level)
    falls_back = not is_drill and protocol.call_after < protocol.expires
    handed_out = action is Action.ALERT and reaches_families(names)
    return Row(
        action=action,
        kind=kind,
        level=level,
        hears=in_turn(names),
        relays=tuple(relay.name for relay in school.relays) if "relays" in names else (),
        approvals=protocol.approvals,
        calls=(ALL, DANGER) if action in FOLLOW_UPS else tuple(calls_for(kind or "", is_drill=is_drill)),
        calls_after=protocol.call_after if falls_back else None,
        staff_after=protocol.tree_after if handed_out else None,
    )


def rules(school: School) -> Mapping[str, str]:
    """What the protocol says besides who hears: each rule by its name."""
    protocol = school.protocol
    return {
        "leads needed to send": str(protocol.approvals),
        "with two, the first may send alone after": write_duration(protocol.solo_after),
        "the PIN is given by": protocol.confirm.value,
        "a duress PIN": "allowed" if protocol.duress else "not allowed",
        "every alert promises the next text in": write_duration(protocol.next_text),
        "undelivered texts become calls after": write_duration(protocol.call_after),
        "staff phone the rest after": write_duration(protocol.tree_after),
        "a text is not sent any more after": write_duration(protocol.expires),
        "without waiting for a lead, the network reaches": ", ".join(protocol.network_may_send) or "nobody",
    }


@dataclass(frozen=True, slots=True)
class Changed:
    """What two protocols do differently: rows before and after, rules before and after."""

    rows: tuple[tuple[Row, Row], ...]
    rules: tuple[tuple[str, str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.rows or self.rules)


def compare(before: School, after: School) -> Changed:
    """Who would hear what, before and after."""
    return Changed(tuple(_rows(before, after)), tuple(_rules(before, after)))


def _rows(before: School, after: School) -> Iterator[tuple[Row, Row]]:
    for old, new in zip(simulate(before), simulate(after), strict=True):
        if (old.hears, old.relays) != (new.hears, new.relays):
            yield old, new


def _rules(before: School, after: School) -> Iterator[tuple[str, str, str]]:
    written = rules(before)
    for name, new in rules(after).items():
        if written[name] != new:
            yield name, written[name], new
