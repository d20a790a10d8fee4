"""The protocol runs as it is written: a table of who would hear what, when and over what, and what a change changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from stage import ANA, BOB, LEAD, ROSA, SCHOOL, SUE, claim_all, names_of, rows, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.simulation import Row, compare, rules, simulate
from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.school.reading import read_school
from phonetree.school.schema import School

WRITTEN = SCHOOL.read_text()
SIGNAL = '[[relays]]\nname = "staff Signal group"\nurl_env = "MAPLE_SIGNAL_URL"\n'
UNCONFIRMED, CONFIRMED = Level.UNCONFIRMED, Level.CONFIRMED


def school(protocol: str = "", more: str = "") -> School:
    """The school of the transcripts with other lines in its protocol and other tables."""
    said = {line.partition(" ")[0] for line in protocol.splitlines()}
    kept = "\n".join(line for line in WRITTEN.splitlines() if line.partition(" ")[0] not in said) + "\n"
    return read_school(kept.replace("[protocol]\n", f"[protocol]\n{protocol}\n", 1) + more)


def row(of: School, kind: Kind | None, level: Level | None, action: Action = Action.ALERT) -> Row:
    (found,) = [row for row in simulate(of) if (row.action, row.kind, row.level) == (action, kind, level)]
    return found


def test_there_is_a_row_for_everything_that_a_lead_can_send() -> None:
    found = [(row.action, row.kind, row.level) for row in simulate(school())]
    assert found == [
        *(
            (Action.ALERT, kind, level)
            for kind in (Kind.NEAR, Kind.AT, Kind.ROUTE)
            for level in (UNCONFIRMED, CONFIRMED)
        ),
        *((Action.ALERT, kind, CONFIRMED) for kind in (Kind.SECURED, Kind.PICKUP, Kind.SUPPORT)),
        (Action.UPDATE, None, None),
        (Action.CLEAR, None, None),
        (Action.CORRECT, None, None),
        (Action.DRILL, None, None),
    ]


FIVE, FIFTEEN = timedelta(minutes=5), timedelta(minutes=15)
HEARD = [
    # protocol, kind, level, who hears in this order, calls for, calls after, staff after
    ("", Kind.AT, UNCONFIRMED, ("network", "staff"), ("all", "danger"), FIVE, None),
    ("", Kind.AT, CONFIRMED, ("network", "staff", "parents"), ("all", "danger"), FIVE, FIFTEEN),
    ("", Kind.SECURED, CONFIRMED, ("network", "staff", "parents"), ("all",), FIVE, FIFTEEN),
    (
        'unconfirmed = ["parents", "leads"]',
        Kind.NEAR,
        UNCONFIRMED,
        ("leads", "parents"),
        ("all", "danger"),
        FIVE,
        FIFTEEN,
    ),
    ('confirmed = ["staff"]', Kind.NEAR, CONFIRMED, ("staff",), ("all", "danger"), FIVE, None),
    ('confirmed = ["staff"]', Kind.PICKUP, CONFIRMED, ("staff",), ("all",), FIVE, None),
    ("unconfirmed = []", Kind.ROUTE, UNCONFIRMED, (), ("all", "danger"), FIVE, None),
    ('call_after = "45m"', Kind.AT, CONFIRMED, ("network", "staff", "parents"), ("all", "danger"), None, FIFTEEN),
    ('tree_after = "1h"', Kind.SUPPORT, CONFIRMED, ("network", "staff", "parents"), ("all",), FIVE, timedelta(hours=1)),
]


@pytest.mark.parametrize(("protocol", "kind", "level", "hears", "calls", "calls_after", "staff_after"), HEARD)
def test_who_hears_what_when_and_over_what(
    protocol: str,
    kind: Kind,
    level: Level,
    hears: tuple[str, ...],
    calls: tuple[str, ...],
    calls_after: timedelta | None,
    staff_after: timedelta | None,
) -> None:
    found = row(school(protocol), kind, level)
    assert (found.hears, found.calls, found.calls_after, found.staff_after) == (hears, calls, calls_after, staff_after)
    assert found.tells_parents is ("parents" in hears)


def test_a_drill_is_never_turned_into_calls() -> None:
    drill = row(school(), None, None, Action.DRILL)
    assert (drill.hears, drill.calls, drill.calls_after, drill.staff_after) == (("staff",), ("all",), None, None)
    assert not drill.tells_parents


@pytest.mark.parametrize("action", [Action.UPDATE, Action.CLEAR, Action.CORRECT])
def test_what_follows_goes_to_those_who_got_the_alert(action: Action) -> None:
    found = row(school(), None, None, action)
    assert found.is_follow_up
    assert (found.hears, found.calls_after, found.staff_after) == ((), FIVE, None)


def test_group_chats_are_named_where_the_protocol_names_them() -> None:
    with_chat = school(more=SIGNAL)
    assert row(with_chat, Kind.AT, CONFIRMED).relays == ("staff Signal group",)
    assert row(with_chat, Kind.AT, UNCONFIRMED).relays == ()
    assert row(school(), Kind.AT, CONFIRMED).relays == ()


def test_approvals_are_told() -> None:
    two = read_school(WRITTEN.replace("approvals = 1", "approvals = 2"))
    assert {row.approvals for row in simulate(two)} == {2}
    assert rules(two)["leads needed to send"] == "2"


# --- the same as what happens -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "level"), [("ALERT 2 1 1", UNCONFIRMED), ("ALERT 2 1 2", CONFIRMED)])
def test_those_are_told_who_the_table_says_in_its_order(tree: Rehearsal, words: str, level: Level) -> None:
    by_name = {"parents": ANA, "staff": BOB, "network": SUE}
    for role, number in (("parent", ANA), ("staff", BOB), ("network", SUE)):
        tree.enrol(number, role, "en")
    send(tree, words)
    told = [claimed.text.recipient for claimed in claim_all(tree)]
    expected = row(tree.school, Kind.AT, level).hears
    assert [number for number in told if number in by_name.values()] == [by_name[name] for name in expected]


def test_a_parent_who_is_staff_too_has_the_turn_of_staff(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    tree.enrol(ROSA, "parent", "en")
    tree.enrol(ROSA, "staff", "en")
    send(tree, "ALERT 2 1 2")
    order = [names_of(tree, [delivery])[0] for delivery in rows(tree)]
    assert order == ["lead", "rosa", "ana"]
    assert LEAD not in {ANA, ROSA}


# --- before and after -------------------------------------------------------------------------------------------------


def test_a_change_of_who_hears_is_told_by_row() -> None:
    changed = compare(school(), school('unconfirmed = ["staff", "parents"]'))
    assert [(old.kind, old.level, old.hears, new.hears) for old, new in changed.rows] == [
        (kind, UNCONFIRMED, ("network", "staff"), ("staff", "parents")) for kind in (Kind.NEAR, Kind.AT, Kind.ROUTE)
    ]
    assert changed.rules == ()


def test_a_change_of_rules_is_told_by_rule() -> None:
    changed = compare(school(), school('call_after = "9m"\nnetwork_may_send = ["staff"]'))
    assert changed.rows == ()
    assert changed.rules == (
        ("undelivered texts become calls after", "5m", "9m"),
        ("without waiting for a lead, the network reaches", "nobody", "staff"),
    )


def test_a_group_chat_that_is_added_hears_what_is_confirmed() -> None:
    changed = compare(school(), school(more=SIGNAL))
    assert {(old.level, old.relays, new.relays) for old, new in changed.rows} == {
        (CONFIRMED, (), ("staff Signal group",))
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("", 'expires = "30m"'), ('confirmed = ["staff", "network"]', 'confirmed = ["network", "staff"]')],
)
def test_what_does_the_same_is_no_change(before: str, after: str) -> None:
    assert not compare(school(before), school(after))
