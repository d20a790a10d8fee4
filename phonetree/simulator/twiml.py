"""Reading a school's answer to a text as strictly as the provider documents it, so that a mistake shows here first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from phonetree.simulator.messages import LONGEST_BODY
from phonetree.simulator.webhooks import Answer, WebhookError

XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})
LARGEST = 64 * 1024
MOST_MESSAGES = 10
_MESSAGE_ATTRIBUTES = frozenset({"to", "from", "action", "method", "statusCallback"})
_VOICE_VERBS = frozenset(
    {"Say", "Play", "Dial", "Record", "Gather", "Hangup", "Pause", "Reject", "Enqueue", "Leave", "Refer"}
)


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """One text to send. ``recipient`` None means the person who wrote; ``action`` is absolute."""

    body: str
    action: str | None
    recipient: str | None = None
    media: int = 0


@dataclass(frozen=True, slots=True)
class Redirect:
    """Ask this URL instead of going on."""

    url: str
    method: str


Step = Reply | Redirect


def read_steps(answer: Answer) -> tuple[Step, ...]:
    """What an answer tells the carrier to do, in order. Raises WebhookError with the documented code."""
    check_kind(answer)
    if len(answer.body) > LARGEST:
        raise WebhookError(11750, "TwiML above 64 kB")
    steps = tuple(_READERS.get(verb.tag, _refuse)(verb, answer.url) for verb in read_root(answer.body))
    if sum(isinstance(step, Reply) for step in steps) > MOST_MESSAGES:
        raise WebhookError(14109, "more than ten messages in one reply")
    return steps


def check_kind(answer: Answer) -> None:
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind not in XML_TYPES:
        raise WebhookError(12300, "the content type is not that of TwiML")


def read_root(body: bytes) -> ET.Element:
    """The ``Response`` with its verbs, of a text's answer or a call's. Raises WebhookError."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise WebhookError(12100, "a document type in TwiML")
    try:
        root = ET.fromstring(body)  # noqa: S314  entities are refused above, size is bounded
    except ET.ParseError:
        raise WebhookError(12100, "not well-formed XML") from None
    if root.tag != "Response":
        raise WebhookError(12100, "no Response at the root")
    if root.attrib or (root.text or "").strip() or any((verb.tail or "").strip() for verb in root):
        raise WebhookError(12200, "something other than verbs in Response")
    return root


def _read_message(verb: ET.Element, url: str) -> Step:
    _allow_attributes(verb, _MESSAGE_ATTRIBUTES)
    media = sum(noun.tag == "Media" for noun in verb)
    body = _body_of(verb)
    if len(body) > LONGEST_BODY or not (body or media):
        raise WebhookError(14103, "a reply that is empty or over 1600 characters")
    action = verb.get("action") or verb.get("statusCallback")
    return Reply(body, urljoin(url, action) if action else None, verb.get("to"), media)


def _body_of(verb: ET.Element) -> str:
    nouns = list(verb)
    for noun in nouns:
        _allow_attributes(noun, frozenset())
        if noun.tag not in {"Body", "Media"} or len(noun):
            raise WebhookError(12200, "something other than Body and Media in Message")
    bodies = [noun.text or "" for noun in nouns if noun.tag == "Body"]
    text = "".join([verb.text or "", *(noun.tail or "" for noun in nouns)])
    if len(bodies) > 1 or (nouns and text.strip()):
        raise WebhookError(12200, "more than one body in Message")
    return bodies[0] if bodies else ("" if nouns else text)


def _read_redirect(verb: ET.Element, url: str) -> Step:
    _allow_attributes(verb, frozenset({"method"}))
    method = verb.get("method", "POST")
    if method not in {"GET", "POST"} or len(verb):
        raise WebhookError(12200, "a Redirect that cannot be read")
    return Redirect(urljoin(url, (verb.text or "").strip()), method)


def _refuse(verb: ET.Element, url: str) -> Step:  # noqa: ARG001  one of the readers, which are told the URL
    if verb.tag in _VOICE_VERBS:
        raise WebhookError(14110, "a verb of calls in the answer to a text")
    raise WebhookError(12200, "an unknown verb")


def _allow_attributes(element: ET.Element, allowed: frozenset[str]) -> None:
    if not allowed.issuperset(element.attrib):
        raise WebhookError(12200, f"an unknown attribute of {element.tag}")


_READERS: Mapping[str, Callable[[ET.Element, str], Step]] = MappingProxyType(
    {"Message": _read_message, "Redirect": _read_redirect},
)
