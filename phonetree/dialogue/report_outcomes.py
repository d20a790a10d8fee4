"""What came of what the flows of reports asked for, as facts in the past tense."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReportFiled:
    """It is kept under this public number."""

    number: int = 0


@dataclass(frozen=True, slots=True)
class OneTooMany:
    """It is kept, and not passed on: this phone has told enough for a day."""


@dataclass(frozen=True, slots=True)
class ReportMarked:
    """Its state is what the lead said. *was_so*: another lead had said so before."""

    number: int = 0
    was_so: bool = False


@dataclass(frozen=True, slots=True)
class NoSuchReport:
    """No open report has this number."""


@dataclass(frozen=True, slots=True)
class ReporterMuted:
    """Whether there was somebody to mute."""

    found: bool = True


@dataclass(frozen=True, slots=True)
class CodeOpen:
    """A code waits for the network's answer; the context now holds it."""


@dataclass(frozen=True, slots=True)
class Vouched:
    """The network confirmed this report. *phones*: to how many it went at once."""

    number: int = 0
    phones: int = 0


ReportOutcome = ReportFiled | OneTooMany | ReportMarked | NoSuchReport | ReporterMuted | CodeOpen | Vouched
