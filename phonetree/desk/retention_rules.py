"""What is kept and for how long: one table of rules, read from top to bottom. Every table is here, or says why not.

What an open alert or request still needs is in no rule. Who reads this page alone knows what a database may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

from phonetree.desk import retention_needs as needs
from phonetree.models import (
    Alert,
    Approval,
    AuditEntry,
    Base,
    Broadcast,
    Call,
    CapKey,
    Clip,
    ClipState,
    ConsoleKnock,
    ConsoleSession,
    Conversation,
    Delivery,
    Duty,
    FamilyTask,
    Freeze,
    Heard,
    Hunt,
    Move,
    Mute,
    NetworkAlert,
    Note,
    Person,
    PinAttempt,
    Pretence,
    Proposal,
    Recording,
    RecordingCode,
    RelayPost,
    Report,
    ReportAsker,
    ReporterMute,
    Request,
    StrangeText,
    YearlyQuestion,
)

AT_ONCE = 100
"""Rows in one transaction."""
FEW = 20
"""People and broadcasts in one: with each go rows of many tables."""


class Done(Enum):
    """What is done with rows that are old enough. ``COUNTED``: how many deliveries ended how stays as a figure."""

    DROPPED = "dropped"
    COUNTED = "dropped and counted, by broadcast"
    FORGOTTEN = "forgotten, with all that hangs on them"
    HASHED = "forgotten; a keyed hash refuses a re-import"
    CUT = "the chain begins later, and an entry of it says so"


@dataclass(frozen=True, slots=True)
class Blanked:
    """The row stays, without this."""

    column: InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of *table*, *after* so much time since *since*, if all of *where* holds. No *since*: *where* says it all."""

    what: str
    table: type[Base]
    since: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None] | None
    after: timedelta
    done: Done | Blanked = Done.DROPPED
    where: tuple[ColumnElement[bool], ...] = ()
    at_once: int = AT_ONCE

    def due(self) -> ColumnElement[bool]:
        """What is old enough, with ``BEFORE`` left open."""
        old = () if self.since is None else (self.since < needs.BEFORE,)
        left = (self.done.column.is_not(None),) if isinstance(self.done, Blanked) else ()
        return and_(*old, *left, *self.where)


DROPPED, COUNTED, FORGOTTEN, HASHED, CUT = Done.DROPPED, Done.COUNTED, Done.FORGOTTEN, Done.HASHED, Done.CUT
NETWORK_WORDS = NetworkAlert.words_sealed
NOW, DAY, WEEK, MONTH, YEAR = (timedelta(days=n) for n in (0, 1, 7, 30, 365))

# What | of which table | since when | for how long | what is done then | if
RULES: tuple[Rule, ...] = (
    # What people wrote and said.
    Rule("an open question, its answers", Conversation, Conversation.updated_at, DAY),
    Rule("our answers, for a repeat", Heard, Heard.at, DAY, Blanked(Heard.answer_sealed)),
    Rule("words of single texts", Delivery, Delivery.created_at, DAY, Blanked(Delivery.body_sealed), (needs.IS_SAID,)),
    Rule("what was keyed in a call", Call, Call.updated_at, DAY, Blanked(Call.answers_sealed)),
    Rule("messages, answered", Note, Note.told_at, DAY, DROPPED, (needs.IS_ANSWERED, needs.CANNOT_BE_HEARD)),
    Rule("messages, told", Note, Note.told_at, WEEK, DROPPED, (needs.CANNOT_BE_HEARD,)),
    Rule("messages, told or not", Note, Note.at, MONTH),
    Rule("words of reports", Report, Report.made_at, WEEK, Blanked(Report.words_sealed)),
    Rule("the network's words", NetworkAlert, NetworkAlert.made_at, DAY, Blanked(NETWORK_WORDS), (needs.IS_DECIDED,)),
    Rule("recordings, dealt with", Recording, Recording.handled_at, DAY),
    Rule("recordings, never come", Recording, Recording.made_at, WEEK, DROPPED, (needs.IS_SILENT,)),
    Rule("prompts, rejected", Clip, Clip.decided_at, MONTH, DROPPED, (Clip.state == ClipState.REJECTED,)),
    # Who asked whom for what.
    Rule("requests, closed", Request, Request.done_at, DAY),
    Rule("who waits to hear of a report", ReportAsker, ReportAsker.asked_at, WEEK),
    Rule("reports", Report, Report.made_at, MONTH, DROPPED, (needs.over(Report),)),
    Rule("callers who waited", Hunt, Hunt.ended_at, DAY),
    Rule("duties, ended; last callers", Duty, Duty.ended_at, DAY),
    Rule("callers who are barred", Mute, Mute.until, NOW),
    Rule("whose reports are not told", ReporterMute, ReporterMute.until, NOW),
    # Codes and PINs.
    Rule("attempts at code and PIN", PinAttempt, PinAttempt.at, DAY),
    Rule("one-time codes", Approval, Approval.expires_at, DAY),
    Rule("moves to another phone", Move, Move.expires_at, DAY),
    Rule("codes to record prompts", RecordingCode, RecordingCode.expires_at, DAY),
    Rule("who knocked at the console", ConsoleKnock, ConsoleKnock.made_at, DAY),
    Rule("who is signed in there", ConsoleSession, ConsoleSession.last_seen_at, DAY),
    Rule("when a voice was frozen", Freeze, Freeze.until, MONTH),
    Rule("texts that we did not send", StrangeText, StrangeText.found_at, MONTH),
    Rule("what was keyed under duress", Pretence, Pretence.ended_at, MONTH),
    # Who got what.
    Rule("delivery details", Delivery, Delivery.created_at, MONTH, COUNTED, (needs.DELIVERY_IS_OVER,)),
    Rule("posts to group chats", RelayPost, RelayPost.created_at, MONTH, DROPPED, (needs.POST_IS_OVER,)),
    Rule("families handed to staff", FamilyTask, FamilyTask.made_at, MONTH, DROPPED, (needs.over(FamilyTask),)),
    Rule("calls", Call, Call.began_at, MONTH),
    Rule("texts and turns heard", Heard, Heard.at, MONTH),
    # What was sent, and by whom.
    Rule("previews", Proposal, Proposal.created_at, MONTH, DROPPED, (needs.PREVIEW_IS_OVER,)),
    Rule("reports of the network", NetworkAlert, NetworkAlert.made_at, MONTH, DROPPED, (needs.STANDS_ALONE,)),
    Rule("keys of the network, revoked", CapKey, CapKey.revoked_at, MONTH, DROPPED, (needs.OPENED_NOTHING,)),
    Rule("broadcasts, words, figures", Broadcast, Broadcast.created_at, YEAR, DROPPED, (needs.over(Broadcast),), FEW),
    Rule("alerts", Alert, Alert.closed_at, YEAR, DROPPED, (needs.NOTHING_REFERS_TO_IT,)),
    Rule("the record of what was done", AuditEntry, AuditEntry.at, YEAR, CUT),
    # Who they are.
    Rule("the yearly question", YearlyQuestion, YearlyQuestion.asked_at, 2 * MONTH),
    Rule("who left", Person, Person.stopped_at, MONTH, HASHED, (), FEW),
    Rule("strangers", Person, None, DAY, FORGOTTEN, (needs.IS_NOBODY, needs.CHOSE_NO_LANGUAGE), FEW),
    Rule("strangers who chose a language", Person, None, MONTH, FORGOTTEN, (needs.IS_NOBODY,), FEW),
)  # fmt: skip

KEPT: Mapping[str, str] = {
    "memberships": "what somebody is at a school: goes with the person",
    "consents": "what was agreed, how and when, which the law asks for: goes with the person",
    "pins": "of those who may send: goes with the person",
    "forgotten": "a keyed hash that refuses a re-import; lifted by the person, or by purge --all",
    "thaws": "which leads would end a freeze: go with it",
    "audit_ends": "where the record of what was done ends, and what it begins after: two rows",
    "counters": "figures alone",
    "erasures": "that a school is to be forgotten within the hour: goes with it, or when a lead stops it",
    "senders": "the school's own number and its speed",
    "sites": "the school's file, until the school is purged",
    "plans": "a record that anyone may read; nobody is in it",
    "drills": "figures for the council; nobody is in them",
    "clips": "prompts that families hear, until a better one; what was rejected goes, see the rules",
    "renderings": "words that every family has read: go with their broadcast",
    "delivery_counts": "figures alone: go with their broadcast",
    "kept_receipts": "folded into the ledger within seconds, and gone",
    "provider_copies": "what the provider is still to delete: gone once it has, or after a week of asking",
    "marks": "how far a sweep has come: one row each",
    "leases": "who makes the rounds: one row",
    "heartbeats": "when a job was last done: one row each",
}
"""What no rule names, and why."""
