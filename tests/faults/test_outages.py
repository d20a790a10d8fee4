"""What the tree stands on fails in the middle of an alert: its database, its disk, its engine, its carrier.

Nobody is lost and nobody has it twice (I2, I3, I8); a receipt that cannot be kept is refused and not lost silently.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from pathlib import Path

from fault_plans import FAULTS, RARE, misbehave
from invariants import History
from judging import judged
from laboratory import ALERT, Laboratory, Setting, laboratory
from phone import service
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from waits import GRACE
from with_services import PATH, as_postgres, postgresql, redis, run

SETTING = Setting(recipients=30, per_second=20.0)
A_THIRD = SETTING.recipients // 3


@contextmanager
def alerted(lab: Laboratory, between: Callable[[], object] = bool) -> Iterator[None]:
    """A third of an alert is out before what is within, and the rest comes to rest behind it.

    *between* happens between its release and the workers' start.
    """
    lab.send(ALERT)
    between()
    lab.start_workers()
    assert lab.waits_for_requests(A_THIRD)
    yield
    assert lab.settles()


def all_once(lab: Laboratory, *, is_calm: bool = True) -> None:
    history: History = judged(lab, is_calm=is_calm)
    assert history.got(history.alert) == set(history.recipients)
    assert all(process.is_alive() for process in lab.workers)


# --- the carrier -----------------------------------------------------------------------------------------------------


def test_a_carrier_that_hangs_drips_and_stops_short(tmp_path: Path, database_url: str) -> None:
    with laboratory(tmp_path, database_url, SETTING, partial(misbehave, shares=RARE)) as lab:
        with alerted(lab):
            pass
        all_once(lab)


def test_a_list_that_lags_behind_what_was_accepted(tmp_path: Path, database_url: str) -> None:
    lagging = partial(misbehave, shares=FAULTS, listing_lag=0.25 * GRACE.total_seconds())
    with laboratory(tmp_path, database_url, replace(SETTING, kills=1), lagging) as lab:
        with alerted(lab):
            lab.kill_some()
        all_once(lab)


# --- the database ----------------------------------------------------------------------------------------------------


@contextmanager
def own_cluster() -> Iterator[tuple[str, Callable[[], None]]]:
    """A PostgreSQL of this test's own, and what breaks it off and starts it again."""
    service("TEST_POSTGRESQL_URL")
    with tempfile.TemporaryDirectory(prefix="phonetree-cluster-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with postgresql(folder) as url:
            control = shutil.which("pg_ctl", path=PATH) or ""
            restart = as_postgres([control, "-D", str(folder / "pg/data"), "-w", "-m", "immediate", "restart"])
            driven = make_url(url).set(drivername="postgresql+psycopg")
            _keep_what_is_committed(driven)
            yield driven.render_as_string(hide_password=False), lambda: run([*restart, "-l", str(folder / "pg/log")])


def _keep_what_is_committed(url: URL) -> None:
    """As a live one does; those for tests forget the last moments."""
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("ALTER DATABASE postgres SET synchronous_commit = on"))
    server.dispose()


def test_the_database_is_broken_off_and_starts_again(tmp_path: Path) -> None:
    with (
        own_cluster() as (url, restart),
        laboratory(tmp_path, url, replace(SETTING, workers=2)) as lab,
    ):
        with alerted(lab):
            restart()
        all_once(lab, is_calm=False)


def test_the_disk_is_full_for_a_while(tmp_path: Path) -> None:
    full_disk, file = tmp_path / "full", tmp_path / "phonetree.db"
    # so many that what is noted of them does not fit into the pages that are there
    many = replace(SETTING, recipients=150, per_second=100.0)
    with laboratory(tmp_path, f"sqlite:///{file}", many, full_disk=full_disk) as lab:
        with alerted(lab):
            full_disk.touch()
            assert lab.waits_until(lambda: len(lab.troubles()) > 1, 10.0), "nobody noticed"
            lab.stop_workers()  # who folds receipts makes room for others
            assert HTTPStatus.SERVICE_UNAVAILABLE in receipts_of_nobody(lab), "receipts were taken and lost"
            full_disk.unlink()
            lab.start_workers()
        all_once(lab, is_calm=False)


def receipts_of_nobody(lab: Laboratory, most: int = 3000) -> Iterator[int]:
    """What the carrier is told of so many receipts for texts that nobody knows: each that is kept takes room."""
    for number in range(most):
        yield lab.report(f"{number:032x}", f"SM{number:032x}")


# --- the engine ------------------------------------------------------------------------------------------------------


@contextmanager
def own_redis(folder: Path) -> Iterator[tuple[str, Redis]]:
    service("TEST_REDIS_URL")
    with redis(folder) as url, Redis.from_url(url) as there:
        assert any(_answers(there) for _ in range(500)), "Redis did not start"
        yield url, there


def _answers(there: Redis) -> bool:
    try:
        return bool(there.ping())
    except NoRedis:
        return False


def test_the_engine_forgets_everything(tmp_path: Path, database_url: str) -> None:
    with (
        own_redis(tmp_path) as (engine_url, there),
        laboratory(tmp_path, database_url, replace(SETTING, engine_url=engine_url)) as lab,
    ):
        with alerted(lab, between=there.flushall):
            there.flushall()
        all_once(lab)
