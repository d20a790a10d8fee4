"""What is old goes, of every kind; what somebody still needs stays; and nobody who writes waits for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update
from stage import ANA, BOB, LEAD, ROSA, SUE, all_of, say, send, sender_id

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.audit_chain import DROPPING, link_waiting
from phonetree.desk.heartbeats import RETENTION, ROUNDS, last_beats
from phonetree.desk.outbox import queue_text
from phonetree.desk.people import find_person
from phonetree.desk.retention import EVERY, each_slice, keep_no_longer
from phonetree.desk.rounds import make_rounds
from phonetree.models import (
    Alert,
    AuditEntry,
    Broadcast,
    Call,
    Conversation,
    Delivery,
    DeliveryCount,
    Forgotten,
    Heard,
    Lane,
    Membership,
    Note,
    Person,
    ProviderCopy,
    Rendering,
    Report,
    Request,
    Sender,
    Site,
    State,
    new_id,
    reading,
    writing,
)
from phonetree.words.numbers import PhoneNumber


def passes(tree: Rehearsal, **time: float) -> None:
    """Time passes, and what is old goes."""
    tree.clock.at += timedelta(**time)
    for _slice in each_slice(tree.database, tree.means):
        pass


def writes(tree: Rehearsal, who: PhoneNumber, words: str) -> None:
    """A text, and everything that it leads to is delivered."""
    say(tree, who, words)
    tree.deliver()


def is_known(tree: Rehearsal, number: PhoneNumber) -> bool:
    with reading(tree.database) as session:
        sender = session.get_one(Sender, sender_id(tree))
        return find_person(session, tree.means, sender, number) is not None


def sealed_words(tree: Rehearsal) -> list[int]:
    """The deliveries that have words of their own."""
    return list(all_of(tree, select(Delivery.id).where(Delivery.body_sealed.is_not(None))))


def sends_an_alert(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    tree.enrol(BOB, "parent", "es")
    send(tree, "ALERT 2 1 2")
    tree.deliver()


# --- bodies -----------------------------------------------------------------------------------------------------------


def test_words_of_single_texts_go_after_a_day(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    writes(tree, ANA, "0")
    writes(tree, ANA, "I saw a van")
    assert sealed_words(tree)
    passes(tree, hours=23)
    assert sealed_words(tree)
    passes(tree, hours=2)
    assert sealed_words(tree) == []
    assert all_of(tree, select(Delivery.id)), "that there was a text is kept a while longer"
    assert all_of(tree, select(Conversation)) == []


def test_what_waits_to_be_sent_keeps_its_words(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    say(tree, ANA, "0")
    say(tree, ANA, "I saw a van")
    waiting = all_of(tree, select(Delivery.id).where(Delivery.state == State.PENDING))
    assert waiting
    passes(tree, days=2)
    assert len(sealed_words(tree)) == len(waiting)


def test_a_message_goes_when_it_is_answered_and_not_before(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    writes(tree, ANA, "0")
    writes(tree, ANA, "When does it open?")
    passes(tree, days=2)
    assert len(all_of(tree, select(Note))) == 1
    with writing(tree.database) as session:
        session.execute(update(Request).values(done_at=tree.means.now()))
    passes(tree)
    assert all_of(tree, select(Note)) == []


def test_a_message_that_nobody_answers_goes_after_a_week(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    writes(tree, ANA, "0")
    writes(tree, ANA, "When does it open?")
    passes(tree, days=6)
    assert len(all_of(tree, select(Note))) == 1
    passes(tree, days=1, minutes=1)
    assert all_of(tree, select(Note)) == []


# --- who got what -----------------------------------------------------------------------------------------------------


def test_delivery_details_become_figures_after_a_month(tree: Rehearsal) -> None:
    sends_an_alert(tree)
    send(tree, "CLEAR")
    tree.deliver()
    of_alert = select(Broadcast.id).where(Broadcast.action == "alert")
    (alert,) = all_of(tree, of_alert)
    before = all_of(tree, select(Delivery).where(Delivery.broadcast_id == alert))
    passes(tree, days=29)
    assert len(all_of(tree, select(Delivery).where(Delivery.broadcast_id == alert))) == len(before)
    passes(tree, days=1, minutes=1)
    assert all_of(tree, select(Delivery)) == []
    counts = all_of(tree, select(DeliveryCount).where(DeliveryCount.broadcast_id == alert))
    assert {(count.channel, count.language, count.state, count.n) for count in counts} == {
        ("sms", "en", State.DELIVERED, 2),
        ("sms", "es", State.DELIVERED, 1),
    }
    assert all_of(tree, select(Rendering)), "its words are kept with it"
    passes(tree, days=365)
    kept = [len(all_of(tree, select(each))) for each in (Broadcast, Rendering, DeliveryCount, Alert)]
    assert kept == [0, 0, 0, 0]


def test_counts_add_up_over_many_slices(tree: Rehearsal) -> None:
    sends_an_alert(tree)
    send(tree, "CLEAR")
    tree.deliver()
    many(tree, 450)
    passes(tree, days=31)
    assert all_of(tree, select(func.sum(DeliveryCount.n)).where(DeliveryCount.outcome == "heard")) == [450]


def test_who_had_an_alert_that_is_open_is_known_until_it_ends(tree: Rehearsal) -> None:
    sends_an_alert(tree)
    passes(tree, days=100)
    assert len(all_of(tree, select(Delivery).where(Delivery.broadcast_id.is_not(None)))) == 3
    assert send(tree, "CLEAR").startswith("NO LONGER SEEN sent to 3 phones")


def test_the_record_of_what_was_done_lasts_a_year_and_says_that_its_beginning_is_gone(tree: Rehearsal) -> None:
    sends_an_alert(tree)
    with writing(tree.database) as session:
        link_waiting(session, tree.means)
    passes(tree, days=364)
    before = all_of(tree, select(AuditEntry.what))
    assert before == ["proposed alert", "released alert"]
    passes(tree, days=9)
    assert all_of(tree, select(AuditEntry.what)) == [DROPPING]


# --- who they are -----------------------------------------------------------------------------------------------------


def test_a_stranger_is_forgotten_after_a_day(tree: Rehearsal) -> None:
    say(tree, SUE, "NEWS")
    passes(tree, hours=23)
    assert is_known(tree, SUE)
    passes(tree, hours=2)
    assert not is_known(tree, SUE)
    assert all_of(tree, select(Forgotten)) == [], "who asked for nothing may be put on the list"


def test_what_was_just_sent_stays_in_the_ledger_whoever_had_it(tree: Rehearsal) -> None:
    tree.enrol(SUE, "parent", "en")
    with writing(tree.database) as session:
        sender = session.get_one(Sender, sender_id(tree))
        sue = find_person(session, tree.means, sender, SUE)
        site = session.scalars(select(Site)).one()
        assert sue is not None
        queue_text(session, tree.means, sue, site, "good morning", lane=Lane.NOW)
        session.execute(delete(Membership).where(Membership.person_id == sue.id))
        sue.language_is_chosen = False
    tree.deliver()
    passes(tree)
    assert all_of(tree, select(Delivery.state)) == [State.DELIVERED]
    assert is_known(tree, SUE)
    passes(tree, hours=25)
    assert not is_known(tree, SUE)


def test_a_stranger_who_waits_for_an_answer_stays_until_it_is_over(tree: Rehearsal) -> None:
    writes(tree, SUE, "0")
    writes(tree, SUE, "My child is at your school, how do I join?")
    passes(tree, days=3)
    assert is_known(tree, SUE)
    with writing(tree.database) as session:
        session.execute(update(Request).values(done_at=tree.means.now()))
    passes(tree, days=2)
    passes(tree)
    assert not is_known(tree, SUE)


def test_a_stranger_who_chose_a_language_is_greeted_in_it_for_a_month(tree: Rehearsal) -> None:
    say(tree, SUE, "LANG")
    say(tree, SUE, "1")
    with reading(tree.database) as session:
        sender = session.get_one(Sender, sender_id(tree))
        sue = find_person(session, tree.means, sender, SUE)
        assert sue is not None
        assert sue.language_is_chosen
    passes(tree, days=29)
    assert is_known(tree, SUE)
    passes(tree, days=2)
    assert not is_known(tree, SUE)


def test_who_left_can_come_back_for_a_month_and_then_only_a_hash_is_left(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "es")
    say(tree, ANA, "STOP")
    passes(tree, days=29)
    assert is_known(tree, ANA)
    passes(tree, days=1, minutes=1)
    assert not is_known(tree, ANA)
    assert len(all_of(tree, select(Forgotten))) == 1
    assert all_of(tree, select(Membership.role)) == ["lead"]


@pytest.mark.parametrize("words", ["START", "JOIN MAPLE"])
def test_only_they_lift_it(tree: Rehearsal, words: str) -> None:
    tree.enrol(ANA, "parent", "es")
    say(tree, ANA, "STOP")
    passes(tree, days=31)
    say(tree, ANA, words)
    say(tree, ANA, "1")
    assert all_of(tree, select(Forgotten)) == []


def test_members_stay(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "es")
    passes(tree, days=800)
    assert is_known(tree, ANA)
    assert is_known(tree, LEAD)


def test_who_is_forgotten_is_forgotten_at_the_provider_too(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    sids = set(all_of(tree, select(Delivery.sid).where(Delivery.broadcast_id.is_not(None))))
    say(tree, ANA, "ERASE")
    say(tree, ANA, "1")
    assert not is_known(tree, ANA)
    assert set(all_of(tree, select(ProviderCopy.sid))) & sids


# --- in the workers' rounds -------------------------------------------------------------------------------------------


def test_it_is_done_in_the_rounds_and_its_heart_beats(tree: Rehearsal) -> None:
    say(tree, SUE, "NEWS")
    tree.clock.at += timedelta(days=2)
    make_rounds(tree.database, tree.means, "one")
    assert not is_known(tree, SUE)
    with reading(tree.database) as session:
        assert last_beats(session) == {ROUNDS: tree.means.now(), RETENTION: tree.means.now()}
    say(tree, ROSA, "NEWS")
    with writing(tree.database) as session:
        for table in (Heard, Delivery, Conversation):
            session.execute(delete(table))
    keep_no_longer(tree.database, tree.means)
    assert is_known(tree, ROSA), "not yet again"
    tree.clock.at += EVERY
    keep_no_longer(tree.database, tree.means)
    assert not is_known(tree, ROSA)


def test_it_waits_while_an_alert_goes_out(tree: Rehearsal) -> None:
    say(tree, SUE, "NEWS")
    tree.enrol(ANA, "parent", "en")
    tree.clock.at += timedelta(days=2)
    send(tree, "ALERT 2 1 2")
    keep_no_longer(tree.database, tree.means)
    assert is_known(tree, SUE)
    tree.deliver()
    keep_no_longer(tree.database, tree.means)
    assert not is_known(tree, SUE)


def many(tree: Rehearsal, count: int) -> None:
    """So many deliveries of the alert, and as many texts heard."""
    with writing(tree.database) as session:
        broadcast = session.scalars(select(Broadcast).where(Broadcast.action == "alert")).one()
        (person,) = session.scalars(select(Person.id).limit(1))
        row = {
            "broadcast_id": broadcast.id,
            "site_id": session.scalars(select(Site.id)).one(),
            "sender_id": broadcast.sender_id,
            "person_id": person,
            "channel": "voice",
            "lane": 3,
            "language": "en",
            "segments": 1,
            "body_sealed": bytes(80),
            "begins": "called.told",
            "outcome": "heard",
            "state": State.DELIVERED,
            "created_at": tree.means.now(),
            "expires_at": tree.means.now(),
        }
        session.execute(insert(Delivery), [row | {"copy": n, "attempt": new_id()} for n in range(1, count + 1)])
        session.execute(
            insert(Heard),
            [
                {"sid": f"CA{n:032x}", "person_id": person, "answer_sealed": bytes(200), "at": tree.means.now()}
                for n in range(count)
            ],
        )
        session.execute(insert(Call), [_call(broadcast, n, tree) for n in range(count // 10)])


def _call(broadcast: Broadcast, n: int, tree: Rehearsal) -> dict[str, object]:
    now = tree.means.now()
    return {
        "id": new_id(),
        "sid": f"CA{n:031x}f",
        "sender_id": broadcast.sender_id,
        "language": "en",
        "began_at": now,
        "updated_at": now,
    }


def test_no_slice_holds_more_rows_than_a_writer_can_wait_for(tree: Rehearsal) -> None:
    sends_an_alert(tree)
    send(tree, "CLEAR")
    tree.deliver()
    many(tree, 2_000)
    tree.clock.at += timedelta(days=31)
    slices = list(each_slice(tree.database, tree.means))
    assert max(slices) <= 100
    assert sum(slices) > 2 * 2_000
    assert all_of(tree, select(Delivery)) == []


def test_reports_go_with_their_words(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    for words in ("5", "1", "by the gate", "0", "0", "0"):
        say(tree, ANA, words)
    assert len(all_of(tree, select(Report.words_sealed).where(Report.words_sealed.is_not(None)))) == 1
    passes(tree, days=8)
    assert all_of(tree, select(Report.words_sealed)) == [None]
    passes(tree, days=30)
    assert all_of(tree, select(Report)) == []
