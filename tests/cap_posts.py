"""CAP documents for tests, put together part by part, and a network that posts them with its key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import count

from phone import Reply, Town

from phonetree.desk import cap_keys, schools
from phonetree.models import writing

NETWORK = "Example Rapid Response Network"
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
KIND = "application/cap+xml"
SENDER = "alerts@network.example"
NOW = datetime(2026, 11, 16, 16, 0, tzinfo=UTC)
"""The held clock of the tests."""
_identifiers = count(1)


def cap_key(town: Town, name: str = NETWORK) -> str:
    with writing(town.house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        return cap_keys.new_key(session, town.house.means, site, name)


def at(moment: datetime = NOW, **later: int) -> str:
    """A time as documents write it."""
    return (moment + timedelta(**later)).astimezone().isoformat(timespec="seconds")


def element(name: str, words: str | None) -> str:
    return "" if words is None else f"<{name}>{words}</{name}>"


def info(**parts: str | None) -> str:
    """One info; None leaves a part out. ``kind`` and ``place`` are parameters, ``area`` a description."""
    told: dict[str, str | None] = {
        "language": "en-US",
        "category": "Safety",
        "event": "Immigration enforcement",
        "urgency": "Immediate",
        "severity": "Severe",
        "certainty": "Observed",
        "headline": "Two vans at the front gate",
        "kind": "at",
        "place": "front-gate",
    }
    told |= parts
    named = {f"phonetree-{name}": told.pop(name) for name in ("kind", "place")}
    area = told.pop("area", None)
    body = "".join(element(name, words) for name, words in told.items())
    for name, value in named.items():
        if value is not None:
            body += f"<parameter><valueName>{name}</valueName><value>{value}</value></parameter>"
    return f"<info>{body}{'' if area is None else f'<area><areaDesc>{area}</areaDesc></area>'}</info>"


def cap(*infos: str, **parts: str | None) -> bytes:
    """A whole document; each has an identifier of its own unless it is given."""
    told: dict[str, str | None] = {
        "identifier": f"NET-{next(_identifiers)}",
        "sender": SENDER,
        "sent": at(),
        "status": "Actual",
        "msgType": "Alert",
        "scope": "Restricted",
    }
    body = "".join(element(name, words) for name, words in (told | parts).items())
    inner = "".join(infos or (info(),))
    return f'<?xml version="1.0" encoding="UTF-8"?><alert xmlns="{NAMESPACE}">{body}{inner}</alert>'.encode()


def reference(identifier: str, sent: str = "") -> str:
    return f"{SENDER},{identifier},{sent or at()}"


def post(town: Town, body: bytes, key: str, *, path: str = "/cap/MAPLE", **headers: str) -> Reply:
    """What a network's computer would do; *headers* with underscores for dashes."""
    given = {"Content-Type": KIND, "Authorization": f"Bearer {key}"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    return send(town, body, {name: value for name, value in given.items() if value}, path)


def send(town: Town, body: bytes, headers: Mapping[str, str], path: str = "/cap/MAPLE") -> Reply:
    connection = HTTPConnection("127.0.0.1", town.port, timeout=30)
    try:
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers.get_content_type(), answer.read().decode(), dict(answer.headers))
    finally:
        connection.close()
