"""What the network reports by text: told to the leads at once, sent by one of them once, dropped, joined or too old."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from stage import ANA, BOB, LEAD, PIN, ROSA, SUE, all_of, code_in, names_of, rows, say, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.network_texts import words_and_digits
from phonetree.models import CALL, Alert, NetworkAlert
from phonetree.words.numbers import PhoneNumber

WORDS = "Two vans at the front gate"
OTHER_PIN = "481516"


@pytest.fixture
def school(tree: Rehearsal) -> Rehearsal:
    """Ana is a family, Sue works there, Bob is of the network, Rosa is a second lead."""
    for who, role, pin in ((ANA, "parent", ""), (SUE, "staff", ""), (BOB, "network", ""), (ROSA, "lead", OTHER_PIN)):
        tree.enrol(who, role, "en", pin)
    return tree


def report_row(tree: Rehearsal) -> NetworkAlert:
    return all_of(tree, select(NetworkAlert).order_by(NetworkAlert.id.desc()))[0]


def got(tree: Rehearsal, who: PhoneNumber) -> list[str]:
    return [arrived.body for arrived in tree.deliver() if arrived.number == who]


# --- told first -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["ALERT 2 1 2", "ALERT 2 1 1"])
def test_the_network_is_told_first_whenever_it_joined(school: Rehearsal, words: str) -> None:
    send(school, words)
    heard = [arrived.number for arrived in school.deliver() if "CONFIRMED 8:00" in arrived.body]
    assert heard[0] == BOB
    assert len(heard) == (5 if words.endswith("2") else 4)


def test_who_chose_calls_in_the_network_is_called_first(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en", channel="voice")
    tree.enrol(BOB, "network", "en", channel="voice")
    send(tree, "ALERT 2 1 2")
    assert [names_of(tree, [row]) for row in rows(tree) if row.channel == CALL] == [["bob"], ["ana"]]


def test_who_is_a_parent_and_of_the_network_is_told_first_and_once(tree: Rehearsal) -> None:
    tree.enrol(SUE, "parent", "en")
    for role in ("parent", "network"):
        tree.enrol(BOB, role, "en")
    send(tree, "ALERT 2 1 2")
    assert [names_of(tree, [row]) for row in rows(tree)] == [["bob"], ["lead"], ["sue"]]


def test_an_update_reaches_the_network_first_as_well(school: Rehearsal) -> None:
    send(school, "ALERT 2 1 2")
    school.deliver()
    send(school, "UPDATE")
    assert names_of(school, [rows(school, "update")[0]]) == ["bob"]


# --- a text becomes a report ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        (WORDS, {"words": WORDS}),
        ("ALERT", {}),
        ("ALERTA: 2 1", {"kind": "2", "place": "1"}),
        ("ALERT 2 1 2", {"kind": "2", "place": "1", "level": "2"}),
        ("alert, two vans, at the gate", {"words": "two vans, at the gate"}),
        ("ALERT 2 1: two vans", {"kind": "2", "place": "1", "words": "two vans"}),
        ("ALERT 20 vans", {"words": "20 vans"}),
        ("2 1 vans", {"words": "2 1 vans"}),
        ("REPORT", {}),
        ("ICE IS HERE", {"words": "ICE IS HERE"}),
    ],
)
def test_what_a_text_says_in_digits_and_in_words(text: str, answers: dict[str, str]) -> None:
    assert words_and_digits(text) == answers


def test_nothing_is_sent_and_no_family_hears_the_words(school: Rehearsal) -> None:
    say(school, BOB, f"ALERT 2 1 2 {WORDS}")
    arrived = school.deliver()
    assert {each.number for each in arrived} == {LEAD, ROSA}
    assert all(WORDS in each.body and "SEND 100" in each.body for each in arrived)
    send(school, "SEND 100")
    told = school.deliver()
    assert {each.number for each in told} == {ANA, SUE, BOB, LEAD, ROSA}
    assert not [each for each in told if WORDS in each.body]


def test_the_words_are_sealed_and_gone_once_it_is_decided(school: Rehearsal) -> None:
    say(school, BOB, f"ALERT 2 1 2 {WORDS}")
    assert WORDS.encode() not in (report_row(school).words_sealed or b"")
    assert report_row(school).words_sealed
    send(school, "SEND 100")
    row = report_row(school)
    (alert,) = all_of(school, select(Alert))
    assert (row.state, row.words_sealed, row.alert_id) == ("sent", None, alert.id)


def test_a_second_text_within_half_an_hour_adds_its_words(school: Rehearsal) -> None:
    say(school, BOB, f"ALERT 2 1 2 {WORDS}")
    school.deliver()
    school.clock.at += timedelta(minutes=29)
    assert say(school, BOB, "They are leaving now") == "Maple Tree: Added to 100. The leads have it."
    (added,) = got(school, LEAD)
    assert "The network adds to 100" in added
    assert "They are leaving now" in added
    assert WORDS not in added
    assert len(all_of(school, select(NetworkAlert))) == 1


@pytest.mark.parametrize("minutes", [31, 0])
def test_a_later_text_or_another_phones_is_a_report_of_its_own(school: Rehearsal, minutes: int) -> None:
    other = PhoneNumber("+12135550155")
    school.enrol(other, "network", "en")
    say(school, BOB, "ALERT 2 1 2")
    school.wait(timedelta(minutes=minutes))
    say(school, BOB if minutes else other, "ALERT 2 2 2")
    assert [row.number for row in all_of(school, select(NetworkAlert).order_by(NetworkAlert.id))] == [100, 101]


def test_words_amid_our_questions_belong_to_the_same_report(school: Rehearsal) -> None:
    say(school, BOB, WORDS)
    say(school, BOB, "1")
    assert "Where?" in say(school, BOB, "They have no plates")
    say(school, BOB, "1")
    say(school, BOB, "2")
    (told,) = got(school, LEAD)
    assert WORDS in told
    assert "They have no plates" in told
    assert "near the school, front gate" in told


def test_who_puts_the_phone_away_is_not_lost(school: Rehearsal) -> None:
    """Two minutes after our question the leads read what there is; an answer that comes later is added."""
    say(school, BOB, WORDS)
    assert got(school, LEAD) == []
    assert not [each for each in school.wait(timedelta(minutes=1)) if each.number == LEAD]
    (told,) = [each.body for each in school.wait(timedelta(minutes=2)) if each.number == LEAD]
    assert told == f"The network reports: {WORDS}. SEND 100 sends it, FALSE 100 drops it."
    for digit in ("2", "1", "2"):
        say(school, BOB, digit)
    (added,) = got(school, LEAD)
    assert added.startswith("The network adds to 100: agents at the school, front gate. It says: CONFIRMED.")


def test_thanks_is_no_report(school: Rehearsal) -> None:
    say(school, BOB, "ok, thanks")
    assert not [each for each in school.wait(timedelta(hours=1)) if each.number == LEAD]
    assert report_row(school).state == "expired"


def test_what_only_the_school_can_say_the_network_cannot(school: Rehearsal) -> None:
    assert "4 school secured" not in say(school, BOB, "ALERT 4")
    assert all_of(school, select(NetworkAlert)) == []


def test_a_lead_who_is_of_the_network_as_well_is_a_lead(school: Rehearsal) -> None:
    school.enrol(ROSA, "network", "en")
    assert "nothing sent yet" in say(school, ROSA, "ALERT 2 1 2")
    assert all_of(school, select(NetworkAlert)) == []


def test_its_stop_is_a_stop_and_its_news_is_news(school: Rehearsal) -> None:
    assert "No report now" in say(school, BOB, "NEWS")
    assert "off the list" in say(school, BOB, "no more messages")
    assert all_of(school, select(NetworkAlert)) == []


# --- a lead decides ---------------------------------------------------------------------------------------------------


def test_nobody_but_a_lead_sends_or_drops_it(school: Rehearsal) -> None:
    say(school, BOB, "ALERT 2 1 2")
    for who in (BOB, SUE, ANA):
        for words in ("SEND 100", "FALSE 100"):
            assert "nothing sent yet" not in say(school, who, words)
    assert report_row(school).state == "waiting"


def test_of_two_leads_at_once_one_sends_it_and_the_other_hears_so(school: Rehearsal) -> None:
    say(school, BOB, "ALERT 2 1 2")
    school.deliver()
    answers = {LEAD: f"{code_in(say(school, LEAD, 'SEND 100'))} {PIN}"}
    answers[ROSA] = f"{code_in(say(school, ROSA, 'SEND 100'))} {OTHER_PIN}"
    together = Barrier(2)

    def answer(who: PhoneNumber) -> str:
        together.wait(5)
        return say(school, who, answers[who])

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(answer, answers), key=lambda words: not words.startswith("SENT"))
    assert said[0].startswith("SENT to 5 phones.")
    assert said[1].startswith(("That code is no longer good.", "That preview is no longer open."))
    assert len(all_of(school, select(Alert))) == 1
    assert len(rows(school)) == 5


def test_what_was_dropped_while_its_preview_was_open_is_not_sent(school: Rehearsal) -> None:
    say(school, BOB, "ALERT 2 1 2")
    code = code_in(say(school, LEAD, "SEND 100"))
    assert say(school, ROSA, "FALSE 100") == "100 is dropped. Nothing was sent."
    assert "Another lead dropped 100 from the network." in got(school, LEAD)
    assert not say(school, LEAD, f"{code} {PIN}").startswith("SENT")
    assert all_of(school, select(Alert)) == []


def test_it_is_sent_once(school: Rehearsal) -> None:
    say(school, BOB, "ALERT 2 1 2")
    send(school, "SEND 100")
    for words in ("SEND 100", "FALSE 100"):
        assert say(school, ROSA, words) == "100 is sent already. Nothing was sent now."


def test_send_alone_shares_the_preview_that_is_open(school: Rehearsal) -> None:
    say(school, LEAD, "ALERT 2 1 2")
    assert "Send: 4858 then your PIN" in say(school, ROSA, "SEND")
    say(school, BOB, "ALERT 1 2 1")
    assert "1 the preview that is open" in say(school, ROSA, "SEND")
    assert "100 agents near the school, bus stop." in say(school, ROSA, "SEND")


def test_what_waits_too_long_is_dropped_and_the_leads_hear_so_once(school: Rehearsal) -> None:
    say(school, BOB, "ALERT 2 1 2")
    school.deliver()
    told = [each.body for each in school.wait(timedelta(minutes=31)) if each.number == LEAD]
    assert told == [
        "100 from the network waited too long and is dropped. Nothing was sent. If it still holds, send ALERT."
    ]
    assert not [each for each in school.wait(timedelta(minutes=1)) if each.number == LEAD]
    assert (report_row(school).state, report_row(school).words_sealed) == ("expired", None)
    assert say(school, LEAD, "SEND 100") == "100 waited too long and was dropped. Nothing was sent."


def test_a_preview_that_is_open_keeps_it_waiting(school: Rehearsal) -> None:
    say(school, BOB, "ALERT 2 1 2")
    school.wait(timedelta(minutes=29))
    code = code_in(say(school, LEAD, "SEND 100"))
    school.wait(timedelta(minutes=2))
    assert say(school, LEAD, f"{code} {PIN}").startswith("SENT to 5 phones.")


def test_the_network_that_is_forgotten_leaves_its_report_to_the_leads(school: Rehearsal) -> None:
    say(school, BOB, "ALERT 2 1 2")
    say(school, BOB, "ERASE")
    say(school, BOB, "1")
    assert report_row(school).person_id is None
    assert send(school, "SEND 100").startswith("SENT to 4 phones.")
