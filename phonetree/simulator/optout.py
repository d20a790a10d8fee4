"""The carrier's own opt-out: it blocks a pair on a stop word and answers in its own words, whatever the school does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

KeywordKind = Literal["STOP", "START", "HELP"]


@dataclass(frozen=True, slots=True)
class OptOutPolicy:
    """The words, whole message and any case, and the texts that answer them. ``tells_type`` adds ``OptOutType``."""

    stop: frozenset[str] = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
    start: frozenset[str] = frozenset({"START", "YES", "UNSTOP"})
    help: frozenset[str] = frozenset({"HELP", "INFO"})
    stop_text: str = (
        "You have successfully been unsubscribed. You will not receive any more messages from this number. "
        "Reply START to resubscribe."
    )
    start_text: str = (
        "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
        "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
    )
    help_text: str = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
    tells_type: bool = False


DEFAULT_OPT_OUT = OptOutPolicy()


def advanced_opt_out(*, stop: set[str], start: set[str], asks_help: set[str]) -> OptOutPolicy:
    """A Messaging Service's own words beside the built-in ones, which cannot be removed."""
    policy = DEFAULT_OPT_OUT
    return replace(
        policy, stop=policy.stop | stop, start=policy.start | start, help=policy.help | asks_help, tells_type=True
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """A keyword was understood; ``answer`` is the carrier's own text, if it says anything."""

    kind: KeywordKind
    answer: str | None


class OptOuts:
    """Which handsets have stopped which senders. A sender is a number, or the whole service it belongs to."""

    def __init__(self) -> None:
        self._blocked: set[tuple[str, str]] = set()

    def has_blocked(self, handset: str, sender: str) -> bool:
        return (handset, sender) in self._blocked

    def hear(self, policy: OptOutPolicy, handset: str, sender: str, body: str) -> Heard | None:
        """Record what a whole-message keyword does to the pair; None when the body is no keyword."""
        word, pair = body.strip().upper(), (handset, sender)
        if word in policy.stop:
            is_new = pair not in self._blocked
            self._blocked.add(pair)
            return Heard("STOP", policy.stop_text if is_new else None)
        if word == "START" or (word in policy.start and pair in self._blocked):
            self._blocked.discard(pair)
            return Heard("START", policy.start_text)
        return Heard("HELP", policy.help_text) if word in policy.help else None
