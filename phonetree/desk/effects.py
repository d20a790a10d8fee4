"""What a flow asked for is done here, inside the webhook's transaction; what must go out is written to the ledger."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phonetree.desk import approvals, call_backs, notes, people, yearly
from phonetree.desk.aid_effects import perform_aid
from phonetree.desk.call_effects import perform_call
from phonetree.desk.erasures import perform_erasing
from phonetree.desk.exchange import Exchange
from phonetree.desk.guard_effects import perform_guard
from phonetree.desk.held_joins import join
from phonetree.desk.join_effects import perform_join
from phonetree.desk.letters import perform_letters
from phonetree.desk.masked_effects import perform_masked
from phonetree.desk.moving import perform_move
from phonetree.desk.network_effects import perform_network
from phonetree.desk.outbox import audit, queue_text
from phonetree.desk.proposals import withdraw
from phonetree.desk.report_effects import perform_report
from phonetree.desk.schools import find_site, school_of
from phonetree.dialogue.aid_effects import AidEffect
from phonetree.dialogue.effects import (
    Approve,
    CallEffect,
    ChooseSchool,
    ComeBack,
    Effect,
    Erase,
    LeaveMessage,
    OptIn,
    OptOut,
    OwnEffect,
    Pause,
    Propose,
    SetLanguage,
    ShareProposal,
    TakeLess,
    Withdraw,
)
from phonetree.dialogue.erasing import EraseEffect
from phonetree.dialogue.guards import GuardEffect
from phonetree.dialogue.join_effects import JoinEffect
from phonetree.dialogue.letters import LetterEffect
from phonetree.dialogue.masked import MaskedEffect
from phonetree.dialogue.moving import MoveEffect
from phonetree.dialogue.network import NetworkEffect
from phonetree.dialogue.outcomes import Outcome
from phonetree.dialogue.report_effects import ReportEffect
from phonetree.dialogue.yearly import Stay
from phonetree.flows.leave import off_the_list
from phonetree.models import TEXT, Lane, TextForm


def perform(session: Session, x: Exchange, effect: Effect) -> Outcome | None:
    """Do one effect; those that a flow waits for give their outcome."""
    if isinstance(effect, AidEffect):
        return perform_aid(session, x, effect)
    if isinstance(effect, ReportEffect):
        return perform_report(session, x, effect)
    if isinstance(effect, MaskedEffect):
        return perform_masked(session, x, effect)
    if isinstance(effect, NetworkEffect):
        return perform_network(session, x, effect)
    if isinstance(effect, JoinEffect):
        return perform_join(session, x, effect)
    if isinstance(effect, GuardEffect):
        return perform_guard(session, x, effect)
    if isinstance(effect, EraseEffect):
        return perform_erasing(session, x, effect)
    if isinstance(effect, MoveEffect):
        return perform_move(session, x, effect)
    if isinstance(effect, LetterEffect):
        perform_letters(session, x, effect)
        return None
    return _perform_own(session, x, effect)


def _perform_own(session: Session, x: Exchange, effect: OwnEffect | CallEffect) -> Outcome | None:
    match effect:
        case SetLanguage(language):
            _set_language(x, language)
        case OptIn(word):
            return _opt_in(session, x, word)
        case OptOut():
            _opt_out(session, x)
        case ComeBack():
            _come_back(session, x)
        case TakeLess(calls):
            _take_less(x, calls)
        case Stay():
            yearly.stay(session, x)
        case Erase():
            x.forget_at_the_end = True
        case LeaveMessage(topic, words):
            notes.leave(session, x.means, None if x.is_withheld else x.person, x.site, topic, words)
        case ChooseSchool(code):
            x.choose(find_site(session, code))
        case Withdraw():
            withdraw(session, x.person)
        case Propose():
            return approvals.propose(session, x, effect)
        case ShareProposal():
            return approvals.share(session, x)
        case Approve():
            return approvals.approve(session, x)
        case Pause():
            return approvals.pause(session, x)
        case _:
            return perform_call(session, x, effect)
    return None


def _take_less(x: Exchange, calls: str) -> None:
    for membership in x.person.memberships:
        membership.calls = calls


def _set_language(x: Exchange, language: str) -> None:
    """Who calls in may have forged a member's number: then it is the language of this call alone."""
    if x.call is not None:
        x.call.language = language
    if x.call is None or x.delivery is not None or not x.person.memberships:
        x.person.language, x.person.language_is_chosen = language, True
    if x.call is None and x.person.text_form == TextForm.LATIN:
        x.person.text_form = TextForm.NATIVE  # who chooses anew sees at once whether the phone has its letters


def _opt_in(session: Session, x: Exchange, word: str) -> Outcome:
    is_blocked = call_backs.is_blocked(session, x.person)
    joined = join(session, x, word, _how(x))
    if is_blocked:
        call_backs.call_the_blocked(session, x)
    return joined


def _come_back(session: Session, x: Exchange) -> None:
    """After a stop that the carrier took only the carrier's own START lets texts through again."""
    is_blocked = call_backs.is_blocked(session, x.person) and not call_backs.took(x, "start")
    people.come_back(session, x.means, x.person, _how(x))
    if is_blocked:
        call_backs.call_the_blocked(session, x)


def _opt_out(session: Session, x: Exchange) -> None:
    by_carrier = call_backs.took(x, "stop")
    people.opt_out(session, x.means, x.person, "carrier" if by_carrier else _how(x))
    _tell_of_leaving(session, x)
    audit(session, x.means, "left", site=x.site, actor=x.person)
    if approvals.pause_for_stop(session, x) and by_carrier:
        call_backs.call_the_blocked(session, x)


def _tell_of_leaving(session: Session, x: Exchange) -> None:
    """Who calls in may have forged the number: its owner reads that it is off the list."""
    if x.call is not None and x.delivery is None and any(m.channel == TEXT for m in x.person.memberships):
        words = off_the_list(school_of(x.means, x.site).site.short)
        queue_text(session, x.means, x.person, x.site, words, lane=Lane.NOW)


def _how(x: Exchange) -> str:
    """By which channel somebody said so, for the record of consent."""
    return "sms" if x.call is None else "voice"
