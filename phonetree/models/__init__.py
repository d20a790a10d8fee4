"""Floor 2, what is remembered, one file per aggregate."""

from phonetree.models.alert import Alert, Approval, Proposal
from phonetree.models.base import Base, Instant, database_now, new_id
from phonetree.models.call import Call, Duty, FamilyTask, Hunt, Mute, RecordingCode
from phonetree.models.clip import Clip, ClipState, Purpose, Recording, RecordingState
from phonetree.models.conversation import AuditEntry, Conversation, Heard, Note, ProviderCopy
from phonetree.models.database import as_rows, begin_writing, open_database, reading, reading_first, writing
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
from phonetree.models.network import CapKey, NetworkAlert
from phonetree.models.person import Consent, Forgotten, Membership, Person, Pin, PinAttempt
from phonetree.models.receipt import KeptReceipt
from phonetree.models.request import Request
from phonetree.models.site import Sender, Site

__all__ = [
    "CALL",
    "FINAL",
    "REACHED",
    "TEXT",
    "Alert",
    "Approval",
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
    "Conversation",
    "Delivery",
    "Duty",
    "FamilyTask",
    "Forgotten",
    "Heard",
    "Hunt",
    "Instant",
    "KeptReceipt",
    "Lane",
    "Lease",
    "Membership",
    "Mute",
    "NetworkAlert",
    "Note",
    "Person",
    "Pin",
    "PinAttempt",
    "Proposal",
    "ProviderCopy",
    "Purpose",
    "Recording",
    "RecordingCode",
    "RecordingState",
    "Rendering",
    "Request",
    "Sender",
    "Site",
    "State",
    "as_rows",
    "begin_writing",
    "database_now",
    "new_id",
    "open_database",
    "reading",
    "reading_first",
    "writing",
]
