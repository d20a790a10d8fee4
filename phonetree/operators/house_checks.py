"""What ``doctor`` looks at on this machine: database, keys, clock, engine, workers, disk and backups."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from huey import Huey
from sqlalchemy import Engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from phonetree.desk import heartbeats
from phonetree.desk.means import Means
from phonetree.desk.schools import can_read
from phonetree.models import database_now, reading
from phonetree.models.migrations import is_migrated
from phonetree.operators.findings import Finding, fine, stops, warns
from phonetree.words import key_turning
from phonetree.words.keyfiles import WrongKey, key_files
from phonetree.words.sealed_files import MAGIC
from phonetree.words.settings import Settings

ROUNDS_WITHIN = timedelta(seconds=30)
"""They are made every second or two; a long transaction may hold one up."""
RETENTION_WITHIN = timedelta(hours=1)
SKEW, MOST_SKEW = timedelta(seconds=5), timedelta(seconds=60)
"""One-time codes live three minutes."""
LITTLE_ROOM, NO_ROOM = 1_000_000_000, 100_000_000
"""Bytes."""
BACKUP_WITHIN = timedelta(days=2)
OTHERS_MAY_READ = 0o077


def database(settings: Settings, engine: Engine) -> Finding:
    """Whether it answers, and is at the newest migration. Where it is not, nothing else can be asked of it."""
    file = _file_of(settings)
    if file is not None and not file.exists():  # to look into it would make it
        return stops("migrations", "There is no database yet.", "Run `phonetree migrate`.")
    try:
        is_newest = is_migrated(engine)
    except SQLAlchemyError:
        remedy = "Is it running, is DATABASE_URL right, and is there room on its disk?"
        return stops("database", "The database cannot be used.", remedy)
    if not is_newest:
        return stops("migrations", "The database is not at the newest migration.", "Run `phonetree migrate`.")
    kind = "SQLite" if settings.database_url.startswith("sqlite") else "PostgreSQL"
    return fine("database", f"The database ({kind}) answers and is at the newest migration.")


def _file_of(settings: Settings) -> Path | None:
    url = make_url(settings.database_url)
    is_file = url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}
    return Path(str(url.database)).resolve() if is_file else None


def key_folder(settings: Settings) -> Finding | None:
    """What is wrong with the keys before anything is opened by them: opening makes what is missing."""
    folder = settings.key_dir
    try:
        is_empty = not folder.is_dir() or not key_files(folder)
    except (WrongKey, OSError):
        remedy = "Put back the copy of the key folder that you made, whole."
        return stops("keys", "PHONETREE_KEY_DIR holds a file that is damaged or cannot be read.", remedy)
    if is_empty:
        return stops("keys", "PHONETREE_KEY_DIR holds no key.", _RIGHT_FOLDER)
    return None


_RIGHT_FOLDER = (
    "A new deployment makes its keys with the first `phonetree site load FILE`. "
    "Otherwise set it to the folder that belongs to this database, or put its copy back."
)


def keys(settings: Settings, engine: Engine, means: Means) -> Iterator[Finding]:
    """Whether they open this database, are ours alone, and are of this school year."""
    with reading(engine) as session:
        try:
            opens = can_read(session, means)
        except WrongKey:
            opens = False
    if not opens:
        remedy = "Set PHONETREE_KEYS and PHONETREE_KEY_DIR to those that belong to this database."
        yield stops("keys", "The keys do not open this database: no family can be found in it.", remedy)
        return
    if settings.key_dir.stat().st_mode & OTHERS_MAY_READ:
        yield warns("key-folder", "Others on this machine may look into PHONETREE_KEY_DIR.", "Run `chmod 700` on it.")
    if key_turning.overdue(means.keys, means.now().date()):
        remedy = "Run `phonetree keys rotate`, then copy the key folder anew."
        yield warns("keys-old", "A new school year has begun, and the keys are of the last.", remedy)
    yield fine("keys", "The keys open this database.")


def clock(engine: Engine, means: Means, told_at: datetime | None) -> Iterator[Finding]:
    """This machine's against the database's and the provider's."""
    with reading(engine) as session:
        of_database = session.scalars(select(database_now())).one()
    others = {"database": of_database} | ({"provider": told_at} if told_at else {})
    wrong = False
    for name, at in others.items():
        # the provider tells whole seconds, and its answer was on its way
        skew = abs(means.now() - at)
        if skew > SKEW:
            wrong = True
            found = stops if skew > MOST_SKEW else warns
            seconds = round(skew.total_seconds())
            what = f"This machine's clock and the {name}'s are {seconds} seconds apart."
            yield found("clock", what, "Keep the clocks right by NTP (timedatectl set-ntp true).")
    if not wrong:
        yield fine("clock", f"The clock agrees with {' and '.join(f'that of the {name}' for name in others)}.")


def engine_answers(engine: Huey) -> Finding:
    """What wakes the workers. Without it they look every second by themselves."""
    try:
        waiting = int(engine.pending_count())
    except Exception:  # noqa: BLE001 - each engine has errors of its own, and all mean this
        remedy = "Is what PHONETREE_ENGINE_URL names running? Texts go all the same, up to a second later."
        return warns("engine", "The engine that wakes the workers does not answer.", remedy)
    return fine("engine", f"The engine that wakes the workers answers; waiting there: {waiting}.")


def workers(engine: Engine, means: Means) -> Iterator[Finding]:
    """Whether somebody sends, and whether what is old is dropped."""
    with reading(engine) as session:
        beats = heartbeats.last_beats(session)
    now = means.now()
    rounds, retention = beats.get(heartbeats.ROUNDS), beats.get(heartbeats.RETENTION)
    if rounds is None or rounds < now - ROUNDS_WITHIN:
        since = f"since {rounds:%Y-%m-%d %H:%M} UTC" if rounds else "so far"
        remedy = "Start `phonetree serve`, or `phonetree worker`; if one runs, its log says why it makes no rounds."
        yield stops("workers", f"No worker has made its rounds {since}: nothing is sent.", remedy)
    else:
        yield fine("workers", "A worker runs.")
    if retention is None or retention < now - RETENTION_WITHIN:
        remedy = "It waits while an alert goes out. Otherwise look for `a round failed` in the worker's log."
        yield warns("retention", "What is old was not dropped within the hour.", remedy)
    else:
        yield fine("retention", "What is old is dropped.")


def disk(settings: Settings) -> Iterator[Finding]:
    """Where the database, the engine's file and the keys lie on this machine."""
    file = _file_of(settings)
    folders = {settings.key_dir.resolve()} | ({file.parent} if file else set())
    free = min(shutil.disk_usage(folder).free for folder in folders if folder.is_dir())
    what = f"{free / 1e9:.1f} GB are free on the disk."
    if free < NO_ROOM:
        yield stops("disk", what, "Make room now: what cannot be written down is not sent.")
    elif free < LITTLE_ROOM:
        yield warns("disk", what, "Make room: old backups and logs first.")
    else:
        yield fine("disk", what)


def backups(folder: Path | None, now: datetime) -> Finding:
    """How old the newest is. Where they lie only who makes them knows."""
    if folder is None:
        return fine("backups", "Backups were not looked at: give their folder with --backups.")
    made = [path.stat().st_mtime for path in folder.iterdir() if path.is_file() and _is_backup(path)]
    remedy = "Run `phonetree backup FILE` every night, and keep the files on another machine."
    if not made:
        return warns("backups", "There is no backup in that folder.", remedy)
    age = now.timestamp() - max(made)
    if age > BACKUP_WITHIN.total_seconds():
        return warns("backups", f"The newest backup is {age / 86_400:.0f} days old.", remedy)
    return fine("backups", f"The newest backup is {age / 3600:.0f} hours old.")


def _is_backup(path: Path) -> bool:
    with closing(path.open("rb")) as file:
        return file.read(len(MAGIC)) == MAGIC
