"""What the flows of recording and judging prompts ask for, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class GiveCode:
    """Give a one-time code for recording to the enrolled interpreter whose phone *phone* names."""

    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class UseCode:
    """An interpreter keyed a code; it is good once, from their own number."""

    code: str = field(repr=False)


PromptsOf = Literal["missing", "all", "waiting", "unheard"]
"""Which prompts: not recorded yet, all to record anew, what another speaker recorded, what a lead has yet to hear."""


@dataclass(frozen=True, slots=True)
class NextPrompt:
    """Bring up the next prompt of these, to record or to judge."""

    of: PromptsOf = "missing"


@dataclass(frozen=True, slots=True)
class CheckSound:
    """Whether this recording has come and is good."""

    recording: str = ""


@dataclass(frozen=True, slots=True)
class KeepClip:
    """Keep this recording for the prompt at hand."""

    recording: str = ""


@dataclass(frozen=True, slots=True)
class DecideClip:
    """A second speaker approves or rejects the clip at hand; a lead takes it into use or takes it back."""

    is_good: bool


PromptEffect = GiveCode | UseCode | NextPrompt | CheckSound | KeepClip | DecideClip
