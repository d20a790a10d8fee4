"""Every document of a call that any test makes the server say is as the provider documents it: what that means.

``phone.Town.send`` holds each of them to ``wrongs_in`` as it arrives; the simulator reads the demo's as strictly.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from phone import PUBLIC_URL, check_document
from phone_calls import LARGEST, VOICES, wrongs_in

from phonetree.desk.call_answers import (
    CallAnswer,
    DialOut,
    Gather,
    HangUp,
    HoldOn,
    JoinNow,
    JoinQueue,
    LeaveQueue,
    Queue,
    TakeRecording,
    WaitOn,
)
from phonetree.twilio import twiml
from phonetree.twilio.voice_twiml import Addresses, document
from phonetree.words.numbers import PhoneNumber
from phonetree.words.speech import Paused, Played, Said, Utterance

ADDRESSES = Addresses(PUBLIC_URL, lambda source: f"{PUBLIC_URL}/audio/{source}.wav")
EVERYTHING: tuple[Utterance, ...] = (
    *(Said("Hello & <goodbye>.", *voice) for voice in sorted(VOICES)),
    Played("token"),
    Paused(2),
)
US, ANA = PhoneNumber("+12135550100"), PhoneNumber("+12135550142")
MINUTE = timedelta(minutes=1)
ANSWERS: tuple[CallAnswer, ...] = (
    *(Gather(EVERYTHING, 3, keys) for keys in (0, 1, 2, 6)),
    TakeRecording(EVERYTHING, 3, MINUTE),
    Queue(EVERYTHING, 3, "b" * 32),
    DialOut(EVERYTHING, 3, ANA, US),
    DialOut(EVERYTHING, 3, ANA, US, whisper="a" * 32),
    JoinQueue(EVERYTHING, 3, "b" * 32),
    HoldOn(EVERYTHING, 3),
    WaitOn(EVERYTHING, 10),
    LeaveQueue(),
    JoinNow(EVERYTHING),
    HangUp(EVERYTHING),
)
SAY = '<Say language="en-US" voice="Polly.Joanna-Neural">{}</Say>'
ACTION = f'action="{PUBLIC_URL}/twilio/voice/turn/1/keys" method="POST"'


def response(inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
def test_every_answer_is_as_documented(answer: CallAnswer) -> None:
    assert wrongs_in(document(answer, ADDRESSES), PUBLIC_URL) == []


def test_the_words_of_last_resort_are_as_documented() -> None:
    for each in (twiml.apology(), twiml.farewell(), twiml.leave_queue(), twiml.fallback(is_call=True)):
        assert wrongs_in(each, PUBLIC_URL) == []


OFFENDING = {
    "a verb that is none": "<Shout>Hello</Shout>",
    "a verb that we do not use": "<Sms>Hello</Sms>",
    "an attribute that is none": f"<Gather {ACTION} volume='9'/>",
    "an attribute of another verb": '<Pause language="en-US"/>',
    "a value that is none": f'<Gather {ACTION} input="telepathy"/>',
    "a number that is none": f'<Gather {ACTION} numDigits="-1"/>',
    "a method that is none": f'<Gather action="{PUBLIC_URL}/x" method="PUT"/>',
    "a question in a question": f"<Gather {ACTION}><Gather {ACTION}/></Gather>",
    "a recording in a question": f"<Gather {ACTION}><Record {ACTION}/></Gather>",
    "a number that stands alone": "<Number>+12135550142</Number>",
    "nobody to dial": "<Dial/>",
    "words beside verbs": "Hello",
    "nothing to say": SAY.format(" "),
    "too much to say": SAY.format("Hello. " * 500),
    "no voice": "<Say>Hello</Say>",
    "a voice that is none of ours": '<Say language="en-US" voice="Polly.Nobody">Hello</Say>',
    "a voice of another language": '<Say language="ko-KR" voice="Polly.Joanna-Neural">Hello</Say>',
    "a relative address": '<Redirect method="POST">/twilio/voice/turn/1/hold</Redirect>',
    "an address elsewhere": "<Play>https://elsewhere.example.org/audio/token.wav</Play>",
    "an action elsewhere": '<Gather action="https://tree.example.org.example.net/x" method="POST"/>',
    "over 64 kB": SAY.format("Hello. " * 100) * (LARGEST // 700),
}


@pytest.mark.parametrize("name", sorted(OFFENDING))
def test_what_the_provider_would_refuse_is_found(name: str) -> None:
    assert wrongs_in(response(OFFENDING[name]), PUBLIC_URL)
    assert wrongs_in(response(SAY.format("Hello")), PUBLIC_URL) == []


@pytest.mark.parametrize("broken", ["", "<Response>", "<Message/>", response("<Say"), "\0"])
def test_what_is_no_document_is_found(broken: str) -> None:
    assert wrongs_in(broken, PUBLIC_URL)


def test_whatever_a_server_says_in_a_call_is_held_to_it() -> None:
    with pytest.raises(AssertionError, match="an address elsewhere"):
        check_document("/twilio/voice/turn/1/keys", "text/xml", response(OFFENDING["an address elsewhere"]))
    check_document("/twilio/voice", "text/xml", response(SAY.format("Hello")))
