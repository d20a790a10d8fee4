"""How a broadcast gets on: the same phones as leads are told by text, one statement however many there are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from stage import LEAD, crowd, send, set_bucket

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_progress import Counts, Progress, progress_at
from phonetree.desk.headway import Headway, Share, curve_of, headway_of, limit_of
from phonetree.desk.tallies import tally
from phonetree.models import Broadcast, CallOutcome, Delivery, Person, Site, State, reading, writing

A_SECOND = timedelta(seconds=1)


def headway(tree: Rehearsal) -> Headway:
    with reading(tree.database) as session:
        return headway_of(session, session.scalars(select(Broadcast).order_by(Broadcast.id)).one())


def sent_to(tree: Rehearsal, people: int) -> None:
    for place, number in enumerate(crowd()[:people]):
        tree.enrol(number, "parent", ("en", "es", "ko")[place % 3])
    send(tree, "ALERT 2 1 2")


def become(tree: Rehearsal, state: State, seconds: int, *places: int) -> None:
    with writing(tree.database) as session:
        found = session.scalars(select(Delivery).where(Delivery.broadcast_id.is_not(None)).order_by(Delivery.id)).all()
        for place in places:
            found[place].state = state
            found[place].submitted_at = found[place].created_at + seconds * A_SECOND
            found[place].final_at = found[place].submitted_at


def test_who_is_left_and_who_was_reached(tree: Rehearsal) -> None:
    sent_to(tree, 5)
    become(tree, State.DELIVERED, 3, 0, 1)
    become(tree, State.DELIVERED, 8, 2)
    become(tree, State.SUBMITTED, 4, 3)
    become(tree, State.UNDELIVERED, 4, 4)
    now = headway(tree)
    assert (now.phones, now.reached, now.under_way, now.lost, now.waiting) == (6, 3, 1, 1, 1)
    assert now.handed_over == 5
    assert now.curve[-1] == (9.0, 3.0)
    assert (3.0, 0.0) in now.curve
    assert (4.0, 2.0) in now.curve
    assert not now.is_over
    assert sum(share.phones for share in now.by_language.values()) == 6
    assert now.by_channel == {"sms": Share(3, 6)}


def test_a_phone_that_was_texted_and_then_called_is_one(tree: Rehearsal) -> None:
    sent_to(tree, 1)
    become(tree, State.UNDELIVERED, 2, 0, 1)
    with writing(tree.database) as session:
        text = session.scalars(select(Delivery).where(Delivery.broadcast_id.is_not(None))).first()
        assert text is not None
        called = {
            name: getattr(text, name) for name in ("broadcast_id", "site_id", "sender_id", "person_id", "expires_at")
        }
        at = text.created_at + 20 * A_SECOND
        session.add(
            Delivery(**called, channel="voice", lane=3, language="ko", segments=0, state=State.DELIVERED,
                     outcome=CallOutcome.HEARD, created_at=text.created_at, submitted_at=at, final_at=at)
        )  # fmt: skip
    now = headway(tree)
    assert (now.phones, now.reached, now.lost, now.heard) == (2, 1, 1, 1)
    assert now.by_channel == {"sms": Share(0, 2), "voice": Share(1, 1)}
    assert sum(share.phones for share in now.by_language.values()) == 2
    assert now.is_over


@pytest.mark.parametrize("seed", range(6))
def test_it_agrees_with_what_leads_are_told_by_text(tree: Rehearsal, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - which rows stand how, nothing secret
    sent_to(tree, 12)
    for place in range(13):
        become(tree, chance.choice(list(State)), chance.randrange(60), place)
    now = headway(tree)
    with reading(tree.database) as session:
        told = tally(session, Broadcast.alert_id.is_not(None))
    assert (now.phones, now.handed_over, now.reached) == (told.phones, told.handed_over, told.delivered)
    assert now.reached + now.waiting + now.under_way + now.lost == now.phones
    assert now.waiting == told.waiting
    assert now.lost >= told.failed
    assert now.curve[-1][1] == now.reached


def test_the_limit_is_what_the_number_may_send(tree: Rehearsal) -> None:
    sent_to(tree, 5)
    set_bucket(tree, tokens=0, per_second=2)
    assert headway(tree).limit == ((0.0, 0.0), (3.5, 6.0)), "six phones, one of which reads in two segments"


def test_texts_and_calls_go_side_by_side() -> None:
    assert limit_of(texts=10, segments=20, calls=4, segments_per_second=2, calls_per_second=1) == (
        (0.0, 0.0),
        (4.0, 8.0),
        (10.0, 14.0),
    )
    assert limit_of(0, 0, 0, 1, 1) == ((0.0, 0.0),)


def test_a_curve_is_level_where_nothing_came() -> None:
    assert curve_of({}, 1.0) == ((0.0, 0.0),)
    assert curve_of({0: 2, 5: 1}, 1.0) == ((0.0, 0.0), (1.0, 2.0), (5.0, 2.0), (6.0, 3.0))
    assert curve_of({-1: 1}, 1.0) == ((0.0, 0.0), (1.0, 1.0))


@contextmanager
def statements(tree: Rehearsal) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    event.listen(tree.database, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(tree.database, "before_cursor_execute", note)


def looks(tree: Rehearsal, counts: Counts) -> Progress:
    with reading(tree.database) as session:
        whose = {tree.means.number_of(person): person.id for person in session.scalars(select(Person))}[LEAD]
        site = session.scalars(select(Site)).one()
    found = progress_at(tree.database, tree.means, SignedIn(1, whose, site.id, ("en",)), counts)
    assert found is not None
    return found


def test_a_look_asks_the_same_however_many_phones_there_are(tree: Rehearsal) -> None:
    sent_to(tree, 3)
    with statements(tree) as few:
        looks(tree, Counts())
    for number in crowd()[3:60]:
        tree.enrol(number, "parent", "en")
    send(tree, "ALERT 1 1 2")
    with statements(tree) as many:
        looks(tree, Counts())
    assert len(many) == len(few)
    assert sum("FROM deliveries" in each and "GROUP BY deliveries.person_id" in each for each in many) == 1


def test_who_looks_at_the_same_time_is_shown_the_same_count(tree: Rehearsal) -> None:
    sent_to(tree, 3)
    counts = Counts()
    first = looks(tree, counts)
    become(tree, State.DELIVERED, 1, 0)
    with statements(tree) as said:
        assert looks(tree, counts).headway is first.headway
    assert not [each for each in said if "GROUP BY deliveries.person_id" in each]
    counts.kept.clear()
    assert looks(tree, counts).headway.reached == 1
