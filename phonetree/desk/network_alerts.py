"""What the network reports waits here for a lead: kept sealed, told to every lead, sent once, dropped, or too old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import place_word
from phonetree.desk.means import Means
from phonetree.desk.outbox import LONGEST, tell_leads
from phonetree.desk.schools import school_of
from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.dialogue.network import Reported
from phonetree.flows import reported
from phonetree.models import Alert, Approval, CapKey, NetworkAlert, Proposal, Site
from phonetree.words.i18n import Word, _

WAITING, SENT, REFUSED, EXPIRED, RECORDED = "waiting", "sent", "refused", "expired", "recorded"
ASKED_FOR = timedelta(minutes=2)
"""Who has not answered our questions by then has put the phone away: the leads read what there is."""
WORTH_TELLING = 3
"""Words. "Ok, thanks" is no report."""


# --- its words --------------------------------------------------------------------------------------------------------


def add_words(means: Means, site: Site, row: NetworkAlert, words: str) -> None:
    together = "\n".join(filter(None, (words_of(means, site, row), words)))[:LONGEST]
    row.words_sealed = means.vault(site.sender_id).seal(together, row=_sealed_in(row)) if together else None


def words_of(means: Means, site: Site, row: NetworkAlert) -> str:
    return means.vault(site.sender_id).open(row.words_sealed, row=_sealed_in(row)) if row.words_sealed else ""


def _sealed_in(row: NetworkAlert) -> str:
    return f"network_alerts|{row.id}|words"


# --- as leads see it --------------------------------------------------------------------------------------------------


def waiting(session: Session, means: Means, site: Site) -> tuple[Reported, ...]:
    """What no lead has decided, the oldest first."""
    chosen = select(NetworkAlert).where(NetworkAlert.site_id == site.id, NetworkAlert.state == WAITING)
    return tuple(as_reported(session, means, site, row) for row in session.scalars(chosen.order_by(NetworkAlert.id)))


def as_reported(session: Session, means: Means, site: Site, row: NetworkAlert) -> Reported:
    kind = Kind(row.kind) if row.kind else None
    alert = session.get(Alert, row.alert_id) if row.alert_id else None
    return Reported(
        number=row.number,
        action=Action(row.action),
        kind=kind,
        place=row.place,
        at=place_word(school_of(means, site), kind, row.place),
        level=Level(row.level) if row.level else None,
        alert=alert.number if alert else None,
        is_partly_sent=alert is not None and row.action == Action.ALERT,
    )


def source_of(session: Session, means: Means, site: Site, row: NetworkAlert) -> Word:
    """The name of the network that reported it; of a text only where the school's file has one network."""
    if row.key_id is not None:
        return session.get_one(CapKey, row.key_id).name
    names = [network.name for network in school_of(means, site).network]
    return names[0] if len(names) == 1 else _("the Rapid Response Network")


def tell(session: Session, means: Means, site: Site, row: NetworkAlert) -> None:
    """Every lead reads what came, at once, whatever else is open."""
    row.told_at = means.now()
    report = as_reported(session, means, site, row)
    tell_leads(session, means, site, reported.news(report, words_of(means, site, row)))


def tell_more(session: Session, means: Means, site: Site, row: NetworkAlert, words: str) -> None:
    tell_leads(session, means, site, reported.more_news(as_reported(session, means, site, row), words[:LONGEST]))


# --- how it ends ------------------------------------------------------------------------------------------------------


def numbered(session: Session, site: Site, number: str) -> NetworkAlert | None:
    """The newest of this public number, locked: two leads may decide at once."""
    if not number.isdecimal() or int(number) == 0:
        return None
    chosen = select(NetworkAlert).where(NetworkAlert.site_id == site.id, NetworkAlert.number == int(number))
    return session.scalars(chosen.order_by(NetworkAlert.id.desc()).limit(1).with_for_update()).first()


def end(session: Session, means: Means, row: NetworkAlert, state: str) -> None:
    """It waits no more; its words are dropped, and every preview of it lapses."""
    row.state, row.ended_at, row.words_sealed = state, means.now(), None
    withdraw_previews(session, row)


def withdraw_previews(session: Session, row: NetworkAlert, besides: int | None = None) -> None:
    others = (Proposal.network_alert_id == row.id, Proposal.state == "open", Proposal.id != (besides or 0))
    session.execute(update(Proposal).where(*others).values(state="withdrawn"))


def end_with(session: Session, means: Means, alert: Alert) -> None:
    """The alert is over: what the network said of it, and what families were still to hear of it, waits no more."""
    of_it = select(NetworkAlert).where(NetworkAlert.alert_id == alert.id, NetworkAlert.state == WAITING)
    for row in session.scalars(of_it.with_for_update()).all():
        end(session, means, row, EXPIRED)


# --- the rounds -------------------------------------------------------------------------------------------------------


def make_round(session: Session, means: Means) -> None:
    """Tell what was left half said; let go of what waited too long, and say so once."""
    for row in _untold(session, means):
        tell(session, means, session.get_one(Site, row.site_id), row)
    for row in _too_old(session, means):
        site, report_was_told = session.get_one(Site, row.site_id), row.told_at is not None
        words = reported.waited_too_long(as_reported(session, means, site, row))
        end(session, means, row, EXPIRED)
        if report_was_told:
            tell_leads(session, means, site, words)


def _untold(session: Session, means: Means) -> Sequence[NetworkAlert]:
    left = (NetworkAlert.told_at.is_(None), NetworkAlert.made_at <= means.now() - ASKED_FOR)
    found = session.scalars(select(NetworkAlert).where(NetworkAlert.state == WAITING, *left).with_for_update()).all()
    return [row for row in found if row.kind or len(_words(session, means, row).split()) >= WORTH_TELLING]


def _words(session: Session, means: Means, row: NetworkAlert) -> str:
    return words_of(means, session.get_one(Site, row.site_id), row)


def _too_old(session: Session, means: Means) -> Sequence[NetworkAlert]:
    """But not while a lead has its preview open."""
    at_hand = exists().where(
        Proposal.network_alert_id == NetworkAlert.id,
        Proposal.state == "open",
        Approval.proposal_id == Proposal.id,
        Approval.expires_at > means.now(),
    )
    old = (NetworkAlert.state == WAITING, NetworkAlert.expires_at <= means.now(), ~at_hand)
    return session.scalars(select(NetworkAlert).where(*old).with_for_update()).all()
