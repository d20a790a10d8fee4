"""What a document of a call may hold: all that is played is taken, and every mistake has the provider's code."""

from __future__ import annotations

import pytest
from listening_school import said

from phonetree.simulator.voice_twiml import read_document, validate_voice
from phonetree.simulator.voice_verbs import DialNumber, Gather, Pause, Redirect, Say, Target
from phonetree.simulator.webhooks import WebhookError

HERE = "http://127.0.0.1/voice/"
WHOLE = f"""<?xml version="1.0" encoding="UTF-8"?><Response>
<Gather input="dtmf" numDigits="1" timeout="5" finishOnKey="" action="turn/1/keys" method="POST"
 actionOnEmptyResult="true">{said("Hello &amp; welcome")}<Play>/audio/a.wav</Play><Pause length="1"/></Gather>
<Record action="turn/2/sound" method="POST" maxLength="60" timeout="4" finishOnKey="#" playBeep="true"
 trim="do-not-trim" recordingStatusCallback="/recorded"/>
<Enqueue action="turn/3/queue" method="POST" waitUrl="wait/h" waitUrlMethod="POST">h</Enqueue>
<Dial action="turn/4/dial" method="POST" timeout="20" callerId="+12135550100" answerOnBridge="true">
<Number url="whisper" method="POST">+12135550142</Number></Dial>
<Dial><Queue>h</Queue></Dial><Redirect method="POST">turn/5/hold</Redirect><Leave/><Reject reason="busy"/><Hangup/>
</Response>"""


def code_of(document: str | bytes) -> int:
    with pytest.raises(WebhookError) as refusal:
        validate_voice(document.encode() if isinstance(document, str) else document)
    return refusal.value.code


def test_everything_that_is_played_is_taken() -> None:
    validate_voice(WHOLE.encode())
    gather, *_, dial, _, redirect = read_document(WHOLE.encode(), HERE)[:6]
    assert isinstance(gather, Gather)
    assert gather.prompts[0] == Say("Hello & welcome", "en-US", "Polly.Joanna-Neural")
    assert gather.prompts[2] == Pause(1)
    assert (gather.digits, gather.finish_on, gather.action) == (1, "", Target(f"{HERE}turn/1/keys"))
    assert isinstance(dial, DialNumber)
    assert dial.whisper == Target(f"{HERE}whisper")
    assert redirect == Redirect(Target(f"{HERE}turn/5/hold"))


def test_what_is_left_out_is_as_at_the_provider() -> None:
    (gather,) = read_document(b"<Response><Gather/></Response>", HERE)
    assert gather == Gather((), Target(HERE), 5, None, "#", tells_silence=False)


@pytest.mark.parametrize(
    ("verbs", "code"),
    [
        ("<Shout/>", 12200),
        ("<say>Hi</say>", 12200),
        ("<Message>Hi</Message>", 12200),
        ("Hi", 12200),
        ("<Number>+12135550142</Number>", 12200),
        ('<Hangup reason="x"/>', 12200),
        ("<Hangup><Say/></Hangup>", 12200),
        ('<Pause length="0"/>', 12200),
        ("<Say>Hi</Say>", 13512),
        ('<Say language="en-US">Hi</Say>', 13511),
        ('<Say language="en-US" voice="man" loop="2">Hi</Say>', 12200),
        (said(" "), 13520),
        (said("a" * 3001), 13521),
        ("<Play> </Play>", 11100),
        ("<Play>ftp://127.0.0.1/a.wav</Play>", 11100),
        ("<Gather><Hangup/></Gather>", 13320),
        ("<Gather>Hi</Gather>", 12200),
        ('<Gather input="speech"/>', 13326),
        ('<Gather timeout="0"/>', 13313),
        ('<Gather timeout="auto"/>', 13313),
        ('<Gather numDigits="-1"/>', 13314),
        ('<Gather finishOnKey="x"/>', 13310),
        ('<Gather method="PUT"/>', 13312),
        ('<Gather actionOnEmptyResult="yes"/>', 13338),
        ('<Gather action=""/>', 11100),
        ('<Record timeout="0"/>', 13611),
        ('<Record maxLength="x"/>', 13612),
        ('<Record finishOnKey="x"/>', 13613),
        ('<Record playBeep="x"/>', 13616),
        ('<Record trim="x"/>', 13699),
        ('<Record recordingStatusCallback=""/>', 13256),
        ("<Dial>+12135550142</Dial>", 12200),
        ("<Dial/>", 13215),
        ("<Dial><Queue>a</Queue><Queue>b</Queue></Dial>", 13215),
        ("<Dial><Conference>a</Conference></Dial>", 13215),
        ("<Dial><Number>555</Number></Dial>", 13223),
        ('<Dial callerId="school"><Number>+12135550142</Number></Dial>', 13214),
        ('<Dial timeout="0"><Queue>a</Queue></Dial>', 13212),
        ('<Dial answerOnBridge="1"><Queue>a</Queue></Dial>', 13219),
        ("<Dial><Queue/></Dial>", 14212),
        ("<Dial><Queue>" + "a" * 65 + "</Queue></Dial>", 14213),
        ("<Enqueue/>", 14204),
        ("<Enqueue>" + "a" * 65 + "</Enqueue>", 14205),
        ('<Enqueue waitUrl="">a</Enqueue>', 14202),
        ('<Enqueue waitUrlMethod="HEAD">a</Enqueue>', 14206),
        ('<Redirect method="PUT">/a</Redirect>', 13710),
        ("<Redirect/>", 11100),
        ('<Reject reason="tired"/>', 12200),
    ],
)
def test_each_mistake_has_its_code(verbs: str, code: int) -> None:
    assert code_of(f"<Response>{verbs}</Response>") == code


def test_the_document_itself_may_be_wrong() -> None:
    assert code_of("<Response>") == 12100
    assert code_of("<Answer/>") == 12100
    assert code_of("<!DOCTYPE a><Response/>") == 12100
    assert code_of("<Response>" + " " * 64 * 1024 + "</Response>") == 11750
