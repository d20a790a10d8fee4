"""Texts from handsets: the webhook, what it answers, what goes wrong, and the carrier's own keywords."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from listening_school import (
    ACCOUNT,
    MARIA,
    NAIRA,
    SCHOOL,
    SILENCE,
    TOKEN,
    ListeningSchool,
    carrier_for,
    listening_school,
    twilio_client,
)
from twilio.base.exceptions import TwilioRestException
from werkzeug.wrappers import Response

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Behaviour, Line
from phonetree.simulator.optout import DEFAULT_OPT_OUT, advanced_opt_out


@pytest.fixture
def school() -> Iterator[ListeningSchool]:
    with listening_school() as school:
        yield school


@pytest.fixture
def carrier(school: ListeningSchool) -> Iterator[SimulatedCarrier]:
    with carrier_for(school) as carrier:
        yield carrier


def twiml(*bodies: str, action: str = "") -> str:
    opening = f'<Message action="{action}">' if action else "<Message>"
    return f"<Response>{''.join(f'{opening}{body}</Message>' for body in bodies)}</Response>"


def codes(carrier: SimulatedCarrier) -> list[int]:
    return [error.code for error in carrier.errors]


def test_the_webhook_is_the_providers(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    assert carrier.handset(MARIA).text("ayuda ñ & más") == []
    asked = school.asked[0]
    assert asked.is_signed
    assert asked.content_type == "application/x-www-form-urlencoded"
    assert len(asked.form) == 19
    assert asked.form["Body"] == "ayuda ñ & más"
    assert (asked.form["From"], asked.form["To"], asked.form["AccountSid"]) == (MARIA, SCHOOL, ACCOUNT)
    assert asked.form["MessageSid"] == asked.form["SmsSid"] == asked.form["SmsMessageSid"]
    assert (asked.form["ToCity"], asked.form["NumMedia"], asked.form["NumSegments"]) == ("", "0", "1")


def test_replies_reach_the_handset_and_their_receipts_the_action(
    carrier: SimulatedCarrier, school: ListeningSchool
) -> None:
    school.reply = lambda form: twiml("One &amp; only", "Two", action="/receipt/r1") if "Body" in form else SILENCE
    handset = carrier.handset(MARIA)
    assert handset.text("menu") == ["One & only", "Two"]
    assert handset.bodies == ("One & only", "Two")
    assert carrier.settle()
    assert sorted(school.statuses()) == ["delivered", "delivered", "sent", "sent"]
    assert {asked.form["MessageSid"] for asked in school.asked[1:]} == {text.sid for text in handset.inbox}
    assert {text.direction for text in carrier.accepted} == {"outbound-reply"}
    assert carrier.errors == ()


def test_the_last_text_can_come_twice_under_one_sid(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    handset = carrier.handset(MARIA)
    with pytest.raises(ValueError, match="nothing to repeat"):
        handset.repeat()
    handset.text("menu")
    handset.repeat()
    first, second = school.asked
    assert first.form == second.form
    assert first.idempotency != second.idempotency


def test_pictures_are_named(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.handset(MARIA).text("", media=2)
    form = school.asked[0].form
    assert form["MessageSid"].startswith("MM")
    assert (form["NumMedia"], form["MediaContentType1"]) == ("2", "image/jpeg")
    assert form["MessageSid"] in form["MediaUrl1"]


def test_inbound_texts_can_be_deleted_at_the_provider(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.handset(MARIA).text("123456")
    with twilio_client(carrier) as client:
        (record,) = client.messages.list(to=SCHOOL)
        assert (str(record.direction), str(record.status), record.sid) == (
            "inbound", "received", school.asked[0].form["MessageSid"],
        )  # fmt: skip
        assert record.delete()
        assert client.messages.list(to=SCHOOL) == []


FAILURES = [
    (Response(status=500), 11200),
    (Response(status=404), 11200),
    (Response("hello", content_type="text/plain"), 12300),
    (Response("<Response>", content_type="text/xml"), 12100),
    (Response("<Response><Say>hi</Say></Response>", content_type="text/xml"), 14110),
    (Response(status=302, headers={"Location": "/sms"}), 11215),
    (Response("<Response><Redirect>/sms</Redirect></Response>", content_type="text/xml"), 14106),
]


@pytest.mark.parametrize(("answer", "code"), FAILURES)
def test_a_failing_webhook_is_an_error_and_the_fallback_answers(
    carrier: SimulatedCarrier, school: ListeningSchool, answer: Response, code: int
) -> None:
    school.answers["/sms"] = answer
    school.reply = lambda _: twiml("We are having trouble.")
    line = Line(sms_url=school.sms_url, sms_fallback_url=school.sms_url.replace("/sms", "/fallback"))
    carrier.set_line(SCHOOL, line)
    assert carrier.handset(MARIA).text("menu") == ["We are having trouble."]
    assert codes(carrier) == [code]
    assert school.asked[-1].path == "/fallback"


def test_the_fallback_is_left_alone_while_the_webhook_works(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.set_line(SCHOOL, Line(sms_url=school.sms_url, sms_fallback_url=school.sms_url.replace("/sms", "/fallback")))
    carrier.handset(MARIA).text("menu")
    assert [asked.path for asked in school.asked] == ["/sms"]


def test_without_a_fallback_there_is_silence(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    school.answers["/sms"] = Response(status=503)
    assert carrier.handset(MARIA).text("menu") == []
    assert [(error.code, error.where) for error in carrier.errors] == [(11200, "sms_url")]


def test_a_school_that_is_down_is_a_failed_connection(carrier: SimulatedCarrier) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    carrier.set_line(SCHOOL, Line(sms_url=f"http://127.0.0.1:{port}/sms"))
    assert carrier.handset(MARIA).text("menu") == []
    assert codes(carrier) == [11205]


def test_a_redirect_in_twiml_is_followed(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    xml = '<Response><Message>1</Message><Redirect method="GET">/next?a=b</Redirect></Response>'
    school.answers["/sms"] = Response(xml, content_type="text/xml")
    school.answers["/next"] = Response(twiml("2"), content_type="text/xml")
    assert carrier.handset(MARIA).text("menu") == ["1", "2"]
    assert (school.asked[-1].path, school.asked[-1].form) == ("/next", {})


def test_the_fragment_stays_at_home(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.set_line(SCHOOL, Line(sms_url=f"{school.sms_url}?q=%C3%A9#rc=2"))
    carrier.handset(MARIA).text("menu")
    assert school.asked[0].is_signed


def test_which_number_must_be_said_when_there_are_several(carrier: SimulatedCarrier) -> None:
    carrier.set_line("+12135550101", Line())
    assert carrier.handset(MARIA).text("menu", "+12135550101") == []
    with pytest.raises(ValueError, match="which"):
        carrier.handset(MARIA).text("menu")
    with pytest.raises(ValueError, match="which"):
        carrier.handset(MARIA).text("menu", NAIRA)


def test_stop_blocks_the_pair_and_start_lifts_it(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    handset = carrier.handset(MARIA)
    handset.text(" stop ")
    handset.text("STOP")
    assert handset.bodies == (DEFAULT_OPT_OUT.stop_text,)
    assert carrier.has_blocked(MARIA, SCHOOL)
    assert not carrier.has_blocked(NAIRA, SCHOOL)
    with twilio_client(carrier) as client:
        with pytest.raises(TwilioRestException) as refusal:
            client.messages.create(to=MARIA, from_=SCHOOL, body="Hi")
        assert (refusal.value.status, refusal.value.code) == (400, 21610)
        handset.text("Start")
        client.messages.create(to=MARIA, from_=SCHOOL, body="Hi")
    assert list(handset.bodies[1:]) == [DEFAULT_OPT_OUT.start_text, "Hi"]
    assert [asked.form["Body"] for asked in school.asked] == [" stop ", "STOP", "Start"]
    assert not any("OptOutType" in asked.form for asked in school.asked)
    assert [text.by_carrier for text in carrier.accepted] == [True, True, False]


def test_a_reply_to_a_stop_word_is_not_delivered(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    school.reply = lambda _: twiml("You are out.")
    assert carrier.handset(MARIA).text("STOP") == []
    assert codes(carrier) == [21610]
    assert carrier.handset(MARIA).bodies == (DEFAULT_OPT_OUT.stop_text,)


@pytest.mark.parametrize("body", ["stop please", "no more", "yes", "unstop", "opt out"])
def test_what_the_carrier_does_not_understand(carrier: SimulatedCarrier, body: str) -> None:
    carrier.handset(MARIA).text(body)
    assert carrier.handset(MARIA).inbox == ()
    assert not carrier.has_blocked(MARIA, SCHOOL)


def test_yes_lifts_a_block_and_help_is_answered(carrier: SimulatedCarrier) -> None:
    handset = carrier.handset(MARIA)
    for body in ("REVOKE", "yes", "info", "start"):
        handset.text(body)
    policy = DEFAULT_OPT_OUT
    assert handset.bodies == (policy.stop_text, policy.start_text, policy.help_text, policy.start_text)


def test_a_services_own_words_tell_their_type_and_stop_all_its_numbers(school: ListeningSchool) -> None:
    line = Line(sms_url=school.sms_url, service="MG" + "1" * 32)
    policy = advanced_opt_out(stop={"ALTO"}, start={"EMPEZAR"}, asks_help={"AYUDA"})
    with SimulatedCarrier(ACCOUNT, TOKEN, numbers={SCHOOL: line, "+12135550101": line}) as carrier:
        carrier.behaviour = Behaviour(opt_out=replace(policy, stop_text="Listo."))
        carrier.handset(MARIA).text("alto", SCHOOL)
        carrier.handset(NAIRA).text("hola", SCHOOL)
        assert carrier.handset(MARIA).bodies == ("Listo.",)
        assert carrier.has_blocked(MARIA, "+12135550101")
    assert school.asked[0].form["OptOutType"] == "STOP"
    assert school.asked[0].form["MessagingServiceSid"] == line.service
    assert "OptOutType" not in school.asked[1].form


def test_its_own_handling_can_be_turned_off(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    def farewell(form: Mapping[str, str]) -> str:
        return twiml(f"Bye {form['Body']}")

    school.reply = farewell
    carrier.behaviour = Behaviour(opt_out=None)
    assert carrier.handset(MARIA).text("STOP") == ["Bye STOP"]
