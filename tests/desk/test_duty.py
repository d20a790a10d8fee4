"""Who answers the hotline: ON ends by itself and says so, tomorrow's shift is announced, a gap is told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hotline_calls import school_with, texts
from sqlalchemy import Select, select, update
from stage import ANA, BOB, LEAD, ROSA, SUE, all_of, say, tree_at

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.retention import keep_no_longer
from phonetree.desk.rota import rota_round
from phonetree.desk.shifts import Window, window_of
from phonetree.models import Duty, Membership, Mute, Person, writing
from phonetree.school.hours import parse_days, parse_times
from phonetree.school.schema import Shift

SHIFTS = """
[[shifts]]
days = "Mon-Fri"
hours = "07:00-16:00"
languages = ["es"]

[[shifts]]
days = "Tue"
hours = "22:00-06:00"
"""
HERE = ZoneInfo("America/Los_Angeles")


@pytest.fixture
def shifts(database_url: str) -> Iterator[Rehearsal]:
    """A Monday, 8 in the morning: the Spanish shift has been open for an hour. Rosa speaks Spanish too."""
    with tree_at(database_url, school_with(SHIFTS)) as tree:
        tree.enrol(ROSA, "operator", "en")
        with writing(tree.database) as session:
            session.execute(update(Person).where(Person.id.in_(operators())).values(second_language="es"))
        tree.enrol(BOB, "operator", "en")
        yield tree


def operators() -> Select[str]:
    return select(Membership.person_id).where(Membership.role == "operator")


def at(tree: Rehearsal, local: str) -> None:
    tree.clock.at = datetime.fromisoformat(local).replace(tzinfo=HERE)


def rounds(tree: Rehearsal) -> None:
    with writing(tree.database) as session:
        rota_round(session, tree.means)


# --- ON, OFF, MUTE ----------------------------------------------------------------------------------------------------


def test_on_lasts_to_the_end_of_the_own_shift(shifts: Rehearsal) -> None:
    assert say(shifts, ROSA, "ON") == "Maple Tree: You are on until 4:00. OFF ends it."
    (duty,) = all_of(shifts, select(Duty))
    assert duty.until.astimezone(HERE).hour == 16


def test_outside_a_shift_on_lasts_four_hours(shifts: Rehearsal) -> None:
    assert say(shifts, BOB, "ON") == "Maple Tree: You are on until 12:00. OFF ends it."


@pytest.mark.parametrize("role", ["operator", "lead", "staff", "counselor"])
def test_whoever_serves_may_go_on(tree: Rehearsal, role: str) -> None:
    tree.enrol(SUE, role, "en")
    assert "You are on until 12:00" in say(tree, SUE, "ON")


@pytest.mark.parametrize("words", ["ON", "OFF", "MUTE", "TAKE 417"])
def test_for_anyone_else_these_are_no_commands(tree: Rehearsal, words: str) -> None:
    tree.enrol(ANA, "parent", "en")
    assert "We read digits and a few words" in say(tree, ANA, words)
    assert not all_of(tree, select(Duty))


def test_off_ends_it_and_on_begins_again(tree: Rehearsal) -> None:
    tree.enrol(SUE, "operator", "en")
    assert say(tree, SUE, "OFF") == "Maple Tree: You are off. ON begins again."
    say(tree, SUE, "ON")
    say(tree, SUE, "OFF")
    (duty,) = all_of(tree, select(Duty))
    assert duty.ended_at == tree.clock.at
    say(tree, SUE, "ON")
    assert [duty.ended_at for duty in all_of(tree, select(Duty))] == [None]


def test_mute_without_a_last_caller_bars_nobody(tree: Rehearsal) -> None:
    tree.enrol(SUE, "operator", "en")
    assert say(tree, SUE, "MUTE") == "Maple Tree: You have no last caller to bar."
    say(tree, SUE, "ON")
    assert say(tree, SUE, "MUTE") == "Maple Tree: You have no last caller to bar."
    assert not all_of(tree, select(Mute))


# --- the rounds -------------------------------------------------------------------------------------------------------


def test_an_end_that_came_by_itself_is_told_once(tree: Rehearsal) -> None:
    tree.enrol(SUE, "operator", "en")
    tree.enrol(BOB, "operator", "en")
    say(tree, SUE, "ON")
    say(tree, BOB, "ON")
    say(tree, BOB, "OFF")
    tree.clock.at += timedelta(hours=4)
    rounds(tree)
    rounds(tree)
    assert texts(tree, SUE) == ["Maple Tree: Your time on the hotline is over. ON begins again."]
    assert texts(tree, BOB) == []
    tree.clock.at += timedelta(days=1, minutes=1)
    keep_no_longer(tree.database, tree.means)
    assert not all_of(tree, select(Duty))


def test_the_evening_before_a_shift_its_people_are_reminded_once(shifts: Rehearsal) -> None:
    at(shifts, "2026-11-15T17:59")
    rounds(shifts)
    assert texts(shifts, ROSA) == []
    at(shifts, "2026-11-15T18:00")
    rounds(shifts)
    rounds(shifts)
    assert texts(shifts, ROSA) == ["Maple Tree: Tomorrow on the hotline: 07:00-16:00. Send ON when you begin."]
    assert texts(shifts, BOB) == []
    at(shifts, "2026-11-16T18:00")
    rounds(shifts)
    assert texts(shifts, BOB) == ["Maple Tree: Tomorrow on the hotline: 22:00-06:00. Send ON when you begin."]


def test_a_gap_is_told_to_the_leads_once_a_shift(shifts: Rehearsal) -> None:
    at(shifts, "2026-11-16T07:04")
    rounds(shifts)
    assert texts(shifts, LEAD) == []
    at(shifts, "2026-11-16T07:05")
    rounds(shifts)
    rounds(shifts)
    told = "Maple Tree: Hotline: nobody is on for Spanish until 4:00."
    assert texts(shifts, LEAD) == [told]
    at(shifts, "2026-11-17T07:05")
    rounds(shifts)
    assert texts(shifts, LEAD) == [told, told]


def test_where_somebody_is_on_there_is_no_gap(shifts: Rehearsal) -> None:
    at(shifts, "2026-11-16T07:01")
    say(shifts, ROSA, "ON")
    at(shifts, "2026-11-16T07:05")
    rounds(shifts)
    assert texts(shifts, LEAD) == []


def test_somebody_of_another_language_leaves_a_gap(shifts: Rehearsal) -> None:
    say(shifts, BOB, "ON")
    rounds(shifts)
    assert len(texts(shifts, LEAD)) == 1


def test_a_night_shift_of_every_language(shifts: Rehearsal) -> None:
    at(shifts, "2026-11-18T02:00")
    rounds(shifts)
    assert texts(shifts, LEAD) == ["Maple Tree: Hotline: nobody is on until 6:00."]
    assert say(shifts, BOB, "ON") == "Maple Tree: You are on until 6:00. OFF ends it."


@pytest.mark.parametrize(
    ("hours", "now", "began", "ends"),
    [
        ("07:00-16:00", "2026-11-16T07:00", "2026-11-16T07:00", "2026-11-16T16:00"),
        ("08:00-24:00", "2026-11-16T23:59", "2026-11-16T08:00", "2026-11-17T00:00"),
        ("22:00-06:00", "2026-11-16T22:00", "2026-11-16T22:00", "2026-11-17T06:00"),
        ("22:00-06:00", "2026-11-17T05:59", "2026-11-16T22:00", "2026-11-17T06:00"),
        ("22:00-06:00", "2026-11-01T05:00", "2026-10-31T22:00", "2026-11-01T06:00"),
        ("07:00-16:00", "2026-11-16T16:00", "", ""),
    ],
)
def test_a_window_begins_and_ends_on_the_schools_own_clock(hours: str, now: str, began: str, ends: str) -> None:
    shift = Shift(days=parse_days("Mon-Sun"), hours=parse_times(hours), languages=())
    window = window_of(shift, local(now))
    assert window == (Window(local(began), local(ends)) if began else None)


def local(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=HERE)
