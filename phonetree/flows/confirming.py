"""What a call says where a number that is shown proves nothing: whom we call back, and whom we cannot."""

from __future__ import annotations

from phonetree.dialogue.nodes import End
from phonetree.dialogue.outcomes import CallComing, Outcome
from phonetree.words.i18n import Sentences, Spoken, say


def withheld() -> End:
    """Nobody can be called back, so nothing can be changed."""
    return End(
        Sentences(
            (
                say("Your number is not shown, so we cannot do that."),
                say("Please call from a phone that shows its number."),
            )
        )
    )


def coming(outcome: Outcome | None, otherwise: Spoken) -> End:
    """The call-back is on its way; or there is none, and *otherwise* says what to do instead."""
    if isinstance(outcome, CallComing):
        return End(Sentences((say("We call you now to confirm."), say("You can hang up."))), hangs_up=True)
    return End(Sentences((say("We cannot call this phone now."), otherwise)))


def start_by_text() -> Spoken:
    """What undoes a stop for good, also at the carrier."""
    return say("To come back, text START to this number.")
