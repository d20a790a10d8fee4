"""Calls over HTTP, as the provider makes them: bad input of every kind breaks no call and acts on nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from phone import PUBLIC_URL, SCHOOL, Reply, Town, rows, served, settings, town_in
from phone_calls import PhoneCall, call_fields, new_call_sid, verbs_in

from phonetree.app import open_house, web_app
from phonetree.models import Call, Person, Recording, open_database, reading
from phonetree.models.migrations import migrate
from phonetree.simulator.voice_verbs import Gather, Hangup, Leave, Record, Say

ANA, LEAD, BOB, SUE = (f"+1213555014{n}" for n in range(2, 6))
PIN = "739152"
MENU = "To talk to a person, press 2"
FORTY = "1234567890" * 4


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path) as town:
        yield town


@pytest.fixture
def ana(town: Town) -> PhoneCall:
    """A parent who called and hears the menu."""
    town.enrol(ANA, "parent")
    return town.phone(ANA).calls().hears(MENU)


def in_english(call: PhoneCall) -> PhoneCall:
    """Who has not chosen a language is asked for one first."""
    return call.hears(MENU) if MENU in " ".join(call.just_heard) else call.presses("1").hears(MENU)


def at_voicemail(call: PhoneCall) -> PhoneCall:
    """Silent until the tree gives up asking."""
    for _ in range(3):
        call.is_silent()
    assert isinstance(call.needs, Record)
    return call.hears("after the tone")


def count(town: Town, table: str) -> int:
    return len(rows(town.house.database)[table])


def words_of(reply: Reply) -> str:
    said = [verb.words for verb in verbs_in(reply, PUBLIC_URL) if isinstance(verb, Say)]
    return " ".join(said)


def keys(town: Town, call: PhoneCall, digits: str) -> Reply:
    """The keys of the question that is open, whatever a telephone may have."""
    assert isinstance(call.needs, Gather)
    path = call.needs.action.url.removeprefix(PUBLIC_URL)
    return town.post(path, call_fields(call.sid, call.handset, SCHOOL, Digits=digits))


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_digit_is_answered_and_the_line_stays_open(ana: PhoneCall) -> None:
    ana.presses("1").hears("press star").presses("*").hears(MENU).hangs_up().is_over()


def test_keys_before_the_prompt_ends_are_just_keys(ana: PhoneCall) -> None:
    ana.presses("1*4").hears("silent")


@pytest.mark.parametrize("digits", [FORTY, FORTY * 3, "*", "#", "**##", "1#2*", "*" * 40, "ABCD", ""])
def test_no_keys_break_a_call(town: Town, ana: PhoneCall, digits: str) -> None:
    reply = keys(town, ana, digits)
    assert any(isinstance(verb, Gather) for verb in verbs_in(reply, PUBLIC_URL))
    assert words_of(reply) or reply.body


def test_stars_and_hashes_at_every_question_of_a_call(ana: PhoneCall) -> None:
    for first in ("3", "4", "5", "6", "7"):
        call = ana.town.phone(ANA).calls()
        for key in (first, "*", "#", "*", "#"):
            if isinstance(call.needs, Gather):
                call.presses(key)
        if not call.has_ended:
            call.hangs_up()
        call.is_over()


def test_keys_that_are_none_are_refused_politely(town: Town, ana: PhoneCall) -> None:
    before = rows(town.house.database)
    reply = keys(town, ana, "12x\n")
    assert "has a fault" in words_of(reply)
    assert rows(town.house.database) == before


# --- repeats ----------------------------------------------------------------------------------------------------------


def test_the_same_step_twice_has_one_answer_and_one_effect(town: Town, ana: PhoneCall) -> None:
    first = town.phone(ANA).calls()
    begun = count(town, "calls")
    assert first.same_again().body == town.post(*(first.last_post or ("", []))).body
    assert count(town, "calls") == begun
    ana.presses("7")
    before = rows(town.house.database)
    answers = {ana.same_again().body for _ in range(3)}
    assert len(answers) == 1
    assert rows(town.house.database) == before


def test_an_older_step_gets_its_own_answer_again(town: Town, ana: PhoneCall) -> None:
    ana.presses("4")
    rights = ana.last_post
    assert rights is not None
    answered = town.post(*rights).body
    ana.presses("*")
    assert town.post(*rights).body == answered
    ana.presses("1").hangs_up()


def test_a_step_that_was_never_asked_for_is_not_taken(town: Town, ana: PhoneCall) -> None:
    before = rows(town.house.database)
    reply = town.post("/twilio/voice/turn/99/keys", call_fields(ana.sid, ANA, SCHOOL, Digits="6"))
    assert "call again" in words_of(reply)
    assert rows(town.house.database) == before


# --- calls that nobody knows ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["keys", "sound", "dial", "queue", "hold"])
def test_an_unknown_call_is_told_to_call_again(town: Town, kind: str) -> None:
    before = rows(town.house.database)
    more = {"Digits": "1", "DialCallStatus": "completed", "QueueResult": "bridged", "RecordingDuration": "3"}
    if kind == "sound":
        more["RecordingSid"] = "RE" + "1" * 32
    reply = town.post(f"/twilio/voice/turn/1/{kind}", call_fields(new_call_sid(), ANA, SCHOOL, **more))
    assert "call again" in words_of(reply)
    assert isinstance(verbs_in(reply, PUBLIC_URL)[-1], Hangup)
    assert rows(town.house.database) == before


def test_an_answered_call_that_we_did_not_place(town: Town) -> None:
    before = rows(town.house.database)
    for attempt in ("a" * 32, "nonsense", "A" * 32):
        reply = town.post(f"/twilio/voice/answered/{attempt}", call_fields(new_call_sid(), SCHOOL, ANA))
        assert "call again" in words_of(reply)
    assert rows(town.house.database) == before


def test_who_waits_for_nobody_leaves_the_queue(town: Town, ana: PhoneCall) -> None:
    reply = town.post(f"/twilio/voice/wait/{'b' * 32}", call_fields(ana.sid, ANA, SCHOOL))
    assert verbs_in(reply, PUBLIC_URL) == (Leave(),)


@pytest.mark.parametrize(
    "more",
    [
        {"CallSid": "CA1"},
        {"CallSid": "MM" + "1" * 32},
        {"AccountSid": "AC" + "8" * 32},
        {"To": "nobody"},
        {"To": "+12135550177"},
    ],
)
def test_what_is_not_for_us_is_refused_politely(town: Town, more: dict[str, str]) -> None:
    before = rows(town.house.database)
    reply = town.post("/twilio/voice", call_fields(new_call_sid(), ANA, SCHOOL, **more))
    assert words_of(reply)
    assert rows(town.house.database) == before


# --- callers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", ["anonymous", "Restricted", "+266696687", "+7378742833", "+19005550142", SCHOOL])
def test_who_shows_no_number_is_answered_and_written_down_nowhere(town: Town, shown: str) -> None:
    """On the tree's own number as well: that is forged, or a loop."""
    call = in_english(PhoneCall(town, ANA, shown, SCHOOL).begin()).presses("4")
    call.hears("stay silent").hangs_up()
    with reading(town.house.database) as session:
        assert session.query(Person).count() == 0
        assert session.query(Call).one().person_id is None
    town.deliver()
    assert not town.calls


def test_a_caller_without_a_number_leaves_a_voicemail(town: Town) -> None:
    at_voicemail(in_english(town.phone(ANA).calls(is_withheld=True))).speaks(7).is_over()
    town.deliver()
    with reading(town.house.database) as session:
        (kept,) = session.query(Recording).all()
        assert (kept.person_id, kept.state, kept.seconds) == (None, "fetched", 7)


# --- recordings -------------------------------------------------------------------------------------------------------


@pytest.fixture
def voicemail(town: Town) -> PhoneCall:
    """A caller nobody knows, silent until the voicemail."""
    return at_voicemail(in_english(town.phone(BOB).calls()))


def sound(town: Town, call: PhoneCall, seconds: str) -> Reply:
    assert isinstance(call.needs, Record)
    path = call.needs.action.url.removeprefix(PUBLIC_URL)
    made = {"RecordingSid": "RE" + "1" * 32, "RecordingDuration": seconds, "Digits": "#"}
    return town.post(path, call_fields(call.sid, BOB, SCHOOL, **made))


def test_a_recording_of_no_seconds_is_none(town: Town, voicemail: PhoneCall) -> None:
    assert "Goodbye" in words_of(sound(town, voicemail, "0"))
    assert count(town, "recordings") == 0


def test_nothing_said_after_the_tone(town: Town, voicemail: PhoneCall) -> None:
    voicemail.is_silent().hears("Goodbye").is_over()
    assert count(town, "recordings") == 0


def test_a_recording_of_an_hour_is_kept_as_far_as_we_keep_any(town: Town, voicemail: PhoneCall) -> None:
    assert "Thank you" in words_of(sound(town, voicemail, "3600"))
    town.carrier.spoken["RE" + "1" * 32] = 700
    town.deliver()
    with reading(town.house.database) as session:
        (kept,) = session.query(Recording).all()
        assert kept.state in {"fetched", "refused"}
        assert kept.seconds <= 3600


@pytest.mark.parametrize("seconds", ["-1", "90000", "1e9", "", "many"])
def test_a_recording_of_nonsense_seconds_is_refused_politely(town: Town, voicemail: PhoneCall, seconds: str) -> None:
    assert "has a fault" in words_of(sound(town, voicemail, seconds))
    assert count(town, "recordings") == 0


def test_who_hangs_up_after_speaking_is_heard_still(town: Town, voicemail: PhoneCall) -> None:
    voicemail.speaks(3, hangs_up=True).is_over()
    assert count(town, "recordings") == 1


def test_the_same_recording_told_twice_is_one(town: Town, voicemail: PhoneCall) -> None:
    bodies = {sound(town, voicemail, "4").body for _ in range(3)}
    assert (len(bodies), count(town, "recordings")) == (1, 1)


# --- after the end ----------------------------------------------------------------------------------------------------


def test_steps_after_hanging_up_change_nothing(town: Town, ana: PhoneCall) -> None:
    needs = ana.needs
    ana.hangs_up().is_over()
    ana.needs = needs
    before = rows(town.house.database)
    assert "call again" in words_of(keys(town, ana, "6"))
    assert rows(town.house.database) == before


@pytest.mark.parametrize("status", ["completed", "ringing", "in-progress", "canceled", "nonsense"])
def test_the_end_is_told_twice_late_and_of_calls_that_nobody_knows(town: Town, ana: PhoneCall, status: str) -> None:
    ana.hangs_up()
    before = rows(town.house.database)
    for sid in (ana.sid, new_call_sid()):
        reply = town.post("/twilio/status/call", call_fields(sid, ANA, SCHOOL, CallStatus=status))
        assert (reply.status, reply.body) == (204, "")
    assert rows(town.house.database) == before


# --- calls of ours ----------------------------------------------------------------------------------------------------


@pytest.fixture
def alerted(town: Town) -> Town:
    """A lead alerts; Bob is called, for he takes no texts."""
    town.enrol(BOB, "parent", channel="voice")
    lead = town.enrol(LEAD, "lead", pin=PIN)
    preview = lead.texts("ALERT 2 1 2").unread.popleft()
    code = next(
        word for word in preview.replace(":", " ").replace(".", " ").split() if len(word) == 4 and word.isdigit()
    )
    lead.texts(f"{code} {PIN}")
    town.deliver()
    lead.unread.clear()
    return town


def outcome(town: Town) -> list[str]:
    from phonetree.models import Delivery

    with reading(town.house.database) as session:
        return [each.outcome for each in session.query(Delivery).filter_by(channel="voice").order_by(Delivery.id)]


def test_an_alert_by_call_is_heard(alerted: Town) -> None:
    call = alerted.rings(BOB).picks_up().hears("front gate")
    call.presses("5")
    assert outcome(alerted) == ["heard"]


def test_a_machine_gets_the_alert_and_counts_as_voicemail(alerted: Town) -> None:
    alerted.rings(BOB).machine().hears("front gate").is_over()
    assert outcome(alerted) == ["voicemail"]


def test_reports_on_a_call_in_any_order_and_twice(alerted: Town) -> None:
    call = alerted.rings(BOB).picks_up()
    call.presses("5").hangs_up()
    before = rows(alerted.house.database)
    for status in ("completed", "ringing", "in-progress", "initiated", "busy", "no-answer", "completed"):
        fields = call_fields(call.sid, SCHOOL, BOB, CallStatus=status, Direction="outbound-api")
        assert alerted.post(f"/twilio/status/call/{call.attempt}", fields).status == 204
        assert rows(alerted.house.database) == before
    assert outcome(alerted)[0] == "heard"


def test_picked_up_twice_is_picked_up_once(alerted: Town) -> None:
    call = alerted.rings(BOB).picks_up()
    before = rows(alerted.house.database)
    assert call.same_again().body == call.same_again().body
    assert rows(alerted.house.database) == before


def test_the_end_of_a_call_arrives_before_its_answer(alerted: Town) -> None:
    """Reports travel apart from the questions: a call that is answered after all is answered."""
    call = alerted.rings(BOB)
    fields = call_fields(call.sid, SCHOOL, BOB, CallStatus="completed", Direction="outbound-api")
    assert alerted.post(f"/twilio/status/call/{call.attempt}", fields).status == 204
    reply = alerted.post(f"/twilio/voice/answered/{call.attempt}", call_fields(call.sid, SCHOOL, BOB))
    assert words_of(reply) or verbs_in(reply, PUBLIC_URL)


# --- the hotline ------------------------------------------------------------------------------------------------------


@pytest.fixture
def hotline(town: Town) -> Town:
    """Bob and Sue answer the hotline."""
    for number in (BOB, SUE):
        operator = town.enrol(number, "operator")
        operator.texts("ON")
        operator.unread.clear()
    return town


def test_the_first_voicemail_answers_and_the_second_operator_takes_the_call(hotline: Town) -> None:
    hotline.enrol(ANA, "parent")
    caller = hotline.phone(ANA).calls().presses("2")
    hotline.deliver()
    first, second = (BOB, SUE) if not hotline.is_quiet(BOB) else (SUE, BOB)
    hotline.rings(first).machine().is_over()
    hotline.deliver()
    operator = hotline.rings(second).picks_up().presses("9").presses("1")
    operator.is_joined_with(ANA)
    caller.is_joined_with(second).hangs_up().is_over()
    for number in (first, second):
        hotline.phone(number).unread.clear()


def test_two_operators_press_1_in_the_same_instant(hotline: Town) -> None:
    hotline.enrol(ANA, "parent")
    caller = hotline.phone(ANA).calls().presses("2")
    hotline.deliver()
    legs = [hotline.rings(number).picks_up() for number in (BOB, SUE)]
    with ThreadPoolExecutor(2) as operators:
        list(operators.map(lambda leg: leg.presses("1"), legs))
    (taker,) = [leg for leg in legs if leg.partner is caller]
    (late,) = [leg for leg in legs if leg is not taker]
    late.hears("Somebody else took it").is_over()
    caller.is_joined_with(taker.handset)
    hotline.deliver()
    hotline.phone(taker.handset).hears("Numbers to give")
    taker.hangs_up()
    caller.is_over()


def test_nobody_takes_the_call_and_the_caller_goes_on_to_the_outside_line(hotline: Town) -> None:
    hotline.enrol(ANA, "parent")
    caller = hotline.phone(ANA).calls().presses("2")
    hotline.deliver()
    caller.waits_in_queue()
    hotline.rings(BOB).busy()
    hotline.rings(SUE).does_not_answer()
    outside = caller.waits_in_queue().hears("We call the hotline now").dials("+12135550199")
    outside.picks_up().is_joined_with(ANA)
    caller.hangs_up()
    outside.is_over()


def test_a_lead_presses_pound_and_is_called_back(town: Town) -> None:
    town.enrol(LEAD, "lead", pin=PIN)
    town.phone(LEAD).calls().presses("#").hears("We call you now").is_over()
    town.deliver()
    town.rings(LEAD).picks_up().hears("What is it about").hangs_up()


# --- faults of ours ---------------------------------------------------------------------------------------------------


@pytest.fixture
def ruin(tmp_path: Path) -> Iterator[Town]:
    """A folder stands where the database file was."""
    given = settings(tmp_path)
    database = open_database(given.database_url)
    migrate(database)
    database.dispose()
    for file in tmp_path.glob("phonetree.db*"):
        file.unlink()
    (tmp_path / "phonetree.db").mkdir()
    house = open_house(given)
    with served(web_app(house)) as port:
        yield Town(house, port)
    house.database.dispose()


@pytest.mark.parametrize("path", ["", "/turn/1/keys", "/turn/1/queue", "/turn/1/hold", f"/answered/{'a' * 32}"])
def test_a_failing_desk_apologises_in_several_languages(ruin: Town, path: str) -> None:
    more = {"Digits": "1", "QueueResult": "leave"}
    reply = ruin.post(f"/twilio/voice{path}", call_fields(new_call_sid(), ANA, SCHOOL, **more))
    assert "has a fault" in words_of(reply)
    assert "Hay una falla" in words_of(reply)
    assert isinstance(verbs_in(reply, PUBLIC_URL)[-1], Hangup)


def test_a_failing_desk_lets_nobody_wait(ruin: Town) -> None:
    reply = ruin.post(f"/twilio/voice/wait/{'b' * 32}", call_fields(new_call_sid(), ANA, SCHOOL))
    assert verbs_in(reply, PUBLIC_URL) == (Leave(),)


def test_a_report_that_was_not_kept_is_told_as_such(ruin: Town) -> None:
    for path in ("/twilio/status/call", f"/twilio/status/call/{'a' * 32}"):
        reply = ruin.post(path, call_fields(new_call_sid(), ANA, SCHOOL, CallStatus="completed"))
        assert (reply.status, reply.body) == (503, "Not kept.")


# --- sounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["nonsense", "a" * 500, "..", "%2e%2e%2fetc", "é"])
def test_a_sound_that_nobody_was_given_is_not_there(town: Town, token: str) -> None:
    from urllib.parse import quote

    assert town.send("GET", f"/audio/{quote(token)}.wav").status == 404
