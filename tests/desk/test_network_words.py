"""The network's word: its own code and PIN, named as the source, and never to parents without a lead."""

from __future__ import annotations

import pytest
from hotline_calls import texts
from sqlalchemy import select
from stage import ANA, BOB, LEAD, PIN, ROSA, SCHOOL, SUE, all_of, code_in, new_sid, rows, say, send
from telling import reports, tells

from phonetree.demo.rehearsal import Rehearsal
from phonetree.models import Alert, Approval, PinAttempt, ProviderCopy

NETWORKS = "481516"
CONFIRMS = "The Rapid Response Network confirms report 100, front gate. SEND 100 sends it; nothing is sent yet."


@pytest.fixture
def school(tree: Rehearsal) -> Rehearsal:
    """Rosa's phone is the network's, Bob's too and without a PIN; Sue is staff; Ana told report 100."""
    tree.enrol(ROSA, "network", "en", NETWORKS)
    tree.enrol(BOB, "network", "en")
    tree.enrol(SUE, "staff", "en")
    tree.enrol(ANA, "parent", "en")
    tells(tree)
    return tree


def confirms(tree: Rehearsal, pin: str = NETWORKS) -> str:
    return say(tree, ROSA, f"{code_in(say(tree, ROSA, 'CONFIRM 100'))} {pin}")


def test_the_networks_word_is_told_to_leads_and_waits_for_one_of_them(school: Rehearsal) -> None:
    assert confirms(school).startswith("Report 100 is confirmed by the network.")
    assert CONFIRMS in texts(school, LEAD)
    assert (rows(school), texts(school, ANA), texts(school, SUE)) == ([], [], [])
    assert say(school, ANA, "NEWS") == "Maple Tree: No report now, 8:00."
    preview = say(school, LEAD, "SEND 100")
    assert "CONFIRMED by the network: agents at the school, front gate." in preview
    assert say(school, LEAD, f"{code_in(preview)} {PIN}").startswith("SENT to 5 phones.")
    assert [alert.source for alert in all_of(school, select(Alert))] == ["network"]
    school.deliver()
    assert "The Rapid Response Network confirms it." in say(school, ANA, "NEWS")


@pytest.mark.parametrize("named", ['"staff"', '"network"', '"staff", "leads", "network"'])
def test_at_once_it_goes_to_whom_the_protocol_names_and_to_no_parent(school: Rehearsal, named: str) -> None:
    school.load(SCHOOL.read_text().replace("network_may_send = []", f"network_may_send = [{named}]"))
    before = {who: len(texts(school, who)) for who in (ANA, BOB, ROSA, SUE, LEAD)}
    confirms(school)
    new = {who: len(texts(school, who)) - count for who, count in before.items()}
    assert new == {ANA: 0, ROSA: 0, LEAD: 1, SUE: int("staff" in named), BOB: int("network" in named)}
    assert not all_of(school, select(Alert)), "an alert would tell everyone who asks"


def test_a_wrong_pin_confirms_nothing_and_locks_no_lead(school: Rehearsal) -> None:
    for _code in range(2):
        code = code_in(say(school, ROSA, "CONFIRM 100"))
        for _try in range(3):
            say(school, ROSA, f"{code} 111111")
    assert len(all_of(school, select(PinAttempt).where(PinAttempt.is_right.is_(False)))) == 5
    assert "Too many wrong answers from this phone" in say(school, ROSA, f"{code} {NETWORKS}")
    assert reports(school)[0].network_at is None
    assert texts(school, LEAD)[-1].startswith("A wrong code or PIN came from a phone of the Rapid Response Network.")
    assert send(school, "CONFIRM 100").startswith("SENT to")


def test_the_same_text_again_confirms_and_counts_once(school: Rehearsal) -> None:
    code, sid = code_in(say(school, ROSA, "CONFIRM 100")), new_sid()
    for _again in range(3):
        assert "Tries left: 2" in say(school, ROSA, f"{code} 111111", sid=sid)
    assert all_of(school, select(Approval.wrong)) == [1]
    right = new_sid()
    for _again in range(2):
        assert "is confirmed by the network" in say(school, ROSA, f"{code} {NETWORKS}", sid=right)
    assert texts(school, LEAD).count(CONFIRMS) == 1
    assert "no longer open" in say(school, ROSA, f"{code} {NETWORKS}")


def test_the_code_and_pin_are_this_phones_own(school: Rehearsal) -> None:
    code = code_in(say(school, ROSA, "CONFIRM 100"))
    for who, pin in ((BOB, NETWORKS), (LEAD, PIN), (LEAD, NETWORKS), (ANA, NETWORKS), (ROSA, PIN)):
        say(school, who, f"{code} {pin}")
    assert reports(school)[0].network_at is None
    assert say(school, ROSA, f"{code} {NETWORKS}").startswith("Report 100 is confirmed by the network.")


def test_a_lead_who_sends_send_does_not_get_the_networks_code(school: Rehearsal) -> None:
    say(school, ROSA, "CONFIRM 100")
    assert say(school, LEAD, "SEND").startswith("Nothing to send")
    confirms(school)
    assert say(school, LEAD, "SEND").split("\n") == ["Which report?", "Reply 100: 8:00, front gate"]
    assert "CONFIRMED by the network" in say(school, LEAD, "100")


def test_a_text_that_may_hold_the_networks_pin_goes_at_the_provider(school: Rehearsal) -> None:
    sid = new_sid()
    say(school, ROSA, f"1234 {NETWORKS}", sid=sid)
    assert sid in all_of(school, select(ProviderCopy.sid))


def test_without_a_pin_or_an_open_report_it_is_said_plainly(school: Rehearsal) -> None:
    assert "no PIN yet" in say(school, BOB, "CONFIRM 100")
    assert "Nothing open has this number" in say(school, ROSA, "CONFIRM 555")
    say(school, LEAD, "FALSE 100")
    assert "Nothing open has this number" in say(school, ROSA, "CONFIRM 100")


def test_where_pins_are_keyed_into_calls_alone_none_is_taken_by_text(school: Rehearsal) -> None:
    school.load(SCHOOL.read_text().replace("[protocol]", '[protocol]\nconfirm = "call"'))
    assert say(school, ROSA, "CONFIRM 100").startswith("This school takes no PIN by text.")
    assert not all_of(school, select(Approval))


def test_what_a_lead_found_not_true_meanwhile_is_confirmed_by_nobody(school: Rehearsal) -> None:
    code = code_in(say(school, ROSA, "CONFIRM 100"))
    say(school, LEAD, "FALSE 100")
    assert "no longer open" in say(school, ROSA, f"{code} {NETWORKS}")
    assert reports(school)[0].network_at is None


def test_who_is_not_of_the_network_confirms_nothing(school: Rehearsal) -> None:
    assert say(school, SUE, "CONFIRM 100") == "Maple Tree: No report now, 8:00."
    assert not all_of(school, select(Approval))
