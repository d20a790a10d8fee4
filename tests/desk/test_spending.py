"""What a day may cost: answers stop where the part begins that is kept for alerts, and alerts never stop."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from stage import ANA, BOB, LEAD, PIN, SCHOOL, SUE, all_of, claim_all, code_in, say, send, set_bucket

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.counters import counted
from phonetree.desk.spending import FOR_ANSWERS, day_of
from phonetree.models import Broadcast, Delivery, Sender, State, reading, writing
from phonetree.words.prices import PRICES, read_prices


def sender(tree: Rehearsal) -> Sender:
    (found,) = all_of(tree, select(Sender))
    return found


def spend(tree: Rehearsal, *, segments: int = 0, dollars: float = 0.0) -> None:
    """So much was spent today already."""
    with writing(tree.database) as session:
        spent = {"spent_on": day_of(tree.clock()), "segments_today": segments, "dollars_today": dollars}
        session.execute(update(Sender).values(spent))


def allow(tree: Rehearsal, *, segments: int | None = None, dollars: float = 50.0) -> None:
    with writing(tree.database) as session:
        session.execute(update(Sender).values(segments_per_day=segments, daily_budget=dollars))


def told(tree: Rehearsal) -> list[str]:
    return [text.body for text in tree.deliver() if text.number == LEAD and "budget" in text.body]


def test_answers_texts_and_calls_are_counted_by_day(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    tree.enrol(BOB, "parent", "en", channel="voice")
    say(tree, ANA, "who is this")
    answered = sum(each.segments for each in all_of(tree, select(Delivery)))
    assert (sender(tree).segments_today, sender(tree).spent_on) == (answered, day_of(tree.clock()))
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    sent = [each for each in all_of(tree, select(Delivery)) if each.state not in (State.PENDING, State.CANCELLED)]
    segments, calls = sum(each.segments for each in sent), sum(each.channel == "voice" for each in sent)
    assert (sender(tree).segments_today, calls) == (segments, 1)
    assert sender(tree).dollars_today == pytest.approx(segments * PRICES.segment + calls * PRICES.call_minute)
    tree.clock.at += timedelta(days=1)
    say(tree, ANA, "who is this")
    assert sender(tree).segments_today == answered, "a new day begins at nothing"


@pytest.mark.parametrize("by", ["segments", "dollars"])
def test_answers_stop_where_the_reserve_begins_and_alerts_do_not(tree: Rehearsal, by: str) -> None:
    tree.enrol(ANA, "parent", "en")
    allow(tree, segments=200 if by == "segments" else None, dollars=10.0)
    spend(tree, segments=int(200 * FOR_ANSWERS) - 3, dollars=0.0 if by == "segments" else 10 * FOR_ANSWERS - 0.04)
    set_bucket(tree, tokens=1000.0, per_second=1000.0)
    assert say(tree, BOB, "NEWS"), "there is room for one more"
    spend(tree, segments=199, dollars=0.0 if by == "segments" else 9.99)
    assert not say(tree, BOB, "NEWS")
    assert not say(tree, SUE, "hello")
    assert "off the list" in say(tree, BOB, "please stop")
    assert say(tree, BOB, "who is this")
    send(tree, "ALERT 2 1 2", pin=PIN)
    assert len(claim_all(tree)) >= 2
    assert code_in(say(tree, LEAD, "CORRECT"))
    with reading(tree.database) as session:
        assert counted(session) == {"answers left out: answer, budget": 1, "answers left out: menu, budget": 1}
        assert session.scalars(select(Broadcast)).all()


def test_leads_are_told_once_a_day(tree: Rehearsal) -> None:
    allow(tree, segments=10)
    for day in range(2):
        spend(tree, segments=9)
        say(tree, ANA, "NEWS")
        say(tree, BOB, "NEWS")
        (words,) = told(tree)
        assert "Alerts, corrections and STOP go on" in words, day
        spend(tree, segments=9)
        say(tree, SUE, "NEWS")
        assert told(tree) == []
        tree.clock.at += timedelta(days=1)


def test_the_school_file_says_how_much(tree: Rehearsal) -> None:
    assert (sender(tree).segments_per_day, sender(tree).daily_budget) == (None, 50.0)
    rate = "segments_per_second = 1000"
    tree.load(SCHOOL.read_text().replace(rate, f"{rate}\nsegments_per_day = 77\ndaily_budget = 12.5"))
    assert (sender(tree).segments_per_day, sender(tree).daily_budget) == (77, 12.5)


def test_prices_say_when_and_where_somebody_looked() -> None:
    assert PRICES.as_of >= date(2026, 11, 1)
    assert "twilio.com" in PRICES.source
    assert 0.008 < PRICES.segment < 0.02 < 2 * PRICES.call_minute
    with pytest.raises(TypeError):
        read_prices("segment = 0.01")
