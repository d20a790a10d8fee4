"""Reading the attributes of a call's document, each with the provider's code for a value that is not allowed."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

from phonetree.simulator.voice_verbs import Target
from phonetree.simulator.webhooks import WebhookError

LONGEST_NAME = 64
EVERY_KEY = "1234567890*#"
_POSITIVE = re.compile(r"[1-9][0-9]{0,5}")


def target_of(
    element: ET.Element,
    url: str,
    bad_method: int,
    *,
    names: tuple[str, str] = ("action", "method"),
    bad_url: int = 11100,
) -> Target | None:
    method = method_of(element, names[1], bad_method)
    given = element.get(names[0])
    return None if given is None else Target(address_of(given, url, bad_url), method)


def method_of(element: ET.Element, name: str, code: int) -> str:
    return choice_of(element, name, "POST", {"GET", "POST"}, code)


def address_of(given: str | None, url: str, code: int) -> str:
    found = urljoin(url, (given or "").strip())
    if not (given or "").strip() or urlsplit(found).scheme not in {"http", "https"}:
        raise WebhookError(code, "an address that is none")
    return found


def count_of(element: ET.Element, name: str, usual: int, code: int) -> int:
    given = element.get(name)
    if given is not None and not _POSITIVE.fullmatch(given):
        raise WebhookError(code, f"{name} is not a positive number")
    return usual if given is None else int(given)


def keys_of(element: ET.Element, usual: str, code: int) -> str:
    given = element.get("finishOnKey", usual)
    if not set(EVERY_KEY).issuperset(given):
        raise WebhookError(code, "finishOnKey is not of the keypad")
    return given


def choice_of(element: ET.Element, name: str, usual: str, allowed: set[str], code: int) -> str:
    given = element.get(name, usual)
    if given not in allowed:
        raise WebhookError(code, f"{name} has an unknown value")
    return given


def match_of(element: ET.Element, name: str, pattern: re.Pattern[str], code: int) -> str:
    given = element.get(name, "")
    if not pattern.fullmatch(given):
        raise WebhookError(code, f"{element.tag} without a {name}")
    return given


def name_of(element: ET.Element, too_short: int, too_long: int) -> str:
    name = (element.text or "").strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise WebhookError(too_long if name else too_short, "a queue's name is 1 to 64 characters")
    return name
