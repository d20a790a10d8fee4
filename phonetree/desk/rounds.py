"""The rounds that every worker offers to make and one makes: what is due, what lapsed, what the engine lost."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from phonetree.desk import (
    alert_calls,
    drills,
    family_calls,
    freezing,
    heartbeats,
    held_joins,
    hunting,
    moving,
    network_alerts,
    notes,
    passing_on,
    pauses,
    plan_reviews,
    pretence_rounds,
    progress,
    promises,
    requests,
    rota,
    solo,
    verdicts,
    yearly,
)
from phonetree.desk.aid_rounds import aid_round
from phonetree.desk.audit_chain import link_round
from phonetree.desk.console_codes import console_round
from phonetree.desk.erasures import erase_what_is_due
from phonetree.desk.forgetting import gather_what_is_over
from phonetree.desk.holding import each_that_no_longer_holds
from phonetree.desk.means import Means
from phonetree.desk.retention import keep_no_longer
from phonetree.models import Approval, Delivery, Lease, Proposal, Site, State, database_now, writing

ROUND = timedelta(seconds=4)


def make_rounds(engine: Engine, means: Means, holder: str) -> bool:
    """One round, if this worker holds the lease. Whether it was made."""
    with writing(engine) as session:
        if not _take_lease(session, holder):
            return False
    for duty in (_expire, _doubt, _lapse, _call, _tell, aid_round, console_round, _forget, link_round):
        with writing(engine) as session:
            duty(session, means)
    keep_no_longer(engine, means)
    erase_what_is_due(engine, means)
    means.doorbell.ring()
    return True


def _take_lease(session: Session, holder: str) -> bool:
    """One holder among all workers, by the database's clock."""
    now = session.scalars(select(database_now())).one()
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(Lease).values(name="rounds", holder="", until=now).on_conflict_do_nothing())
    mine = (Lease.name == "rounds") & ((Lease.holder == holder) | (Lease.until <= now))
    taken = update(Lease).where(mine).values(holder=holder, until=now + ROUND).returning(Lease.name)
    return session.scalar(taken) is not None


def _expire(session: Session, means: Means) -> None:
    """What is too old, or no longer holds, is not sent any more; what nobody resumed is not either."""
    session.execute(
        update(Delivery)
        .where(Delivery.state == State.PENDING, Delivery.expires_at <= means.now())
        .values(state=State.EXPIRED, final_at=means.now())
    )
    for reason in each_that_no_longer_holds():
        session.execute(
            update(Delivery)
            .where(Delivery.state == State.PENDING, reason)
            .values(state=State.CANCELLED, final_at=means.now())
            .execution_options(synchronize_session=False)
        )
    pauses.lapse(session, means)
    freezing.end_what_is_over(session, means)
    pauses.knock_again(session, means)


def _doubt(session: Session, means: Means) -> None:
    """A worker died between asking and writing down: nobody knows whether the carrier took it."""
    session.execute(
        update(Delivery)
        .where(Delivery.state == State.SENDING, Delivery.lease_until <= database_now())
        .values(state=State.IN_DOUBT, submitted_at=means.now(), lease_until=None)
    )


def _lapse(session: Session, means: Means) -> None:
    """A proposal whose codes all ran out is closed."""
    alive = exists().where(Approval.proposal_id == Proposal.id, Approval.expires_at > means.now())
    session.execute(update(Proposal).where(Proposal.state == "open", ~alive).values(state="lapsed"))


def _call(session: Session, means: Means) -> None:
    """Whom texts did not reach, is called; whom nothing reached, is handed to the staff on the tree."""
    hunting.end_hunts(session, means)
    alert_calls.call_the_unreached(session, means)
    family_calls.hand_out(session, means)


def _tell(session: Session, means: Means) -> None:
    solo.offer(session, means)
    pauses.remind(session, means)
    for site in session.scalars(select(Site)):
        if not freezing.is_frozen(session, site):  # nobody could send the answer
            promises.ask_for_next_text(session, means, site)
        notes.tell_waiting(session, means, site)
        held_joins.tell_of_held(session, means, site)
    drills.record_drills(session, means)
    verdicts.tell_latecomers(session, means)
    network_alerts.make_round(session, means)
    progress.tell_progress(session, means)
    pretence_rounds.tell_pretences(session, means)
    rota.rota_round(session, means)
    plan_reviews.remind_of_reviews(session, means)
    yearly.ask_who_is_due(session, means)
    moving.move_who_is_due(session, means)


def _forget(session: Session, means: Means) -> None:
    """What was said after a tone is kept until it is dealt with, or a week; what is over goes at the provider too."""
    heartbeats.beat(session, heartbeats.ROUNDS, means.now())
    requests.give_back(session, means)
    passing_on.close_unanswered(session, means)
    gather_what_is_over(session, means)
