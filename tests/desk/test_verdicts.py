"""What leads say of a report: who hears of it, once; and that it becomes an alert in one reply and not in two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from hotline_calls import calls, texts
from sqlalchemy import select
from stage import ANA, BOB, LEAD, PIN, ROSA, SCHOOL, SUE, all_of, code_in, names_of, rows, say, send
from telling import reports, tells

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.rounds import make_rounds
from phonetree.models import Alert, Proposal, ReportAsker, ReportState, writing
from phonetree.words.numbers import PhoneNumber

FALSE = "Maple Tree: A report at 8:00 was checked: not true."
CHECKING = "Maple Tree: A report is being checked since 8:00. We do not know yet."
NOTHING = "Maple Tree: Nothing open has this number."
EVE = PhoneNumber("+12135550177")


@pytest.fixture
def school(tree: Rehearsal) -> Rehearsal:
    """Rosa leads too; Ana, who tells it, and Bob are families; Sue is staff. Ana's report is 100."""
    tree.enrol(ROSA, "lead", "en", "481516")
    tree.enrol(ANA, "parent", "en")
    tree.enrol(BOB, "parent", "en")
    tree.enrol(SUE, "staff", "en")
    tells(tree)
    return tree


def state(tree: Rehearsal) -> str:
    return reports(tree)[0].state


def test_before_a_lead_says_so_nobody_hears_that_there_is_a_report(school: Rehearsal) -> None:
    for who in (ANA, BOB, SUE, EVE):
        assert say(school, who, "NEWS") == "Maple Tree: No report now, 8:00."
    assert not [text for who in (ANA, BOB, SUE, EVE) for text in texts(school, who)]
    assert all_of(school, select(ReportAsker.report_id)) == [1], "only who told it waits for it"


def test_nothing_unconfirmed_is_broadcast_to_anybody(school: Rehearsal) -> None:
    say(school, LEAD, "CHECK 100")
    say(school, LEAD, "CONFIRM 100")
    assert rows(school) == []
    assert not [text for who in (ANA, BOB, SUE) for text in texts(school, who)]


def test_not_confirmed_reaches_parents_only_where_the_protocol_says_so(school: Rehearsal) -> None:
    send(school, "ALERT 2 1 1")
    assert names_of(school, rows(school)) == ["lead", "rosa", "sue"]
    school.load(SCHOOL.read_text().replace("[protocol]", '[protocol]\nunconfirmed = ["staff", "parents"]'))
    send(school, "ALERT 2 1 1")
    assert names_of(school, rows(school)[3:]) == ["ana", "bob", "lead", "rosa", "sue"]


def test_who_asked_meanwhile_hears_the_outcome_once(school: Rehearsal) -> None:
    say(school, LEAD, "CHECK 100")
    for who in (BOB, EVE, BOB, SUE):
        assert say(school, who, "MIGRA") == CHECKING
    say(school, ROSA, "FALSE 100")
    assert [texts(school, who) for who in (BOB, EVE, SUE)] == [[FALSE]] * 3
    assert texts(school, ANA) == [
        "Maple Tree: Thank you for your report at 8:00. We checked and found no immigration agents."
    ]
    say(school, ROSA, "FALSE 100")
    assert say(school, BOB, "NEWS") == FALSE
    assert [len(texts(school, who)) for who in (ANA, BOB, EVE)] == [1, 1, 1]
    assert not all_of(school, select(ReportAsker))


def test_who_asks_before_it_is_checked_or_has_left_hears_nothing(school: Rehearsal) -> None:
    say(school, BOB, "NEWS")
    say(school, LEAD, "CHECK 100")
    say(school, EVE, "NEWS")
    say(school, EVE, "no more messages")
    say(school, LEAD, "FALSE 100")
    assert [texts(school, who) for who in (BOB, EVE)] == [[], []]


def test_who_asks_in_the_moment_of_the_verdict_hears_it_with_the_next_round(school: Rehearsal) -> None:
    say(school, LEAD, "CHECK 100")
    say(school, BOB, "NEWS")
    (mark,) = [one for one in all_of(school, select(ReportAsker)) if one.person_id != reports(school)[0].person_id]
    say(school, LEAD, "FALSE 100")
    with writing(school.database) as session:
        session.add(ReportAsker(report_id=mark.report_id, person_id=mark.person_id, asked_at=mark.asked_at))
    for _round in range(2):
        make_rounds(school.database, school.means, "test")
    assert texts(school, BOB) == [FALSE, FALSE], "the second for the second asking"
    assert not all_of(school, select(ReportAsker))


def test_who_asks_by_call_hears_it_by_text_if_they_take_texts(school: Rehearsal) -> None:
    say(school, LEAD, "CHECK 100")
    for who in (BOB, EVE):
        calls(school, who).presses("1")
    say(school, LEAD, "FALSE 100")
    assert [texts(school, who) for who in (BOB, EVE)] == [[FALSE], []]


def test_leads_who_ask_are_told_as_leads(school: Rehearsal) -> None:
    say(school, LEAD, "CHECK 100")
    assert say(school, ROSA, "NEWS") == CHECKING
    say(school, LEAD, "FALSE 100")
    assert texts(school, ROSA)[-1] == "Another lead: report 100 is not true."
    assert FALSE not in texts(school, ROSA)


def test_confirmed_it_is_an_alert_and_who_asked_hears_it_once(school: Rehearsal) -> None:
    say(school, LEAD, "CHECK 100")
    for who in (BOB, EVE):
        say(school, who, "NEWS")
    assert send(school, "CONFIRM 100").startswith("SENT to 5 phones.")
    (alert,) = all_of(school, select(Alert))
    assert (alert.kind, alert.place, alert.level, alert.source) == ("2", "1", "2", "")
    (report,) = reports(school)
    assert (report.state, report.alert_id, report.words_sealed) == (ReportState.CONFIRMED, alert.id, None)
    assert names_of(school, rows(school)) == ["ana", "bob", "lead", "rosa", "sue"]
    assert [texts(school, who) for who in (ANA, BOB)] == [[], []], "the alert itself tells them"
    assert texts(school, EVE) == ["Maple Tree: CONFIRMED since 8:00: immigration agents, front gate."]


def test_of_two_leads_at_once_one_alert_comes(school: Rehearsal) -> None:
    codes = {who: code_in(say(school, who, "CONFIRM 100")) for who in (LEAD, ROSA)}
    together = Barrier(2)

    def finish(who: PhoneNumber, pin: str) -> str:
        together.wait()
        return say(school, who, f"{codes[who]} {pin}")

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(finish, (LEAD, ROSA), (PIN, "481516")))
    assert sorted(answer.startswith("SENT") for answer in answers) == [False, True]
    assert len(all_of(school, select(Alert))) == 1


def test_what_is_found_not_true_is_sent_by_nobody(school: Rehearsal) -> None:
    code = code_in(say(school, LEAD, "CONFIRM 100"))
    say(school, ROSA, "FALSE 100")
    assert "Nothing was sent" in say(school, LEAD, f"{code} {PIN}")
    assert rows(school) == []
    assert say(school, LEAD, "CONFIRM 100") == NOTHING
    assert state(school) == ReportState.FALSE


def test_of_an_alert_that_was_corrected_news_tells_the_correction(school: Rehearsal) -> None:
    send(school, "CONFIRM 100")
    school.clock.at += timedelta(minutes=1)
    send(school, "CORRECT")
    assert "The report was wrong" in say(school, EVE, "NEWS")


@pytest.mark.parametrize("words", ["CHECK 100", "FALSE 100", "CONFIRM 100", "CONFIRM", "SEND 100", "CHECK 555"])
def test_a_strangers_word_changes_nothing_and_says_nothing(school: Rehearsal, words: str) -> None:
    heard = {say(school, who, words) for who in (EVE, BOB, SUE)}
    assert state(school) == ReportState.NEW
    assert not all_of(school, select(Proposal))
    assert {answer.split("\n")[0] for answer in heard} <= {
        "Maple Tree: No report now, 8:00.",
        "Maple Tree: We read digits and a few words.",
    }


def test_the_only_open_one_needs_no_number_and_of_several_one_is_asked(school: Rehearsal) -> None:
    assert say(school, LEAD, "CHECK").startswith("You check report 100.")
    tells(school, BOB, ("1", "2", "0", "0", "0"))
    assert say(school, LEAD, "FALSE").split("\n") == ["Which report?", "100 8:00, front gate", "101 8:00, bus stop"]
    assert say(school, LEAD, "101").startswith("Report 101: not true.")
    assert say(school, LEAD, "FALSE").startswith("Report 100: not true.")
    assert say(school, LEAD, "FALSE") == "Maple Tree: No report is open."


def test_a_report_of_another_school_is_nobodys(school: Rehearsal) -> None:
    school.load((SCHOOL.parent / "oak.toml").read_text())
    school.enrol(EVE, "lead", "en", PIN, code="OAK")
    assert "Nothing open has this number" in say(school, EVE, "CHECK 100")
    assert state(school) == ReportState.NEW
