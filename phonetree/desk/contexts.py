"""What a step may look at, read from the rows for one person at one school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from phonetree.desk import family_calls, freezing, network_alerts, pretences, removing
from phonetree.desk.alert_texts import body_of, local, moment, place_word, pretence_of
from phonetree.desk.broadcasts import reaches_families
from phonetree.desk.erasures import erasing
from phonetree.desk.guards_at_hand import guard_of
from phonetree.desk.means import Means
from phonetree.desk.moving import moving_lead
from phonetree.desk.network_words import vouching
from phonetree.desk.pauses import is_paused
from phonetree.desk.people import NETWORK, WITH_PIN, roles_at
from phonetree.desk.proposals import (
    SEND_NOTHING,
    code_of,
    has_open,
    is_by_call_alone,
    names_of,
    open_approval,
    reach_of,
)
from phonetree.desk.report_standings import count_untold, standings
from phonetree.desk.schools import school_of
from phonetree.desk.tallies import tally
from phonetree.dialogue.context import AlertState, Context, Preview, Who
from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.models import Alert, Broadcast, Instant, NetworkAlert, Note, Person, Proposal, Site
from phonetree.school.schema import School
from phonetree.words.i18n import Word

SHOWN_FOR = timedelta(hours=16)
"""A closed alert stays an answer to NEWS for the rest of the day."""


def context_of(
    session: Session,
    means: Means,
    person: Person,
    site: Site,
    answers: Mapping[str, str],
    weighed: int | None = None,
    last_text_at: datetime | None = None,
) -> Context:
    """Everything a step may know, as it stands in this transaction.

    *weighed*: the approval being answered. *last_text_at*: when this phone last had a safety text, for who asks.
    """
    school = school_of(means, site)
    who = Who(
        person.language,
        roles_at(person, site),
        is_stopped=person.stopped_at is not None,
        has_chosen_language=person.language_is_chosen,
    )
    context = Context(
        school=school,
        who=who,
        channel="sms",
        now=local(school, means.now()),
        answers=answers,
        alerts=alert_states(session, means, site, school, for_leads=who.is_lead),
        reports=standings(session, means, person, site, who.roles),
        last_text=moment(school, last_text_at, means.now()) if last_text_at else None,
        preview=_preview(session, means, person, site, weighed) if who.roles & WITH_PIN else None,
        vouching=vouching(session, means, person, site, weighed) if NETWORK in who.roles else None,
        guard=guard_of(session, means, person, site, weighed) if who.is_lead else None,
        frozen=freezing.frozen_now(session, means, site) if who.is_lead else None,
        other_leads=removing.others_listed(session, means, site, person) if who.is_lead else (),
        moving=moving_lead(session, means, site, person) if who.is_lead else None,
        erasing=erasing(session, means, person, site, weighed) if who.is_lead else None,
        waiting=_waiting(session, site) if who.is_lead else 0,
        reported=(reported := network_alerts.waiting(session, means, site) if who.is_lead else ()),
        is_shared=bool(reported) and (has_open(session, means, site) or is_paused(session, site)),
    )
    return pretences.as_shown(session, means, person, site, context) if who.is_lead else context


def open_alert(session: Session, site: Site) -> Alert | None:
    """The newest alert of the school that is still open."""
    chosen = select(Alert).where(Alert.site_id == site.id, Alert.closed_at.is_(None)).order_by(Alert.id.desc())
    return session.scalar(chosen.limit(1))


def alert_states(
    session: Session, means: Means, site: Site, school: School, *, for_leads: bool = False
) -> tuple[AlertState, ...]:
    found = session.execute(_alerts(), {"site": site.id, "since": means.now() - SHOWN_FOR})
    states = ((alert, _state_of(means, alert, school, is_paused=is_paused)) for alert, is_paused in found)
    return tuple(_with_counts(session, means, alert, state) if for_leads else state for alert, state in states)


@cache
def _alerts() -> Select[Alert, bool]:
    is_shown = Alert.closed_at.is_(None) | (Alert.closed_at > bindparam("since", type_=Instant()))
    is_paused = exists().where(Broadcast.alert_id == Alert.id, Broadcast.paused_at.is_not(None))
    chosen = select(Alert, is_paused).where(Alert.site_id == bindparam("site"), is_shown)
    return chosen.order_by(Alert.closed_at.is_not(None), Alert.id.desc()).limit(5)


def _state_of(means: Means, alert: Alert, school: School, *, is_paused: bool) -> AlertState:
    now, kind = means.now(), Kind(alert.kind)
    return AlertState(
        number=alert.number,
        kind=kind,
        place=place_word(school, kind, alert.place),
        level=Level(alert.level),
        began=moment(school, alert.opened_at, now),
        opened=moment(school, alert.level_at, now),
        latest=moment(school, alert.latest_at, now),
        next_text=moment(school, alert.next_due_at, now) if alert.next_due_at else None,
        is_overdue=alert.next_due_at is not None and alert.next_due_at < now,
        is_open=alert.closed_at is None,
        is_drill=alert.is_drill,
        is_paused=is_paused,
        reaches_families=alert.reaches_families,
        source="network" if alert.source else "",
    )


def _with_counts(session: Session, means: Means, alert: Alert, state: AlertState) -> AlertState:
    """The same with how far it got, which only leads are told, and which is not counted for every text of a family."""
    # Of the alert's first text: its follow-ups would count the same phones again.
    counts = tally(session, Broadcast.alert_id == alert.id, Broadcast.action.in_((Action.ALERT, Action.DRILL)))
    by_staff, nobody = family_calls.outcomes(session, means, alert)
    return replace(
        state,
        phones=counts.phones,
        handed_over=counts.handed_over,
        delivered=counts.delivered,
        failed=counts.failed,
        calls_heard=counts.heard,
        voicemails=counts.voicemails,
        by_staff=by_staff,
        nobody=nobody,
    )


def _preview(session: Session, means: Means, person: Person, site: Site, weighed: int | None) -> Preview | None:
    approval = open_approval(session, means, person, weighed)
    if approval is None or approval.proposal.site_id != site.id or approval.proposal.action in SEND_NOTHING:
        return None
    by_call = is_by_call_alone(session, means, approval.proposal)
    code = "" if by_call else code_of(means, person, approval)
    return preview_of(session, means, person, site, approval.proposal, code)


def preview_of(
    session: Session, means: Means, person: Person, site: Site, proposal: Proposal, code: str = ""
) -> Preview:
    """A proposal as this lead sees it, also one that is no row yet."""
    school = school_of(means, site)
    action, kind = Action(proposal.action), Kind(proposal.kind)
    going_on = action in {Action.RESUME, Action.ABORT}
    reach = None if going_on else reach_of(session, means, site, proposal)
    last_at = reach.last_at if reach else means.now()
    return Preview(
        action=action,
        kind=kind,
        place=place_word(school, kind, proposal.place),
        level=Level(proposal.level),
        body=body_of(session, means, site, proposal),
        reaches_families=_reaches_families(session, school, proposal),
        phones=reach.phones if reach else proposal.phones,
        last_phone=moment(school, last_at, means.now()),
        too_late=reach.too_late if reach else 0,
        code=code,
        school=school.site.short if _leads_several(person) else "",
        source=_source(session, means, site, proposal),
        is_vouched=bool(proposal.source),
    )


def _reaches_families(session: Session, school: School, proposal: Proposal) -> bool:
    if (shown := pretence_of(session, proposal)) is not None:
        return shown.reaches_families
    if proposal.alert_id is not None and proposal.action != Action.ALERT:
        return session.get_one(Alert, proposal.alert_id).reaches_families
    return reaches_families(names_of(school, proposal))


def _source(session: Session, means: Means, site: Site, proposal: Proposal) -> Word:
    report = session.get(NetworkAlert, proposal.network_alert_id) if proposal.network_alert_id else None
    return "" if report is None else network_alerts.source_of(session, means, site, report)


def _leads_several(person: Person) -> bool:
    return len({m.site_id for m in person.memberships if m.role == "lead"}) > 1


def _waiting(session: Session, site: Site) -> int:
    notes = select(func.count()).where(Note.site_id == site.id, Note.told_at.is_(None))
    return (session.scalar(notes) or 0) + count_untold(session, site)
