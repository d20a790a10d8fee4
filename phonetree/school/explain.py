"""Pydantic's findings in the words of a volunteer, for the reading of a school file."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

from phonetree.school.schema import School
from phonetree.school.sections import (
    Aid,
    AidRules,
    Contact,
    Hotline,
    Join,
    Network,
    OutsideLine,
    Place,
    Plan,
    Protocol,
    Relay,
    Section,
    Sender,
    Shift,
    Site,
)

_Path = tuple[str | int, ...]

_TABLES: Mapping[_Path, type[Section]] = MappingProxyType(
    {
        (): School,
        ("site",): Site,
        ("protocol",): Protocol,
        ("sender",): Sender,
        ("places",): Place,
        ("hotlines",): OutsideLine,
        ("network",): Network,
        ("hotline",): Hotline,
        ("hotline", "legal"): Contact,
        ("shifts",): Shift,
        ("join",): Join,
        ("relays",): Relay,
        ("aid_rules",): AidRules,
        ("aid",): Aid,
        ("plan",): Plan,
    }
)

_PATTERNS = MappingProxyType(
    {
        "code": "must be 2 to 12 capital letters and digits",
        "keypad_code": 'must be 4 to 8 digits in quotes, such as "62753"',
        "url_env": "must be the name of an environment variable, such as MAPLE_SIGNAL_URL, never the address itself",
    }
)
_KEY_PATTERN = "must be small letters, digits and dashes, such as front-gate"

_REASONS = MappingProxyType(
    {
        "missing": "is missing",
        "string_type": "must be words in quotes",
        "string_too_short": "is empty",
        "string_too_long": "has more than {max_length} characters",
        "int_type": "must be a whole number, without quotes",
        "bool_type": "must be true or false, without quotes",
        "float_type": "must be a number, without quotes",
        "decimal_type": "must be an amount in dollars, such as 50.00",
        "decimal_parsing": "must be an amount in dollars, such as 50.00",
        "enum": "must be one of {expected}",
        "greater_than": "must be more than {gt}",
        "greater_than_equal": "must be at least {ge}",
        "less_than_equal": "must be at most {le}",
        "finite_number": "must be a number",
        "too_short": "is too short: at least {min_length}",
        "too_long": "is too long: at most {max_length}",
        "dict_type": 'must be words by language, such as {{ en = "…", es = "…" }}',
        "refused": "{reason}",
    }
)


def explain(kind: str, path: _Path, context: Mapping[str, object]) -> str:
    """The reason for one finding, to follow its path; ``kind`` and ``context`` are Pydantic's error type and ctx."""
    match kind:
        case "extra_forbidden":
            return _unknown_key(path)
        case "string_pattern_mismatch":
            return _PATTERNS.get(str(path[-1]), _KEY_PATTERN)
        case "tuple_type" if path in _TABLES and len(path) == 1:
            return f"must be written with two brackets: [[{path[0]}]]"
        case "tuple_type":
            return "must be a list in brackets: [ … ]"
        case "model_type":
            return f"must be written with one bracket: [{path[0]}]" if len(path) == 1 else "must be a table: { … }"
    return _REASONS.get(kind, "is not right").format_map(context)


def _unknown_key(path: _Path) -> str:
    table = _TABLES.get(tuple(part for part in path[:-1] if isinstance(part, str)))
    known = list(table.model_fields) if table else []
    if near := get_close_matches(str(path[-1]), known, n=1):
        return f"is not a known key; did you mean {near[0]}?"
    return "is not a known key"
