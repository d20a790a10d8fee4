"""What a flow asked for about reports is done here, inside the webhook's transaction."""

from __future__ import annotations

from typing import assert_never

from sqlalchemy.orm import Session

from phonetree.desk import network_words, reports, verdicts
from phonetree.desk.exchange import Exchange
from phonetree.dialogue.outcomes import Outcome
from phonetree.dialogue.report_effects import (
    AskToVouch,
    CheckReport,
    FalseReport,
    FileReport,
    MuteReporter,
    NoteAsked,
    ReportEffect,
    Vouch,
)


def perform_report(session: Session, x: Exchange, effect: ReportEffect) -> Outcome | None:
    """Do one effect; those that a flow waits for give their outcome."""
    match effect:
        case FileReport():
            return reports.file(session, x, effect)
        case NoteAsked():
            verdicts.note_asked(session, x)
        case CheckReport(number):
            return verdicts.check(session, x, number)
        case FalseReport(number):
            return verdicts.find_false(session, x, number)
        case MuteReporter(number):
            return verdicts.mute_reporter(session, x, number)
        case AskToVouch(number):
            return network_words.ask_to_vouch(session, x, number)
        case Vouch():
            return network_words.vouch(session, x)
        case _:
            assert_never(effect)
    return None
