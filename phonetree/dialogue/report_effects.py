"""What the flows of reports ask the rest of the application to do, as values."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FileReport:
    """Keep what somebody saw, under a number and no name, and tell those who check. What was skipped is empty.

    *seen*: "1" themselves, "2" somebody told them. *place*: the digit of a listed place, 9 for another. *when*: the
    digit of a choice, or own words. By call: *recording* is the name of what was said.
    """

    seen: str = ""
    place: str = ""
    where: str = field(default="", repr=False)
    when: str = field(default="", repr=False)
    how_many: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    recording: str = ""


@dataclass(frozen=True, slots=True)
class NoteAsked:
    """Whoever asked while a report is being checked hears once what came of it."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """A lead checks it: from now on everyone who asks hears that."""

    number: int


@dataclass(frozen=True, slots=True)
class FalseReport:
    """A lead found that it is not true."""

    number: int


@dataclass(frozen=True, slots=True)
class MuteReporter:
    """What this report's sender tells from now on is kept, and not told."""

    number: int


@dataclass(frozen=True, slots=True)
class AskToVouch:
    """The network would confirm this report: a one-time code for its phone."""

    number: int


@dataclass(frozen=True, slots=True)
class Vouch:
    """Weigh the network's code and PIN. As with ``Approve`` the words never enter a flow's answers."""


ReportEffect = FileReport | NoteAsked | CheckReport | FalseReport | MuteReporter | AskToVouch | Vouch
