"""The safety plan as a living record: versions stay as they were approved, leads are reminded of the next review."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from stage import ANA, LEAD, ROSA, SCHOOL, all_of, say

from phonetree.demo.rehearsal import Arrived, Rehearsal
from phonetree.desk.plans import PlanChanged, versions
from phonetree.desk.schools import find_site, school_of
from phonetree.models import AuditEntry, Membership, PlanVersion, reading, writing
from phonetree.words.numbers import PhoneNumber

WRITTEN = SCHOOL.read_text()
REVIEW = date(2027, 9, 15)
NINE, THREE = 16, 10
"""O'clock in the morning in Los Angeles in summer, by the clock of the world."""


def changed(*pairs: tuple[str, str]) -> str:
    """The school's file with other words in it."""
    words = WRITTEN
    for before, after in pairs:
        assert before in words
        words = words.replace(before, after)
    return words


def review_in(days: int, hour: int = NINE) -> datetime:
    """A moment so many days before the review."""
    return datetime(REVIEW.year, REVIEW.month, REVIEW.day, hour, tzinfo=UTC) - timedelta(days=days)


def kept(tree: Rehearsal) -> Sequence[PlanVersion]:
    with reading(tree.database) as session:
        site = find_site(session, "MAPLE")
        assert site is not None
        return versions(session, site)


def told_at(tree: Rehearsal, moment: datetime) -> list[str]:
    """What the leads are told because of the rounds of this moment; nobody else is told anything."""
    tree.clock.at = moment
    arrived: list[Arrived] = [*tree.wait(timedelta(0)), *tree.wait(timedelta(seconds=4))]
    assert {text.number for text in arrived} <= {LEAD}
    return [text.body for text in arrived]


# --- versions ---------------------------------------------------------------------------------------------------------


def test_loading_a_school_records_its_plan(tree: Rehearsal) -> None:
    (plan,) = kept(tree)
    assert (plan.version, plan.council, plan.review_by) == ("2026-2", "LSLC", REVIEW)
    assert plan.loaded_at == tree.clock.at
    assert (
        json.loads(plan.document)["en"][1]
        == "Children stay inside with their teachers. Nobody asks a child about papers."
    )


def test_a_new_version_leaves_the_old_one_as_it_was(tree: Rehearsal) -> None:
    (before,) = kept(tree)
    tree.load(changed(("2026-2", "2027-1"), ("2026-09-15", "2027-02-01"), ("Children stay inside", "Children remain")))
    new, old = kept(tree)
    assert new.version == "2027-1"
    assert "Children remain" in new.document
    assert (old.version, old.document, old.loaded_at) == (before.version, before.document, before.loaded_at)
    assert "Safety plan 2027-1" in say(tree, ANA, "PLAN")


def test_the_same_version_again_changes_nothing(tree: Rehearsal) -> None:
    loaded_at = tree.clock.at
    tree.clock.at += timedelta(days=1)
    tree.load(changed(('next_text = "20m"', 'next_text = "25m"')))
    (plan,) = kept(tree)
    assert plan.loaded_at == loaded_at
    assert all_of(tree, select(AuditEntry.id).where(AuditEntry.what == "moved a review")) == []


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("Children stay inside", "Children remain", "another summary (en)"),
        ('council = "LSLC"', 'council = "SSC"', "another council"),
        ("approved_on = 2026-09-15", "approved_on = 2026-09-16", "another day of approval"),
    ],
)
def test_a_version_in_other_words_is_refused_and_nothing_changes(
    tree: Rehearsal, before: str, after: str, what: str
) -> None:
    with pytest.raises(PlanChanged) as refused:
        tree.load(changed((before, after), ('next_text = "20m"', 'next_text = "25m"')))
    assert (refused.value.version, refused.value.what) == ("2026-2", what)
    (plan,) = kept(tree)
    assert (plan.council, plan.approved_on) == ("LSLC", date(2026, 9, 15))
    assert "Children stay inside" in plan.document
    with reading(tree.database) as session:
        site = find_site(session, "MAPLE")
        assert site is not None
        assert school_of(tree.means, site).protocol.next_text == timedelta(minutes=20), "the rest is not loaded either"


def test_a_language_may_be_added_to_a_version_and_what_was_approved_stays(tree: Rehearsal) -> None:
    tree.load(WRITTEN[: WRITTEN.rindex("] }")] + '], ko = ["하나.", "둘.", "셋."] }\n')
    (plan,) = kept(tree)
    assert set(json.loads(plan.document)) == {"en", "es", "ko"}
    tree.load(WRITTEN)
    (plan,) = kept(tree)
    assert set(json.loads(plan.document)) == {"en", "es", "ko"}


def test_a_school_that_was_loaded_before_plans_were_kept_is_recorded_at_the_next_load(tree: Rehearsal) -> None:
    with writing(tree.database) as session:
        session.execute(update(PlanVersion).values(version="lost"))
    tree.load(WRITTEN)
    assert {plan.version for plan in kept(tree)} == {"2026-2", "lost"}


# --- reminders --------------------------------------------------------------------------------------------------------


def test_leads_are_reminded_sixty_thirty_and_seven_days_before_and_once_when_it_is_late(tree: Rehearsal) -> None:
    days = [61, 60, 59, 31, 30, 29, 8, 7, 6, 0, -1, -2, -40]
    told = {day: told_at(tree, review_in(day)) for day in days}
    assert {day: len(bodies) for day, bodies in told.items() if bodies} == {60: 1, 30: 1, 7: 1, -1: 1}
    assert "Days left: 30." in told[30][0]
    assert "review of your safety plan 2026-2 is late" in told[-1][0]


def test_a_plan_that_is_loaded_late_is_reminded_of_once(tree: Rehearsal) -> None:
    (told,) = told_at(tree, review_in(20))
    assert "Days left: 20." in told
    assert told_at(tree, review_in(19)) == []
    assert len(told_at(tree, review_in(7))) == 1


def test_nobody_is_woken_for_a_review(tree: Rehearsal) -> None:
    assert told_at(tree, review_in(60, THREE)) == []
    assert len(told_at(tree, review_in(60, NINE))) == 1


def test_a_reminder_waits_until_there_is_a_lead(tree: Rehearsal) -> None:
    with writing(tree.database) as session:
        session.execute(update(Membership).values(role="parent"))
    assert told_at(tree, review_in(30)) == []
    tree.enrol(ROSA, "lead", "es")
    arrived = tree.wait(timedelta(seconds=4))
    assert [(text.number, "Dias que faltan: 30." in text.body) for text in arrived] == [(ROSA, True)]


def test_a_new_version_is_not_reminded_of_the_old_one(tree: Rehearsal) -> None:
    tree.load(changed(("2026-2", "2027-1"), ("review_by = 2027-09-15", "review_by = 2028-09-15")))
    assert told_at(tree, review_in(7)) == []


def test_a_review_may_be_moved_on_the_record_and_is_reminded_of_anew(tree: Rehearsal) -> None:
    assert len(told_at(tree, review_in(-3))) == 1
    tree.load(changed(("review_by = 2027-09-15", "review_by = 2027-10-01")))
    assert all_of(tree, select(AuditEntry.about).where(AuditEntry.what == "moved a review")) == [
        "2026-2: 2027-09-15 to 2027-10-01"
    ]
    (told,) = told_at(tree, review_in(-4))
    assert "Days left: 12." in told


def test_a_stranger_is_told_by_whom_the_plan_was_approved(tree: Rehearsal) -> None:
    answer = say(tree, PhoneNumber("+12135550177"), "PLAN")
    assert "Approved by the LSLC on 2026-09-15, to be reviewed by 2027-09-15." in answer
