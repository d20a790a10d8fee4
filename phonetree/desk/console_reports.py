"""The reports of a school as its leads see them on a page, and what NEWS answers to a family right now."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_turns import exchange_of
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.people import PARENT
from phonetree.desk.questions import context_for
from phonetree.desk.report_standings import standings
from phonetree.dialogue.context import Context, Who
from phonetree.dialogue.report_states import ReportStanding
from phonetree.flows.news import how_it_stands
from phonetree.flows.open_reports import place_of
from phonetree.models import reading
from phonetree.words.i18n import Word


@dataclass(frozen=True, slots=True)
class Reported:
    """One report: its public number, its state and its place. What somebody wrote is on no page."""

    standing: ReportStanding
    place: Word


@dataclass(frozen=True, slots=True)
class Reports:
    """Open ones, what was decided today, and the rumor state as a family hears it that asks now."""

    open_ones: tuple[Reported, ...]
    decided: tuple[Reported, ...]
    news: Word

    def has(self, number: str) -> bool:
        return any(str(each.standing.number) == number for each in self.open_ones)


def reports_at(engine: Engine, means: Means, lead: SignedIn) -> Reports:
    """Those that this lead may decide on, by their numbers."""
    with reading(engine) as session:
        x = exchange_of(session, means, lead)
        context = context_for(session, x, {})
        found = [Reported(each, place_of(context, each)) for each in context.reports]
        return Reports(
            open_ones=tuple(each for each in found if each.standing.is_open),
            decided=tuple(each for each in found if not each.standing.is_open),
            news=how_it_stands(_as_a_family(session, x, context)),
        )


def _as_a_family(session: Session, x: Exchange, context: Context) -> Context:
    """The same as somebody may know it who is a parent and nothing else, and had no text of ours yet."""
    roles = frozenset({PARENT})
    told = standings(session, x.means, x.person, x.site, roles)
    return replace(context, who=Who(x.person.language, roles), reports=told, last_text=None)
