"""The composition: settings in, a Flask application or a worker out. Only this floor knows everything."""

from __future__ import annotations

import secrets
import sys
import threading
from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from flask import Flask, Response, jsonify
from huey import Huey
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from werkzeug.exceptions import HTTPException

from phonetree.cap.webhook import CapDesk, networks
from phonetree.console.doors import ConsoleDesk
from phonetree.console.pages import add_console
from phonetree.desk import cap_alerts, cap_keys
from phonetree.desk.call_progress import absorb_call, caller_gone
from phonetree.desk.calls import take_turn
from phonetree.desk.clip_tokens import sound_of, token_for
from phonetree.desk.conversations import answer
from phonetree.desk.counters import count_alone
from phonetree.desk.figures import figures
from phonetree.desk.hunting import wait_in_queue
from phonetree.desk.means import Means
from phonetree.desk.receipts import keep
from phonetree.desk.relaying import chat_names
from phonetree.desk.schools import can_read
from phonetree.desk.together import Together, one_at_a_time
from phonetree.engine.doorbell import HueyDoorbell, open_engine
from phonetree.engine.worker import Worker
from phonetree.models.database import open_database, reading
from phonetree.models.migrations import is_migrated
from phonetree.operators.exposition import exposition
from phonetree.operators.lateness import LATE_WEBHOOK, watch_lateness
from phonetree.operators.metrics import metrics
from phonetree.public.pages import add_public_pages
from phonetree.relays.apprise_chats import AppriseChats
from phonetree.twilio.call_webhooks import CallDesk, Telephone, sounds
from phonetree.twilio.client import TwilioCarrier
from phonetree.twilio.voice_twiml import Addresses, sound_address
from phonetree.twilio.webhooks import LARGEST_FORM, Provider, TextDesk, fallback, webhooks
from phonetree.words.crypto import KeyRing
from phonetree.words.logs import configure_logs, place_of
from phonetree.words.pins import PinHasher
from phonetree.words.ports import system_clock
from phonetree.words.settings import Settings, WrongSetting, take_addresses

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class House:
    """What one process of ours works with."""

    settings: Settings
    database: Engine
    engine: Huey
    means: Means


def open_house(settings: Settings) -> House:
    """Open the database, the engine and the keys that *settings* name."""
    make_room(settings.database_url)
    engine = open_engine(settings.engine_url, settings.database_url)
    return House(settings, open_database(settings.database_url), engine, means_of(settings, engine))


def means_of(settings: Settings, engine: Huey) -> Means:
    keys = KeyRing.open(settings.key_dir, settings.keys, today=system_clock().date())
    return Means(keys, system_clock, PinHasher(keys.pepper), new_code, HueyDoorbell(engine))


def check_keys(house: House) -> None:
    """Refuse to work beside a database whose keys lie in another folder: its families would not be found."""
    with reading(house.database) as session:
        if not can_read(session, house.means):
            raise WrongSetting("PHONETREE_KEY_DIR", "this folder, or PHONETREE_KEYS, does not open this database")


def new_code() -> str:
    """Four digits that nobody can foresee, and that are seen to be four."""
    return str(secrets.randbelow(9000) + 1000)


def create_app(settings: Settings, environ: MutableMapping[str, str] | None = None) -> Flask:
    """The web application of one process, with its logs on standard error."""
    configure_logs(sys.stderr, json=True)
    house = open_house(settings)
    if is_migrated(house.database):
        check_keys(house)
        take_chats(house, {} if environ is None else environ)  # it posts nothing, so it keeps none of them
    return web_app(house)


def take_chats(house: House, environ: MutableMapping[str, str]) -> dict[str, str]:
    """The addresses of the schools' group chats, taken out of the environment; what is missing is told by name."""
    with reading(house.database) as session:
        names = chat_names(session, house.means)
    found = take_addresses(environ, names)
    for name in names:
        if name not in found:
            log.warning("not set: the group chat gets no alert", variable=name)
    return found


def web_app(house: House) -> Flask:
    """The provider's webhooks, the network's, the public pages, the leads' console, the operators' pages."""
    settings = house.settings
    app = Flask("phonetree", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    app.url_map.merge_slashes = False  # nobody is redirected: a signature is good for one address
    provider = Provider(settings.public_url, settings.account_sid, settings.auth_tokens)
    app.register_blueprint(fallback())
    turnstile = threading.Lock()
    telephone = telephone_of(house, turnstile)
    app.register_blueprint(webhooks(provider, text_desk_of(house, turnstile), telephone))
    app.register_blueprint(sounds(telephone.desk.audio))
    app.register_blueprint(networks(cap_desk_of(house)))
    add_public_pages(app, house.database, house.means, settings.public_url)
    add_console(app, ConsoleDesk(house.database, house.means), settings.public_url)
    app.register_blueprint(
        metrics(settings.public_url, lambda: exposition(partial(figures, house.database, house.means)))
    )
    watch_lateness(app, partial(count_alone, house.database, LATE_WEBHOOK))
    app.add_url_rule("/healthz", view_func=lambda: Response("alive\n", mimetype="text/plain"), endpoint="healthz")
    app.add_url_rule("/readyz", view_func=lambda: _ready(house), endpoint="readyz")
    app.register_error_handler(Exception, _plainly)
    return app


def text_desk_of(house: House, turnstile: threading.Lock) -> TextDesk:
    database, means = house.database, house.means
    return TextDesk(
        answer=one_at_a_time(partial(answer, database, means), turnstile),
        keep_receipt=Together(partial(keep, database)),
    )


def cap_desk_of(house: House) -> CapDesk:
    return CapDesk(
        recognise=partial(cap_keys.recognise, house.database),
        receive=partial(cap_alerts.receive, house.database, house.means),
    )


def telephone_of(house: House, turnstile: threading.Lock) -> Telephone:
    """What the webhooks of calls ask, and the addresses that their answers name."""
    database, means, public_url = house.database, house.means, house.settings.public_url
    desk = CallDesk(
        take_turn=one_at_a_time(partial(take_turn, database, means), turnstile),
        wait_in_queue=partial(wait_in_queue, database, means),
        absorb_call=partial(absorb_call, database, means),
        caller_gone=partial(caller_gone, database, means),
        audio=partial(sound_of, database, means),
    )
    return Telephone(desk, Addresses(public_url, lambda source: sound_address(public_url, token_for(means, source))))


def make_worker(house: House, environ: MutableMapping[str, str]) -> Worker:
    """A worker, with the group chats whose addresses *environ* holds; they are taken out of it."""
    chats = AppriseChats(take_chats(house, environ), partial(take_addresses, environ))
    return Worker(house.database, house.engine, house.means, carrier_of(house.settings).open, chats)


def carrier_of(settings: Settings) -> TwilioCarrier:
    """The way to the provider: an API key where there is one, else the newest auth token."""
    login = (settings.api_key_sid, settings.api_key_secret)
    credentials = login if all(login) else (settings.account_sid, settings.auth_tokens[0])
    return TwilioCarrier(
        account_sid=settings.account_sid,
        credentials=(str(credentials[0]), str(credentials[1])),
        base_url=settings.api_base_url,
        public_url=settings.public_url,
        messaging_service_sid=settings.messaging_service_sid,
    )


def _ready(house: House) -> tuple[Response, int]:
    """Database, migrations and engine, each with its own word."""
    found = {"database": _answers(house), "migrations": _migrated(house), "engine": _engine_answers(house)}
    return jsonify(found), 200 if all(found.values()) else 503


def _answers(house: House) -> bool:
    try:
        with house.database.connect() as connection:
            return bool(connection.scalar(text("SELECT 1")) == 1)
    except Exception:  # noqa: BLE001 - whatever is wrong, the answer is: not ready
        return False


def _migrated(house: House) -> bool:
    try:
        return is_migrated(house.database)
    except Exception:  # noqa: BLE001
        return False


def _engine_answers(house: House) -> bool:
    try:
        return int(house.engine.pending_count()) >= 0
    except Exception:  # noqa: BLE001
        return False


def _plainly(error: Exception) -> Response:
    """A plain word and no trace. The log gets the kind of the error and its place: its words may quote somebody."""
    if isinstance(error, HTTPException):
        return Response(f"{error.name}\n", status=error.code, mimetype="text/plain")
    log.error("a request failed", error=type(error).__qualname__, where=place_of(error))
    return Response("Internal Server Error\n", status=500, mimetype="text/plain")


def make_room(database_url: str) -> None:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
