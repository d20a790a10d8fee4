"""What the leads read when their safety plan's review is near, or late."""

from __future__ import annotations

from phonetree.school.schema import Plan, School
from phonetree.words.i18n import Text, _


def review_is_near(school: School, plan: Plan, days: int) -> Text:
    return _(
        "{s}: Your safety plan {version} is to be reviewed by {review}. Days left: {days}. "
        "Please ask the {council} for a date.",
        s=school.site.short,
        version=plan.version,
        review=plan.review_by.isoformat(),
        days=days,
        council=plan.council.value,
    )


def review_is_late(school: School, plan: Plan) -> Text:
    return _(
        "{s}: The review of your safety plan {version} is late, it was due by {review}. PLAN tells everyone so. "
        "Please ask the {council} for a date.",
        s=school.site.short,
        version=plan.version,
        review=plan.review_by.isoformat(),
        council=plan.council.value,
    )
