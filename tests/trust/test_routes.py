"""Every route against everything that a stranger may bring: without the right key nothing is done, and nothing said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cap_posts import KIND, cap
from flask.testing import FlaskClient
from phone import OLD_TOKEN, PUBLIC_URL, TOKEN, house_in, rows
from routes import ELSEWHERE, KEYED, OPEN, SIGNED, Knock

from phonetree.app import House, web_app
from phonetree.desk import cap_keys, schools
from phonetree.models import writing
from phonetree.simulator.signing import signature

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_in(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def door(house: House) -> FlaskClient:
    return web_app(house).test_client()


@pytest.fixture(scope="module")
def key(house: House) -> str:
    with writing(house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        return cap_keys.new_key(session, house.means, site, "Example Rapid Response Network")


def knocks(door: FlaskClient, knock: Knock, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    given = door.open(knock.path, method=knock.method, data=dict(knock.fields) or None, headers=named)
    return given.status_code


def signed(knock: Knock, token: str = TOKEN, url: str = PUBLIC_URL) -> str:
    return signature(token, url + knock.path, knock.fields)


def test_every_route_has_a_row(house: House) -> None:
    found = {rule.rule for rule in web_app(house).url_map.iter_rules()}
    elsewhere = {rule for rule in found for prefix in ELSEWHERE if rule.startswith(prefix)}
    assert found - elsewhere == SIGNED.keys() | KEYED.keys() | OPEN.keys(), "a new route says who may knock there"
    assert all((TESTS / file).is_file() for file in ELSEWHERE.values())


@pytest.mark.parametrize("route", sorted(SIGNED))
def test_the_providers_routes_open_for_its_signature_alone(
    house: House, door: FlaskClient, route: str, key: str
) -> None:
    knock = SIGNED[route]
    others = {
        "unsigned": knocks(door, knock),
        "empty": knocks(door, knock, X_Twilio_Signature=""),
        "another token": knocks(door, knock, X_Twilio_Signature=signed(knock, "stolen")),
        "another address": knocks(door, knock, X_Twilio_Signature=signed(knock, url="https://tree.example.net")),
        "a network's key": knocks(door, knock, Authorization=f"Bearer {key}"),
        "the token itself": knocks(door, knock, Authorization=f"Bearer {TOKEN}"),
    }
    before = rows(house.database)
    assert others == dict.fromkeys(others, 403)
    assert rows(house.database) == before
    for token in (TOKEN, OLD_TOKEN):
        assert knocks(door, knock, X_Twilio_Signature=signed(knock, token)) in knock.welcome


@pytest.mark.parametrize("route", sorted(KEYED))
def test_the_networks_route_opens_for_its_key_alone(house: House, door: FlaskClient, route: str, key: str) -> None:
    path = KEYED[route].path

    def posts(where: str = path, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return door.post(where, data=cap(), content_type=KIND, headers=named).status_code

    before = rows(house.database)
    wrong = {
        "no key": posts(),
        "empty": posts(Authorization=""),
        "no scheme": posts(Authorization=key),
        "another scheme": posts(Authorization=f"Basic {key}"),
        "another key": posts(Authorization=f"Bearer {key[:-1]}x"),
        "half of it": posts(Authorization=f"Bearer {key[: len(key) // 2]}"),
        "signed by the provider": posts(X_Twilio_Signature=signature(TOKEN, PUBLIC_URL + path, ())),
        "another school": posts("/cap/OAK", Authorization=f"Bearer {key}"),
    }
    assert wrong == dict.fromkeys(wrong, 401)
    assert rows(house.database) == before
    assert posts(Authorization=f"Bearer {key}") == 200
    assert rows(house.database) != before


@pytest.mark.parametrize("route", sorted(OPEN))
@pytest.mark.parametrize("brings", ["nothing", "a signature", "a key"])
def test_what_is_open_tells_the_same_to_all_and_writes_nothing(
    house: House, door: FlaskClient, route: str, brings: str, key: str
) -> None:
    knock = OPEN[route]
    before = rows(house.database)
    headers = {"nothing": {}, "a signature": {"X_Twilio_Signature": signed(knock)}, "a key": {"Authorization": key}}
    assert knocks(door, knock, **headers[brings]) in knock.welcome
    assert rows(house.database) == before


@pytest.mark.parametrize("route", sorted({**SIGNED, **KEYED, **OPEN}))
def test_another_method_is_refused(door: FlaskClient, route: str) -> None:
    knock = {**SIGNED, **KEYED, **OPEN}[route]
    others = {"GET", "POST", "PUT", "DELETE", "PATCH"} - {knock.method}
    assert {door.open(knock.path, method=method).status_code for method in others} == {405}
