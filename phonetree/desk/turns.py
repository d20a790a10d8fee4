"""One whole turn, the same by text and by call: what a flow asked for is done, until somebody has to answer."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from phonetree.desk.effects import perform
from phonetree.desk.exchange import Exchange, MustWrite
from phonetree.desk.questions import context_for
from phonetree.dialogue import engine as dialogue
from phonetree.dialogue.engine import Turn


def perform_all(session: Session, x: Exchange, turn: Turn) -> Turn:
    """Perform the effects of *turn*; one that the flow waits for leads on within the same turn."""
    if not x.may_write and (turn.effects or turn.perform):
        raise MustWrite
    while True:
        for effect in turn.effects:
            x.done.add(type(effect))
            perform(session, x, effect)
        if turn.perform is None:
            return turn
        x.done.add(type(turn.perform.effect))
        outcome = perform(session, x, turn.perform.effect)
        if outcome is None:
            return replace(turn, perform=None)
        x.came_of.append(outcome)
        x.evidence = None  # weighed once; from here on the preview is what is still open
        session.flush()
        turn = dialogue.proceed(turn, outcome, context_for(session, x, turn.session.answers))
