"""What a signed webhook says, as a value: the blueprint gets an event or a plain reason why there is none."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal

from werkzeug.datastructures import MultiDict

from phonetree.words.numbers import NotAPhoneNumber, PhoneNumber, parse_address

OptOut = Literal["STOP", "START", "HELP"]

LONGEST_TEXT = 1600
_MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
_STATUS = re.compile(r"[a-z_]{1,32}")
_MEDIA_COUNT = re.compile(r"[0-9]{1,3}", re.ASCII)
_ERROR_CODE = re.compile(r"[0-9]{1,6}", re.ASCII)


class Malformed(ValueError):
    """Signed, but not what Twilio documents. ``str()`` is a plain reason that never holds a value."""


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
    sid = _message_sid(form, account_sid)
    words = _required(form, "Body")
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
    sid = _message_sid(form, account_sid)
    status = _required(form, "MessageStatus")
    if not _STATUS.fullmatch(status):
        raise Malformed("MessageStatus is not a word")
    return MessageReceipt(sid=sid, status=status, error_code=_error_code(form))


def _message_sid(form: MultiDict[str, str], account_sid: str) -> str:
    _refuse_nul(form)
    if _required(form, "AccountSid") != account_sid:
        raise Malformed("AccountSid is another account's")
    sid = _required(form, "MessageSid")
    if not _MESSAGE_SID.fullmatch(sid):
        raise Malformed("MessageSid does not look like one")
    return sid


def _refuse_nul(form: MultiDict[str, str]) -> None:
    """No database column takes a NUL, and no honest text holds one."""
    if any("\0" in name or "\0" in value for name, value in form.items(multi=True)):
        raise Malformed("a field holds a NUL")


def _required(form: MultiDict[str, str], name: str) -> str:
    value = _optional(form, name)
    if value is None:
        raise Malformed(f"{name} is missing")
    return value


def _optional(form: MultiDict[str, str], name: str) -> str | None:
    """The one value of a field.

    A signature covers names and values run together without a mark between them, so a form can be cut differently and
    still be signed: what we read must be there exactly once.
    """
    values = form.getlist(name)
    if len(values) > 1:
        raise Malformed(f"{name} is there twice")
    return values[0] if values else None


def _address(form: MultiDict[str, str], name: str) -> PhoneNumber:
    raw = _required(form, name)
    if not raw:
        raise Malformed(f"{name} is empty")
    try:
        return parse_address(raw)
    except NotAPhoneNumber:
        pass
    raise NotForUs(f"{name} is not a phone number")  # out here, so that the error drags no other along


def _media_count(form: MultiDict[str, str]) -> int:
    raw = _optional(form, "NumMedia") or "0"
    if not _MEDIA_COUNT.fullmatch(raw):
        raise Malformed("NumMedia is not a count")
    return int(raw)


def _opt_out(form: MultiDict[str, str]) -> OptOut | None:
    match _optional(form, "OptOutType"):
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


def _error_code(form: MultiDict[str, str]) -> int | None:
    raw = _optional(form, "ErrorCode")
    if not raw:
        return None
    if not _ERROR_CODE.fullmatch(raw):
        raise Malformed("ErrorCode is not a number")
    return int(raw) or None
