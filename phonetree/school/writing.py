"""A school back as its file: TOML that ``read_school`` reads as the very same school; comments are not kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from phonetree.school.schema import School

Table = Mapping[str, Any]


def write_school(school: School) -> str:
    """What differs from the defaults, table by table, as somebody would write it."""
    tree = school.model_dump(mode="json", exclude_defaults=True)
    # As many digits as it had: 50.0 is no other budget than 50.00, and would be another file.
    tree["sender"] = {**tree.get("sender", {}), "daily_budget": str(school.sender.daily_budget)}
    return "\n".join(line for name, content in tree.items() for line in _section(name, content))


def _section(name: str, content: Any) -> Iterator[str]:
    match content:
        case dict():
            yield f"[{name}]"
            yield from _rows(content)
        case [dict(), *_]:
            for table in content:
                yield f"[[{name}]]"
                yield from _rows(table)
        case _:
            return  # an empty list of tables is none at all


def _rows(table: Table) -> Iterator[str]:
    yield from (f"{key} = {_value(value)}" for key, value in table.items() if value is not None)
    yield ""


def _value(value: Any) -> str:
    """On one line. What JSON writes of words, numbers, true and false is what TOML reads."""
    match value:
        case dict():
            inside = ", ".join(f"{key} = {_value(each)}" for key, each in value.items() if each is not None)
            return f"{{ {inside} }}" if inside else "{}"
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case _:
            return json.dumps(value, ensure_ascii=False)
