"""What leads asked for about who joins is done here, inside the webhook's transaction."""

from __future__ import annotations

from typing import assert_never

from sqlalchemy.orm import Session

from phonetree.desk import held_joins
from phonetree.desk.exchange import Exchange
from phonetree.desk.outbox import audit, tell_leads
from phonetree.desk.schools import school_of
from phonetree.dialogue.join_effects import FindHeld, JoinEffect, JoinWord, LetIn, NameJoinWord, TurnAway
from phonetree.dialogue.outcomes import Outcome
from phonetree.words.i18n import _


def perform_join(session: Session, x: Exchange, effect: JoinEffect) -> Outcome:
    """Do one effect; a flow waits for each outcome."""
    match effect:
        case FindHeld():
            return held_joins.find_held(session, x)
        case LetIn(number):
            return held_joins.let_in(session, x, number)
        case TurnAway(number):
            return held_joins.turn_away(session, x, number)
        case NameJoinWord(is_new):
            return _new_word(session, x) if is_new else JoinWord(x.site.join_word or x.site.code)
        case _:
            assert_never(effect)


def _new_word(session: Session, x: Exchange) -> JoinWord:
    """The school's code and four digits that nobody can foresee. All leads hear of it, who asked hears the word."""
    x.site.join_word = f"{x.site.code}{x.means.new_code()}"
    audit(session, x.means, "a new word to join", site=x.site, actor=x.person)
    words = _("{s}: A lead made a new word to join. CODE says which.", s=school_of(x.means, x.site).site.short)
    tell_leads(session, x.means, x.site, words, besides=x.person.id)
    return JoinWord(x.site.join_word)
