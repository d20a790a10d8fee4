"""Reports: kept whole and sealed, told to those who check within their measure, and nothing of them is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hotline_calls import calls, texts
from sqlalchemy import select
from stage import ANA, BOB, LEAD, ROSA, SCHOOL, SUE, all_of, crowd, say, send
from telling import kept_words, reports, tells

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.call_answers import SoundRecorded
from phonetree.desk.floods import QUIET
from phonetree.desk.report_standings import standings
from phonetree.desk.rounds import make_rounds
from phonetree.models import Person, Purpose, Recording, ReportAsker, Site, reading
from phonetree.words.numbers import PhoneNumber
from phonetree.words.segments import measure

EMOJI = "\N{POLICE CARS REVOLVING LIGHT}" * 1600


@pytest.fixture
def school(tree: Rehearsal) -> Rehearsal:
    """Ana and Bob are families, Rosa is of the Rapid Response Network, Sue is staff."""
    tree.enrol(ANA, "parent", "en")
    tree.enrol(BOB, "parent", "en")
    tree.enrol(ROSA, "network", "en", "481516")
    tree.enrol(SUE, "staff", "en")
    return tree


def rounds(tree: Rehearsal, later: timedelta = timedelta(0)) -> None:
    tree.clock.at += later
    make_rounds(tree.database, tree.means, "test")


def told(tree: Rehearsal, who: PhoneNumber) -> list[str]:
    return [text for text in texts(tree, who) if text.startswith("Report ")]


def test_the_network_is_told_first_then_the_leads_and_nobody_else(school: Rehearsal) -> None:
    assert tells(school) == "Maple Tree: Thank you. Report 100 is with the lead. Send 1 for news."
    arrived = [text for text in school.deliver() if "Report 100" in text.body]
    assert [text.number for text in arrived] == [ROSA, LEAD]
    assert arrived[0].body.endswith("If the network knows that it is so, send CONFIRM 100.")
    assert arrived[1].body.endswith("CHECK 100, FALSE 100 or CONFIRM 100.")


def test_where_the_protocol_does_not_name_the_network_it_is_not_told(school: Rehearsal) -> None:
    school.load(SCHOOL.read_text().replace("[protocol]", '[protocol]\nunconfirmed = ["staff"]'))
    tells(school)
    assert (len(told(school, ROSA)), len(told(school, LEAD))) == (0, 1)


def test_nobody_learns_who_told_it_and_the_words_are_sealed(school: Rehearsal) -> None:
    tells(school, answers=("1", "behind the laundry", "0", "0", "0"))
    (report,) = reports(school)
    assert kept_words(school, report) == {"where": "behind the laundry"}
    assert report.words_sealed is not None
    assert b"laundry" not in report.words_sealed
    assert not [text for who in (LEAD, ROSA) for text in texts(school, who) if "555" in text]


@pytest.mark.parametrize(
    "answers", [(EMOJI, "0", "0", "0", "0"), ("1", EMOJI, "0", "0", "0"), ("1", "0", "0", "0", EMOJI)]
)
def test_a_report_of_emoji_is_kept_whole_and_told_in_three_segments(
    school: Rehearsal, answers: tuple[str, ...]
) -> None:
    assert tells(school, answers=answers).startswith("Maple Tree: Thank you. Report 100 is with the lead.")
    assert EMOJI in kept_words(school, *reports(school)).values()
    for who in (LEAD, ROSA):
        (text,) = told(school, who)
        assert "the rest is kept" in text
        assert "CONFIRM 100" in text
        assert 2 <= measure(text).segments <= 3


def test_all_questions_may_be_skipped(school: Rehearsal) -> None:
    assert "Report 100 is with the lead" in tells(school, answers=("0", "0", "0", "0", "0"))
    (report,) = reports(school)
    assert (report.seen_self, kept_words(school, report)) == (None, {})


def test_by_call_the_place_is_a_key_and_the_rest_is_heard_by_a_lead(school: Rehearsal) -> None:
    phone = calls(school)
    phone.presses("5", "1", "1")
    phone.does(SoundRecorded("RE" + "1" * 32, 9))
    (report,) = reports(school)
    (recording,) = all_of(school, select(Recording))
    assert (report.recording_id, recording.purpose, recording.number) == (recording.id, Purpose.REPORT, 100)
    assert kept_words(school, report) == {"place": "1"}
    assert "press 8, then 100, to hear it" in told(school, LEAD)[0]
    assert not all_of(school, select(ReportAsker)), "who called may have no phone for texts"
    assert say(school, LEAD, "TAKE 100") == "Maple Tree: We call you now."
    say(school, LEAD, "FALSE 100")
    assert all_of(school, select(Recording.handled_at)) != [None]


def test_a_withheld_number_reports_under_no_name(school: Rehearsal) -> None:
    phone = calls(school, None)
    phone.presses("1", "5", "1", "1")
    phone.does(SoundRecorded("RE" + "1" * 32, 9))
    (report,) = reports(school)
    assert (report.person_id, len(told(school, LEAD))) == (None, 1)
    assert "Nothing open has this number" in say(school, LEAD, "MUTE 100")


# --- while an alert is open, and in a storm ---------------------------------------------------------------------------


def test_while_an_alert_is_open_reports_are_counted_and_told_after_it(school: Rehearsal) -> None:
    send(school, "ALERT 2 1 2")
    tells(school)
    tells(school, BOB)
    assert told(school, LEAD) == []
    rounds(school)
    assert "Messages waiting: 2." in texts(school, LEAD)
    assert "Messages waiting: 2." in say(school, LEAD, "STATUS")
    say(school, LEAD, "CHECK 101")
    assert [text.split(",")[0] for text in told(school, LEAD)] == ["Report 101"]
    send(school, "CLEAR")
    rounds(school)
    assert [text.split(",")[0] for text in told(school, LEAD)] == ["Report 101", "Report 102"]


def test_of_thirty_an_hour_the_leads_hear_and_of_the_rest_in_one_line(school: Rehearsal) -> None:
    for who in crowd()[:32]:
        tells(school, who, ("1", "1", "0", "0", "0"))
    assert len(told(school, LEAD)) == 30
    for _round in range(3):
        rounds(school)
    assert texts(school, LEAD).count("Messages waiting: 2.") == 1
    rounds(school, timedelta(minutes=61))
    assert all(report.told_at for report in reports(school))


# --- limits and mute --------------------------------------------------------------------------------------------------


def test_the_sixth_of_a_day_is_kept_and_not_passed_on(school: Rehearsal) -> None:
    for _one in range(5):
        assert "is with the lead" in tells(school)
        school.clock.at += QUIET
    answer = tells(school, answers=("1", "behind the laundry", "0", "0", "0"))
    assert answer == "Maple Tree: Thank you. We keep this, but you have sent five reports today. For a person, send 2."
    assert len(told(school, LEAD)) == 5
    assert kept_words(school, reports(school)[-1]) == {"where": "behind the laundry"}
    assert "is with the lead" in tells(school, BOB)
    school.clock.at += timedelta(days=1, minutes=1)
    assert "is with the lead" in tells(school)


def test_a_muted_reporter_is_answered_as_always_and_told_to_nobody(school: Rehearsal) -> None:
    tells(school)
    assert "kept and not sent to you" in say(school, LEAD, "MUTE 100")
    assert tells(school) == "Maple Tree: Thank you. Report 101 is with the lead. Send 1 for news."
    tells(school, BOB)
    assert [text.split(",")[0] for text in told(school, LEAD)] == ["Report 100", "Report 102"]
    assert len(told(school, ROSA)) == 2
    assert [report.is_kept_back for report in reports(school)] == [False, True, False]
    school.clock.at += timedelta(days=30, minutes=1)
    tells(school)
    assert not reports(school)[-1].is_kept_back


def test_only_a_lead_can_mute(school: Rehearsal) -> None:
    tells(school)
    for who in (ANA, BOB, SUE, ROSA):
        say(school, who, "MUTE 100")
    tells(school)
    assert len(told(school, LEAD)) == 2


# --- what is forgotten ------------------------------------------------------------------------------------------------


def test_words_live_a_week_and_the_record_a_month(school: Rehearsal) -> None:
    tells(school)
    for passed, words, rows in ((6, True, 1), (2, False, 1), (21, False, 1), (2, False, 0)):
        rounds(school, timedelta(days=passed))
        assert [report.words_sealed is not None for report in reports(school)] == [words] * rows


def test_who_is_forgotten_leaves_a_state_and_no_words(school: Rehearsal) -> None:
    tells(school)
    say(school, LEAD, "CHECK 100")
    say(school, BOB, "NEWS")
    say(school, ANA, "ERASE")
    say(school, ANA, "1")
    (report,) = reports(school)
    assert (report.person_id, report.words_sealed) == (None, None)
    say(school, LEAD, "FALSE 100")
    assert texts(school, BOB)[-1] == "Maple Tree: A report at 8:00 was checked: not true."


def test_a_family_knows_nothing_of_a_new_report_and_never_its_place(school: Rehearsal) -> None:
    tells(school)
    assert [known_to(school, roles) for roles in ("parent", "staff", "lead", "network")] == [[], [], ["1"], ["1"]]
    say(school, LEAD, "CHECK 100")
    assert [known_to(school, roles) for roles in ("parent", "lead")] == [[""], ["1"]]


def known_to(tree: Rehearsal, role: str) -> list[str]:
    """The places of the reports in the context of somebody with this role."""
    with reading(tree.database) as session:
        site = session.scalars(select(Site)).one()
        person = session.scalars(select(Person).limit(1)).one()
        return [each.place for each in standings(session, tree.means, person, site, {role})]
