"""Every column that holds sealed words, and the place in its row to which they are sealed.

What is not in this list is lost when keys change, so a house test compares it with the models.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import InstrumentedAttribute

from phonetree.models import (
    Approval,
    Call,
    Clip,
    Consent,
    ConsoleKnock,
    Conversation,
    Delivery,
    Heard,
    Move,
    NetworkAlert,
    Note,
    Person,
    Recording,
    RecordingCode,
    RelayPost,
    Report,
    Sender,
    Site,
)

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """One column. ``place`` names what ``fills`` it; ``index`` finds the number that is sealed."""

    column: Column
    place: str
    fills: Mapping[str, Column | ColumnElement[Any]]
    index: Column | None = None
    at_once: int = 200
    """How many are held in memory, and locked, together."""

    @property
    def name(self) -> str:
        return f"{self.column.class_.__tablename__}.{self.column.key}"

    def place_in(self, values: Mapping[str, Any]) -> str:
        """The place of one row; a hash is named in hex."""
        return self.place.format(
            **{name: value.hex() if isinstance(value, bytes) else value for name, value in values.items()}
        )


def _sealed(
    column: Column,
    place: str,
    *,
    index: Column | None = None,
    at_once: int = 200,
    **fills: Column | ColumnElement[Any],
) -> SealedColumn:
    return SealedColumn(column, place, fills, index, at_once)


FEW_SOUNDS = 4

SEALED = (
    _sealed(Sender.number_sealed, "senders|{id}|number", index=Sender.number_index, id=Sender.id),
    _sealed(Site.document_sealed, "sites|{code}|document", code=Site.code),
    _sealed(Person.number_sealed, "people|{id}|number", index=Person.number_index, id=Person.id),
    _sealed(Consent.source_sealed, "consents|{person}|source", person=Consent.person_id),
    _sealed(
        Approval.code_sealed,
        "approvals|{proposal}|{person}|code",
        proposal=Approval.proposal_id,
        person=Approval.person_id,
    ),
    _sealed(Conversation.answers_sealed, "conversations|{person}|answers", person=Conversation.person_id),
    _sealed(Conversation.parked_answers_sealed, "conversations|{person}|answers", person=Conversation.person_id),
    # Who withholds their number is nobody in a table: then the call stands for them.
    _sealed(Call.answers_sealed, "conversations|{person}|answers", person=func.coalesce(Call.person_id, Call.id)),
    _sealed(Move.code_sealed, "moves|{person}|code", person=Move.person_id),
    _sealed(Heard.answer_sealed, "heard|{sid}", sid=Heard.sid),
    _sealed(Note.words_sealed, "notes|{id}|words", id=Note.id),
    _sealed(Report.words_sealed, "reports|{id}|words", id=Report.id),
    _sealed(NetworkAlert.words_sealed, "network_alerts|{id}|words", id=NetworkAlert.id),
    _sealed(Delivery.body_sealed, "deliveries|{id}|body", id=Delivery.id),
    _sealed(RelayPost.body_sealed, "relay_posts|{id}|body", id=RelayPost.id),
    _sealed(RecordingCode.code_sealed, "recording_codes|{id}|code", id=RecordingCode.id),
    _sealed(Recording.sound_sealed, "recordings|{id}|sound", at_once=FEW_SOUNDS, id=Recording.id),
    _sealed(ConsoleKnock.number_sealed, "console_knocks|{token}|number", token=ConsoleKnock.token_hash),
    _sealed(ConsoleKnock.code_sealed, "console_knocks|{id}|code", id=ConsoleKnock.id),
    _sealed(Clip.sound_sealed, "clips|{id}|sound", at_once=FEW_SOUNDS, id=Clip.id),
)
