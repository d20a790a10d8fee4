"""The provider's list of American numbers that their owners gave up, or took to another carrier, on one day."""

from __future__ import annotations

import json
import re
from datetime import date

from phonetree.twilio.network import TWILIO_MESSAGING, NeverSent, NoAnswer, PatientHttp

LARGEST_LIST = 64_000_000
"""Bytes; a number a line, so some millions of them."""
_NUMBER = re.compile(rb"\+?1?([2-9]\d{9})")


async def deactivated_on(http: PatientHttp, credentials: tuple[str, str], day: date) -> frozenset[str] | None:
    """The numbers as E.164; ``None``: no list now. Its address comes first, is good for two minutes, takes no login.

    https://www.twilio.com/docs/messaging/api/deactivations-resource
    """
    try:
        told = await http.request(
            "GET", f"{TWILIO_MESSAGING}/v1/Deactivations", params={"Date": day.isoformat()}, auth=credentials
        )
        address = _address_in(told.text)
        listed = await http.fetch_listed(address, LARGEST_LIST) if address else None
    except (NeverSent, NoAnswer):
        return None
    return None if listed is None else frozenset(_read(listed))


def _address_in(answer: str) -> str:
    try:
        told = json.loads(answer)
    except ValueError:
        return ""
    address = told.get("redirect_to") if isinstance(told, dict) else None
    return address if isinstance(address, str) else ""


def _read(listed: bytes) -> list[str]:
    """A number a line, with or without the 1 and the plus; anything else is no number."""
    found = (_NUMBER.fullmatch(line.strip().strip(b'",')) for line in listed.splitlines())
    return [f"+1{match[1].decode()}" for match in found if match]
