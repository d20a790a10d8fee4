"""TwiML as the provider would read it: parsed again, with only the verbs and attributes it allows."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.messaging_response import MessagingResponse

from phonetree.twilio.twiml import (
    CONTENT_TYPE,
    LARGEST_DOCUMENT,
    UnfitReply,
    fallback,
    legal_xml,
    message_reply,
    silence,
)
from phonetree.words.segments import measure

ALLOWED = {"Response": set(), "Message": {"action", "method"}, "Say": {"language", "voice"}}
ACTION = "https://tree.example.org/twilio/status/message/a1"


def read(document: str) -> ET.Element:
    assert document.startswith("<?xml")
    assert len(document.encode()) < 65_536
    root = ET.fromstring(document)  # noqa: S314 - our own words
    assert root.tag == "Response"
    for element in root.iter():
        assert set(element.attrib) <= ALLOWED[element.tag]
    return root


def test_a_reply_has_a_message_with_its_action_for_each_body() -> None:
    root = read(message_reply([("uno", ACTION), ("dos", ACTION + "?b=1&c=2")]))
    assert [(message.text, message.get("action")) for message in root] == [
        ("uno", ACTION),
        ("dos", ACTION + "?b=1&c=2"),
    ]
    assert {message.get("method") for message in root} == {"POST"}


@pytest.mark.parametrize("body", ['<b>&amp; "it\'s"</b> ]]>', "¿Qué?\n2 Sí", "안녕 👋🏽", "سلام", "&#x0;"])
def test_what_is_written_is_what_is_read(body: str) -> None:
    assert read(message_reply([(body, ACTION)]))[0].text == body


def test_what_xml_cannot_carry_is_left_out() -> None:
    odd = "a\0b\x07c\x1bd\ufffee\uffff\ud800f\tg"
    assert read(message_reply([(odd, ACTION)]))[0].text == "abcdef\tg"


@given(
    body=st.text(min_size=1, max_size=40).filter(lambda body: legal_xml(body).strip()),
    more=st.text(".&=\"'<>", max_size=4),
)
def test_a_message_is_written_as_the_providers_library_writes_it(body: str, more: str) -> None:
    theirs = MessagingResponse()
    theirs.message(legal_xml(body), action=ACTION + more, method="POST")
    assert message_reply([(body, ACTION + more)]) == str(theirs)


@pytest.mark.parametrize(
    "bodies",
    [
        [("x", ACTION)] * 11,
        [("x" * 1601, ACTION)],
        [("", ACTION)],
        [(" \n\x00", ACTION)],
        [("&" * 1600, ACTION)] * 10,  # 80 kB once escaped
    ],
)
def test_what_the_provider_would_refuse_is_not_written(bodies: list[tuple[str, str]]) -> None:
    with pytest.raises(UnfitReply) as refused:
        message_reply(bodies)
    assert "&" not in str(refused.value)


def test_the_largest_reply_passes() -> None:
    assert len(read(message_reply([("한" * 1600, ACTION)] * 10))) == 10
    assert LARGEST_DOCUMENT <= 64_000


def test_silence_is_an_empty_response() -> None:
    assert len(read(silence())) == 0
    assert CONTENT_TYPE.startswith("text/xml")


def test_the_last_resort_is_spoken_to_a_caller() -> None:
    root = read(fallback(is_call=True))
    assert [say.tag for say in root] == ["Say"] * len(root)
    languages = [say.get("language") or "" for say in root]
    assert languages[:2] == ["en-US", "es-US"]
    assert len(set(languages)) == len(languages) >= 5
    assert all(re.fullmatch(r"[a-z]{2,3}-[A-Z]{2}", language) for language in languages)
    assert all(say.text and say.get("voice") for say in root)


def test_the_last_resort_is_written_to_a_texter_within_few_segments() -> None:
    root = read(fallback(is_call=False))
    measured = [measure(message.text or "") for message in root]
    assert [size.encoding for size in measured] == ["GSM-7", "UCS-2"]
    assert sum(size.segments for size in measured) <= 8
    assert all("10" in line for message in root for line in (message.text or "").splitlines())


def test_the_last_resort_never_changes() -> None:
    assert fallback(is_call=True) == fallback(is_call=True)
    assert fallback(is_call=False) != fallback(is_call=True)
