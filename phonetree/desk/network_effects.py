"""What a flow asked for about the network's reports is done here, inside the webhook's transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk import approvals, network_alerts, network_at_once
from phonetree.desk.exchange import Exchange
from phonetree.desk.network_alerts import REFUSED, WAITING
from phonetree.desk.outbox import audit, tell_leads
from phonetree.desk.people import LEAD, roles_at
from phonetree.desk.schools import next_number, school_of
from phonetree.dialogue.effects import Action, Propose
from phonetree.dialogue.network import (
    DropNetworkAlert,
    FindNetworkAlert,
    NetworkDropped,
    NetworkEffect,
    NetworkGone,
    NetworkNoted,
    NoteNetwork,
    ProposeByNetwork,
    ProposeReported,
)
from phonetree.dialogue.outcomes import NothingToPropose, Outcome
from phonetree.models import NetworkAlert
from phonetree.words.i18n import _

JOINED_FOR = timedelta(minutes=30)
"""What the same phone writes meanwhile belongs to what it reported."""


def perform_network(session: Session, x: Exchange, effect: NetworkEffect) -> Outcome:
    match effect:
        case NoteNetwork():
            return note(session, x, effect)
        case ProposeReported(number, what):
            return propose(session, x, number, what)
        case ProposeByNetwork(number):
            return propose_by_network(session, x, number)
        case DropNetworkAlert(number):
            return drop(session, x, number)
        case FindNetworkAlert(number):
            return _gone(network_alerts.numbered(session, x.site, number))
        case _:
            assert_never(effect)


def note(session: Session, x: Exchange, said: NoteNetwork) -> Outcome:
    """Keep it in the report of this phone that still waits, or begin one; tell the leads once it is whole."""
    row = _begun(session, x) or _new(session, x)
    was_told = row.told_at is not None
    network_alerts.add_words(x.means, x.site, row, said.words)
    before = row.kind, row.place, row.level
    row.kind, row.place, row.level = said.kind or row.kind, said.place or row.place, said.level or row.level
    if (row.kind, row.place, row.level) != before:
        network_alerts.withdraw_previews(session, row)  # they say what no longer holds
    is_over = said.is_whole or (was_told and bool(said.words))
    if is_over and not was_told:
        network_alerts.tell(session, x.means, x.site, row)
    elif is_over and (said.words or (row.kind, row.place, row.level) != before):
        network_alerts.tell_more(session, x.means, x.site, row, said.words)
    may_send = is_over and network_at_once.may_send(session, x.means, x.site, x.person, row)
    return NetworkNoted(row.number, is_over=is_over, is_added=was_told, may_send=may_send)


def _begun(session: Session, x: Exchange) -> NetworkAlert | None:
    own = select(NetworkAlert).where(
        NetworkAlert.site_id == x.site.id,
        NetworkAlert.person_id == x.person.id,
        NetworkAlert.state == WAITING,
        NetworkAlert.made_at > x.means.now() - JOINED_FOR,
    )
    return session.scalars(own.order_by(NetworkAlert.id.desc()).limit(1).with_for_update()).first()


def _new(session: Session, x: Exchange) -> NetworkAlert:
    now = x.means.now()
    row = NetworkAlert(
        site_id=x.site.id,
        number=next_number(session, x.site),
        channel="text",
        person_id=x.person.id,
        action=Action.ALERT,
        kind="",
        place="",
        level="",
        state=WAITING,
        made_at=now,
        expires_at=now + school_of(x.means, x.site).protocol.expires,
    )
    session.add(row)
    session.flush()
    audit(session, x.means, "network reported", site=x.site, actor=x.person, about=f"report {row.number}")
    return row


def propose(session: Session, x: Exchange, number: str, what: Propose) -> Outcome:
    """A preview for a lead. It may have been decided meanwhile."""
    row = network_alerts.numbered(session, x.site, number)
    if row is None or row.state != WAITING:
        return NothingToPropose()
    return approvals.propose(session, x, what, row)


def propose_by_network(session: Session, x: Exchange, number: str) -> Outcome:
    """A preview for the network's own phone, of its own report."""
    row = network_alerts.numbered(session, x.site, number)
    if row is None or row.person_id != x.person.id:
        return NothingToPropose()
    if not network_at_once.may_send(session, x.means, x.site, x.person, row):
        return NothingToPropose()
    return approvals.propose(session, x, network_at_once.what_of(row), row)


def drop(session: Session, x: Exchange, number: str) -> Outcome:
    """Nobody is told of it any more; the other leads hear that it was dropped."""
    row = network_alerts.numbered(session, x.site, number)
    if row is None or row.state != WAITING or LEAD not in roles_at(x.person, x.site):
        return _gone(row)
    is_out = row.alert_id is not None and row.action == Action.ALERT
    network_alerts.end(session, x.means, row, REFUSED)
    audit(session, x.means, "dropped a report", site=x.site, actor=x.person, about=f"report {row.number}")
    words = _("Another lead dropped {number} from the network.", number=str(row.number))
    tell_leads(session, x.means, x.site, words, besides=x.person.id)
    return NetworkDropped(is_out)


def _gone(row: NetworkAlert | None) -> NetworkGone:
    return NetworkGone(row.state if row else "")
