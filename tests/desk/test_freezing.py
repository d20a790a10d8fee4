"""A frozen voice: nothing of an alert goes, whoever asks for it and whatever it says, until two other leads say so."""

from __future__ import annotations

from datetime import timedelta

from hotline_calls import texts
from sqlalchemy import select
from stage import ANA, BOB, LEAD, PIN, ROSA, SCHOOL, SUE, all_of, claim_all, code_in, rows, say, send, states

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import freezing
from phonetree.desk.freezing import CANARY
from phonetree.desk.network_words import tell_at_once
from phonetree.desk.rounds import make_rounds
from phonetree.models import Broadcast, Freeze, Person, Proposal, ProviderCopy, Site, State, reading, writing
from phonetree.words.i18n import _

ROSAS, SUES = "481516", "274859"


def with_leads(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", ROSAS)
    tree.enrol(SUE, "lead", "en", SUES)
    tree.enrol(ANA, "parent", "en")


def freeze(tree: Rehearsal) -> str:
    say(tree, ROSA, "FREEZE")
    return say(tree, ROSA, ROSAS)


def goes_on(tree: Rehearsal, passed: timedelta) -> None:
    tree.clock.at += passed
    make_rounds(tree.database, tree.means, "worker")


def is_frozen(tree: Rehearsal) -> bool:
    with reading(tree.database) as session:
        return freezing.is_frozen(session, session.scalars(select(Site)).one())


def test_freeze_takes_the_pin_alone_and_nothing_less(tree: Rehearsal) -> None:
    with_leads(tree)
    assert "Send your PIN." in say(tree, ROSA, "FREEZE")
    for wrong in ("48151", f"4821 {ROSAS}", PIN):
        say(tree, ROSA, wrong)
        assert not is_frozen(tree)
    say(tree, ROSA, "FREEZE")
    assert say(tree, ROSA, ROSAS).startswith("FROZEN until 8:30")
    assert is_frozen(tree)


def test_a_pin_that_comes_too_soon_is_asked_again_and_deleted_at_the_provider(tree: Rehearsal) -> None:
    with_leads(tree)
    before = len(all_of(tree, select(ProviderCopy)))
    assert "Send your PIN." in say(tree, ROSA, f"FREEZE {ROSAS}")
    assert not is_frozen(tree)
    assert len(all_of(tree, select(ProviderCopy))) == before + 1
    say(tree, ROSA, ROSAS)
    assert is_frozen(tree)


def test_the_pin_of_a_freeze_is_counted_like_any_other(tree: Rehearsal) -> None:
    with_leads(tree)
    for _again in range(2):
        say(tree, ROSA, "FREEZE")
        for _try in range(3):
            say(tree, ROSA, "000000")
    say(tree, ROSA, "FREEZE")
    assert "Too many wrong answers" in say(tree, ROSA, ROSAS)
    assert not is_frozen(tree)
    assert any("takes no PIN by text" in text for text in texts(tree, LEAD))


def test_who_is_no_lead_freezes_nothing(tree: Rehearsal) -> None:
    with_leads(tree)
    for words in ("FREEZE", PIN, "THAW"):
        say(tree, ANA, words)
    assert all_of(tree, select(Freeze)) == []


def test_what_waits_is_held_and_neither_an_alert_nor_an_end_can_be_asked_for(tree: Rehearsal) -> None:
    with_leads(tree)
    send(tree, "ALERT 2 1 2")
    assert freeze(tree).startswith("FROZEN")
    held = {row.id for row in rows(tree)}
    assert not held & {claimed.delivery_id for claimed in claim_all(tree)}
    for words in ("ALERT 1 1 2", "UPDATE", "CLEAR", "CORRECT", "DRILL 2 1 2", "SEND"):
        assert say(tree, LEAD, words).startswith("Nothing was sent. FROZEN until 8:30"), words
    assert len(all_of(tree, select(Broadcast))) == 1


def test_a_preview_that_was_open_is_closed(tree: Rehearsal) -> None:
    with_leads(tree)
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    freeze(tree)
    assert "Nothing was sent" in say(tree, LEAD, f"{code} {PIN}")
    assert rows(tree) == []


def test_a_code_that_a_lead_answers_in_the_same_moment_sends_nothing(tree: Rehearsal) -> None:
    """The preview was still open when it was weighed, the freeze was committed before it was settled."""
    with_leads(tree)
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    freeze(tree)
    with writing(tree.database) as session:
        session.scalars(select(Proposal).where(Proposal.action == "alert")).one().state = "open"
    assert "Nothing was sent" in say(tree, LEAD, f"{code} {PIN}")
    assert rows(tree) == []


def test_two_other_leads_thaw_it_and_only_a_lead_lets_go_on_what_was_held(tree: Rehearsal) -> None:
    with_leads(tree)
    send(tree, "ALERT 2 1 2")
    freeze(tree)
    assert say(tree, ROSA, "THAW").startswith("You froze it.")
    assert send(tree, "THAW").startswith("Your part is done.")
    assert send(tree, "THAW").startswith("Your part is done."), "the same lead twice is one lead"
    assert is_frozen(tree)
    assert "phones wait. Send SEND to go on" in send(tree, "THAW", SUE, SUES)
    assert not is_frozen(tree)
    held = {row.id for row in rows(tree)}
    assert not held & {claimed.delivery_id for claimed in claim_all(tree)}
    assert send(tree, "SEND", SUE, SUES).startswith("Going on: 4 phones.")
    assert held <= {claimed.delivery_id for claimed in claim_all(tree)}


def test_what_was_held_and_nobody_lets_go_on_within_ten_minutes_is_not_sent(tree: Rehearsal) -> None:
    with_leads(tree)
    send(tree, "ALERT 2 1 2")
    freeze(tree)
    send(tree, "THAW")
    send(tree, "THAW", SUE, SUES)
    goes_on(tree, timedelta(minutes=11))
    assert set(states(tree)) == {State.EXPIRED}


def test_it_ends_by_itself_after_half_an_hour_and_what_it_held_is_gone(tree: Rehearsal) -> None:
    tree.load(SCHOOL.read_text().replace("approvals = 1", 'approvals = 1\nexpires = "2h"'))
    with_leads(tree)
    send(tree, "ALERT 2 1 2")
    freeze(tree)
    goes_on(tree, timedelta(minutes=29))
    assert is_frozen(tree)
    assert set(states(tree)) == {State.PENDING}
    goes_on(tree, timedelta(minutes=1))
    assert not is_frozen(tree)
    assert set(states(tree)) == {State.EXPIRED}
    assert "The freeze is over after 30 minutes. What it held was not sent: 4 phones." in texts(tree, SUE)
    assert "4821" not in say(tree, LEAD, "STATUS")
    assert code_in(say(tree, LEAD, "CORRECT"))


def test_the_canary_freezes_without_a_lead_and_says_why(tree: Rehearsal) -> None:
    with_leads(tree)
    with writing(tree.database) as session:
        site = session.scalars(select(Site)).one()
        first = freezing.freeze(session, tree.means, site, by=None, why=CANARY)
        again = freezing.freeze(session, tree.means, site, by=None, why=CANARY)
        assert again.id == first.id
    for lead in (LEAD, ROSA, SUE):
        assert texts(tree, lead)[-1].startswith(
            "Texts went out from our number that we did not send. FROZEN until 8:30"
        )
        assert len([text for text in texts(tree, lead) if "did not send" in text]) == 1
    assert "that we did not send" in say(tree, LEAD, "STATUS")
    send(tree, "THAW")
    send(tree, "THAW", ROSA, ROSAS)
    assert not is_frozen(tree)


def test_what_needs_no_lead_waits_as_well(tree: Rehearsal) -> None:
    with_leads(tree)
    tree.load(SCHOOL.read_text().replace("network_may_send = []", 'network_may_send = ["staff"]'))
    tree.enrol(BOB, "staff", "en")
    with writing(tree.database) as session:
        site = session.scalars(select(Site)).one()
        assert tell_at_once(session, tree.means, site, _("{s}: a test", s="Maple Tree")) == 1
        freezing.freeze(session, tree.means, site, by=None, why=CANARY)
        assert tell_at_once(session, tree.means, site, _("{s}: a test", s="Maple Tree")) == 0


def test_a_broadcast_that_is_made_while_it_stands_is_born_held(tree: Rehearsal) -> None:
    with_leads(tree)
    send(tree, "ALERT 2 1 2")
    freeze(tree)
    with writing(tree.database) as session:
        site = session.scalars(select(Site)).one()
        broadcast = session.scalars(select(Broadcast)).one()
        broadcast.paused_at = None
        freezing.hold_if_frozen(session, tree.means, site, broadcast)
        assert broadcast.paused_at == tree.clock.at


def test_who_is_forgotten_leaves_the_freeze_standing(tree: Rehearsal) -> None:
    with_leads(tree)
    freeze(tree)
    with writing(tree.database) as session:
        frozen = session.scalars(select(Freeze)).one()
        session.delete(session.get_one(Person, frozen.person_id))
    assert is_frozen(tree)
