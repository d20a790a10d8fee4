"""What a person has answered so far, sealed: it may hold anything that people write."""

from __future__ import annotations

import json
from collections.abc import Mapping

from phonetree.desk.means import Means
from phonetree.models import Person


def seal_answers(means: Means, person: Person, answers: Mapping[str, str]) -> bytes | None:
    """None where there is nothing to keep."""
    if not answers:
        return None
    return means.vault(person.sender_id).seal(json.dumps(dict(answers)), row=_row(person))


def open_answers(means: Means, person: Person, sealed: bytes | None) -> dict[str, str]:
    if sealed is None:
        return {}
    return dict(json.loads(means.vault(person.sender_id).open(sealed, row=_row(person))))


def _row(person: Person) -> str:
    return f"conversations|{person.id}|answers"
