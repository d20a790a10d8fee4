"""What a lead proposes to send: the preview, whom it would reach, and each lead's own one-time code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy import Select, bindparam, exists, select, update
from sqlalchemy.orm import Session

from phonetree.desk import broadcasts, pretences
from phonetree.desk.alert_texts import body_of, pretence_of
from phonetree.desk.call_consent import calls_for
from phonetree.desk.means import Means
from phonetree.desk.people import LEAD, NETWORK, leads_of, roles_at
from phonetree.desk.report_standings import open_report
from phonetree.desk.schools import school_of
from phonetree.desk.warning_counts import forces_call
from phonetree.dialogue.effects import Action, Level, Propose
from phonetree.dialogue.guards import Guard
from phonetree.models import (
    NO_ALERTS,
    VOUCH,
    Alert,
    Approval,
    Instant,
    NetworkAlert,
    Person,
    Pretence,
    Proposal,
    Sender,
    Site,
)
from phonetree.school.schema import Confirm, School

CODE_LIFE = timedelta(minutes=3)
RESUME_LIFE = timedelta(minutes=10)
TRIES = 3
SEND_NOTHING = (*NO_ALERTS, *Guard)
"""What waits for a PIN as an alert does, and is never shared or sent."""


def open_approval(session: Session, means: Means, person: Person, weighed: int | None = None) -> Approval | None:
    """The lead's own code that still waits for its answer, or that the answer at hand was *weighed* against."""
    if weighed is not None:
        return session.get_one(Approval, weighed)
    return session.scalar(_waits_for(), {"person": person.id, "now": means.now()})


@cache
def _waits_for() -> Select[Approval]:
    """Written once: every turn of a lead asks for it several times."""
    is_open = (Approval.approved_at.is_(None), Approval.wrong < TRIES, Proposal.state == "open")
    is_theirs = Approval.person_id == bindparam("person")
    is_in_time = Approval.expires_at > bindparam("now", type_=Instant())
    chosen = select(Approval).join(Proposal).where(is_theirs, is_in_time, *is_open)
    return chosen.order_by(Approval.id.desc()).limit(1)


def takes_no_text(school: School) -> bool:
    """Whether this school's leads key their PIN into a call and never text it: then their previews show no code."""
    return school.protocol.confirm is Confirm.CALL


def is_by_call_alone(session: Session, means: Means, proposal: Proposal) -> bool:
    """Whether no PIN is taken by text for it: by the school's file, or, of a lead, because somebody may be guessing."""
    site = session.get_one(Site, proposal.site_id)
    is_leads = proposal.action != VOUCH and not proposal.is_by_network
    return takes_no_text(school_of(means, site)) or (is_leads and forces_call(session, means, site))


def code_of(means: Means, person: Person, approval: Approval) -> str:
    return means.vault(person.sender_id).open(approval.code_sealed, row=_code_row(approval, person))


def propose(
    session: Session, means: Means, person: Person, site: Site, asked: Propose, reported: NetworkAlert | None = None
) -> Proposal | None:
    """Make the preview and this lead's code; None where there is nobody to send it to, or nothing to follow."""
    proposal = draft(session, means, person, site, asked, reported)
    if proposal is None:
        return None
    withdraw(session, person)
    if reaches_nobody(proposal):
        return None
    session.add(proposal)
    session.flush()
    give_code(session, means, proposal, person)
    return proposal


def draft(
    session: Session, means: Means, person: Person, site: Site, asked: Propose, reported: NetworkAlert | None = None
) -> Proposal | None:
    """What would be proposed; it is no row yet. None: there is nothing to follow.

    *reported*: what the network reported and this would send; who is no lead sends it to whom the network may tell.
    """
    is_by_network = reported is not None and LEAD not in roles_at(person, site)
    alert = _alert_of(session, site, asked.alert)
    shown = None if alert else pretences.followed(session, person, site, asked.alert)
    report = open_report(session, site, asked.report) if asked.report is not None else None
    if asked.action in {Action.UPDATE, Action.CLEAR, Action.CORRECT} and not (alert or shown):
        return None
    if asked.report is not None and report is None:
        return None  # another lead was first, or found that it is not true
    of = alert or shown
    proposal = Proposal(
        site_id=site.id,
        person_id=person.id,
        action=asked.action,
        kind=asked.kind or (of.kind if of else ""),
        place=of.place if of else asked.place,
        level=_level_of(asked, of),
        alert_id=alert.id if alert else None,
        report_id=report.id if report else None,
        source=NETWORK if report and report.network_at else "",
        approvals_needed=1 if is_by_network else school_of(means, site).protocol.approvals,
        phones=0,
        created_at=means.now(),
        network_alert_id=reported.id if reported else None,
        is_by_network=is_by_network,
        follows_pretence_id=shown.id if shown else None,
    )
    proposal.phones = reach_of(session, means, site, proposal).phones
    return proposal


def reaches_nobody(proposal: Proposal) -> bool:
    """Whether it is not worth a preview. An alert that reached nobody can still be ended."""
    return not proposal.phones and proposal.action not in {Action.CLEAR, Action.CORRECT}


def reach_of(session: Session, means: Means, site: Site, proposal: Proposal) -> broadcasts.Reach:
    """Whom the proposal would reach, and by when."""
    school = school_of(means, site)
    sender = session.get_one(Sender, site.sender_id)
    body = body_of(session, means, site, proposal)
    return broadcasts.measure_reach(session, means, sender, recipients_of(session, means, site, proposal), body, school)


def recipients_of(session: Session, means: Means, site: Site, proposal: Proposal) -> broadcasts.Recipients:
    """Whom it goes to; never the phone of a lead under duress that has had its copy."""
    found = _recipients_of(session, means, site, proposal)
    keyed = session.get(Pretence, proposal.of_pretence_id) if proposal.of_pretence_id else None
    return found if keyed is None else found.where(Person.id != keyed.person_id)


def _recipients_of(session: Session, means: Means, site: Site, proposal: Proposal) -> broadcasts.Recipients:
    school = school_of(means, site)
    default = school.site.languages[0]
    alert = session.get_one(Alert, proposal.alert_id) if proposal.alert_id is not None else None
    if alert is not None and proposal.action != Action.ALERT:
        return broadcasts.those_who_got(alert, default)
    consents = calls_for(proposal.kind, is_drill=proposal.action == Action.DRILL)
    names = names_of(school, proposal, pretence_of(session, proposal))
    everyone = broadcasts.audience(site, names, default, consents)
    return everyone if alert is None else broadcasts.not_yet_told(everyone, alert)


def names_of(school: School, proposal: Proposal, shown: Pretence | None = None) -> Sequence[str]:
    """Who hears of it: by the protocol, whom the network may tell alone, or whom what was *shown* seemed to reach."""
    if shown is not None:
        return broadcasts.protocol_names(school, Action(shown.action), Level(shown.level))
    if proposal.is_by_network:
        return school.protocol.network_may_send
    return broadcasts.protocol_names(school, Action(proposal.action), Level(proposal.level))


def give_code(
    session: Session, means: Means, proposal: Proposal, person: Person, life: timedelta = CODE_LIFE
) -> Approval:
    """A code of this lead's own for the proposal."""
    found = next((a for a in proposal.approvals if a.person_id == person.id), None)
    approval = found or Approval(proposal=proposal, person_id=person.id, code_sealed=b"", expires_at=means.now() + life)
    session.add(approval)
    session.flush()
    if not found:
        renew_code(session, means, approval, person, life)
    return approval


def renew_code(session: Session, means: Means, approval: Approval, person: Person, life: timedelta) -> None:
    """A new code for the same lead and proposal, as if nothing had been answered yet."""
    vault = means.vault(person.sender_id)
    approval.code_sealed = vault.seal(means.new_code(), row=_code_row(approval, person))
    approval.expires_at, approval.approved_at, approval.wrong = means.now() + life, None, 0
    session.flush()


def withdraw(session: Session, person: Person) -> None:
    """A lead who begins again lets go of what waited for them, but never of the way back from a pause."""
    mine = (Proposal.person_id == person.id) & (Proposal.action != Action.RESUME)
    session.execute(update(Proposal).where(mine, Proposal.state == "open").values(state="withdrawn"))


def shared_with(session: Session, means: Means, person: Person, site: Site) -> Proposal | None:
    """``SEND``: the newest open proposal of the school, with a code for this lead as well (decisions 15)."""
    proposal = _newest_open(session, means, site)
    if proposal is not None:
        give_code(session, means, proposal, person)
    return proposal


def has_open(session: Session, means: Means, site: Site) -> bool:
    """Whether a preview of any lead could be shared."""
    return _newest_open(session, means, site) is not None


def _newest_open(session: Session, means: Means, site: Site) -> Proposal | None:
    alive = exists().where(Approval.proposal_id == Proposal.id, Approval.expires_at > means.now())
    is_open = (Proposal.state == "open") & Proposal.action.not_in(SEND_NOTHING)
    is_true = Proposal.follows_pretence_id.is_(None) & Proposal.of_pretence_id.is_(None)
    mine = (Proposal.site_id == site.id, is_open, Proposal.is_by_network.is_(False), is_true)
    return session.scalar(select(Proposal).where(*mine, alive).order_by(Proposal.id.desc()).limit(1))


def other_leads(session: Session, site: Site, person: Person) -> list[Person]:
    return [lead for lead in leads_of(session, site) if lead.id != person.id]


def _alert_of(session: Session, site: Site, number: int | None) -> Alert | None:
    if number is None:
        return None
    chosen = select(Alert).where(Alert.site_id == site.id, Alert.number == number).order_by(Alert.id.desc())
    return session.scalar(chosen.limit(1))


def _level_of(asked: Propose, alert: Alert | Pretence | None) -> str:
    if asked.action is Action.CLEAR:
        return Level.CLEAR
    if asked.action is Action.CORRECT:
        return Level.WRONG
    return alert.level if alert else (asked.level or Level.CONFIRMED)


def _code_row(approval: Approval, person: Person) -> str:
    return f"approvals|{approval.proposal_id}|{person.id}|code"
