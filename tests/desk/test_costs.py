"""What a tree costs: reckoned from the list and the real texts, summed from the ledger, and stopping no alert."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from stage import ANA, BOB, ROSA, SCHOOL, SUE, all_of, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.costs import Costs, costs_at, costs_of, segments_of
from phonetree.desk.schools import school_of
from phonetree.desk.spending import FOR_ANSWERS
from phonetree.models import Delivery, Sender, Site, reading
from phonetree.words.prices import PRICES


def costs(tree: Rehearsal) -> Costs:
    with reading(tree.database) as session:
        return costs_of(session, tree.means, session.scalars(select(Site)).one())


def enrol_four(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    tree.enrol(ROSA, "parent", "es")
    tree.enrol(SUE, "parent", "es")
    tree.enrol(BOB, "parent", "en", channel="voice")


def test_an_alert_is_reckoned_by_language_and_segment(tree: Rehearsal) -> None:
    enrol_four(tree)
    found = costs(tree)
    rows = {each.language: (each.texted, each.called, each.segments) for each in found.languages}
    assert rows == {"en": (2, 1, 1), "es": (2, 0, 1)}  # the lead is one of staff
    assert found.alert == pytest.approx(4 * PRICES.segment + PRICES.call_minute)
    follow_ups = sum(2 * (found.segments[name]["en"] + found.segments[name]["es"]) for name in ("update", "clear"))
    assert found.episode == pytest.approx(found.alert + follow_ups * PRICES.segment + 2 * PRICES.call_minute)
    fixed = PRICES.number_month + PRICES.program_month
    assert found.month == pytest.approx(found.alert * found.messages_per_month + fixed)


def test_it_is_what_the_ledger_is_charged_for_the_same_alert(tree: Rehearsal) -> None:
    enrol_four(tree)
    reckoned = costs(tree)
    before = all_of(tree, select(Sender))[0].dollars_today
    send(tree, "ALERT 2 1 2")
    answers = all_of(tree, select(Delivery).where(Delivery.broadcast_id.is_(None), Delivery.submitted_at.is_not(None)))
    told = {each.id for each in answers}
    tree.deliver()
    alone = all_of(tree, select(Delivery).where(Delivery.broadcast_id.is_not(None)))
    texts, calls = sum(each.segments for each in alone), sum(each.channel == "voice" for each in alone)
    assert reckoned.alert == pytest.approx(texts * PRICES.segment + calls * PRICES.call_minute)
    assert all_of(tree, select(Sender))[0].dollars_today - before >= reckoned.alert
    assert told.isdisjoint({each.id for each in alone})


def test_what_was_spent_is_of_the_last_thirty_days(tree: Rehearsal) -> None:
    enrol_four(tree)
    assert costs(tree).spent == ()
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    gone = all_of(tree, select(Delivery).where(Delivery.submitted_at.is_not(None)))
    found = costs(tree)
    assert sum(each.segments for each in found.spent) == sum(each.segments for each in gone)
    assert sum(each.calls for each in found.spent) == 1
    assert {each.language for each in found.spent} == {"en", "es"}
    assert found.spent_dollars == pytest.approx(
        sum(each.segments for each in gone) * PRICES.segment + PRICES.call_minute
    )
    tree.clock.at += timedelta(days=30, minutes=1)
    assert costs(tree).spent == ()


def test_who_has_left_costs_nothing(tree: Rehearsal) -> None:
    enrol_four(tree)
    before = costs(tree).alert
    tree.text(ANA, "STOP")
    assert costs(tree).alert == pytest.approx(before - PRICES.segment)


def test_segments_are_those_of_the_real_texts_at_their_longest(tree: Rehearsal) -> None:
    with reading(tree.database) as session:
        school = school_of(tree.means, session.scalars(select(Site)).one())
    found = segments_of(school)
    assert {"at confirmed", "update", "clear", "correct", "drill"} <= found.keys()
    assert "at unconfirmed" not in found, "families are not told of those here"
    assert all(segments == 1 for by_language in found.values() for segments in by_language.values())
    assert set(found["drill"]) == {"en", "es"}, "who speaks another reads the school's first"


def test_the_limits_are_told_and_when_one_alert_is_beyond_what_answers_may_use(tree: Rehearsal) -> None:
    enrol_four(tree)
    found = costs(tree)
    assert (found.limits.daily_budget, found.limits.for_answers) == (50.0, 50 * FOR_ANSWERS)
    assert not found.stops_answers
    rate = "segments_per_second = 1000"
    tree.load(SCHOOL.read_text().replace(rate, f"{rate}\ndaily_budget = 0.2"))
    assert costs(tree).stops_answers


def test_a_lead_at_the_console_gets_the_same(tree: Rehearsal) -> None:
    enrol_four(tree)
    site_id = all_of(tree, select(Site))[0].id
    assert costs_at(tree.database, tree.means, SignedIn(1, "p" * 32, site_id, ("en",))) == costs(tree)
