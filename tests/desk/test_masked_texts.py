"""Texts between the two sides of a request: they reach that side and nobody else, and give nobody away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from exchanges import asked_for, change, person_of, request_of
from hotline_calls import texts
from sqlalchemy import select
from stage import ANA, BOB, LEAD, ROSA, SCHOOL, SUE, all_of, say, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.passing_on import MOST_IN_AN_HOUR
from phonetree.desk.rounds import make_rounds
from phonetree.models import Delivery, Membership, Note, Request, Site, writing
from phonetree.words.numbers import PhoneNumber

LEAD_TOO = PhoneNumber("+12135550119")
HOW = "\nTo answer, just text back. MUTE 417 ends it."
CLOSED = "Maple Tree: 417 is closed; nothing was passed on. Send 0 for the lead."
SILENT = "Maple Tree: 417 is closed to messages; nothing was passed on. Send 0 for the lead."
MENU = "We read digits and a few words"


@pytest.fixture
def school(tree: Rehearsal) -> Rehearsal:
    """Ana and Rosa are families, Bob and Sue counselors; Ana writes Spanish."""
    tree.enrol(ANA, "parent", "es")
    tree.enrol(ROSA, "parent", "en")
    tree.enrol(BOB, "counselor", "en")
    tree.enrol(SUE, "counselor", "en")
    return tree


@pytest.fixture
def taken(school: Rehearsal) -> Rehearsal:
    """Bob has taken 417, which Ana asked for."""
    asked_for(school, ANA, BOB)
    return school


def says_afresh(tree: Rehearsal, who: PhoneNumber, words: str) -> str:
    """With no question open."""
    say(tree, who, "NEWS")
    return say(tree, who, words)


def everybody_else(tree: Rehearsal, *but: PhoneNumber) -> list[str]:
    return [text for who in (LEAD, ANA, ROSA, BOB, SUE) if who not in but for text in texts(tree, who)]


# --- passed on --------------------------------------------------------------------------------------------------------


def test_words_with_the_number_reach_the_other_side_alone_in_their_language(taken: Rehearsal) -> None:
    assert say(taken, BOB, "417 I am at the door") == "Passed on to 417."
    assert texts(taken, ANA) == [
        "Maple Tree 417: I am at the door\nPara contestar, solo responda a este mensaje. MUTE 417 lo termina."
    ]
    assert everybody_else(taken, ANA) == []
    assert say(taken, ANA, "417: Ya voy") == "Enviado a 417."
    assert texts(taken, BOB) == ["Maple Tree 417: Ya voy" + HOW]
    assert everybody_else(taken, ANA, BOB) == []
    assert all_of(taken, select(Note)) == []


def test_how_to_answer_is_said_once(taken: Rehearsal) -> None:
    say(taken, ANA, "417 one")
    say(taken, ANA, "417 two")
    assert texts(taken, BOB) == ["Maple Tree 417: one" + HOW, "Maple Tree 417: two"]


def test_who_has_one_open_request_needs_no_number(taken: Rehearsal) -> None:
    assert say(taken, ANA, "Ya voy, llego a las 7:30") == "Enviado a 417."
    assert say(taken, BOB, "Yes") == "Passed on to 417."
    assert texts(taken, BOB)[0].startswith("Maple Tree 417: Ya voy, llego a las 7:30")
    assert texts(taken, ANA)[0].startswith("Maple Tree 417: Yes\n")


def test_with_several_it_asks_and_keeps_the_words(taken: Rehearsal) -> None:
    asked_for(taken, ROSA, BOB, 418, item="ride")
    assert say(taken, BOB, "I am at the door").split("\n") == [
        "Maple Tree: Whom are these words for?",
        "1 Food, number 417",
        "2 Rides, carpool, number 418",
        "0 the lead of the phone tree",
    ]
    assert everybody_else(taken) == []
    assert say(taken, BOB, "2") == "Passed on to 418."
    assert texts(taken, ROSA) == ["Maple Tree 418: I am at the door" + HOW.replace("417", "418")]
    assert everybody_else(taken, ROSA) == []
    say(taken, ANA, "hola")
    assert texts(taken, BOB) == ["Maple Tree 417: hola\nTo answer, text 417 and your words. MUTE 417 ends it."]


def test_the_lead_gets_such_words_only_by_the_senders_own_digit(taken: Rehearsal) -> None:
    asked_for(taken, ROSA, BOB, 418)
    say(taken, BOB, "I am at the door")
    assert "with the lead" in say(taken, BOB, "0")
    assert any("I am at the door" in text for text in texts(taken, LEAD))
    assert everybody_else(taken, LEAD) == []


@pytest.mark.parametrize("words", ["CONTACT me at the door", "LEAD I am at the door"])
def test_a_word_for_the_lead_before_other_words_is_asked_about(taken: Rehearsal, words: str) -> None:
    assert "Whom are these words for?" in say(taken, BOB, words)
    assert everybody_else(taken) == []
    assert say(taken, BOB, "1") == "Passed on to 417."
    assert texts(taken, ANA)[0].startswith(f"Maple Tree 417: {words}\n")
    assert "Write your message" in say(taken, BOB, "LEAD"), "alone it is what it was"


def test_words_that_begin_with_another_number_are_asked_about(taken: Rehearsal) -> None:
    """They were meant for somebody else, and whether there is such a request is told to nobody."""
    asked_for(taken, ROSA, SUE, 418)
    first, second = (says_afresh(taken, BOB, f"{number} I am at the door") for number in (418, 555))
    assert "Whom are these words for?" in first
    assert first == second
    assert everybody_else(taken) == []


def test_commands_and_digits_keep_their_meaning(taken: Rehearsal) -> None:
    assert "No report" in say(taken, BOB, "NEWS")
    assert "No report" in say(taken, BOB, "1")
    assert "Whom are these words for?" in say(taken, BOB, "10")
    assert texts(taken, ANA) == []


def test_a_command_of_others_is_just_a_word(taken: Rehearsal) -> None:
    assert say(taken, ANA, "Listo") == "Enviado a 417."
    assert texts(taken, BOB)[0].startswith("Maple Tree 417: Listo\n")
    assert MENU in say(taken, ROSA, "TAKE 417")


def test_an_open_question_gets_its_answer_but_a_number_goes_first(taken: Rehearsal) -> None:
    say(taken, BOB, "REPORT")
    say(taken, BOB, "1")
    assert say(taken, BOB, "417 I am late") == "Passed on to 417."
    say(taken, BOB, "REPORT")
    say(taken, BOB, "1")
    assert "When?" in say(taken, BOB, "a van at the gate")
    assert len(texts(taken, ANA)) == 1


def test_words_after_a_text_of_the_other_side_are_not_taken_for_a_message_to_the_lead(taken: Rehearsal) -> None:
    assert "Write your message to the lead" in say(taken, BOB, "0")
    taken.clock.at += timedelta(minutes=1)
    say(taken, ANA, "¿Donde esta?")
    taken.clock.at += timedelta(minutes=1)
    assert "Whom are these words for?" in say(taken, BOB, "At the gate")
    assert say(taken, BOB, "1") == "Passed on to 417."
    assert texts(taken, LEAD) == []


def test_an_answer_is_not_taken_for_a_wrong_digit_of_an_old_menu(taken: Rehearsal) -> None:
    say(taken, BOB, "MENU")
    taken.clock.at += timedelta(minutes=1)
    say(taken, ANA, "¿Donde esta?")
    taken.clock.at += timedelta(minutes=1)
    assert say(taken, BOB, "At the gate") == "Passed on to 417."


# --- what is not passed on --------------------------------------------------------------------------------------------


def test_what_gives_somebody_away_is_left_out_and_the_writer_told(taken: Rehearsal) -> None:
    told = say(taken, BOB, "417 call 213-555-0113 or see example.org/bob at 12 Maple Street")
    assert told.split("\n") == [
        "Passed on to 417.",
        "We left out phone numbers, links and addresses. To talk, call us and choose 8.",
    ]
    assert texts(taken, ANA)[0].startswith("Maple Tree 417: call ___ or see ___ at ___\n")


def test_of_a_number_alone_nothing_is_left(taken: Rehearsal) -> None:
    assert "so nothing went to 417" in say(taken, BOB, "417 +213-555-0113")
    assert texts(taken, ANA) == []


def test_what_is_long_is_cut_and_pictures_stay_here(taken: Rehearsal) -> None:
    told = say(taken, BOB, "417 " + "word " * 200, has_media=True)
    assert told.split("\n") == [
        "Passed on to 417.",
        "It was long: only its beginning was passed on.",
        "Pictures are not passed on.",
    ]
    (passed,) = texts(taken, ANA)
    assert "word ...\n" in passed
    assert 590 < len(passed.split("\n")[0]) < 630


def test_braces_are_just_words(taken: Rehearsal) -> None:
    say(taken, BOB, "417 {number} {0} %s")
    assert texts(taken, ANA)[0].startswith("Maple Tree 417: {number} {0} %s\n")


def test_so_many_in_an_hour_are_enough(taken: Rehearsal) -> None:
    for n in range(MOST_IN_AN_HOUR):
        assert say(taken, (ANA, BOB)[n % 2], f"417 text {n}")
    assert "had many texts this hour" in say(taken, BOB, "417 one more")
    taken.clock.at += timedelta(hours=1, seconds=1)
    assert say(taken, BOB, "417 now again") == "Passed on to 417."


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({"taken_by": None}, "Maple Tree: Nadie ha tomado 417 todavia. No se envio nada."),
        ({"needs_yes": True}, "Maple Tree: 417 espera al encargado. No se envio nada."),
        ({"outcome": "done", "done_at": "now"}, "Maple Tree: 417 esta cerrado; no se envio nada."),
        ({"expires_at": "now"}, "Maple Tree: 417 esta cerrado; no se envio nada."),
        ({"muted_by_taker": True}, "Maple Tree: 417 ya no recibe mensajes; no se envio nada."),
        ({"muted_by_asker": True}, "Maple Tree: 417 ya no recibe mensajes; no se envio nada."),
    ],
)
def test_a_request_that_is_not_open_is_answered_plainly(
    taken: Rehearsal, values: dict[str, object], answer: str
) -> None:
    change(taken, 417, **{name: taken.clock.at if value == "now" else value for name, value in values.items()})
    assert say(taken, ANA, "417 Ya voy").startswith(answer)
    assert "Solo entendemos" in say(taken, ANA, "Ya voy"), "without a number it is like any other text"
    assert everybody_else(taken) == []


def test_with_a_leads_yes_the_two_may_write(taken: Rehearsal) -> None:
    change(taken, 417, needs_yes=True)
    assert "waits for the lead" in say(taken, BOB, "417 I can drive")
    change(taken, 417, yes_by=person_of(taken, LEAD).id)
    assert say(taken, BOB, "417 I can drive") == "Passed on to 417."


def test_a_number_that_is_not_theirs_is_like_any_other_text(taken: Rehearsal) -> None:
    first, second = (says_afresh(taken, ROSA, f"{number} I am at the door") for number in (417, 555))
    assert first == second
    assert MENU in first
    assert everybody_else(taken) == []


def test_a_voicemail_is_no_exchange(school: Rehearsal) -> None:
    asked_for(school, ROSA, BOB, 419, kind="voicemail")
    assert MENU in say(school, ROSA, "419 hello")
    assert MENU in say(school, ROSA, "hello")
    assert MENU in say(school, ROSA, "MUTE 419")


def test_who_left_the_tree_gets_nothing_more(taken: Rehearsal) -> None:
    say(taken, ANA, "ya no quiero mensajes")
    assert say(taken, BOB, "417 hello") == SILENT
    assert texts(taken, ANA) == []


def test_who_serves_the_school_no_more_is_not_reached(taken: Rehearsal) -> None:
    with writing(taken.database) as session:
        theirs = select(Membership).where(Membership.person_id == person_of(taken, BOB).id)
        session.delete(session.scalars(theirs).one())
    assert "ya no recibe mensajes" in say(taken, ANA, "417 hola")
    assert texts(taken, BOB) == []


def test_nobody_writes_to_themselves(school: Rehearsal) -> None:
    asked_for(school, BOB, BOB)
    assert say(school, BOB, "417 hello") == SILENT


def test_while_an_alert_is_open_only_a_number_is_relayed(taken: Rehearsal) -> None:
    send(taken, "ALERT 2 1 2")
    before = len(texts(taken, ANA))
    assert "Passed on" not in say(taken, BOB, "I am at the door")
    assert len(texts(taken, ANA)) == before
    say(taken, BOB, "417 I am at the door")
    assert texts(taken, ANA)[-1].startswith("Maple Tree 417: I am at the door")


def test_the_same_text_again_is_passed_on_once(taken: Rehearsal) -> None:
    first, again = (say(taken, BOB, "417 hello", sid="SM" + "5" * 32) for _ in range(2))
    assert first == again
    assert len(texts(taken, ANA)) == 1


def test_what_was_passed_on_lies_sealed(taken: Rehearsal) -> None:
    say(taken, BOB, "417 a word to look for")
    with taken.database.connect() as connection:
        found = [str(tuple(row)) for row in connection.execute(select(Delivery.__table__))]
    assert found
    assert not [row for row in found if "a word to look for" in row]


# --- the lead's answer ------------------------------------------------------------------------------------------------


@pytest.fixture
def leads(school: Rehearsal) -> Rehearsal:
    school.enrol(LEAD_TOO, "lead", "en", "481516")
    return school


def test_a_message_to_the_lead_is_answered_masked_by_its_number(leads: Rehearsal) -> None:
    say(leads, ROSA, "LEAD Who may pick up my child")
    told = "Message 100: Who may pick up my child\nTo answer, text 100 and your words."
    assert [texts(leads, who) for who in (LEAD, LEAD_TOO)] == [[told], [told]]
    assert say(leads, LEAD, "100 Anyone on your card") == "Passed on to 100."
    assert texts(leads, ROSA) == ["Maple Tree 100: Anyone on your card" + HOW.replace("417", "100")]
    assert texts(leads, LEAD_TOO)[1:] == ["Maple Tree: 100 is answered."]
    assert say(leads, ROSA, "Thank you") == "Passed on to 100."
    assert texts(leads, LEAD)[1:] == ["Maple Tree 100: Thank you" + HOW.replace("417", "100")]
    assert len(texts(leads, LEAD_TOO)) == 2


def test_the_second_lead_comes_too_late(leads: Rehearsal) -> None:
    say(leads, ROSA, "LEAD Who may pick up my child")
    together = Barrier(2)

    def answer(who: PhoneNumber) -> str:
        together.wait()
        return say(leads, who, "100 Anyone on your card")

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(answer, (LEAD, LEAD_TOO)))
    assert answers == [
        "Maple Tree: 100 is answered by another lead. Nothing was passed on.",
        "Passed on to 100.",
    ]
    assert len(texts(leads, ROSA)) == 1


def test_a_leads_words_without_a_number_go_to_nobody_before_they_took_one(leads: Rehearsal) -> None:
    say(leads, ROSA, "LEAD Who may pick up my child")
    assert MENU in say(leads, LEAD, "Anyone on your card")
    assert texts(leads, ROSA) == []


def test_only_messages_are_answered_by_number_not_reports(leads: Rehearsal) -> None:
    for words in ("REPORT", "1", "a van at the gate"):
        say(leads, ROSA, words)
    say(leads, ROSA, "SAFE")
    assert all_of(leads, select(Request)) == []
    assert "text 100 and your words" not in "".join(texts(leads, LEAD))


def test_nobody_but_a_lead_answers_a_message(leads: Rehearsal) -> None:
    say(leads, ROSA, "LEAD Who may pick up my child")
    assert MENU in say(leads, BOB, "100 Anyone")
    assert "Nothing open has this number" in say(leads, BOB, "TAKE 100")
    assert request_of(leads, 100).taken_by is None


def test_a_message_is_over_after_a_week(leads: Rehearsal) -> None:
    say(leads, ROSA, "LEAD Who may pick up my child")
    leads.clock.at += timedelta(days=7)
    make_rounds(leads.database, leads.means, "one")
    assert request_of(leads, 100).outcome == "expired"
    assert say(leads, LEAD, "100 Anyone") == CLOSED.replace("417", "100")


def test_a_taken_message_stays_with_its_lead(leads: Rehearsal) -> None:
    """What the shift takes is given back after two hours; this is not."""
    say(leads, ROSA, "LEAD Who may pick up my child")
    say(leads, LEAD, "100 Anyone on your card")
    leads.clock.at += timedelta(hours=3)
    make_rounds(leads.database, leads.means, "one")
    assert say(leads, ROSA, "Thank you") == "Passed on to 100."


# --- mute -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "other"), [(ANA, BOB), (BOB, ANA)])
@pytest.mark.parametrize("words", ["MUTE 417", "MUTE"])
def test_either_side_may_mute_and_the_other_is_told_nothing_but_that_it_is_closed(
    taken: Rehearsal, who: PhoneNumber, other: PhoneNumber, words: str
) -> None:
    said = say(taken, who, words)
    assert said.startswith(("Maple Tree: Nothing more of 417 reaches you.", "Maple Tree: Ya no recibe nada de 417."))
    assert everybody_else(taken) == []
    assert say(taken, other, "417 hello").startswith(("Maple Tree: 417 is closed to", "Maple Tree: 417 ya no recibe"))
    assert say(taken, who, "417 hello").startswith(("Maple Tree: 417 is closed to", "Maple Tree: 417 ya no recibe"))
    assert everybody_else(taken) == []


def test_an_operator_on_shift_bars_their_last_caller_with_mute_alone(taken: Rehearsal) -> None:
    say(taken, BOB, "ON")
    assert say(taken, BOB, "MUTE") == "Maple Tree: You have no last caller to bar."
    assert not request_of(taken).muted_by_taker
    say(taken, BOB, "MUTE 417")
    assert request_of(taken).muted_by_taker


def test_mute_of_what_is_not_theirs_is_like_any_other_text(taken: Rehearsal) -> None:
    assert says_afresh(taken, ROSA, "MUTE 417") == says_afresh(taken, ROSA, "MUTE 555")
    assert not request_of(taken).muted_by_asker


def test_with_several_mute_alone_mutes_none(taken: Rehearsal) -> None:
    asked_for(taken, ROSA, BOB, 418)
    say(taken, BOB, "MUTE")
    assert not request_of(taken).muted_by_taker
    assert not request_of(taken, 418).muted_by_taker


# --- two schools on one number ----------------------------------------------------------------------------------------


def test_the_same_number_at_two_schools_is_asked_about(taken: Rehearsal) -> None:
    taken.load((SCHOOL.parent / "oak.toml").read_text())
    with writing(taken.database) as session:
        site = session.scalars(select(Site).where(Site.code == "OAK")).one()
        session.add(Membership(site_id=site.id, person_id=person_of(taken, BOB).id, role="counselor", calls="all"))
        site_id = site.id
    asked_for(taken, ROSA, BOB, 417, site_id=site_id)
    assert say(taken, BOB, "417 I am at the door").split("\n")[1:3] == [
        "1 Oak Avenue School, number 417",
        "2 Maple Street Elementary, number 417",
    ]
    assert say(taken, BOB, "1") == "Passed on to 417."
    assert texts(taken, ROSA) == ["Oak Tree 417: I am at the door" + HOW]
    assert everybody_else(taken, ROSA) == []
    say(taken, BOB, "MUTE 417")
    assert say(taken, ROSA, "417 where?").startswith("Oak Tree: 417 is closed to messages")
