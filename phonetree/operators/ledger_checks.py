"""What ``doctor`` reads in the ledger: what waits too long, what is in doubt, what the provider said and how often."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from phonetree.desk.figures import figures
from phonetree.desk.means import Means
from phonetree.models import Delivery, State, reading
from phonetree.operators.findings import Finding, Level, fine, warns
from phonetree.words.ports import Verdict

LATE = 120.0
"""Seconds for which what goes first may wait."""
URGENT = frozenset({"now", "correction", "alert", "hotline"})
NO_RECEIPT = 300.0
IN_DOUBT = timedelta(minutes=10)
FRESH = timedelta(days=1)

Explain = Callable[[int], tuple[Verdict, str]]
"""What a code of the provider's means: for the ledger, and in a sentence."""

REMEDIES: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.PERMANENT: "Nothing to mend here: ask the family for another number, or call them.",
        Verdict.OPTED_OUT: "Nothing to mend: it is their wish. Who wants to come back texts START themselves.",
        Verdict.LANDLINE: "Nothing to mend: with a yes to calls the tree calls them; else ask for a mobile number.",
        Verdict.UNREACHABLE: "Nothing to mend: the tree tries once more, then calls.",
        Verdict.BUSY: "The tree tries again by itself. If it grows, lower segments_per_second in the school's file.",
        Verdict.LATE: "The tree tries again by itself.",
        Verdict.THROTTLED: "The tree tries again by itself, more slowly.",
        Verdict.FILTERED: "Send nothing more at first; read the words of that text, then ask the provider's support.",
        Verdict.MISCONFIGURED: "Mend it, then try your own phone: `phonetree doctor --send-to PHONE`. "
        "A lead who texts SEND lets go on what is paused.",
        Verdict.EXPIRED: "Nothing to mend: it was too old to help. If it is often so, the number sends too slowly.",
        Verdict.UNKNOWN: "If it is more than now and then, ask the provider's support.",
    }
)


@dataclass(frozen=True, slots=True)
class Met:
    """One code of the provider's: how often the ledger met it, when last, and whether texts went well since."""

    code: int
    times: int
    last_at: datetime
    is_over: bool


def ledger(engine: Engine, means: Means, explain: Explain) -> Iterator[Finding]:
    """All of it."""
    yield from _standing(engine, means)
    for met in codes_met(engine):
        yield _explained(met, explain, means.now())


def _standing(engine: Engine, means: Means) -> Iterator[Finding]:
    found = figures(engine, means)
    late = {lane for (_channel, lane), queue in found.queues.items() if lane in URGENT and queue.age > LATE}
    if late:
        what = f"Something that goes first has waited over two minutes ({', '.join(sorted(late))})."
        yield warns(
            "queue", what, "Does a worker run, does the provider answer, is a broadcast larger than its number?"
        )
    if found.without_receipt > NO_RECEIPT:
        what = f"A text was handed over {found.without_receipt / 60:.0f} minutes ago and has no receipt."
        yield warns("receipts", what, "Can the provider reach PHONETREE_PUBLIC_URL? See the door, above.")
    if doubted := _in_doubt(engine, means):
        what = f"{doubted} texts or calls are in doubt: nobody knows whether the provider took them."
        yield warns("in-doubt", what, "The tree asks the provider by itself; does the provider answer?")
    if found.paused:
        what = f"{found.paused} broadcasts are paused and wait for a lead."
        yield warns("paused", what, "A lead texts STATUS to see, SEND to let it go on.")
    if not (late or found.without_receipt > NO_RECEIPT or doubted or found.paused):
        yield fine("ledger", "Nothing waits too long, is in doubt, or is paused.")


def _in_doubt(engine: Engine, means: Means) -> int:
    old = (Delivery.state == State.IN_DOUBT, Delivery.submitted_at < means.now() - IN_DOUBT)
    with reading(engine) as session:
        return session.scalar(select(func.count()).where(*old)) or 0


def codes_met(engine: Engine) -> list[Met]:
    """Every code that the ledger holds, most often first."""
    at = func.coalesce(Delivery.final_at, Delivery.submitted_at, Delivery.created_at)
    kinds = (Delivery.sender_id, Delivery.error_code)
    grouped = select(*kinds, func.count(), func.max(at)).where(Delivery.error_code.is_not(None)).group_by(*kinds)
    found: dict[int, Met] = {}
    with reading(engine) as session:
        well = _last_delivered(session)
        for sender, code, times, last_at in session.execute(grouped):
            met = Met(int(code or 0), times, last_at, is_over=sender in well and well[sender] > last_at)
            found[met.code] = _together(met, found.get(met.code))
    return sorted(found.values(), key=lambda met: (-met.times, met.code))


def _together(met: Met, so_far: Met | None) -> Met:
    """The same code at several numbers."""
    if so_far is None:
        return met
    last_at, is_over = max(met.last_at, so_far.last_at), met.is_over and so_far.is_over
    return Met(met.code, met.times + so_far.times, last_at, is_over)


def _last_delivered(session: Session) -> dict[str, datetime]:
    delivered = select(Delivery.sender_id, func.max(Delivery.final_at)).where(Delivery.state == State.DELIVERED)
    return {row[0]: row[1] for row in session.execute(delivered.group_by(Delivery.sender_id)) if row[1]}


def _explained(met: Met, explain: Explain, now: datetime) -> Finding:
    verdict, sentence = explain(met.code)
    is_now = met.last_at > now - FRESH and not met.is_over
    level = Level.FINE
    if is_now and verdict is Verdict.MISCONFIGURED:
        level = Level.STOPS
    elif is_now and verdict is Verdict.FILTERED:
        level = Level.WARNS
    times = "once" if met.times == 1 else f"{met.times:,} times"
    what = f"{met.code}, met {times}, last on {met.last_at:%Y-%m-%d}: {sentence}"
    return Finding(level, f"code-{met.code}", what, REMEDIES[verdict])
