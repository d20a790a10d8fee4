"""The school of a page: its own name, and its file as it was loaded."""

from __future__ import annotations

from sqlalchemy import Engine

from phonetree.desk.console_doors import SignedIn
from phonetree.desk.means import Means
from phonetree.desk.schools import school_of
from phonetree.models import Site, reading
from phonetree.school.schema import School


def school_led(engine: Engine, means: Means, lead: SignedIn) -> School:
    """The file of the school that this lead looks at."""
    with reading(engine) as session:
        return school_of(means, session.get_one(Site, lead.site_id))
