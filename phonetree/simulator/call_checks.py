"""What the carrier refuses at once about calls: the form of a request to call, and of one to change a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from phonetree.simulator.calls import LONGEST_CALL, PROGRESS, Call, CallStatus
from phonetree.simulator.checks import MAGIC_SENDER, is_callback_url
from phonetree.simulator.lines import Lines
from phonetree.simulator.messages import E164
from phonetree.simulator.refusals import REFUSALS, Refusal

CallForm = Mapping[str, str]
"""Repeated fields come as one, with blanks between."""
LONGEST_RINGING = 600
LONGEST_TWIML = 4000
_MAGIC_FROM = MappingProxyType({"+15005550001": 21212})
_MAGIC_TO = MappingProxyType(
    {"+15005550001": 21217, "+15005550002": 21214, "+15005550003": 21215, "+15005550004": 21216},
)
_EVENTS = frozenset({*PROGRESS.values(), "completed"})
_METHODS = ("Method", "StatusCallbackMethod", "FallbackMethod")


def refusal_of_call(form: CallForm, lines: Lines) -> Refusal | None:
    """The first thing wrong with a request to call, or None."""
    code = next(_faults(form, lines), None)
    return None if code is None else REFUSALS[code]


def refusal_of_change(call: Call, form: CallForm) -> Refusal | None:
    """The first thing wrong with a request to change this call, or None."""
    status = form.get("Status")
    if status not in {None, "completed", "canceled"}:
        return REFUSALS[20001]
    if call.is_final or (status is None and call.status is not CallStatus.IN_PROGRESS):
        return REFUSALS[21220]
    if status is None:
        code = next(_document_faults(form), None)
        return None if code is None else REFUSALS[code]
    return None


def _faults(form: CallForm, lines: Lines) -> Iterator[int]:
    yield from _party_faults(form, lines)
    yield from _document_faults(form)
    yield from _option_faults(form)


def _party_faults(form: CallForm, lines: Lines) -> Iterator[int]:
    sender, recipient = form.get("From", ""), form.get("To", "")
    if not recipient:
        yield 21201
    if not sender:
        yield 21213
    if sender in _MAGIC_FROM:
        yield _MAGIC_FROM[sender]
    if sender != MAGIC_SENDER and sender not in lines:
        yield 21210
    if recipient in _MAGIC_TO:
        yield _MAGIC_TO[recipient]
    if not E164.fullmatch(recipient):
        yield 21211


def _document_faults(form: CallForm) -> Iterator[int]:
    document, url = form.get("Twiml"), form.get("Url", "")
    if document is None and not is_callback_url(url):
        yield 21205
    if document is not None and not 0 < len(document) <= LONGEST_TWIML:
        yield 20001
    if any(form.get(name, "POST") not in {"GET", "POST"} for name in _METHODS):
        yield 21209


def _option_faults(form: CallForm) -> Iterator[int]:
    if not is_callback_url(form.get("StatusCallback") or "http://localhost/"):
        yield 21609
    if not _EVENTS.issuperset(form.get("StatusCallbackEvent", "completed").split()):
        yield 21626
    if not _is_count(form.get("Timeout", "1"), LONGEST_RINGING):
        yield 21208
    is_long = not _is_count(form.get("TimeLimit", "1"), LONGEST_CALL)
    if is_long or form.get("MachineDetection", "Enable") not in {"Enable", "DetectMessageEnd"}:
        yield 20001


def _is_count(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text) <= most
