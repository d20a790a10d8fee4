"""What a school's tree costs: one alert, a month of them, and what was spent, by language and segment. Not a bill.

Texts that come in, and minutes on the hotline, are not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from phonetree.desk.broadcasts import audience, protocol_names
from phonetree.desk.call_consent import calls_for
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.means import Means
from phonetree.desk.real_texts import alert_texts, read_in
from phonetree.desk.schools import school_of
from phonetree.desk.spending import FOR_ANSWERS
from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.models import TEXT, Delivery, Site, reading
from phonetree.school.schema import School
from phonetree.words.i18n import translated
from phonetree.words.prices import PRICES, Prices
from phonetree.words.segments import measure

MONTH = timedelta(days=30)
ALERT = ("at confirmed", "near confirmed", "secured confirmed")
"""The texts with which an alert may begin; where families are told nothing, none of them."""
AFTER_IT = ("update", "clear")
"""What follows most alerts."""


@dataclass(frozen=True, slots=True)
class LanguageCost:
    """One language: phones by text and by call, segments of the alert's first text, dollars of that text and calls."""

    language: str
    texted: int
    called: int
    segments: int
    dollars: float


@dataclass(frozen=True, slots=True)
class Spent:
    """What went out in the last thirty days, in one language."""

    language: str
    segments: int
    calls: int
    dollars: float


@dataclass(frozen=True, slots=True)
class Limits:
    """US dollars and segments of a day. Answers stop at their part; alerts and corrections stop at nothing."""

    daily_budget: float
    for_answers: float
    segments_per_day: int | None


@dataclass(frozen=True, slots=True)
class Costs:
    """US dollars. *segments*: of each text that families may get, by its name, in each language of the school."""

    school: str
    languages: tuple[LanguageCost, ...]
    segments: Mapping[str, Mapping[str, int]]
    alert: float
    """One confirmed alert: its first text, or call, to everybody whom the protocol names."""
    episode: float
    """The same with one update and its end."""
    messages_per_month: int
    month: float
    """So many messages as the file promises, the number, and the registered program."""
    spent: tuple[Spent, ...]
    limits: Limits
    prices: Prices = PRICES

    @property
    def spent_dollars(self) -> float:
        return sum(each.dollars for each in self.spent)

    @property
    def stops_answers(self) -> bool:
        """One alert uses up what answers may use in a day, so that afterwards only HELP, STOP and alerts work."""
        return self.episode > self.limits.for_answers


def costs_of(session: Session, means: Means, site: Site) -> Costs:
    """Reckoned from the school's file and its list as they are now."""
    school = school_of(means, site)
    segments = segments_of(school)
    first = next((name for name in ALERT if name in segments), AFTER_IT[0])
    phones = _phones(session, site, school)
    languages = tuple(_language(code, counts, segments[first]) for code, counts in phones.items())
    alert = sum(each.dollars for each in languages)
    after = sum(_sum(phones, segments[name]) for name in AFTER_IT)
    messages = school.site.messages_per_month
    fixed = PRICES.number_month + PRICES.program_month
    return Costs(
        school=school.site.name,
        languages=languages,
        segments=segments,
        alert=alert,
        episode=alert + after,
        messages_per_month=messages,
        month=alert * messages + fixed,
        spent=_spent(session, means, site),
        limits=_limits(school),
    )


def costs_at(engine: Engine, means: Means, lead: SignedIn) -> Costs:
    """The same for a lead at the console."""
    with reading(engine) as session:
        return costs_of(session, means, session.get_one(Site, lead.site_id))


def segments_of(school: School) -> Mapping[str, Mapping[str, int]]:
    """How many segments each text takes, with the school's longest place in it, in each language that is translated.

    Who speaks another reads the school's first, so that one is always there.
    """
    first, *others = school.site.languages
    written = [first, *(code for code in others if code in translated())]
    return {
        name: {code: measure(read_in(school, code, word)).segments for code in written}
        for name, word in alert_texts(school).items()
    }


def _phones(session: Session, site: Site, school: School) -> Mapping[str, tuple[int, int]]:
    """By language: how many a confirmed alert texts, and how many it calls."""
    names = protocol_names(school, Action.ALERT, Level.CONFIRMED)
    default = school.site.languages[0]
    rows = audience(site, names, default, calls_for(Kind.AT, is_drill=False)).subquery()
    grouped = select(rows.c.language, rows.c.channel, func.count()).group_by(rows.c.language, rows.c.channel)
    counted = {(language, channel == TEXT): count for language, channel, count in session.execute(grouped)}
    found = dict.fromkeys([*school.site.languages, *(language for language, _texted in counted)])
    every = {code: (counted.get((code, True), 0), counted.get((code, False), 0)) for code in found}
    return {code: counts for code, counts in every.items() if sum(counts)}


def _language(code: str, counts: tuple[int, int], segments: Mapping[str, int]) -> LanguageCost:
    texted, called = counts
    return LanguageCost(code, texted, called, segments.get(code, 1), _dollars(counts, segments.get(code, 1)))


def _sum(phones: Mapping[str, tuple[int, int]], segments: Mapping[str, int]) -> float:
    return sum(_dollars(counts, segments.get(code, 1)) for code, counts in phones.items())


def _dollars(counts: tuple[int, int], segments: int) -> float:
    texted, called = counts
    return texted * segments * PRICES.segment + called * PRICES.call_minute


def _spent(session: Session, means: Means, site: Site) -> tuple[Spent, ...]:
    """Of the ledger: what was handed to the carrier. It forgets after thirty days, so this is all that it knows."""
    mine = (Delivery.site_id == site.id, Delivery.submitted_at > means.now() - MONTH)
    summed = (
        select(Delivery.language, Delivery.channel, func.count(), func.sum(Delivery.segments))
        .where(*mine)
        .group_by(Delivery.language, Delivery.channel)
        .order_by(Delivery.language)
    )
    found: dict[str, tuple[int, int]] = {}
    for language, channel, count, segments in session.execute(summed):
        before = found.get(language, (0, 0))
        more = (int(segments or 0), 0) if channel == TEXT else (0, count)
        found[language] = (before[0] + more[0], before[1] + more[1])
    return tuple(
        Spent(language, segments, calls, segments * PRICES.segment + calls * PRICES.call_minute)
        for language, (segments, calls) in found.items()
    )


def _limits(school: School) -> Limits:
    budget = float(school.sender.daily_budget)
    return Limits(budget, budget * FOR_ANSWERS, school.sender.segments_per_day)
