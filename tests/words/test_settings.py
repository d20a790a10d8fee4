"""A wrong setting stops the start with one line that names it, and no line ever shows a secret."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from phonetree.words.crypto import new_master_key, parse_master_keys
from phonetree.words.settings import (
    SETTINGS,
    Settings,
    WrongSetting,
    read_database_url,
    read_settings,
    take_addresses,
    take_settings,
)

KEY, OLD_KEY = new_master_key(), new_master_key()
HEX = "0123456789abcdef" * 2
SECRET = "se" + "cret-value-7"
ENOUGH = {
    "PHONETREE_KEYS": KEY,
    "PHONETREE_PUBLIC_URL": "https://tree.example.org",
    "TWILIO_ACCOUNT_SID": "AC" + HEX,
    "TWILIO_AUTH_TOKEN": SECRET,
}


def wrong(**changes: str) -> WrongSetting:
    with pytest.raises(WrongSetting) as caught:
        read_settings(ENOUGH | changes)
    assert "\n" not in str(caught.value)
    assert str(caught.value) == f"{caught.value.name}: {caught.value.reason}"
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return caught.value


def test_the_least_that_must_be_set_and_the_defaults() -> None:
    settings = read_settings(ENOUGH)
    assert settings == Settings(
        database_url="sqlite:///instance/phonetree.db",
        engine_url="",
        keys=parse_master_keys(KEY),
        key_dir=Path("instance/keys"),
        public_url="https://tree.example.org",
        account_sid="AC" + HEX,
        auth_tokens=(SECRET,),
        api_key_sid=None,
        api_key_secret=None,
        messaging_service_sid=None,
        api_base_url="https://api.twilio.com",
    )


def test_everything_set() -> None:
    settings = read_settings(
        ENOUGH
        | {
            "DATABASE_URL": "postgresql://tree@db/tree",
            "PHONETREE_ENGINE_URL": "redis://localhost/0",
            "PHONETREE_KEYS": f"{KEY}, {OLD_KEY}",
            "PHONETREE_KEY_DIR": "/var/lib/phonetree/keys",
            "TWILIO_AUTH_TOKEN": "new, old",
            "TWILIO_API_KEY_SID": "SK" + HEX,
            "TWILIO_API_KEY_SECRET": SECRET,
            "TWILIO_MESSAGING_SERVICE_SID": "MG" + HEX,
            "TWILIO_API_BASE_URL": "http://127.0.0.1:8001",
        }
    )
    assert settings.database_url == "postgresql+psycopg://tree@db/tree"
    assert settings.engine_url == "redis://localhost/0"
    assert settings.keys == parse_master_keys(f"{KEY} {OLD_KEY}")
    assert settings.key_dir == Path("/var/lib/phonetree/keys")
    assert settings.auth_tokens == ("new", "old")
    assert (settings.api_key_sid, settings.api_key_secret) == ("SK" + HEX, SECRET)
    assert settings.messaging_service_sid == "MG" + HEX
    assert settings.api_base_url == "http://127.0.0.1:8001"


def test_the_settings_are_those_of_the_contract_in_its_order() -> None:
    assert [name for name, _, _ in SETTINGS] == [
        "DATABASE_URL",
        "PHONETREE_ENGINE_URL",
        "PHONETREE_KEYS",
        "PHONETREE_KEY_DIR",
        "PHONETREE_PUBLIC_URL",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_API_KEY_SID",
        "TWILIO_API_KEY_SECRET",
        "TWILIO_MESSAGING_SERVICE_SID",
        "TWILIO_API_BASE_URL",
    ]
    assert {name for name, _, default in SETTINGS if default is None} == set(ENOUGH)
    assert all(meaning for _, meaning, _ in SETTINGS)
    assert ("PHONETREE_KEY_DIR", "instance/keys") in {(name, default) for name, _, default in SETTINGS}


@pytest.mark.parametrize("name", ENOUGH)
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_a_missing_setting_is_named_with_its_meaning(name: str, empty: str | None) -> None:
    environ = {key: value for key, value in ENOUGH.items() if key != name}
    with pytest.raises(WrongSetting, match=f"^{name}: set it: .+") as caught:
        read_settings(environ if empty is None else environ | {name: empty})
    assert caught.value.name == name


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "mysql://tree:hidden@db/tree", "set it to sqlite"),
        ("DATABASE_URL", "hidden", "set it to sqlite"),
        ("PHONETREE_ENGINE_URL", "amqp://hidden@host", "leave it empty"),
        ("PHONETREE_ENGINE_URL", "redis:hidden", "leave it empty"),
        ("PHONETREE_KEYS", "k1.hidden", "key 1 is not one"),
        ("PHONETREE_KEYS", f"{KEY},{KEY[:-1]}", "key 2 is not one"),
        ("TWILIO_ACCOUNT_SID", "AC" + HEX.upper(), "AC and 32"),
        ("TWILIO_ACCOUNT_SID", "SK" + HEX, "AC and 32"),
        ("TWILIO_ACCOUNT_SID", "AC" + HEX + "0", "AC and 32"),
        ("TWILIO_MESSAGING_SERVICE_SID", "AC" + HEX, "MG and 32"),
        ("TWILIO_API_KEY_SID", "hidden", "SK and 32"),
        ("TWILIO_AUTH_TOKEN", "hidden,hidden,hidden", "the new and the old one"),
        ("TWILIO_AUTH_TOKEN", "hidden,", "the new and the old one"),
        ("TWILIO_AUTH_TOKEN", "hid den", "the new and the old one"),
        ("PHONETREE_PUBLIC_URL", "tree.example.org", "set it to an origin"),
        ("PHONETREE_PUBLIC_URL", "https://tree.example.org/", "set it to an origin"),
        ("PHONETREE_PUBLIC_URL", "https://tree.example.org/twilio", "set it to an origin"),
        ("PHONETREE_PUBLIC_URL", "https://tree.example.org?a=1", "set it to an origin"),
        ("PHONETREE_PUBLIC_URL", "https://hidden@tree.example.org", "set it to an origin"),
        ("PHONETREE_PUBLIC_URL", "https://", "set it to an origin"),
        ("PHONETREE_PUBLIC_URL", "https://[::1", "set it to an origin"),
        ("PHONETREE_PUBLIC_URL", "https://tree.example.org:port", "set it to an origin"),
        ("PHONETREE_PUBLIC_URL", "https://tree example.org", "set it to an origin"),
        ("PHONETREE_PUBLIC_URL", "http://tree.example.org", "must begin with https://"),
        ("PHONETREE_PUBLIC_URL", "ftp://127.0.0.1", "must begin with https://"),
        ("TWILIO_API_BASE_URL", "http://127.0.0.1.example.org", "must begin with https://"),
        ("TWILIO_API_BASE_URL", "http://10.0.0.1:8001", "must begin with https://"),
        ("PHONETREE_KEY_DIRECTORY", "hidden", "no such setting"),
        ("PHONETREE_KEYDIR", "", "no such setting"),
    ],
)
def test_a_wrong_setting_is_named_and_not_shown(name: str, value: str, says: str) -> None:
    error = wrong(**{name: value})
    assert error.name == name
    assert says in error.reason
    assert "hidden" not in str(error)
    assert KEY not in str(error)


@pytest.mark.parametrize("origin", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_plain_http_is_for_this_machine(origin: str) -> None:
    assert read_settings(ENOUGH | {"PHONETREE_PUBLIC_URL": origin}).public_url == origin


def test_the_two_halves_of_an_api_key_come_together() -> None:
    assert wrong(TWILIO_API_KEY_SID="SK" + HEX).name == "TWILIO_API_KEY_SECRET"
    assert wrong(TWILIO_API_KEY_SECRET=SECRET).name == "TWILIO_API_KEY_SID"


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("", "sqlite:///instance/phonetree.db"),
        ("sqlite:////srv/tree.db", "sqlite:////srv/tree.db"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_the_database_can_be_read_alone(given: str, read: str) -> None:
    assert read_database_url({"DATABASE_URL": given}) == read


def test_the_database_alone_is_checked_too() -> None:
    with pytest.raises(WrongSetting, match=r"^DATABASE_URL: set it to"):
        read_database_url({"DATABASE_URL": "mysql://db"})


def test_taking_removes_every_setting_and_nothing_else() -> None:
    environ = ENOUGH | {"PATH": "/bin", "TWILIO_EDGE": "ashburn", "DATABASE_URL": "sqlite:///tree.db"}
    expected = read_settings(environ)
    assert take_settings(environ) == expected
    assert environ == {"PATH": "/bin", "TWILIO_EDGE": "ashburn"}


def test_taking_wrong_settings_leaves_them_to_be_looked_at() -> None:
    environ = ENOUGH | {"PHONETREE_PUBLIC_URL": "nowhere"}
    with pytest.raises(WrongSetting):
        take_settings(environ)
    assert environ == ENOUGH | {"PHONETREE_PUBLIC_URL": "nowhere"}


def test_settings_print_no_secret_and_do_not_change() -> None:
    settings = read_settings(
        ENOUGH
        | {
            "DATABASE_URL": f"postgresql://tree:{SECRET}@db/tree",
            "PHONETREE_ENGINE_URL": f"redis://:{SECRET}@cache/0",
            "TWILIO_API_KEY_SID": "SK" + HEX,
            "TWILIO_API_KEY_SECRET": SECRET,
        }
    )
    for printed in (repr(settings), str(settings), f"{settings.keys}"):
        assert SECRET not in printed
        assert "secret" not in printed
        assert "keys=" not in printed
    with pytest.raises(ValidationError):
        settings.public_url = "https://elsewhere.example.org"  # type: ignore[misc]


def test_settings_made_by_hand_do_not_show_what_was_wrong_either() -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(ENOUGH | {"TWILIO_AUTH_TOKEN": f"{SECRET} {SECRET}"})
    assert SECRET not in str(caught.value)


def test_addresses_of_group_chats_are_taken_out_of_the_environment() -> None:
    environ = {"MAPLE_URL": f" signal://{SECRET} ", "OAK_URL": " ", "PATH": "/bin"}
    assert take_addresses(environ, ["MAPLE_URL", "OAK_URL", "ELM_URL"]) == {"MAPLE_URL": f"signal://{SECRET}"}
    assert environ == {"PATH": "/bin"}
