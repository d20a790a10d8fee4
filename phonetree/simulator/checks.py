"""What the carrier refuses at once: the form of a request to send, read as the provider documents it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from phonetree.simulator.lines import Lines
from phonetree.simulator.messages import E164, LONGEST_BODY, LONGEST_VALIDITY
from phonetree.simulator.refusals import REFUSALS, Refusal

Form = Mapping[str, str]
LONGEST_URL = 4000
MAGIC_SENDER = "+15005550006"
"""The test credentials' sender that always works."""
_MAGIC_FROM = MappingProxyType({"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611})
_MAGIC_TO = MappingProxyType(
    {"+15005550001": 21211, "+15005550002": 21612, "+15005550003": 21408, "+15005550004": 21610, "+15005550009": 21614},
)


def refusal_of(form: Form, lines: Lines) -> Refusal | None:
    """The first thing wrong with a request to send, or None."""
    code = next(_faults(form, lines), None)
    return None if code is None else REFUSALS[code]


def _faults(form: Form, lines: Lines) -> Iterator[int]:
    yield from _missing(form)
    yield from _sender_faults(form, lines)
    yield from _recipient_faults(form)
    yield from _option_faults(form)


def _missing(form: Form) -> Iterator[int]:
    if not form.get("To"):
        yield 21604
    if not (form.get("From") or form.get("MessagingServiceSid")):
        yield 21603
    if not form.get("Body"):
        yield 21602
    if len(form.get("Body", "")) > LONGEST_BODY:
        yield 21617


def _sender_faults(form: Form, lines: Lines) -> Iterator[int]:
    sender = form.get("From", "")
    if sender in _MAGIC_FROM:
        yield _MAGIC_FROM[sender]
    if sender and sender != MAGIC_SENDER and sender not in lines:
        yield 21606
    if not sender and form["MessagingServiceSid"] not in {line.service for line in lines.values()}:
        yield 21703


def _recipient_faults(form: Form) -> Iterator[int]:
    recipient = form["To"]
    if recipient in _MAGIC_TO:
        yield _MAGIC_TO[recipient]
    if not E164.fullmatch(recipient):
        yield 21211
    if recipient == form.get("From"):
        yield 21266


def _option_faults(form: Form) -> Iterator[int]:
    validity = form.get("ValidityPeriod", "1")
    if not (validity.isascii() and validity.isdigit() and 1 <= int(validity) <= LONGEST_VALIDITY):
        yield 90007
    if not is_callback_url(form.get("StatusCallback") or "http://localhost/"):
        yield 21609


def is_callback_url(url: str) -> bool:
    """Whether receipts can be posted there: absolute, short enough, no underscore in the host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in {"http", "https"} and host != "" and "_" not in host and len(url) <= LONGEST_URL
