"""Settings from the environment, for whoever starts the program: read once, checked, and taken out of it again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, MutableMapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from phonetree.words.crypto import MasterKey, WrongKey, parse_master_keys

_PREFIX = "PHONETREE_"
_DATABASE_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
_DATABASES = frozenset({"sqlite", "postgresql+psycopg"})
_ENGINES = frozenset({"postgresql", "redis", "rediss"})
_MOST_TOKENS = 2


class WrongSetting(Exception):
    """A setting that is missing, wrong or unknown: one line that names it and says what to do, without its value."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


def _database_url(url: str) -> str:
    scheme, colon, rest = url.partition(":")
    scheme = _DATABASE_DRIVERS.get(scheme, scheme)
    if scheme not in _DATABASES or not rest.startswith("//"):
        raise ValueError("set it to sqlite:///<file> or postgresql://<user>@<host>/<name>")
    return scheme + colon + rest


def _engine_url(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if url and (scheme not in _ENGINES or not rest):
        raise ValueError("leave it empty, or set it to postgresql://… or redis://…")
    return url


def _keys(given: object) -> object:
    try:
        return parse_master_keys(given) if isinstance(given, str) else given
    except WrongKey as wrong:
        raise ValueError(str(wrong)) from None


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_origin = bool(parts.hostname) and url == f"{parts.scheme}://{parts.netloc}" and parts.port != 0
    except ValueError:
        is_origin = False
    if not is_origin or "@" in url or not re.fullmatch(r"[!-~]+", url):
        raise ValueError("set it to an origin such as https://tree.example.org: no path, no slash at the end")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise ValueError("it must begin with https:// (http:// only on this machine)")
    return url


def is_loopback(host: str) -> bool:
    """Whether nobody outside of this machine can be meant."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _tokens(given: object) -> object:
    return tuple(part.strip() for part in given.split(",")) if isinstance(given, str) else given


def _one_or_two(tokens: tuple[str, ...]) -> tuple[str, ...]:
    if not 1 <= len(tokens) <= _MOST_TOKENS or not all(re.fullmatch(r"[!-~]+", token) for token in tokens):
        raise ValueError("set it to the auth token, or to the new and the old one with a comma between")
    return tokens


def _sid(prefix: str) -> AfterValidator:
    def check(sid: str) -> str:
        if not re.fullmatch(prefix + "[0-9a-f]{32}", sid):
            raise ValueError(f"copy it from the provider's console: {prefix} and 32 of the characters 0-9 and a-f")
        return sid

    return AfterValidator(check)


class Settings(BaseModel):
    """Everything the environment decides. A field's alias is its name there; secrets never print."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, validate_by_name=True)

    database_url: Annotated[str, AfterValidator(_database_url)] = Field(
        "sqlite:///instance/phonetree.db", alias="DATABASE_URL", repr=False, description="SQLite or PostgreSQL"
    )
    engine_url: Annotated[str, AfterValidator(_engine_url)] = Field(
        "", alias="PHONETREE_ENGINE_URL", repr=False, description="what wakes the workers; empty is embedded"
    )
    keys: Annotated[tuple[MasterKey, ...], BeforeValidator(_keys)] = Field(
        alias="PHONETREE_KEYS", repr=False, description="encryption keys, newest first"
    )
    key_dir: Path = Field(Path("instance/keys"), alias="PHONETREE_KEY_DIR", description="where wrapped data keys lie")
    public_url: Annotated[str, AfterValidator(_origin)] = Field(
        alias="PHONETREE_PUBLIC_URL", description="the origin the provider calls, such as https://tree.example.org"
    )
    account_sid: Annotated[str, _sid("AC")] = Field(alias="TWILIO_ACCOUNT_SID", description="the provider's account")
    auth_tokens: Annotated[tuple[str, ...], BeforeValidator(_tokens), AfterValidator(_one_or_two)] = Field(
        alias="TWILIO_AUTH_TOKEN", repr=False, description="checks signatures: one, or two during rotation"
    )
    api_key_sid: Annotated[str, _sid("SK")] | None = Field(
        None, alias="TWILIO_API_KEY_SID", description="the key for sending, preferred to the auth token"
    )
    api_key_secret: str | None = Field(
        None, alias="TWILIO_API_KEY_SECRET", repr=False, description="the secret of that key"
    )
    messaging_service_sid: Annotated[str, _sid("MG")] | None = Field(
        None, alias="TWILIO_MESSAGING_SERVICE_SID", description="send through a Messaging Service"
    )
    api_base_url: Annotated[str, AfterValidator(_origin)] = Field(
        "https://api.twilio.com", alias="TWILIO_API_BASE_URL", description="where calls to the provider go"
    )

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if self.api_key_sid and not self.api_key_secret:
            raise WrongSetting("TWILIO_API_KEY_SECRET", "set it too, or unset TWILIO_API_KEY_SID")
        if self.api_key_secret and not self.api_key_sid:
            raise WrongSetting("TWILIO_API_KEY_SID", "set it too, or unset TWILIO_API_KEY_SECRET")
        return self


SETTINGS: tuple[tuple[str, str, str | None], ...] = tuple(
    (str(field.alias), str(field.description), None if field.is_required() else str(field.default or ""))
    for field in Settings.model_fields.values()
)
"""Of every setting: its name in the environment, what it means, and its default; no default means it must be set."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check the settings. Raises ``WrongSetting``."""
    try:
        return Settings.model_validate(_given(environ), by_name=False)
    except ValidationError as wrong:
        name, reason = _first_wrong(wrong)
        raise WrongSetting(name, reason) from None


def take_settings(environ: MutableMapping[str, str]) -> Settings:
    """Read the settings and remove them: what starts later, or prints its environment, sees no secret."""
    settings = read_settings(environ)
    for name, _, _ in SETTINGS:
        environ.pop(name, None)
    return settings


def take_addresses(environ: MutableMapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """The addresses of group chats, by the names that school files give them; removed like the settings.

    An empty one counts as not set, and is left out.
    """
    found = {name: environ.pop(name, "").strip() for name in names}
    return {name: address for name, address in found.items() if address}


def read_database_url(environ: Mapping[str, str]) -> str:
    """The database alone, for work such as migrations that needs no provider and no key."""
    url = environ.get("DATABASE_URL", "").strip()
    try:
        return _database_url(url or str(Settings.model_fields["database_url"].default))
    except ValueError as wrong:
        raise WrongSetting("DATABASE_URL", str(wrong)) from None


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    """Ours alone; an empty one counts as not set. Unknown names of our prefix stay in and are refused."""
    known = frozenset(name for name, _, _ in SETTINGS)
    set_ones = {name: environ[name].strip() for name in known & environ.keys() if environ[name].strip()}
    return set_ones | {name: "" for name in environ if name.startswith(_PREFIX) and name not in known}


def _first_wrong(wrong: ValidationError) -> tuple[str, str]:
    error = wrong.errors(include_url=False, include_input=False)[0]
    name = str(error["loc"][0])
    match error["type"]:
        case "missing":
            return name, f"set it: {_meaning(name)}"
        case "extra_forbidden":
            return name, "there is no such setting: correct its name or unset it"
        case "value_error":
            return name, str(error["ctx"]["error"])
    return name, "it cannot be understood"


def _meaning(name: str) -> str:
    return next(meaning for known, meaning, _ in SETTINGS if known == name)
