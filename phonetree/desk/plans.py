"""Versions of a school's safety plan, kept as a record: what was approved under a name stays under that name."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.models import AuditEntry, PlanVersion, Site
from phonetree.school.schema import Plan


class PlanChanged(Exception):
    """A version that is loaded already stands in the file with another council, date or words."""

    def __init__(self, version: str, what: str) -> None:
        super().__init__(version, what)
        self.version, self.what = version, what


def versions(session: Session, site: Site) -> Sequence[PlanVersion]:
    """Every version that was loaded, the newest approval first."""
    of_site = select(PlanVersion).where(PlanVersion.site_id == site.id)
    return session.scalars(of_site.order_by(PlanVersion.approved_on.desc(), PlanVersion.id.desc())).all()


def record(session: Session, means: Means, site: Site, plan: Plan) -> PlanVersion:
    """Keep this version; raises PlanChanged where it is kept already and says something else.

    A language may be added to a version, and its review may be moved: then the reminders begin anew.
    """
    this = (PlanVersion.site_id == site.id, PlanVersion.version == plan.version)
    kept = session.scalars(select(PlanVersion).where(*this)).one_or_none()
    if kept is None:
        kept = _version(means, site, plan)
        session.add(kept)
    elif changed := _changed(kept, plan):
        raise PlanChanged(plan.version, changed)
    kept.document = _document(kept, plan)
    if kept.review_by != plan.review_by:
        _move_review(session, means, kept, plan)
    return kept


def _version(means: Means, site: Site, plan: Plan) -> PlanVersion:
    return PlanVersion(
        site_id=site.id,
        version=plan.version,
        council=plan.council,
        approved_on=plan.approved_on,
        review_by=plan.review_by,
        document="{}",
        loaded_at=means.now(),
    )


def _changed(kept: PlanVersion, plan: Plan) -> str:
    """What of this version reads otherwise now; nothing where all that was approved is as it was."""
    if kept.council != plan.council:
        return "another council"
    if kept.approved_on != plan.approved_on:
        return "another day of approval"
    others = [
        code
        for code, texts in json.loads(kept.document).items()
        if plan.summary.get(code, tuple(texts)) != tuple(texts)
    ]
    return f"another summary ({', '.join(others)})" if others else ""


def _document(kept: PlanVersion, plan: Plan) -> str:
    """The texts by language, those too that the file no longer has."""
    texts = json.loads(kept.document) | {code: list(texts) for code, texts in plan.summary.items()}
    return json.dumps(texts, ensure_ascii=False, sort_keys=True)


def _move_review(session: Session, means: Means, kept: PlanVersion, plan: Plan) -> None:
    about = f"{plan.version}: {kept.review_by} to {plan.review_by}"
    session.add(AuditEntry(site_id=kept.site_id, what="moved a review", about=about, at=means.now()))
    kept.review_by, kept.reminded = plan.review_by, None
