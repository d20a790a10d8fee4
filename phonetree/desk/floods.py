"""How much is answered by itself: so many texts to one phone, so many on one number, so many in the deployment.

Nobody is refused what they ask to be done; only the words that would go back are left out, the least needed first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from phonetree.desk.exchange import Exchange
from phonetree.desk.text_turns import Taken
from phonetree.dialogue.effects import ComeBack, Erase, OptIn, OptOut, SetLanguage, TakeLess
from phonetree.flows import answers, forget, leave, less, menu
from phonetree.models import Conversation

QUIET = timedelta(minutes=3)
"""Who texts nothing for so long is answered like anybody again. What answers by itself never waits so long."""


class Worth(StrEnum):
    """How much it matters that a text goes back, the least first."""

    MENU = "menu"
    """To words that are neither a command nor an answer: what they could be. A machine sends nothing else."""
    ANSWER = "answer"
    """News, aid, rights, the next question."""
    NEEDED = "needed"
    """That somebody left, came, is forgotten; who we are; everything that a lead, or who works here, asks."""


MOST: Mapping[Worth, int] = {Worth.MENU: 5, Worth.ANSWER: 20, Worth.NEEDED: 25}
"""Texts to one phone until it is quiet: of this worth or less. The carrier's own guard cuts off at 30 (14107)."""
MOST_IN_AN_ALERT: Mapping[Worth, int] = {Worth.MENU: 1, Worth.ANSWER: 8, Worth.NEEDED: 25}
"""The same while an alert or a correction is on its way out."""

DEBT: Mapping[Worth, float] = {Worth.MENU: 10.0, Worth.ANSWER: 30.0}
"""Seconds of what a number may send that answers may run ahead of it: so much later a next alert begins at most."""
LEAST_DEBT: Mapping[Worth, float] = {Worth.MENU: 10.0, Worth.ANSWER: 20.0}
"""Segments, for a slow number."""
DEBT_OF_ALL: Mapping[Worth, float] = {Worth.MENU: 300.0, Worth.ANSWER: 1500.0}
"""Segments that all numbers of the deployment together may be ahead."""
BACKLOG: Mapping[Worth, float] = {Worth.MENU: 60.0, Worth.ANSWER: 600.0}
"""Seconds that what waits in the ledger takes to send: where more waits, another one would come too late to help."""
LEAST_BACKLOG: Mapping[Worth, int] = {Worth.MENU: 30, Worth.ANSWER: 200}

_ALWAYS_ANSWERED = frozenset({leave.stop.name, leave.start.name, less.flow.name, forget.flow.name, answers.help_.name})
_DONE = frozenset({OptIn, OptOut, ComeBack, TakeLess, Erase, SetLanguage})
_FAMILIES = frozenset({"parent"})


def worth_of(x: Exchange, taken: Taken) -> Worth:
    """What the text that would go back is worth."""
    turn, begun = taken.turn, taken.begun
    if turn is None or begun is None:
        return Worth.MENU
    if begun in (menu.unknown, menu.words_only, menu.during_an_alert):
        return Worth.MENU
    if _works_here(x) or begun.flow.name in _ALWAYS_ANSWERED or not x.done.isdisjoint(_DONE):
        return Worth.NEEDED
    return Worth.MENU if turn.session.misses or turn.gave_up else Worth.ANSWER


def _works_here(x: Exchange) -> bool:
    return any(m.role not in _FAMILIES and not m.is_held for m in x.person.memberships)


def note_heard(x: Exchange) -> None:
    """This phone texts. After a while of quiet it begins anew; written down with where the conversation stands."""
    c, now = x.conversation, x.means.now()
    if c.heard_at is None or now - c.heard_at >= QUIET:
        c.replies = c.menu_replies = 0
    c.heard_at = now


def is_enough(x: Exchange, worth: Worth, most: Mapping[Worth, int] = MOST) -> bool:
    """Whether this phone was answered so often that this one is left out. A lead is always answered."""
    if worth is Worth.NEEDED and _works_here(x):
        return False
    return _so_far(x.conversation, worth) >= most[worth]


def note_answered(x: Exchange, worth: Worth) -> None:
    x.conversation.replies += 1
    x.conversation.menu_replies += worth is Worth.MENU


def _so_far(conversation: Conversation, worth: Worth) -> int:
    return conversation.menu_replies if worth is Worth.MENU else conversation.replies
