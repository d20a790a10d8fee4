"""Reading a document of a call as strictly as the provider documents it; the house tests hold every answer to it too.

Only what is played here is allowed: a verb or an attribute that would be ignored is refused instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from xml.etree import ElementTree as ET

from phonetree.simulator.messages import E164
from phonetree.simulator.twiml import LARGEST, check_kind, read_root
from phonetree.simulator.voice_attributes import (
    EVERY_KEY,
    address_of,
    choice_of,
    count_of,
    keys_of,
    match_of,
    method_of,
    name_of,
    target_of,
)
from phonetree.simulator.voice_verbs import (
    DialNumber,
    DialQueue,
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Pause,
    Play,
    Prompt,
    Record,
    Redirect,
    Reject,
    Say,
    Target,
    Verb,
)
from phonetree.simulator.webhooks import Answer, WebhookError

LONGEST_SAID = 3000
_VOICE = re.compile(r"[A-Za-z0-9.-]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,4})*")


@dataclass(frozen=True, slots=True)
class Shape:
    """What an element may have: these attributes, these elements within, words of its own or none."""

    attributes: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    misplaced: int = 12200
    """The code for an element within that may not be there."""
    has_words: bool = False


def _shape(attributes: str = "", within: str = "", misplaced: int = 12200, *, has_words: bool = False) -> Shape:
    return Shape(frozenset(attributes.split()), frozenset(within.split()), misplaced, has_words)


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "Say": _shape("voice language", has_words=True),
        "Play": _shape(has_words=True),
        "Pause": _shape("length"),
        "Gather": _shape(
            "input timeout numDigits finishOnKey action method actionOnEmptyResult", "Say Play Pause", 13320
        ),
        "Record": _shape(
            "action method maxLength timeout finishOnKey playBeep trim recordingStatusCallback"
            " recordingStatusCallbackMethod"
        ),
        "Dial": _shape("action method timeout callerId answerOnBridge", "Number Queue", 13215),
        "Number": _shape("url method", has_words=True),
        "Queue": _shape(has_words=True),
        "Enqueue": _shape("action method waitUrl waitUrlMethod", has_words=True),
        "Redirect": _shape("method", has_words=True),
        "Hangup": _shape(),
        "Leave": _shape(),
        "Reject": _shape("reason"),
    }
)


def validate_voice(document: bytes) -> None:
    """Raises WebhookError with the documented code unless every part of the document is as documented."""
    read_document(document, "http://localhost/")


def read_voice(answer: Answer) -> tuple[Verb, ...]:
    """What an answer tells the carrier to do, in order. Raises WebhookError."""
    check_kind(answer)
    return read_document(answer.body, answer.url)


def read_document(document: bytes, url: str) -> tuple[Verb, ...]:
    """The same for a document that came from *url*, against which its own are read."""
    if len(document) > LARGEST:
        raise WebhookError(11750, "TwiML above 64 kB")
    root = read_root(document)
    for element in root.iter():
        if element is not root:
            _check_shape(element)
    return tuple(_read(element, url) for element in root)


def _check_shape(element: ET.Element) -> None:
    shape = SHAPES.get(element.tag)
    if shape is None:
        raise WebhookError(12200, "an unknown element")
    if not shape.attributes.issuperset(element.attrib):
        raise WebhookError(12200, f"an unknown attribute of {element.tag}")
    if not shape.within.issuperset(child.tag for child in element):
        raise WebhookError(shape.misplaced, f"something misplaced in {element.tag}")
    has_loose_words = any((child.tail or "").strip() for child in element)
    if has_loose_words or ((element.text or "").strip() and not shape.has_words):
        raise WebhookError(12200, f"words of its own in {element.tag}")


def _read(element: ET.Element, url: str) -> Verb:
    reader = _READERS.get(element.tag)
    if reader is None:
        raise WebhookError(12200, f"{element.tag} stands alone")
    return reader(element, url)


def _say(element: ET.Element, url: str) -> Say:  # noqa: ARG001  one of the readers, which are told the URL
    words = " ".join((element.text or "").split())
    if not words:
        raise WebhookError(13520, "nothing to say")
    if len(words) > LONGEST_SAID:
        raise WebhookError(13521, "over 3,000 characters to say")
    return Say(words, match_of(element, "language", _LANGUAGE, 13512), match_of(element, "voice", _VOICE, 13511))


def _play(element: ET.Element, url: str) -> Play:
    return Play(address_of(element.text, url, 11100))


def _pause(element: ET.Element, url: str) -> Pause:  # noqa: ARG001
    return Pause(count_of(element, "length", 1, 12200))


def _gather(element: ET.Element, url: str) -> Gather:
    choice_of(element, "input", "dtmf", {"dtmf"}, 13326)
    prompts: list[Prompt] = [_PROMPTS[child.tag](child, url) for child in element]
    return Gather(
        prompts=tuple(prompts),
        action=target_of(element, url, 13312) or Target(url),
        timeout=count_of(element, "timeout", 5, 13313),
        digits=count_of(element, "numDigits", 0, 13314) or None,
        finish_on=keys_of(element, "#", 13310),
        tells_silence=choice_of(element, "actionOnEmptyResult", "false", {"true", "false"}, 13338) == "true",
    )


def _record(element: ET.Element, url: str) -> Record:
    choice_of(element, "playBeep", "true", {"true", "false"}, 13616)
    choice_of(element, "trim", "trim-silence", {"trim-silence", "do-not-trim"}, 13699)
    return Record(
        action=target_of(element, url, 13610) or Target(url),
        timeout=count_of(element, "timeout", 5, 13611),
        longest=count_of(element, "maxLength", 3600, 13612),
        finish_on=keys_of(element, EVERY_KEY, 13613),
        callback=target_of(
            element, url, 13610, names=("recordingStatusCallback", "recordingStatusCallbackMethod"), bad_url=13256
        ),
    )


def _dial(element: ET.Element, url: str) -> DialNumber | DialQueue:
    choice_of(element, "answerOnBridge", "false", {"true", "false"}, 13219)
    action, timeout = target_of(element, url, 13210), count_of(element, "timeout", 30, 13212)
    if len(element) != 1:
        raise WebhookError(13215, "Dial without exactly one element")
    noun = element[0]
    if noun.tag == "Queue":
        return DialQueue(name_of(noun, 14212, 14213), action, timeout)
    caller_id, number = element.get("callerId"), (noun.text or "").strip()
    if caller_id is not None and not E164.fullmatch(caller_id):
        raise WebhookError(13214, "a caller ID that is no number")
    if not E164.fullmatch(number):
        raise WebhookError(13223, "a number to dial that is none")
    return DialNumber(number, action, timeout, caller_id, target_of(noun, url, 13221, names=("url", "method")))


def _enqueue(element: ET.Element, url: str) -> Enqueue:
    return Enqueue(
        name=name_of(element, 14204, 14205),
        action=target_of(element, url, 14201, bad_url=14203),
        wait=target_of(element, url, 14206, names=("waitUrl", "waitUrlMethod"), bad_url=14202),
    )


def _redirect(element: ET.Element, url: str) -> Redirect:
    return Redirect(Target(address_of(element.text, url, 11100), method_of(element, "method", 13710)))


def _reject(element: ET.Element, url: str) -> Reject:  # noqa: ARG001
    return Reject(choice_of(element, "reason", "rejected", {"rejected", "busy"}, 12200) == "busy")


_PROMPTS: Mapping[str, Callable[[ET.Element, str], Prompt]] = MappingProxyType(
    {"Say": _say, "Play": _play, "Pause": _pause}
)
_READERS: Mapping[str, Callable[[ET.Element, str], Verb]] = MappingProxyType(
    {
        **_PROMPTS,
        "Gather": _gather,
        "Record": _record,
        "Dial": _dial,
        "Enqueue": _enqueue,
        "Redirect": _redirect,
        "Hangup": lambda *_: Hangup(),
        "Leave": lambda *_: Leave(),
        "Reject": _reject,
    }
)
