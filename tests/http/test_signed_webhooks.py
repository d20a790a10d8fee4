"""Who may knock: signatures on every route, computed from the public address and never from what a proxy left of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from phone import (
    ACCOUNT,
    OLD_TOKEN,
    PUBLIC_URL,
    SCHOOL,
    TOKEN,
    Fields,
    Town,
    house_in,
    new_sid,
    receipt_fields,
    rows,
    served,
    settings,
    text_fields,
    town_in,
)
from phone_calls import call_fields, new_call_sid
from werkzeug.routing import Rule

from phonetree.app import create_app, web_app
from phonetree.simulator.signing import signature

ANA = "+12135550142"
ATTEMPT = "a" * 32
TURN = "/twilio/voice/turn/<int:turn>/<any(keys,sound,dial,queue,hold):kind>"
NOT_GUARDED = frozenset({"/twilio/fallback"})
WEBHOOKS: dict[str, tuple[str, Fields]] = {
    "/twilio/sms": ("/twilio/sms", text_fields(ANA, "MENU")),
    "/twilio/status/message/<attempt>": (f"/twilio/status/message/{ATTEMPT}", receipt_fields(new_sid(), "sent")),
    "/twilio/check": ("/twilio/check", [("AccountSid", ACCOUNT), ("Nonce", "c" * 32)]),
    "/twilio/voice": ("/twilio/voice", call_fields(new_call_sid(), ANA, SCHOOL, CallStatus="ringing")),
    TURN: ("/twilio/voice/turn/1/keys", call_fields(new_call_sid(), ANA, SCHOOL, Digits="1")),
    "/twilio/voice/answered/<attempt>": (
        f"/twilio/voice/answered/{ATTEMPT}",
        call_fields(new_call_sid(), SCHOOL, ANA, Direction="outbound-api"),
    ),
    "/twilio/voice/wait/<hunt>": (
        f"/twilio/voice/wait/{'b' * 32}",
        call_fields(new_call_sid(), ANA, SCHOOL, QueueTime="1"),
    ),
    "/twilio/status/call/<attempt>": (
        f"/twilio/status/call/{ATTEMPT}",
        call_fields(new_call_sid(), SCHOOL, ANA, CallStatus="completed"),
    ),
    "/twilio/status/call": (
        "/twilio/status/call",
        call_fields(new_call_sid(), ANA, SCHOOL, CallStatus="completed"),
    ),
}
"""A request for every route of the provider's: one that is new needs a row here."""
OTHERS = {
    "/healthz": "GET",
    "/readyz": "GET",
    "/metrics": "GET",
    "/audio/<token>.wav": "GET",
    "/twilio/fallback": "POST",
    "/cap/<code>": "POST",
    "/join/<code>": "GET",
    "/privacy": "GET",
    "/terms": "GET",
}
"""Guarded in their own ways, each with a test of its own: a token, a key; or telling what all may read."""
PLACEHOLDERS = frozenset({"<attempt>", "<hunt>", "<int:turn>", "<any(keys,sound,dial,queue,hold):kind>"})
"""Filled with letters and digits by us."""


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path) as town:
        yield town


def rules(folder: Path) -> list[Rule]:
    with house_in(folder) as house:
        return list(web_app(house).url_map.iter_rules())


def test_every_route_has_a_row_here(tmp_path: Path) -> None:
    found = {rule.rule for rule in rules(tmp_path) if not rule.rule.startswith("/console")}
    assert found == set(WEBHOOKS) | set(OTHERS)
    assert {rule for rule in found if rule.startswith("/twilio/")} - set(WEBHOOKS) == NOT_GUARDED


@pytest.mark.parametrize("route", sorted(WEBHOOKS))
def test_what_is_not_signed_is_refused_and_changes_nothing(town: Town, route: str) -> None:
    path, fields = WEBHOOKS[route]
    before = rows(town.house.database)
    good = signature(TOKEN, PUBLIC_URL + path, fields)
    wrong = {
        "unsigned": None,
        "empty": "",
        "nonsense": "nonsense",
        "not ASCII": "é",
        "another token": signature("stolen", PUBLIC_URL + path, fields),
        "another path": signature(TOKEN, PUBLIC_URL + path + "x", fields),
        "another host": signature(TOKEN, f"http://127.0.0.1:{town.port}{path}", fields),
        "another form": signature(TOKEN, PUBLIC_URL + path, [*fields, ("Body", "STOP")]),
        "in small letters": good.lower(),
    }
    answers = {name: town.send("POST", path, fields, signed=signed) for name, signed in wrong.items()}
    assert {name: answer.status for name, answer in answers.items()} == dict.fromkeys(wrong, 403)
    assert {answer.kind for answer in answers.values()} == {"text/plain"}
    assert rows(town.house.database) == before
    assert town.send("POST", path, fields, signed=good).status in {200, 204}


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
def test_both_tokens_are_good_while_they_rotate(town: Town, token: str) -> None:
    assert town.post("/twilio/sms", text_fields(ANA, "MENU"), token=token).status == 200


@pytest.mark.parametrize(
    "query", ["name=Jos%C3%A9", "a=%2B1&b=%7Bx%7D", "z=1&a=2&empty=", "a=1&a=2&a=1", "q=a+b%20c", "it's=1&t=~-._"]
)
def test_the_query_is_signed_as_it_travelled(town: Town, query: str) -> None:
    assert town.post("/twilio/sms", text_fields(ANA, "MENU"), query=query).status == 200


def test_empty_and_repeated_fields_are_signed_as_they_came(town: Town) -> None:
    fields = [*text_fields(ANA, "¿Qué pasó? 👋"), ("ToCity", ""), ("Extra", "2"), ("Extra", "1"), ("Extra", "1")]
    assert town.post("/twilio/sms", fields).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/twilio/sms/",
        "/twilio//sms",
        "/twilio/sms%2F",
        "/twilio/SMS",
        "/twilio/voices",
        "/twilio/voice/turn/1/nonsense",
    ],
)
def test_another_path_is_nothing_here(town: Town, path: str) -> None:
    assert town.post(path, text_fields(ANA, "MENU")).status == 404


@pytest.mark.parametrize("route", [*sorted(WEBHOOKS), "/twilio/fallback"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_webhooks_are_posted(town: Town, route: str, method: str) -> None:
    path = WEBHOOKS.get(route, (route, ()))[0]
    assert town.send(method, path).status == 405


def is_plain(path: str) -> bool:
    """Plain enough that no server, proxy or decoder between the provider and us can change it (decisions 4)."""
    return all(
        part in PLACEHOLDERS or set(part) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-") for part in path.split("/")
    )


def test_webhook_paths_are_plain_ascii(tmp_path: Path) -> None:
    assert not is_plain("/twilio/SMS")
    assert not is_plain("/twilio/se%C3%B1al")
    assert not is_plain("/twilio/señal")
    assert not [rule.rule for rule in rules(tmp_path) if rule.rule.startswith("/twilio") and not is_plain(rule.rule)]


def test_more_than_64_kb_are_not_read(town: Town) -> None:
    before = rows(town.house.database)
    huge = text_fields(ANA, "é" * 11_000)
    assert town.post("/twilio/sms", huge).status == 413
    assert town.post("/twilio/fallback", huge).status == 413
    assert rows(town.house.database) == before


def test_the_application_that_servers_load_answers_too(tmp_path: Path) -> None:
    with house_in(tmp_path) as house, served(create_app(house.settings)) as port:
        town = Town(house, port)
        assert town.post("/twilio/sms", text_fields(ANA, "MENU")).status == 200
        assert settings(tmp_path).public_url == PUBLIC_URL
        assert SCHOOL not in repr(house.settings)
