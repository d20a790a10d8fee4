"""P1: how far behind the ledger the console's progress page is while a broadcast goes out."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from statistics import median

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bench.course import Course
from bench.figures import Figure
from bench.ground import Ground, the_site
from bench.queueing import clear, queue_for
from bench.serving import served
from bench.workers import wait_until_sent, workers
from phonetree.console.doors import TOKEN
from phonetree.console.page_language import CHOSEN
from phonetree.console.pages import COOKIE
from phonetree.console.progress import LIVE
from phonetree.desk.console_codes import hash_of
from phonetree.models import Alert, Broadcast, ConsoleSession, Delivery, Membership, Pin, reading, writing

AT_MOST, BETTER = 2.0, 1.5
"""Seconds."""
WATCHERS = 3
"""Leads who look at the same time."""
LAST_LOOKS = 4
_HANDED_OVER = re.compile(r"Handed over to the carrier</th><td>([0-9,]+)</td>")


@dataclass
class _Watcher:
    """What a browser does that keeps the page up to date; each figure with the moment from which it is shown."""

    port: int
    cookie: str
    shown: list[tuple[float, int]] = field(default_factory=list)
    mark: str = ""

    def comes_in(self) -> None:
        """The page was opened before, by somebody, in each of the server's processes."""
        for _again in range(5):
            self._look()

    def watch(self, over: threading.Event) -> None:
        """One answer after the other, as far apart as the server says; a few more when all is over."""
        more = LAST_LOOKS
        while more:
            more -= over.is_set()
            time.sleep(self._look())

    def _look(self) -> float:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"Cookie": f"{COOKIE}={self.cookie}", "Accept-Language": "en", "Last-Event-ID": self.mark}
            connection.request("GET", LIVE, headers=headers)
            answer = connection.getresponse()
            body = answer.read().decode()
        finally:
            connection.close()
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"the page's news were answered with {answer.status}")
        lines = dict(line.partition(": ")[::2] for line in body.strip().split("\n"))
        if "data" in lines:
            self.mark = lines["id"]
            found = _HANDED_OVER.search(json.loads(lines["data"])["parts"]["figures"])
            self.shown.append((time.time(), int(found[1].replace(",", "")) if found else 0))
        return int(lines["retry"]) / 1000


def measure(course: Course) -> list[Figure]:
    figures = []
    for ground in course.grounds:
        course.say(f"leads who watch a broadcast, {ground.name}")
        figures.append(_measure(course, ground))
    return figures


def _measure(course: Course, ground: Ground) -> Figure:
    sizes = course.sizes
    course.carrier.behave(sizes.latency, receipts_per_second=sizes.receipts_per_second)
    with _signed_in(ground) as cookie, served(ground):
        watchers = [_Watcher(ground.port, cookie) for _ in range(WATCHERS)]
        texts = sizes.mixed
        broadcast_id = queue_for(ground, texts)
        with _of_an_alert(ground, broadcast_id):
            over = threading.Event()
            for watcher in watchers:
                watcher.comes_in()
            watching = [threading.Thread(target=watcher.watch, args=(over,)) for watcher in watchers]
            with workers(ground):
                for thread in watching:
                    thread.start()
                try:
                    wait_until_sent(ground)
                finally:
                    over.set()
                for thread in watching:
                    thread.join()
            lags = [lag for watcher in watchers for lag in behind(watcher.shown, _times(ground, broadcast_id))]
    course.carrier.behave(sizes.latency)
    course.carrier.took()
    note = f"{texts:,} phones, {WATCHERS} who look, half the time under {median(lags):.1f} s"
    what = f"P1 progress page behind the ledger, {ground.name}"
    return Figure(what, "s at worst", max(lags), AT_MOST, "two seconds", 1.0, BETTER / AT_MOST, at_most=True, note=note)


def behind(shown: Sequence[tuple[float, int]], handed_over: Sequence[float]) -> list[float]:
    """How old each figure was at last, when the next one took its place: since the first text that it lacks."""
    ends = [at for at, _count in shown[1:]]
    lags = [
        end - handed_over[count] for end, (_at, count) in zip(ends, shown, strict=False) if count < len(handed_over)
    ]
    if not lags or shown[-1][1] != len(handed_over):
        raise RuntimeError(f"the page showed {shown[-1:]} at last, of {len(handed_over)} texts")
    return [max(0.0, lag) for lag in lags]


def _times(ground: Ground, broadcast_id: int) -> list[float]:
    """When each text was handed over, by the ledger."""
    handed = select(Delivery.submitted_at).where(Delivery.broadcast_id == broadcast_id)
    with reading(ground.database) as session:
        return sorted(at.timestamp() for at in session.scalars(handed) if at is not None)


@contextmanager
def _of_an_alert(ground: Ground, broadcast_id: int) -> Iterator[None]:
    """A page shows what belongs to an alert."""
    now = ground.means.now()
    with writing(ground.database) as session:
        times = dict.fromkeys(("opened_at", "level_at", "latest_at"), now)
        site = the_site(session)
        alert = Alert(site_id=site.id, number=100, kind="2", place="1", level="2", reaches_families=True, **times)
        session.add(alert)
        session.flush()
        session.execute(update(Broadcast).where(Broadcast.id == broadcast_id).values(alert_id=alert.id, action="alert"))
    yield
    with writing(ground.database) as session:
        clear(session)
        session.execute(delete(Alert))


@contextmanager
def _signed_in(ground: Ground) -> Iterator[str]:
    """The cookie of a lead who is signed in."""
    token, now = secrets.token_urlsafe(16), ground.means.now()
    with writing(ground.database) as session:
        site = the_site(session)
        whose = _anybody(session, site.id)
        session.add(Membership(site_id=site.id, person_id=whose, role="lead"))
        session.add(Pin(person_id=whose, hashed="none", set_at=now - timedelta(days=1)))
        made = {"person_id": whose, "site_id": site.id, "made_at": now, "last_seen_at": now}
        session.add(ConsoleSession(token_hash=hash_of(token), **made))
    yield _cookie(ground, token)
    with writing(ground.database) as session:
        session.execute(delete(ConsoleSession))
        session.execute(delete(Pin).where(Pin.person_id == whose))
        session.execute(delete(Membership).where(Membership.person_id == whose, Membership.role == "lead"))


def _anybody(session: Session, site_id: int) -> str:
    parents = select(Membership.person_id).where(Membership.site_id == site_id).order_by(Membership.id)
    return session.scalars(parents).first() or ""


def _cookie(ground: Ground, token: str) -> str:
    app = Flask("bench")
    app.secret_key = ground.means.keys.console_key
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    if signer is None:
        raise LookupError("there is no key to sign with")
    return str(signer.dumps({TOKEN: token, CHOSEN: "en"}))
