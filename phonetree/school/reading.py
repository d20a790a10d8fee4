"""Reads a school file, wholly or not at all, with every mistake at once; and keeps a school as canonical JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import ValidationError

from phonetree.school.checks import Draft, contradictions
from phonetree.school.document import dotted, read_document
from phonetree.school.explain import explain
from phonetree.school.problems import Problem, SchoolRefused
from phonetree.school.schema import School
from phonetree.school.sections import Aid, AidRules, Hotline, OutsideLine, Place, Plan, Section, Site

__all__ = ["Problem", "SchoolRefused", "dump_school", "load_stored", "read_school"]

_Table = TypeVar("_Table", bound=Section)
_Path = tuple[str | int, ...]


def read_school(text: str) -> School:
    """A school from the text of its file; raises SchoolRefused with all that is wrong, by line."""
    document = read_document(text)
    try:
        return School.model_validate(document.tree)
    except ValidationError as wrong:
        found = [*_mistakes(wrong), *contradictions(_draft(document.tree))]
    raise SchoolRefused(
        Problem(document.line(dotted(path)), dotted([_shown(part) for part in path]), reason) for path, reason in found
    )


def dump_school(school: School) -> str:
    """The school as canonical JSON, defaults written out: equal schools are equal texts."""
    return json.dumps(school.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load_stored(stored: str) -> School:
    """The school that ``dump_school`` wrote; raises SchoolRefused if it is none."""
    try:
        return School.model_validate_json(stored)
    except ValidationError as wrong:
        found = list(_mistakes(wrong)) or [((), "the stored school cannot be read or contradicts itself")]
    raise SchoolRefused(Problem(None, dotted([_shown(part) for part in path]), reason) for path, reason in found)


def _mistakes(wrong: ValidationError) -> Iterator[tuple[_Path, str]]:
    found = wrong.errors(include_url=False, include_input=False)
    doubted = {error["loc"][:-1] for error in found}
    for error in found:
        path = tuple(part for part in error["loc"] if part != "[key]")
        # What has no path is a contradiction; those are looked for apart, with theirs.
        # And a list that is too short only because its rows are wrong is not too short.
        if path and not (error["type"] == "too_short" and _is_around(path, doubted)):
            yield path, explain(error["type"], path, error.get("ctx", {}))


def _is_around(path: _Path, others: set[_Path]) -> bool:
    return any(other[: len(path)] == path for other in others)


def _draft(tree: Mapping[str, object]) -> Draft:
    return Draft(
        site=_one(Site, tree.get("site")),
        places=_each(Place, tree.get("places")),
        hotlines=_each(OutsideLine, tree.get("hotlines")),
        hotline=_one(Hotline, tree.get("hotline")),
        aid_rules=_one(AidRules, tree.get("aid_rules")),
        aid=_each(Aid, tree.get("aid")),
        plan=_one(Plan, tree.get("plan")),
    )


def _one(table: type[_Table], raw: object) -> _Table | None:
    try:
        return table.model_validate(raw, extra="ignore")  # a key too many is told already and hides nothing else
    except ValidationError:
        return None


def _each(table: type[_Table], raw: object) -> list[_Table | None]:
    return [_one(table, row) for row in raw] if isinstance(raw, list) else []


def _shown(part: str | int) -> str | int:
    """A part of a path as a report may show it: what was written as a key could be anything, a number too."""
    if isinstance(part, int) or re.fullmatch(r"(?!.*\d{4})[A-Za-z0-9_-]{1,40}", part):
        return part
    return "…"
