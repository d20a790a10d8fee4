"""What the Rapid Response Network reports: as a lead sees it, what is done with it, and what came of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from phonetree.words.i18n import Word

if TYPE_CHECKING:
    from phonetree.dialogue.effects import Action, Kind, Level, Propose


@dataclass(frozen=True, slots=True)
class Reported:
    """A report of the network that waits for a lead. What it does not say (no kind, no level) the lead is asked."""

    number: int
    action: Action
    """What sending it would be: an alert or a drill; or an update, or the end, of the alert numbered *alert*."""
    kind: Kind | None = None
    place: str = ""
    """The place's digit; empty where none was named."""
    at: Word = ""
    """The same in words."""
    level: Level | None = None
    alert: int | None = None
    is_partly_sent: bool = False
    """Staff heard of it at once; the families wait for a lead."""


# --- effects ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoteNetwork:
    """Keep what the network's phone has said so far. *is_whole*: nothing more is asked, the leads are told."""

    words: str = field(default="", repr=False)
    kind: str = ""
    place: str = ""
    level: str = ""
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class ProposeReported:
    """A preview of what the network reported under this number."""

    number: str
    what: Propose


@dataclass(frozen=True, slots=True)
class ProposeByNetwork:
    """A preview for the network's own phone: what it reported, to those whom it may tell without a lead."""

    number: str


@dataclass(frozen=True, slots=True)
class DropNetworkAlert:
    """A lead does not pass on what the network reported under this number."""

    number: str


@dataclass(frozen=True, slots=True)
class FindNetworkAlert:
    """Look what became of what the network reported under this number."""

    number: str


NetworkEffect = NoteNetwork | ProposeReported | ProposeByNetwork | DropNetworkAlert | FindNetworkAlert


# --- outcomes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NetworkNoted:
    """Kept under *number*. *is_over*: the leads have it, and nothing more is asked.

    *may_send*: this phone may send it at once to those whom the school lets the network tell.
    """

    number: int = 0
    is_over: bool = False
    is_added: bool = False
    may_send: bool = False


@dataclass(frozen=True, slots=True)
class NetworkDropped:
    """It waits no more. *is_out*: staff had it already."""

    is_out: bool = False


@dataclass(frozen=True, slots=True)
class NetworkGone:
    """It does not wait: it was sent, refused or expired; empty: there is none with this number."""

    state: str = ""


NetworkOutcome = NetworkNoted | NetworkDropped | NetworkGone
