"""Requests that somebody has taken, as rows, for the tests of what the two sides exchange."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from stage import all_of

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.people import find_person
from phonetree.models import Person, Request, Sender, Site, reading, writing
from phonetree.words.numbers import PhoneNumber


def person_of(tree: Rehearsal, who: PhoneNumber) -> Person:
    with reading(tree.database) as session:
        sender = session.scalars(select(Sender)).one()
        found = find_person(session, tree.means, sender, who, lock=False)
        assert found is not None
        return found


def asked_for(
    tree: Rehearsal, asker: PhoneNumber, taker: PhoneNumber | None = None, number: int = 417, **more: Any
) -> int:
    """A request for food, taken by *taker*."""
    now = tree.clock.at
    values: dict[str, Any] = {
        "kind": "aid",
        "item": "food",
        "taker_role": "counselor",
        "person_id": person_of(tree, asker).id,
        "taken_by": person_of(tree, taker).id if taker else None,
        "taken_at": now if taker else None,
        "language": "en",
        "made_at": now,
        "expires_at": now + timedelta(days=7),
    }
    with writing(tree.database) as session:
        site = session.scalars(select(Site).where(Site.code == "MAPLE")).one()
        request = Request(number=number, **{"site_id": site.id} | values | more)
        session.add(request)
        session.flush()
        return request.id


def change(tree: Rehearsal, number: int, **values: Any) -> None:
    with writing(tree.database) as session:
        request = session.scalars(select(Request).where(Request.number == number)).one()
        for name, value in values.items():
            setattr(request, name, value)


def request_of(tree: Rehearsal, number: int = 417) -> Request:
    (found,) = all_of(tree, select(Request).where(Request.number == number))
    return found
