"""Reads a CAP 1.2 document: what is missing, or means nothing, is refused in plain words; the rest is not looked at."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from phonetree.cap.elements import Element, NotUnderstood, read_elements
from phonetree.desk.cap_documents import CapDocument, Happening, Message, Reference, Status

REQUIRED = ("identifier", "sender", "sent", "status", "msgType", "scope")
REQUIRED_INFO = ("category", "event", "urgency", "severity", "certainty")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
DEFAULT_LANGUAGE = "en-US"
"""Where a document names none (CAP 1.2, 3.2.2)."""
KIND, PLACE = "phonetree-kind", "phonetree-place"
LONGEST_NAME = 200
_WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?P<zone>Z|[+-]\d\d:\d\d)?")
_NO_NAME = re.compile(r"[\s,<&]")

Choice = TypeVar("Choice", bound=StrEnum)


def read_document(raw: bytes) -> CapDocument:
    """What the phone tree needs of the document in these bytes; raises NotUnderstood."""
    alert = read_elements(raw)
    if alert.name != "alert":
        raise NotUnderstood("the document is no alert of CAP 1.2 (urn:oasis:names:tc:emergency:cap:1.2)")
    _require(alert, REQUIRED)
    itself = _reference(alert.text("sender"), alert.text("identifier"), alert.text("sent"), "sent")
    return CapDocument(
        itself=itself,
        status=_choice(Status, alert.text("status"), "status"),
        message=_choice(Message, alert.text("msgType"), "msgType"),
        references=_references(alert.text("references")),
        happenings=tuple(_happening(info) for info in alert.all("info")),
    )


def _require(element: Element, names: tuple[str, ...]) -> None:
    for name in names:
        if not element.text(name):
            raise NotUnderstood(f"{name} is missing")


def _choice(kind: type[Choice], written: str, name: str) -> Choice:
    try:
        return kind(written)
    except ValueError:
        raise NotUnderstood(f"{name} is not one of {', '.join(kind)}") from None


def _reference(sender: str, identifier: str, sent: str, where: str) -> Reference:
    for name, written in (("sender", sender), ("identifier", identifier)):
        if not written or len(written) > LONGEST_NAME or _NO_NAME.search(written):
            raise NotUnderstood(f"{name} is empty, too long, or has a space, a comma, < or & in it")
    return Reference(sender, identifier, _when(sent, where))


def _references(written: str) -> tuple[Reference, ...]:
    """``sender,identifier,sent`` of each, with spaces between them."""
    found = []
    for one in re.sub(r"\s*,\s*", ",", written).split():
        parts = one.split(",")
        if len(parts) != 3:  # noqa: PLR2004 - sender, identifier, sent
            raise NotUnderstood("references are not sender,identifier,sent")
        sender, identifier, sent = parts
        found.append(_reference(sender, identifier, sent, "references"))
    return tuple(found)


def _when(written: str, name: str) -> datetime:
    """A time with its zone. The specification wants an offset; Z is read as well."""
    found = _WHEN.fullmatch(written)
    if found is None:
        raise NotUnderstood(f"{name} is no time such as 2026-11-16T08:00:00-08:00")
    if found["zone"] is None:
        raise NotUnderstood(f"{name} has no time zone")
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotUnderstood(f"{name} is no time such as 2026-11-16T08:00:00-08:00") from None


def _happening(info: Element) -> Happening:
    _require(info, REQUIRED_INFO)
    certainty = info.text("certainty")
    if certainty not in CERTAINTIES:
        raise NotUnderstood(f"certainty is not one of {', '.join(CERTAINTIES)}")
    for name in ("effective", "onset"):
        if info.text(name):
            _when(info.text(name), name)
    return Happening(
        language=info.text("language") or DEFAULT_LANGUAGE,
        is_observed=certainty == "Observed",
        expires=_when(info.text("expires"), "expires") if info.text("expires") else None,
        kind=_value(info, "parameter", KIND) or _value(info, "eventCode", KIND),
        place=_value(info, "parameter", PLACE),
        words=_words(info),
    )


def _value(info: Element, of: str, name: str) -> str:
    return next((each.text("value") for each in info.all(of) if each.text("valueName") == name), "")


def _words(info: Element) -> str:
    """What a lead reads: headline, description, instruction, and where, each once."""
    areas = [f"({area.text('areaDesc')})" for area in info.all("area") if area.text("areaDesc")]
    said = [info.text(name) for name in ("headline", "description", "instruction")]
    return " ".join(dict.fromkeys(filter(None, [*said, *areas])))
