"""A school's records in the terminal, for its council: every version of the safety plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from phonetree.cli.protocol import print_table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from phonetree.models import PlanVersion, Site
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
