"""V1: a hundred people call in the same moment and ask for a person; how long each waits for the next words."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from itertools import count

from sqlalchemy import func, select

from bench.figures import Figure, Sizes
from bench.ground import ACCOUNT, TOKEN, Ground, number_of, the_site
from bench.inbound import SCHOOL
from bench.load import Answers, post_all, signed_post
from bench.serving import served
from phonetree.desk.hunting import end_hunts
from phonetree.models import Call, Delivery, Duty, Hunt, Membership, Person, reading, writing

LONGEST_WAIT = 2.0
"""Seconds, for 99 of 100."""
OPERATORS = 5
_SIDS = count(1)


def measure(ground: Ground, sizes: Sizes) -> list[Figure]:
    """Three turns at once for everybody: the call, the key for a person, and the first words in the queue."""
    _put_on_duty(ground)
    calls = [(f"CA{next(_SIDS):032x}", number_of(n % ground.phones).e164) for n in range(sizes.calls)]
    with served(ground):
        _rush(ground, [(sid, who) for sid, who in calls[:1]], "/twilio/voice", {})  # the server warms up
        began = _rush(ground, calls[1:], "/twilio/voice", {})
        asked = _rush(ground, calls[1:], "/twilio/voice/turn/1/keys", {"Digits": "2"})
    hunts = _check(ground, len(calls) - 1)
    slowest = max(each.percentile(0.99) for each in (began, asked))
    note = (
        f"{len(calls) - 1} calls at once, {hunts} hunts, nobody rung twice for one; p50 {asked.percentile(0.5):.2f} s"
    )
    what = f"V1 p99 wait in a rush of calls, {ground.name}"
    return [Figure(what, "s", slowest, LONGEST_WAIT, "two seconds", 1.0, None, at_most=True, note=note)]


def _rush(ground: Ground, calls: list[tuple[str, str]], path: str, more: dict[str, str]) -> Answers:
    """Everybody asks at the same time, each on a line of their own. Every answer has to be one to a call."""
    origin = f"http://127.0.0.1:{ground.port}"
    requests = [signed_post(origin, path, _form(sid, who) | more, TOKEN) for sid, who in calls]
    answers = post_all(ground.port, requests, len(requests))
    if answers.statuses != {HTTPStatus.OK: len(requests)} or answers.spoken != len(requests):
        raise RuntimeError(f"{path} answered {dict(answers.statuses)}, {answers.spoken} of them with words or a queue")
    return answers


def _form(sid: str, who: str) -> dict[str, str]:
    return {
        "CallSid": sid, "AccountSid": ACCOUNT, "From": who, "To": SCHOOL, "Caller": who, "Called": SCHOOL,
        "CallStatus": "ringing", "ApiVersion": "2010-04-01", "Direction": "inbound",
    }  # fmt: skip


def _put_on_duty(ground: Ground) -> None:
    now = ground.house.means.now()
    with writing(ground.database) as session:
        site = the_site(session)
        for person in session.scalars(select(Person).order_by(Person.id).limit(OPERATORS)):
            session.add(Membership(site_id=site.id, person_id=person.id, role="operator", calls="all"))
            session.add(Duty(site_id=site.id, person_id=person.id, began_at=now, until=now + timedelta(hours=4)))


def _check(ground: Ground, calls: int) -> int:
    """Every caller waits in one hunt, and no operator is rung twice for the same one."""
    with reading(ground.database) as session:
        hunts = session.scalar(select(func.count()).select_from(Hunt)) or 0
        waiting = session.scalar(select(func.count()).select_from(Call).where(Call.turn == 2)) or 0  # noqa: PLR2004
        legs = select(Delivery.matter, Delivery.person_id).where(Delivery.matter.is_not(None))
        twice = legs.group_by(Delivery.matter, Delivery.person_id).having(func.count() > 1)
        if session.execute(twice).first() or waiting < calls:
            raise RuntimeError(f"{waiting} of {calls} callers got on, or somebody was rung twice for one of them")
    with writing(ground.database) as session:
        end_hunts(session, ground.house.means)
    return hunts
