"""How a school's number is set up at the carrier, and how the carrier behaves today: both changeable at run time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from phonetree.simulator.faults import FaultPlan
from phonetree.simulator.messages import LONGEST_VALIDITY
from phonetree.simulator.optout import DEFAULT_OPT_OUT, OptOutPolicy


@dataclass(frozen=True, slots=True)
class Line:
    """One number of the account. A rate of ``inf`` sends as fast as the machine can, in the same breath."""

    sms_url: str | None = None
    sms_fallback_url: str | None = None
    service: str | None = None
    """The Messaging Service (MG…) that this number is in."""
    segments_per_second: float = math.inf
    queue_limit: float | None = None
    """In segments; ten hours' worth when not set, as at the provider."""
    voice_url: str | None = None
    voice_fallback_url: str | None = None
    call_status_url: str | None = None
    """Told of the end of every incoming call."""
    calls_per_second: float = 1.0
    """How many calls this number begins in a second; more of them queue."""

    @property
    def most_segments_waiting(self) -> float:
        return self.segments_per_second * LONGEST_VALIDITY if self.queue_limit is None else self.queue_limit


@dataclass(frozen=True, slots=True)
class CallbackPlan:
    """How receipts come: ``delay`` seconds before each, each ``repeat`` times, some dropped, in any order."""

    delay: float = 0.0
    repeat: int = 1
    shuffle: bool = False
    drop: float = 0.0
    """The share that never arrives, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the carrier behaves. ``opt_out`` None means that support has turned its own handling off."""

    callbacks: CallbackPlan = field(default_factory=CallbackPlan)
    fault_plan: FaultPlan | None = None
    concurrency_limit: int | None = None
    opt_out: OptOutPolicy | None = DEFAULT_OPT_OUT
    listing_lag: float = 0.0
    """Seconds until a text shows in a listing."""
    deletable_after: float = 0.0
    """Seconds until a record may be deleted; the provider asks for a minute or more."""
    call_pace: float = 0.0
    """Seconds of real time that a second of a call takes: 0 for tests, where silence is over at once; 1 for people.

    At 0 a telephone that is driven by hand has all the time in the world.
    """
    hold: float = 0.0
    """Seconds of real time at least between two things that a caller in a queue hears; for people who read them."""
    recording_lag: float = 0.0
    """Seconds until a recording can be fetched, and its callback is posted."""


Lines = Mapping[str, Line]
