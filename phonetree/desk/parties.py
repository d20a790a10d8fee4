"""Whom a call may be joined to and see no number: a family, a requester, the other side, the interpreter line."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phonetree.desk import family_calls, joining, requests
from phonetree.desk.exchange import Exchange, Target
from phonetree.desk.schools import school_of
from phonetree.dialogue.nodes import Party
from phonetree.words.numbers import PhoneNumber


def can_dial(session: Session, x: Exchange, to: PhoneNumber | Party) -> bool:
    return isinstance(to, PhoneNumber) or target_of(session, x, to) is not None


def target_of(session: Session, x: Exchange, to: PhoneNumber | Party) -> Target | None:
    """None where there is nobody to dial."""
    match to:
        case PhoneNumber():
            return Target(to)
        case Party.FAMILY:
            return family_calls.target(session, x)
        case Party.REQUESTER:
            return requests.target(session, x)
        case Party.OTHER_SIDE:
            return joining.target(session, x)
        case Party.INTERPRETER:
            line = school_of(x.means, x.site).hotline.interpreter_line
            return Target(line) if line else None
