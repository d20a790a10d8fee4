"""Who may be called: what a person agreed to, as conditions inside the queries that choose whom to call."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from phonetree.flows.kinds import SIGHTINGS
from phonetree.models import CALL, TEXT, Alert, Broadcast, Delivery, Membership, there_is

ALL, DANGER = "all", "danger"

Column = ColumnElement[str] | InstrumentedAttribute[str]


def calls_for(kind: str, *, is_drill: bool) -> Sequence[str]:
    """Which consents let a call about this through."""
    return (ALL, DANGER) if kind in SIGHTINGS and not is_drill else (ALL,)


def names_calls(person_id: Column, site_id: int, consents: Sequence[str]) -> ColumnElement[bool]:
    """Whether this person agreed to such calls from this school."""
    member = aliased(Membership)
    agreed = and_(member.calls.in_(consents), member.is_held.is_(False))
    return exists().where(member.person_id == person_id, member.site_id == site_id, agreed)


def takes_texts(person_id: Column, site_id: int) -> ColumnElement[bool]:
    member = aliased(Membership)
    return exists().where(member.person_id == person_id, member.site_id == site_id, member.channel == TEXT)


def no_more_calls() -> ColumnElement[bool]:
    """Of a call to many: its reader has said since that they want no such calls."""
    member, told, about = aliased(Membership), aliased(Broadcast), aliased(Alert)
    is_danger = and_(about.kind.in_(SIGHTINGS), about.is_drill.is_(False))
    agreed = there_is(
        told.id == Delivery.broadcast_id,
        about.id == told.alert_id,
        member.person_id == Delivery.person_id,
        member.site_id == told.site_id,
        or_(member.calls == ALL, and_(member.calls == DANGER, is_danger)),
    )
    return and_(Delivery.channel == CALL, ~agreed)
