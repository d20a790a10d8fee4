"""What a signed webhook of a text says, as a value: the blueprint gets an event or a plain reason why there is none."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal

from werkzeug.datastructures import MultiDict

from phonetree.twilio.forms import Malformed, error_code, named, optional, required, word
from phonetree.words.numbers import NotAPhoneNumber, PhoneNumber, parse_address

OptOut = Literal["STOP", "START", "HELP"]

LONGEST_TEXT = 1600
_MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
_STATUS = re.compile(r"[a-z_]{1,32}")
_MEDIA_COUNT = re.compile(r"[0-9]{1,3}", re.ASCII)


class NotForUs(Malformed):
    """Signed and well formed, but between parties we cannot write to.

    The sender is a short code, a name, a withheld number or an address of another channel (``whatsapp:``, ``rcs:``).
    Nothing is wrong with the request, so the blueprint answers it with silence rather than with an error, which Twilio
    would report to the operator as a fault of ours.
    """


@dataclass(frozen=True, slots=True)
class InboundText:
    """A text somebody sent to one of our numbers. ``words`` are NFC and otherwise as written."""

    sid: str
    sender: PhoneNumber
    recipient: PhoneNumber
    words: str = field(repr=False)
    media_count: int = 0
    opt_out: OptOut | None = None
    """The keyword that the provider itself has already answered (Advanced Opt-Out)."""

    @property
    def has_media(self) -> bool:
        return self.media_count > 0


@dataclass(frozen=True, slots=True)
class MessageReceipt:
    """What became of a text of ours, in the provider's own words (``statuses`` and ``errors`` read them)."""

    sid: str
    status: str
    error_code: int | None


def parse_text(form: MultiDict[str, str], account_sid: str) -> InboundText:
    """Read an inbound message; raises ``Malformed`` or ``NotForUs``. Fields we do not know are welcome."""
    sid = named(form, account_sid, "MessageSid", _MESSAGE_SID)
    words = required(form, "Body")
    if len(words) > LONGEST_TEXT:
        raise Malformed("Body is over 1,600 characters")
    return InboundText(
        sid=sid,
        sender=_address(form, "From"),
        recipient=_address(form, "To"),
        words=unicodedata.normalize("NFC", words),
        media_count=_media_count(form),
        opt_out=_opt_out(form),
    )


def parse_receipt(form: MultiDict[str, str], account_sid: str) -> MessageReceipt:
    """Read a delivery receipt; raises ``Malformed``. A status we have never heard of is not malformed."""
    sid = named(form, account_sid, "MessageSid", _MESSAGE_SID)
    status = word(form, "MessageStatus", _STATUS)
    return MessageReceipt(sid=sid, status=status, error_code=error_code(form))


def _address(form: MultiDict[str, str], name: str) -> PhoneNumber:
    raw = required(form, name)
    if not raw:
        raise Malformed(f"{name} is empty")
    try:
        return parse_address(raw)
    except NotAPhoneNumber:
        pass
    raise NotForUs(f"{name} is not a phone number")  # out here, so that the error drags no other along


def _media_count(form: MultiDict[str, str]) -> int:
    raw = optional(form, "NumMedia") or "0"
    if not _MEDIA_COUNT.fullmatch(raw):
        raise Malformed("NumMedia is not a count")
    return int(raw)


def _opt_out(form: MultiDict[str, str]) -> OptOut | None:
    match optional(form, "OptOutType"):
        case None | "":
            return None
        case "STOP":
            return "STOP"
        case "START":
            return "START"
        case "HELP":
            return "HELP"
        case _:
            raise Malformed("OptOutType is not STOP, START or HELP")
