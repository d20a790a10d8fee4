"""Reading a signed form, for the requests of texts and of calls: each field exactly once, or one plain reason."""

from __future__ import annotations

import re

from werkzeug.datastructures import MultiDict

_ERROR_CODE = re.compile(r"[0-9]{1,6}", re.ASCII)


class Malformed(ValueError):
    """Signed, but not what Twilio documents. ``str()`` is a plain reason that never holds a value."""


def named(form: MultiDict[str, str], account_sid: str, name: str, shape: re.Pattern[str]) -> str:
    """The SID under *name*, after everything that is asked of every form: no NUL, and our own account."""
    _refuse_nul(form)
    if required(form, "AccountSid") != account_sid:
        raise Malformed("AccountSid is another account's")
    sid = required(form, name)
    if not shape.fullmatch(sid):
        raise Malformed(f"{name} does not look like one")
    return sid


def required(form: MultiDict[str, str], name: str) -> str:
    value = optional(form, name)
    if value is None:
        raise Malformed(f"{name} is missing")
    return value


def optional(form: MultiDict[str, str], name: str) -> str | None:
    """The one value of a field.

    A signature covers names and values run together without a mark between them, so a form can be cut differently and
    still be signed: what we read must be there exactly once.
    """
    values = form.getlist(name)
    if len(values) > 1:
        raise Malformed(f"{name} is there twice")
    return values[0] if values else None


def word(form: MultiDict[str, str], name: str, shape: re.Pattern[str]) -> str:
    """One of the provider's words. A word that we have never heard of is not malformed."""
    value = required(form, name)
    if not shape.fullmatch(value):
        raise Malformed(f"{name} is not a word")
    return value


def error_code(form: MultiDict[str, str]) -> int | None:
    raw = optional(form, "ErrorCode")
    if not raw:
        return None
    if not _ERROR_CODE.fullmatch(raw):
        raise Malformed("ErrorCode is not a number")
    return int(raw) or None


def _refuse_nul(form: MultiDict[str, str]) -> None:
    """No database column takes a NUL, and no honest form holds one."""
    if any("\0" in name or "\0" in value for name, value in form.items(multi=True)):
        raise Malformed("a field holds a NUL")
