"""Each answer to a call as the provider would read it: exactly these verbs and attributes, in this order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

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
from phonetree.twilio.twiml import UnfitReply, apology, fallback, farewell, leave_queue
from phonetree.twilio.voice_twiml import LONGEST_SAY, Addresses, document, sound_address
from phonetree.words.languages import LANGUAGES
from phonetree.words.numbers import PhoneNumber
from phonetree.words.speech import Paused, Played, Said

PUBLIC = "https://tree.example.org"
VOICE = f"{PUBLIC}/twilio/voice"
ADDRESSES = Addresses(PUBLIC, lambda source: sound_address(PUBLIC, f"token-of-{source}"))
ENGLISH = ("en-US", "Polly.Joanna-Neural")
HELLO = (Said("Hello.", *ENGLISH),)
PERSON = PhoneNumber("+12135550142")
SITE = PhoneNumber("+12135550100")
ATTEMPT = "a" * 32
SPOKEN = {"Say", "Play", "Pause"}
VERBS = SPOKEN | {"Gather", "Record", "Enqueue", "Dial", "Number", "Queue", "Redirect", "Hangup", "Leave"}

Shape = tuple[str, dict[str, str], str, list[Any]]
SAY_HELLO: Shape = ("Say", {"language": "en-US", "voice": "Polly.Joanna-Neural"}, "Hello.", [])


def shape(element: ET.Element) -> Shape:
    assert element.tag in VERBS
    return element.tag, dict(element.attrib), element.text or "", [shape(each) for each in element]


def read(written: str) -> list[Shape]:
    assert written.startswith("<?xml")
    root = ET.fromstring(written)  # noqa: S314 - our own words
    assert (root.tag, root.attrib) == ("Response", {})
    return [shape(element) for element in root]


def shown(answer: CallAnswer) -> list[Shape]:
    return read(document(answer, ADDRESSES))


def posted(url: str) -> dict[str, str]:
    return {"action": url, "method": "POST"}


GATHERED = {"input": "dtmf", "actionOnEmptyResult": "true", **posted(f"{VOICE}/turn/3/keys")}
RECORDED = {
    **posted(f"{VOICE}/turn/3/sound"),
    "maxLength": "120",
    "timeout": "5",
    "finishOnKey": "1234567890*#",
    "playBeep": "true",
    "trim": "trim-silence",
}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            Gather(HELLO, 3),
            [("Gather", GATHERED | {"timeout": "5", "finishOnKey": "", "numDigits": "1"}, "", [SAY_HELLO])],
        ),
        (
            Gather(HELLO, 3, keys=4, patience=timedelta(seconds=10)),
            [("Gather", GATHERED | {"timeout": "10", "finishOnKey": "#", "numDigits": "4"}, "", [SAY_HELLO])],
        ),
        (Gather((), 3, keys=0), [("Gather", GATHERED | {"timeout": "5", "finishOnKey": "#"}, "", [])]),
        (
            TakeRecording(HELLO, 3, timedelta(minutes=2)),
            [
                SAY_HELLO,
                ("Record", RECORDED, "", []),
                ("Redirect", {"method": "POST"}, f"{VOICE}/turn/3/sound", []),
            ],
        ),
        (
            Queue(HELLO, 3, "hunt-7"),
            [
                SAY_HELLO,
                (
                    "Enqueue",
                    {**posted(f"{VOICE}/turn/3/queue"), "waitUrl": f"{VOICE}/wait/hunt-7", "waitUrlMethod": "POST"},
                    "hunt-7",
                    [],
                ),
            ],
        ),
        (
            DialOut(HELLO, 3, PERSON, SITE),
            [
                SAY_HELLO,
                (
                    "Dial",
                    {
                        **posted(f"{VOICE}/turn/3/dial"),
                        "timeout": "20",
                        "callerId": SITE.e164,
                        "answerOnBridge": "true",
                    },
                    "",
                    [("Number", {}, PERSON.e164, [])],
                ),
            ],
        ),
        (
            DialOut((), 3, PERSON, SITE, timedelta(seconds=1), ATTEMPT),
            [
                (
                    "Dial",
                    {
                        **posted(f"{VOICE}/turn/3/dial"),
                        "timeout": "5",
                        "callerId": SITE.e164,
                        "answerOnBridge": "true",
                    },
                    "",
                    [("Number", {"url": f"{VOICE}/answered/{ATTEMPT}", "method": "POST"}, PERSON.e164, [])],
                ),
            ],
        ),
        (
            JoinQueue(HELLO, 3, "hunt-7"),
            [
                SAY_HELLO,
                ("Dial", {**posted(f"{VOICE}/turn/3/dial"), "timeout": "10"}, "", [("Queue", {}, "hunt-7", [])]),
            ],
        ),
        (
            HoldOn(HELLO, 3),
            [
                SAY_HELLO,
                ("Pause", {"length": "2"}, "", []),
                ("Redirect", {"method": "POST"}, f"{VOICE}/turn/3/hold", []),
            ],
        ),
        (WaitOn(HELLO, 5), [SAY_HELLO, ("Pause", {"length": "5"}, "", [])]),
        (WaitOn((), 0), [("Pause", {"length": "1"}, "", [])]),
        (LeaveQueue(), [("Leave", {}, "", [])]),
        (JoinNow(HELLO), [SAY_HELLO]),
        (JoinNow(()), []),
        (HangUp(HELLO), [SAY_HELLO, ("Hangup", {}, "", [])]),
        (HangUp(), [("Hangup", {}, "", [])]),
    ],
)
def test_each_answer_has_its_document(answer: CallAnswer, expected: list[Shape]) -> None:
    assert shown(answer) == expected


def test_a_recording_is_no_longer_and_no_shorter_than_the_provider_takes() -> None:
    lengths = [shown(TakeRecording((), 1, timedelta(hours=hours)))[0][1]["maxLength"] for hours in (0, 30)]
    assert lengths == ["1", "3600"]


def test_sentences_recordings_and_pauses_keep_their_order() -> None:
    said = (Paused(1), Played("clip"), *HELLO, Paused(0), Said("안녕하세요.", "ko-KR", "Polly.Seoyeon-Neural"))
    korean: Shape = ("Say", {"language": "ko-KR", "voice": "Polly.Seoyeon-Neural"}, "안녕하세요.", [])
    spoken = [("Pause", {"length": "1"}, "", []), ("Play", {}, f"{PUBLIC}/audio/token-of-clip.wav", []), SAY_HELLO]
    assert shown(HangUp(said))[:-1] == [*spoken, korean]
    assert shown(Gather(said, 1))[0][3] == [*spoken, korean]


@pytest.mark.parametrize("voice", sorted(language.say for language in LANGUAGES.values() if language.say))
def test_every_voice_of_the_table_is_taken(voice: tuple[str, str]) -> None:
    assert shown(JoinNow((Said("1", *voice),))) == [("Say", {"language": voice[0], "voice": voice[1]}, "1", [])]


@pytest.mark.parametrize("voice", [("en-US", "Polly.Lupe-Neural"), ("hy-AM", "Polly.Joanna-Neural"), ("", "")])
def test_another_voice_is_a_fault_of_ours(voice: tuple[str, str]) -> None:
    with pytest.raises(UnfitReply) as refused:
        document(HangUp((Said("secret", *voice),)), ADDRESSES)
    assert "secret" not in str(refused.value)


def test_what_xml_cannot_carry_is_left_out_and_nothing_is_not_said() -> None:
    assert shown(JoinNow((Said("a\0b\x07 <b> & \ud800c", *ENGLISH),)))[0][2] == "ab <b> & c"
    assert shown(JoinNow((Said(" \0\n", *ENGLISH), Said("", *ENGLISH)))) == []


@pytest.mark.parametrize(
    ("sentence", "ends"),
    [("One sentence here. ", "."), ("한 문장입니다. ", "."), ("一句话。", "。"), ("Նախադասություն։ ", "։")],
)
def test_long_words_are_cut_behind_a_sentence(sentence: str, ends: str) -> None:
    words = (sentence * 1000).strip()
    pieces = [text for _, _, text, _ in shown(JoinNow((Said(words, *ENGLISH),)))]
    assert len(pieces) > 1
    assert all(len(piece) <= LONGEST_SAY and piece.endswith(ends) for piece in pieces)
    assert "".join(pieces).replace(" ", "") == words.replace(" ", "")


def test_without_a_sentence_words_are_cut_between_words_and_without_words_anywhere() -> None:
    spaced = [text for _, _, text, _ in shown(JoinNow((Said("number 3.5 " * 300, *ENGLISH),)))]
    assert {piece.replace("number 3.5", "").strip() for piece in spaced} <= {"", "number", "3.5"}
    solid = [text for _, _, text, _ in shown(JoinNow((Said("x" * 7000, *ENGLISH),)))]
    assert [len(piece) for piece in solid] == [3000, 3000, 1000]


def test_words_of_exactly_the_longest_are_one() -> None:
    assert len(shown(JoinNow((Said("x" * LONGEST_SAY, *ENGLISH),)))) == 1


def test_a_document_over_64_kb_is_not_written() -> None:
    with pytest.raises(UnfitReply):
        document(HangUp((Said("&" * 20_000, *ENGLISH),)), ADDRESSES)


@pytest.mark.parametrize("name", ["", "a/b", "ñ", "x" * 65, "a b", "hunt\n"])
def test_a_name_that_cannot_stand_in_an_address_is_a_fault_of_ours(name: str) -> None:
    for answer in (Queue((), 1, name), JoinQueue((), 1, name)):
        with pytest.raises(UnfitReply):
            document(answer, ADDRESSES)
    if name:
        with pytest.raises(UnfitReply):
            document(DialOut((), 1, PERSON, SITE, whisper=name), ADDRESSES)


def test_last_words_end_the_call_wherever_it_stood() -> None:
    for written in (apology(), farewell()):
        *spoken, last = read(written)
        assert last == ("Hangup", {}, "", [])
        assert {verb for verb, _, _, _ in spoken} == {"Say"}
        assert [said[1]["language"] for said in spoken[:2]] == ["en-US", "es-US"]
    assert read(leave_queue()) == [("Leave", {}, "", [])]


def test_last_words_are_spoken_by_voices_of_the_table() -> None:
    spoken = read(apology())[:-1] + read(farewell())[:-1] + read(fallback(is_call=True))
    voices = {(attributes["language"], attributes["voice"]) for _, attributes, _, _ in spoken}
    assert voices <= {language.say for language in LANGUAGES.values()}
