"""Floor 2, what is remembered, one file per aggregate."""

from phonetree.models.alert import ERASE_ALL, NO_ALERTS, VOUCH, Alert, Approval, Proposal
from phonetree.models.audit import AuditEnd, AuditEntry
from phonetree.models.base import Base, Instant, database_now, new_id
from phonetree.models.call import Call, Duty, FamilyTask, Hunt, Mute, RecordingCode
from phonetree.models.clip import Clip, ClipState, Purpose, Recording, RecordingState
from phonetree.models.console import ConsoleKnock, ConsoleSession
from phonetree.models.conversation import Conversation, Counter, Heard, Mark, Note, ProviderCopy
from phonetree.models.database import as_rows, begin_writing, open_database, reading, reading_first, there_is, writing
from phonetree.models.delivery import (
    CALL,
    FINAL,
    REACHED,
    TEXT,
    Broadcast,
    CallLane,
    CallOutcome,
    Delivery,
    Lane,
    Lease,
    Rendering,
    State,
)
from phonetree.models.duress import Pretence
from phonetree.models.freeze import Freeze, Thaw
from phonetree.models.keeping import DeliveryCount, Erasure, Heartbeat
from phonetree.models.moving import Move
from phonetree.models.network import CapKey, NetworkAlert
from phonetree.models.person import Consent, Forgotten, Membership, Person, Pin, PinAttempt, TextForm
from phonetree.models.plan import Drill, PlanVersion
from phonetree.models.receipt import KeptReceipt
from phonetree.models.relay import OPEN_POSTS, PostState, RelayPost
from phonetree.models.report import Report, ReportAsker, ReporterMute, ReportState
from phonetree.models.request import AID, MESSAGE, VOICEMAIL, Request
from phonetree.models.site import Sender, Site, StrangeText
from phonetree.models.yearly import YearlyQuestion

__all__ = [
    "AID",
    "CALL",
    "ERASE_ALL",
    "FINAL",
    "MESSAGE",
    "NO_ALERTS",
    "OPEN_POSTS",
    "REACHED",
    "TEXT",
    "VOICEMAIL",
    "VOUCH",
    "Alert",
    "Approval",
    "AuditEnd",
    "AuditEntry",
    "Base",
    "Broadcast",
    "Call",
    "CallLane",
    "CallOutcome",
    "CapKey",
    "Clip",
    "ClipState",
    "Consent",
    "ConsoleKnock",
    "ConsoleSession",
    "Conversation",
    "Counter",
    "Delivery",
    "DeliveryCount",
    "Drill",
    "Duty",
    "Erasure",
    "FamilyTask",
    "Forgotten",
    "Freeze",
    "Heard",
    "Heartbeat",
    "Hunt",
    "Instant",
    "KeptReceipt",
    "Lane",
    "Lease",
    "Mark",
    "Membership",
    "Move",
    "Mute",
    "NetworkAlert",
    "Note",
    "Person",
    "Pin",
    "PinAttempt",
    "PlanVersion",
    "PostState",
    "Pretence",
    "Proposal",
    "ProviderCopy",
    "Purpose",
    "Recording",
    "RecordingCode",
    "RecordingState",
    "RelayPost",
    "Rendering",
    "Report",
    "ReportAsker",
    "ReportState",
    "ReporterMute",
    "Request",
    "Sender",
    "Site",
    "State",
    "StrangeText",
    "TextForm",
    "Thaw",
    "YearlyQuestion",
    "as_rows",
    "begin_writing",
    "database_now",
    "new_id",
    "open_database",
    "reading",
    "reading_first",
    "there_is",
    "writing",
]
