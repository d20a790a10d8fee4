"""A school's records in the terminal, for its council: every version of the safety plan, every drill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from phonetree.cli.protocol import print_table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from phonetree.models import Drill, PlanVersion, Site
    from phonetree.school.schema import School


def show_plans(session: Session, site: Site, school: School) -> None:
    """Print every version that was loaded, the newest approval first, and which of them is in force."""
    from phonetree.desk.plans import versions

    kept = versions(session, site)
    if not kept:
        click.echo(f"{site.code}: no safety plan was ever loaded")
        return
    headings = ("version", "council", "approved on", "review by", "loaded on", "")
    print_table(headings, [_in_columns(each, school) for each in kept])


def _in_columns(kept: PlanVersion, school: School) -> tuple[str, ...]:
    in_force = "in force" if school.plan is not None and school.plan.version == kept.version else ""
    loaded_on = kept.loaded_at.astimezone(school.site.timezone).date().isoformat()
    return kept.version, kept.council, f"{kept.approved_on}", f"{kept.review_by}", loaded_on, in_force


def show_drills(session: Session, site: Site, school: School) -> None:
    """Print every drill in figures, the newest first. They count phones; nobody's number is among them."""
    from phonetree.desk.drills import drills

    held = drills(session, site)
    if not held:
        click.echo(f"{site.code}: no drill is on record")
        return
    headings = ("held", "plan", "phones", "texts", "calls", "last in", "delivered", "heard", "voicemail", "got it")
    print_table((*headings, "missed", "no receipt"), [_in_figures(drill, school) for drill in held])


def _in_figures(drill: Drill, school: School) -> tuple[str, ...]:
    from phonetree.desk.drills import minutes, share_reached

    began = drill.started_at.astimezone(school.site.timezone)
    last = "never" if drill.last_phone_after is None else minutes(drill.last_phone_after)
    channels = (drill.phones, drill.texts, drill.calls)
    reached = (drill.delivered, drill.heard, drill.voicemails)
    return (
        f"{began:%Y-%m-%d %H:%M}",
        drill.plan_version or "none",
        *map(str, channels),
        last,
        *map(str, reached),
        f"{share_reached(drill)}%",
        str(drill.not_reached),
        str(drill.without_receipt),
    )
