"""Floor 2, what is remembered, one file per aggregate."""

from phonetree.models.alert import Alert, Approval, Proposal
from phonetree.models.base import Base, database_now, new_id
from phonetree.models.conversation import AuditEntry, Conversation, Heard, Note, ProviderCopy
from phonetree.models.database import open_database, reading, writing
from phonetree.models.delivery import FINAL, REACHED, Broadcast, Delivery, Lane, Lease, Rendering, State
from phonetree.models.person import Consent, Forgotten, Membership, Person, Pin, PinAttempt
from phonetree.models.site import Sender, Site

__all__ = [
    "FINAL",
    "REACHED",
    "Alert",
    "Approval",
    "AuditEntry",
    "Base",
    "Broadcast",
    "Consent",
    "Conversation",
    "Delivery",
    "Forgotten",
    "Heard",
    "Lane",
    "Lease",
    "Membership",
    "Note",
    "Person",
    "Pin",
    "PinAttempt",
    "Proposal",
    "ProviderCopy",
    "Rendering",
    "Sender",
    "Site",
    "State",
    "database_now",
    "new_id",
    "open_database",
    "reading",
    "writing",
]
