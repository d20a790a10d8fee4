"""The safety plan and the drills of a school at the console: when its review is due, and one drill against the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine

from phonetree.desk.alert_texts import local
from phonetree.desk.checklist import render_checklist
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_turns import exchange_of
from phonetree.desk.drills import drills, share_reached
from phonetree.desk.means import Means
from phonetree.desk.plans import versions
from phonetree.desk.schools import school_of
from phonetree.models import Drill, PlanVersion, reading
from phonetree.school.schema import Plan
from phonetree.words.languages import LANGUAGES


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a drill beside the same number of the drill before. *unit*: phones, seconds or percent."""

    name: str
    unit: str
    now: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """A drill, when it was on the school's own clock."""

    drill: Drill
    began: datetime


@dataclass(frozen=True, slots=True)
class Plans:
    """*days_left*: until the review; below nothing once it is late. None without a plan."""

    plan: Plan | None
    days_left: int | None
    versions: tuple[tuple[PlanVersion, date], ...]
    """Every one that was loaded, with the day."""
    languages: tuple[str, ...]
    """In which the checklist can be printed."""
    held: tuple[Held, ...]
    """The newest first."""
    figures: tuple[Figure, ...]


def plans_at(engine: Engine, means: Means, lead: SignedIn) -> Plans:
    with reading(engine) as session:
        site = exchange_of(session, means, lead).site
        school = school_of(means, site)
        held, plan, today = drills(session, site), school.plan, local(school, means.now()).date()
        zone = school.site.timezone
        return Plans(
            plan=plan,
            days_left=(plan.review_by - today) // timedelta(days=1) if plan else None,
            versions=tuple((each, each.loaded_at.astimezone(zone).date()) for each in versions(session, site)),
            languages=_written(school.site.languages),
            held=tuple(Held(drill, drill.started_at.astimezone(zone)) for drill in held),
            figures=against_the_last(held),
        )


def against_the_last(held: Sequence[Drill]) -> tuple[Figure, ...]:
    """The newest of *held*, which come newest first, beside the one before it."""
    if not held:
        return ()
    now, before = held[0], held[1] if len(held) > 1 else None
    numbers = ("phones", "texts", "calls", "delivered", "heard", "voicemails", "not_reached", "without_receipt")
    return (
        Figure("last_phone_after", "seconds", now.last_phone_after, before.last_phone_after if before else None),
        Figure("share", "percent", share_reached(now), share_reached(before) if before else None),
        *(Figure(name, "phones", getattr(now, name), getattr(before, name, None)) for name in numbers),
    )


def checklist_of(engine: Engine, means: Means, lead: SignedIn, language: str) -> str | None:
    """The protocol as a page to print, in one of the school's languages that are written; None in any other."""
    with reading(engine) as session:
        site = exchange_of(session, means, lead).site
        school = school_of(means, site)
        if language not in _written(school.site.languages):
            return None
        return render_checklist(school, [language], site.loaded_at.astimezone(school.site.timezone).date())


def _written(languages: Sequence[str]) -> tuple[str, ...]:
    return tuple(code for code in languages if LANGUAGES[code].has_text)
