"""A year after somebody agreed they are asked once more; silence leaves in time; an answer is understood days later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from stage import ANA, BOB, LEAD, ROSA, SUE, all_of, crowd, say, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import schools
from phonetree.desk.retention import keep_no_longer
from phonetree.desk.rosters import import_people
from phonetree.desk.yearly import AT_ONCE, EVERY, MOST_A_DAY
from phonetree.models import CALL, AuditEntry, Consent, Delivery, Lane, Person, YearlyQuestion, reading, writing
from phonetree.school.roster import read_roster
from phonetree.words.numbers import PhoneNumber

A_YEAR, FOUR_WEEKS, AN_HOUR = timedelta(days=365), timedelta(weeks=4), timedelta(hours=1)
QUESTION, LAST = "A year ago this phone agreed", "Without an answer within four weeks"


def import_(tree: Rehearsal, *lines: str) -> None:
    header = "phone,language,role,channel,calls,consent"
    roster = read_roster("\n".join([header, *lines]).encode())
    with writing(tree.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        import_people(session, tree.means, site, roster)
    tree.deliver()


def listed(number: PhoneNumber, role: str = "parent", channel: str = "sms") -> str:
    return f"{number.e164},en,{role},{channel},yes,paper form 2026-09-03"


def joins(tree: Rehearsal, who: PhoneNumber = ANA) -> None:
    say(tree, who, "JOIN MAPLE")
    say(tree, who, "1")


def asked(tree: Rehearsal, after: timedelta) -> list[tuple[PhoneNumber, str]]:
    """Whom the rounds ask after so much time; what else arrives then does not matter."""
    return [(text.number, text.body) for text in tree.wait(after) if QUESTION in text.body or LAST in text.body]


def after_a_year(tree: Rehearsal) -> list[tuple[PhoneNumber, str]]:
    """At nine in the morning."""
    return asked(tree, A_YEAR + AN_HOUR)


def consents(tree: Rehearsal) -> Sequence[str]:
    return all_of(tree, select(Consent.what).order_by(Consent.id))


# --- who is asked, and when -------------------------------------------------------------------------------------------


def test_who_joined_a_year_ago_is_asked_once(tree: Rehearsal) -> None:
    joins(tree)
    assert asked(tree, timedelta(days=364)) == []
    ((who, words),) = asked(tree, timedelta(days=1) + AN_HOUR)
    assert (who, words.splitlines()[-1]) == (ANA, "Reply 1: stay on the list")
    assert {delivery.lane for delivery in all_of(tree, select(Delivery).order_by(Delivery.id.desc()).limit(1))} == {
        Lane.LATER
    }
    assert [one for _day in range(20) for one in asked(tree, timedelta(days=1))] == []


def test_who_was_imported_is_asked_and_who_works_there_is_not(tree: Rehearsal) -> None:
    roles = ("parent", "volunteer", "interpreter", "staff", "operator", "counselor")
    import_(tree, *(listed(phone, role) for phone, role in zip(crowd(), roles, strict=False)))
    import_(tree, listed(SUE), listed(SUE, "staff"), listed(LEAD))
    assert sorted(who.e164 for who, _words in after_a_year(tree)) == sorted(phone.e164 for phone in crowd()[:3])


def test_nobody_is_asked_at_night(tree: Rehearsal) -> None:
    joins(tree)
    assert asked(tree, A_YEAR) == []  # at eight
    assert asked(tree, timedelta(hours=12)) == []
    assert len(asked(tree, timedelta(hours=13))) == 1


def test_nobody_is_asked_while_an_alert_is_open(tree: Rehearsal) -> None:
    joins(tree)
    tree.clock.at += A_YEAR + AN_HOUR
    send(tree, "ALERT 2 1 2")
    assert asked(tree, timedelta(minutes=1)) == []
    send(tree, "CLEAR")
    assert [who for who, _words in asked(tree, EVERY)] == [ANA]


def test_nobody_is_asked_during_a_drill(tree: Rehearsal) -> None:
    tree.enrol(SUE, "staff", "en")
    joins(tree)
    tree.clock.at += A_YEAR + AN_HOUR
    send(tree, "DRILL 2 1 2")
    assert asked(tree, timedelta(0)) == []
    assert [who for _pass in range(6) for who, _words in asked(tree, EVERY)] == [ANA]


def test_who_is_amid_a_question_is_asked_later(tree: Rehearsal) -> None:
    joins(tree)
    tree.clock.at += A_YEAR + AN_HOUR
    say(tree, ANA, "REPORT")
    assert asked(tree, timedelta(minutes=1)) == []
    assert [who for _pass in range(8) for who, _words in asked(tree, EVERY)] == [ANA]


def test_many_are_asked_over_several_days(tree: Rehearsal) -> None:
    import_(tree, *(listed(phone) for phone in crowd()[:100]))
    tree.clock.at += A_YEAR + AN_HOUR
    a_day = [len(asked(tree, EVERY)) for _round in range(9)]
    assert max(a_day) == AT_ONCE
    assert sum(a_day) == MOST_A_DAY
    assert sum(len(asked(tree, EVERY if again else timedelta(days=1))) for again in range(9)) == 100 - MOST_A_DAY


# --- the answer -------------------------------------------------------------------------------------------------------


def test_one_digit_stays_days_later_and_a_year_on_it_is_asked_again(tree: Rehearsal) -> None:
    joins(tree)
    after_a_year(tree)
    tree.wait(timedelta(days=20))
    keep_no_longer(tree.database, tree.means)
    assert say(tree, ANA, "1") == "Maple Tree: Thank you. You stay on the list."
    assert consents(tree) == ["opt_in", "confirmed"]
    assert "report" in say(tree, ANA, "1")  # from then on the digit is what it was
    assert [who for who, _words in asked(tree, timedelta(days=364))] == []
    assert [who for who, _words in asked(tree, timedelta(days=1))] == [ANA]


def test_the_same_answer_again_is_written_down_once(tree: Rehearsal) -> None:
    joins(tree)
    after_a_year(tree)
    assert say(tree, ANA, "1", sid="SM" + "a" * 32) == say(tree, ANA, "1", sid="SM" + "a" * 32)
    assert consents(tree) == ["opt_in", "confirmed"]


def test_after_an_alert_the_digit_means_news(tree: Rehearsal) -> None:
    joins(tree)
    after_a_year(tree)
    tree.clock.at += timedelta(days=2)
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    assert "stay on the list" not in say(tree, ANA, "1")
    assert consents(tree) == ["opt_in"]


def test_a_stranger_who_sends_the_digit_reads_the_news(tree: Rehearsal) -> None:
    joins(tree)
    after_a_year(tree)
    assert "No report" in say(tree, BOB, "1")


# --- silence ----------------------------------------------------------------------------------------------------------


def test_who_answers_neither_time_leaves_without_another_word(tree: Rehearsal) -> None:
    joins(tree)
    after_a_year(tree)
    ((who, words),) = asked(tree, FOUR_WEEKS)
    assert (who, LAST in words) == (ANA, True)
    assert asked(tree, FOUR_WEEKS - timedelta(days=1)) == []
    assert all_of(tree, select(Person.stopped_at).where(Person.stopped_at.is_not(None))) == []
    tree.deliver()
    assert [text.number for text in tree.wait(timedelta(days=1)) if text.number == ANA] == []
    assert len(all_of(tree, select(Person.stopped_at).where(Person.stopped_at.is_not(None)))) == 1
    assert consents(tree) == ["opt_in", "opt_out"]
    assert all_of(tree, select(AuditEntry.what).where(AuditEntry.what == "left: no answer")) == ["left: no answer"]
    assert all_of(tree, select(YearlyQuestion)) == []


def test_who_left_so_comes_back_by_joining_and_no_carrier_stands_between(tree: Rehearsal) -> None:
    joins(tree)
    after_a_year(tree)
    asked(tree, FOUR_WEEKS)
    tree.wait(FOUR_WEEKS)
    say(tree, ANA, "JOIN MAPLE")
    assert "You are on the list" in say(tree, ANA, "1")
    assert all_of(tree, select(Delivery.id).where(Delivery.channel == CALL)) == []
    assert asked(tree, timedelta(days=60)) == []


def test_who_joins_again_meanwhile_has_answered(tree: Rehearsal) -> None:
    joins(tree)
    after_a_year(tree)
    joins(tree)
    assert asked(tree, FOUR_WEEKS) == []
    assert asked(tree, FOUR_WEEKS) == []


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_who_stops_is_asked_nothing_more(tree: Rehearsal, channel: str) -> None:
    import_(tree, listed(ROSA, channel=channel))
    tree.wait(A_YEAR + AN_HOUR)
    say(tree, ROSA, "STOP")
    placed = len(all_of(tree, select(Delivery.id)))
    tree.wait(FOUR_WEEKS)
    assert len(all_of(tree, select(Delivery.id))) <= placed


def test_who_chose_calls_is_called_each_week_eight_times(tree: Rehearsal) -> None:
    import_(tree, listed(BOB, channel="voice"))
    tree.wait(AN_HOUR)
    before = len(all_of(tree, select(Delivery.id).where(Delivery.channel == CALL)))
    tree.wait(A_YEAR)
    calls = select(Delivery.id, Delivery.begins).where(Delivery.begins.like("yearly.%"))
    placed: dict[int, str] = {}
    for _week in range(10):
        with reading(tree.database) as session:
            placed |= {row.id: row.begins for row in session.execute(calls)}
        tree.wait(timedelta(weeks=1))
    assert before == 1  # the welcome
    assert [placed[each] for each in sorted(placed)] == ["yearly.ask"] * 4 + ["yearly.ask_again"] * 4
    assert consents(tree) == ["imported", "opt_out"]
