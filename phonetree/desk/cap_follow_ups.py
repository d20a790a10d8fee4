"""An Update or a Cancel of the network means one thing while what it refers to waits, another once that is out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from phonetree.desk import network_alerts
from phonetree.desk.means import Means
from phonetree.desk.network_alerts import REFUSED, WAITING
from phonetree.desk.outbox import tell_leads
from phonetree.desk.schools import next_number
from phonetree.dialogue.effects import Action
from phonetree.flows import reported
from phonetree.models import Alert, NetworkAlert, Site


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of it, under the number that leads know."""

    number: int
    what: str


def follow(
    session: Session, means: Means, site: Site, row: NetworkAlert, referred: Sequence[NetworkAlert], *, is_end: bool
) -> Followed | None:
    """Do what *row* means for what it refers to. None: an Update of what is over is a report of its own."""
    known = [each for each in _with_what_they_follow(session, referred) if _is_drill(each) == _is_drill(row)]
    alert = next(filter(None, (_open_alert(session, each) for each in known)), None)
    unsent = next((each for each in known if each.state == WAITING and _is_unsent(each)), None)
    if is_end:
        return _take_back(session, means, site, row, known, alert)
    if unsent is not None:
        return _say_anew(session, means, site, row, unsent)
    return None if alert is None else _about(session, means, site, row, alert, Action.UPDATE)


def _with_what_they_follow(session: Session, referred: Iterable[NetworkAlert]) -> list[NetworkAlert]:
    """The newest first; each once."""
    found: dict[int, NetworkAlert] = {}
    left = list(referred)
    while left:
        row = left.pop()
        if row.id not in found:
            found[row.id] = row
            left += [session.get_one(NetworkAlert, row.follows_id)] if row.follows_id else []
    return [found[identity] for identity in sorted(found, reverse=True)]


def _is_drill(row: NetworkAlert) -> bool:
    return row.action == Action.DRILL


def _is_unsent(row: NetworkAlert) -> bool:
    return row.alert_id is None or row.action == Action.UPDATE


def _open_alert(session: Session, row: NetworkAlert) -> Alert | None:
    alert = session.get(Alert, row.alert_id) if row.alert_id else None
    return alert if alert is not None and alert.closed_at is None else None


def _say_anew(session: Session, means: Means, site: Site, row: NetworkAlert, unsent: NetworkAlert) -> Followed:
    """Nothing was sent of it: it now says this, and previews of what it said before lapse."""
    if unsent.action != Action.UPDATE:
        unsent.kind, unsent.place, unsent.level = row.kind or unsent.kind, row.place or unsent.place, row.level
    words, row.words_sealed = network_alerts.words_of(means, site, row), None
    unsent.words_sealed = None
    network_alerts.add_words(means, site, unsent, words)
    unsent.expires_at = max(unsent.expires_at, row.expires_at)
    network_alerts.withdraw_previews(session, unsent)
    report = network_alerts.as_reported(session, means, site, unsent)
    tell_leads(session, means, site, reported.news_anew(report, network_alerts.words_of(means, site, unsent)))
    return Followed(unsent.number, "changed, and waits for a lead")


def _about(session: Session, means: Means, site: Site, row: NetworkAlert, alert: Alert, action: Action) -> Followed:
    """It waits for a lead, who sends an update of the alert, or says how it ended."""
    row.action, row.alert_id, row.number, row.state = action, alert.id, next_number(session, site), WAITING
    session.flush()
    network_alerts.tell(session, means, site, row)
    return Followed(row.number, f"about alert {alert.number}, which is out; waits for a lead")


def _take_back(
    session: Session,
    means: Means,
    site: Site,
    row: NetworkAlert,
    known: Sequence[NetworkAlert],
    alert: Alert | None,
) -> Followed:
    """What only waited is dropped. What is out stays out until a lead says that it is over, or was wrong."""
    waited = [each for each in known if each.state == WAITING and each.action != Action.CLEAR]
    is_asked = any(each.state == WAITING and each.action == Action.CLEAR for each in known)
    for each in waited:
        report = network_alerts.as_reported(session, means, site, each)
        network_alerts.end(session, means, each, REFUSED)
        if alert is None:
            tell_leads(session, means, site, reported.taken_back(report))
    if alert is not None and not is_asked:
        row.kind, row.place, row.level = row.kind or alert.kind, row.place or alert.place, ""
        return _about(session, means, site, row, alert, Action.CLEAR)
    row.words_sealed = None
    return Followed(waited[0].number if waited else 0, "dropped; nothing was sent" if waited else "recorded")
