"""Calls of ours in the ledger: one row each, claimed, paced and reported like a text; what it begins with is sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED, body_row
from phonetree.dialogue.nodes import Step
from phonetree.models import CALL, CallLane, Delivery, Person, Site, State

FOR_A_PIN = "approval-"
"""How the matter of a call begins into which a PIN is keyed."""
AT_ONCE = timedelta(minutes=1)
"""A call-back that did not go out within a minute surprises more than it helps."""


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to place: the step with which it begins and what that step needs to know.

    *matter* names what it is part of (a hunt, a request, an alert), *life* how long it is still wanted.
    """

    begins: Step
    lane: CallLane
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    matter: str | None = None
    life: timedelta = AT_ONCE
    not_before: datetime | None = None


def queue_call(session: Session, means: Means, person: Person, site: Site, new: NewCall) -> Delivery:
    """Write a call into the ledger; a worker places it."""
    delivery = Delivery(
        site_id=site.id,
        sender_id=person.sender_id,
        person_id=person.id,
        channel=CALL,
        lane=new.lane,
        language=person.language,
        segments=0,
        begins=new.begins.name,
        matter=new.matter,
        state=State.PENDING,
        not_before=new.not_before,
        expires_at=means.now() + new.life,
        created_at=means.now(),
    )
    session.add(delivery)
    session.flush()
    session.info[QUEUED] = True
    if new.answers:
        seal_answers(means, delivery, new.answers)
    return delivery


def seal_answers(means: Means, delivery: Delivery, answers: Mapping[str, str]) -> None:
    """What the call's first step is to be told."""
    words = json.dumps(dict(answers))
    delivery.body_sealed = means.vault(delivery.sender_id).seal(words, row=body_row(delivery.id))


def answers_of(means: Means, delivery: Delivery) -> dict[str, str]:
    """What the call's first step is told."""
    if delivery.body_sealed is None:
        return {}
    return dict(json.loads(means.vault(delivery.sender_id).open(delivery.body_sealed, row=body_row(delivery.id))))
