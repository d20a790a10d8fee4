"""Answers to a text that the carrier takes, and those it does not."""

from __future__ import annotations

import pytest

from phonetree.simulator.twiml import Redirect, Reply, read_steps
from phonetree.simulator.webhooks import Answer, WebhookError

URL = "https://school.example/twilio/sms"


def read(xml: str, content_type: str = "text/xml; charset=utf-8") -> tuple[Reply | Redirect, ...]:
    return read_steps(Answer(URL, content_type, xml.encode()))


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("", ()),
        ("<Message>Hi</Message>", (Reply("Hi", None),)),
        ("<Message><Body>Hi</Body></Message>", (Reply("Hi", None),)),
        ('<Message action="/r">Hi</Message>', (Reply("Hi", "https://school.example/r"),)),
        ('<Message statusCallback="https://x.example/r">Hi</Message>', (Reply("Hi", "https://x.example/r"),)),
        ("<Message><Media>https://x.example/a.png</Media></Message>", (Reply("", None, media=1),)),
        ('<Message to="+12135550143">Hi</Message>', (Reply("Hi", None, "+12135550143"),)),
        ("<Redirect>next</Redirect>", (Redirect("https://school.example/twilio/next", "POST"),)),
        (f"<Message>{'x' * 1600}</Message>", (Reply("x" * 1600, None),)),
    ],
)
def test_taken(inside: str, expected: tuple[Reply | Redirect, ...]) -> None:
    assert read(f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>') == expected


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ("", 12100),
        (" <?xml version='1.0'?><Response/>", 12100),
        ("<Message>Hi</Message>", 12100),
        ("<Response><Message>Q & A</Message></Response>", 12100),
        ("<!DOCTYPE Response><Response/>", 12100),
        ("<response/>", 12100),
        ("<Response>Hi</Response>", 12200),
        ("<Response><message>Hi</message></Response>", 12200),
        ("<Response><Message url='x'>Hi</Message></Response>", 12200),
        ("<Response><Message>Hi<b>!</b></Message></Response>", 12200),
        ("<Response><Message>Hi<Body>Hi</Body></Message></Response>", 12200),
        ("<Response><Message><Body>a</Body><Body>b</Body></Message></Response>", 12200),
        ("<Response><Redirect method='PUT'>/x</Redirect></Response>", 12200),
        ("<Response><Say>Hi</Say></Response>", 14110),
        ("<Response><Message/></Response>", 14103),
        (f"<Response><Message>{'x' * 1601}</Message></Response>", 14103),
        (f"<Response>{'<Message>Hi</Message>' * 11}</Response>", 14109),
        (f"<Response><Message>{' ' * 65536}</Message></Response>", 11750),
    ],
)
def test_not_taken(xml: str, code: int) -> None:
    with pytest.raises(WebhookError) as failure:
        read(xml)
    assert failure.value.code == code


@pytest.mark.parametrize("content_type", ["text/xml", "application/xml", "Text/HTML; charset=utf-8"])
def test_content_types_of_twiml(content_type: str) -> None:
    assert read("<Response/>", content_type) == ()


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/json"])
def test_other_content_types(content_type: str) -> None:
    with pytest.raises(WebhookError, match="12300"):
        read("<Response/>", content_type)
