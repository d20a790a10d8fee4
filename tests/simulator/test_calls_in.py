"""Calls from handsets: the webhooks, what is heard, keys early and late, and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from listening_school import (
    ACCOUNT,
    MARIA,
    SCHOOL,
    SILENT,
    ListeningSchool,
    asks,
    listening_school,
    said,
    voice,
    voice_carrier_for,
)
from werkzeug.wrappers import Response

from phonetree.simulator import player
from phonetree.simulator.answer_plans import Heard, PicksUp
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.leg_events import Need
from phonetree.simulator.lines import Line
from phonetree.simulator.sounds import tone


@pytest.fixture
def school() -> Iterator[ListeningSchool]:
    with listening_school() as school:
        school.documents["/voice"] = voice(asks("For English, press 1.", "/keys", numDigits="1"))
        school.documents["/keys"] = lambda form: voice(said(f"You pressed {form['Digits'] or 'nothing'}."))
        yield school


@pytest.fixture
def carrier(school: ListeningSchool) -> Iterator[SimulatedCarrier]:
    with voice_carrier_for(school, call_status_url=school.url("/over")) as carrier:
        yield carrier


def codes(carrier: SimulatedCarrier) -> list[int]:
    return [error.code for error in carrier.errors]


def test_a_call_asks_is_answered_and_ends(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    call = carrier.handset(MARIA).call()
    assert (call.words, call.needs, call.status) == (("For English, press 1.",), Need.KEYS, "in-progress")
    assert call.seen_number == SCHOOL
    call.press("1")
    assert call.is_over
    assert [heard.words for heard in call.just_heard] == ["You pressed 1."]
    assert call.heard[0].language == "en-US"
    assert carrier.settle()
    assert carrier.errors == ()
    assert [asked.path for asked in school.asked] == ["/voice", "/keys", "/over"]
    assert all(asked.is_signed for asked in school.asked)


def test_the_webhooks_are_the_providers(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    call = carrier.handset(MARIA).call()
    call.press("1")
    assert carrier.settle()
    first, keys, over = (asked.form for asked in school.asked)
    assert (first["From"], first["Caller"], first["To"], first["Called"]) == (MARIA, MARIA, SCHOOL, SCHOOL)
    assert (first["CallSid"], first["AccountSid"], first["ApiVersion"]) == (call.sid, ACCOUNT, "2010-04-01")
    assert (first["Direction"], first["CallStatus"], keys["CallStatus"]) == ("inbound", "ringing", "in-progress")
    assert keys["Digits"] == "1"
    assert "AnsweredBy" not in keys
    assert (over["CallStatus"], over["CallSid"]) == ("completed", call.sid)


def test_silence_is_told_and_takes_its_time_in_the_call_alone(
    carrier: SimulatedCarrier, school: ListeningSchool
) -> None:
    call = carrier.handset(MARIA).call()
    call.stay_silent()
    assert call.words[-1] == "You pressed nothing."
    assert carrier.settle()
    assert int(school.forms("/over")[0]["CallDuration"]) >= 5


def test_silence_goes_on_in_the_document_where_nobody_asked_for_it(
    carrier: SimulatedCarrier, school: ListeningSchool
) -> None:
    school.documents["/voice"] = voice('<Gather action="/keys"/>', said("Nothing came."))
    call = carrier.handset(MARIA).call()
    call.stay_silent()
    assert call.words == ("Nothing came.",)
    assert school.forms("/keys") == []


def test_keys_before_the_end_cut_the_words_and_more_of_them_stay(
    carrier: SimulatedCarrier, school: ListeningSchool
) -> None:
    school.documents["/keys"] = voice(asks("Your code?", "/code", numDigits="3"))
    school.documents["/code"] = lambda form: voice(said(f"Code {form['Digits']}."))
    call = carrier.handset(MARIA).call()
    call.press("1234#")
    assert call.words == ("For English, press 1.", "Code 234.")


@pytest.mark.parametrize(
    ("attributes", "pressed", "digits", "ended"),
    [
        ({"finishOnKey": "#"}, "12*#", "12*", "#"),
        ({"finishOnKey": "", "numDigits": "1"}, "#", "#", ""),
        ({"finishOnKey": "#", "numDigits": "6"}, "12#", "12", "#"),
        ({"finishOnKey": "#"}, "#", "", "#"),
        ({"numDigits": "2"}, "12", "12", ""),
        ({"finishOnKey": "#"}, "1" * 40 + "#", "1" * 40, "#"),
    ],
)
def test_keys_end_as_asked(
    carrier: SimulatedCarrier,
    school: ListeningSchool,
    attributes: dict[str, str],
    pressed: str,
    digits: str,
    ended: str,
) -> None:
    school.documents["/voice"] = voice(asks("Number?", "/keys", **attributes))
    carrier.handset(MARIA).call().press(pressed)
    form = school.forms("/keys")[0]
    assert (form["Digits"], form["FinishedOnKey"]) == (digits, ended)


def test_too_few_keys_wait_for_more_or_for_silence(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    school.documents["/voice"] = voice(asks("Number?", "/keys", numDigits="4"))
    call = carrier.handset(MARIA).call()
    call.press("12")
    assert call.needs is Need.KEYS
    call.press("3")
    call.stay_silent()
    assert school.forms("/keys")[0]["Digits"] == "123"
    with pytest.raises(RuntimeError, match="over"):
        call.press("1")
    with pytest.raises(ValueError, match="keypad"):
        call.press("A")


def test_hanging_up_is_told_to_nobody_but_the_number(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    call = carrier.handset(MARIA).call()
    call.hang_up()
    call.hang_up()
    assert (call.is_over, call.status) == (True, "completed")
    assert carrier.settle()
    assert [asked.path for asked in school.asked] == ["/voice", "/over"]


def test_a_plan_drives_a_caller(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    school.documents["/keys"] = lambda form: voice(asks(f"Again, not {form['Digits'] or 'silence'}.", "/keys"))

    def listens(heard: tuple[Heard, ...]) -> str | None:
        return "7#" if "not 1" in heard[-1].words else None

    handset = carrier.handset(MARIA)
    pressing = handset.call(plan=PicksUp(["1", None, "2#"], hangs_up_after=4))
    assert pressing.wait_until_over()
    assert [form["Digits"] for form in school.forms("/keys")] == ["1", "", "2"]
    assert handset.calls[0].sid == pressing.sid
    school.documents["/keys"] = lambda form: voice(said(form["Digits"]))
    early = handset.call(plan=PicksUp(["1"], barges_in=True))
    assert early.wait_until_over()
    assert early.words == ("1",)
    school.documents["/voice"] = voice(asks("You are not 1.", "/keys"))
    heeding = handset.call(plan=PicksUp(listens))
    assert heeding.wait_until_over()
    assert heeding.words[-1] == "7"


@pytest.mark.parametrize(("withheld", "shown"), [(True, "+266696687"), ("anonymous", "anonymous")])
def test_a_number_may_be_withheld(
    carrier: SimulatedCarrier, school: ListeningSchool, *, withheld: bool | str, shown: str
) -> None:
    carrier.handset(MARIA).call(withheld=withheld).hang_up()
    assert school.forms("/voice")[0]["From"] == school.forms("/voice")[0]["Caller"] == shown


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
def test_a_call_can_be_rejected(carrier: SimulatedCarrier, school: ListeningSchool, reason: str, status: str) -> None:
    school.documents["/voice"] = voice(f'<Reject reason="{reason}"/>')
    call = carrier.handset(MARIA).call()
    assert (call.is_over, call.status, call.heard) == (True, status, ())
    assert carrier.settle()
    assert school.forms("/over")[0]["CallStatus"] == status


def test_documents_redirect_pause_and_play(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    school.documents["/voice"] = voice(said("One."), '<Pause length="2"/>', '<Redirect method="GET">/a?b=c</Redirect>')
    school.documents["/a"] = voice(said("Two."), "<Play>/tone.wav</Play>")
    school.answers["/tone.wav"] = Response(tone(1.5), content_type="audio/x-wav")
    call = carrier.handset(MARIA).call()
    assert call.words == ("One.", "Two.")
    played = call.heard[-1]
    assert (played.url, played.size, played.seconds) == (school.url("/tone.wav"), 44 + 2 * 12000, 1.5)
    assert carrier.errors == ()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response(status=404), 11200),
        (Response(tone(1), content_type="text/plain"), 13420),
        (Response(b"RIFF", content_type="audio/x-wav"), 13420),
    ],
)
def test_what_cannot_be_played_is_silence_and_an_error(
    carrier: SimulatedCarrier, school: ListeningSchool, answer: Response, code: int
) -> None:
    school.documents["/voice"] = voice("<Play>/a.wav</Play>", said("On."))
    school.answers["/a.wav"] = answer
    call = carrier.handset(MARIA).call()
    assert (call.words, call.heard[0].size) == (("On.",), 0)
    assert codes(carrier) == [code]


BROKEN = [
    (Response(status=500), 11200),
    (Response("hello", content_type="text/plain"), 12300),
    (Response(voice("<Shout/>"), content_type="text/xml"), 12200),
    (Response(voice("<Leave/>"), content_type="text/xml"), 12200),
    (Response(voice("<Redirect>/voice</Redirect>"), content_type="text/xml"), 14106),
]


@pytest.mark.parametrize(("answer", "code"), BROKEN[:4])
def test_a_failing_document_is_an_error_and_the_fallback_speaks(
    school: ListeningSchool, answer: Response, code: int
) -> None:
    school.answers["/keys"] = answer
    school.documents["/fallback"] = voice(said("We are having trouble."))
    with voice_carrier_for(school, voice_fallback_url=school.url("/fallback")) as carrier:
        call = carrier.handset(MARIA).call()
        call.press("1")
        assert call.words[-1] == "We are having trouble."
        assert codes(carrier) == [code]
    asked = school.forms("/fallback")[0]
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == (str(code), school.url("/keys"))


@pytest.mark.parametrize(("answer", "code"), BROKEN)
def test_without_a_fallback_the_carrier_apologises(
    carrier: SimulatedCarrier, school: ListeningSchool, monkeypatch: pytest.MonkeyPatch, answer: Response, code: int
) -> None:
    monkeypatch.setattr(player, "MOST_DOCUMENTS", 20)
    school.answers["/voice"] = answer
    call = carrier.handset(MARIA).call()
    assert call.wait_until_over()
    assert code in codes(carrier)
    assert all("application error" in words for words in call.words)


def test_a_number_that_nobody_set_up(carrier: SimulatedCarrier) -> None:
    carrier.set_line(SCHOOL, Line())
    call = carrier.handset(MARIA).call()
    assert (call.status, codes(carrier)) == ("failed", [11100])


def test_a_fallback_that_fails_too_is_asked_once(school: ListeningSchool) -> None:
    school.answers["/voice"] = school.answers["/fallback"] = Response(status=500)
    with voice_carrier_for(school, voice_fallback_url=school.url("/fallback")) as carrier:
        assert carrier.handset(MARIA).call().wait_until_over()
    assert [asked.path for asked in school.asked] == ["/voice", "/fallback"]


def test_pace_makes_silence_real(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.behaviour = replace(carrier.behaviour, call_pace=0.002)
    call = carrier.handset(MARIA).call()
    assert call.wait_for("You pressed nothing.")
    assert call.wait_until_over()


def test_a_call_is_cut_when_the_carrier_stops(school: ListeningSchool) -> None:
    with voice_carrier_for(school) as carrier:
        call = carrier.handset(MARIA).call()
    assert call.is_over


def test_many_callers_at_once_are_each_heard(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    def says_who(form: Mapping[str, str]) -> str:
        return voice(said(f"You are {form['From'][-2:]} and pressed {form['Digits']}."))

    school.documents["/keys"] = says_who
    handsets = [carrier.handset(f"+121355501{number:02}") for number in range(20)]
    calls = [handset.call(plan=PicksUp(["5"])) for handset in handsets]
    assert all(call.wait_until_over() for call in calls)
    assert [call.words[-1] for call in calls] == [f"You are {number:02} and pressed 5." for number in range(20)]
    assert carrier.settle()
    assert len(school.forms("/over")) == 20


def test_the_last_step_can_come_twice(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    call = carrier.handset(MARIA).call()
    call.press("1")
    assert "You pressed 1." in call.repeat()
    first, second = (asked for asked in school.asked if asked.path == "/keys")
    assert first.form == second.form
    assert call.words == ("For English, press 1.", "You pressed 1.")
    carrier.set_line(SCHOOL, Line())
    with pytest.raises(ValueError, match="nothing to repeat"):
        carrier.handset(MARIA).call().repeat()


def test_an_empty_document_is_the_end(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    school.documents["/voice"] = SILENT
    call = carrier.handset(MARIA).call()
    assert (call.status, call.heard) == ("completed", ())
