"""What the tables of a school file must agree on, checked on whatever of them could be read, for the reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from phonetree.school.sections import Aid, AidRules, Hotline, OutsideLine, Place, Plan, Site
from phonetree.words.languages import LANGUAGES
from phonetree.words.segments import first_not_gsm7, measure

PLACE_UNITS = 16
PLACE_CHARACTERS = 10

Path = tuple[str | int, ...]
Contradiction = tuple[Path, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """The tables that could be read, in their places; None stands where one could not."""

    site: Site | None
    places: Sequence[Place | None]
    hotlines: Sequence[OutsideLine | None]
    hotline: Hotline | None
    aid_rules: AidRules | None
    aid: Sequence[Aid | None]
    plan: Plan | None


def contradictions(draft: Draft) -> Iterator[Contradiction]:
    """Every disagreement between the tables, with its path and its reason in plain words."""
    yield from _own_number(draft)
    yield from _first_language(draft)
    yield from _repeated("places", draft.places)
    yield from _place_names(draft.places)
    yield from _repeated("aid", draft.aid)
    yield from _meeting_places(draft)
    yield from _plan_dates(draft.plan)
    yield from _plan_texts(draft)


def _own_number(draft: Draft) -> Iterator[Contradiction]:
    if draft.site is None:
        return
    own = draft.site.number
    if draft.site.contact == own:
        yield ("site", "contact"), "is the tree's own number; HELP must reach a person"
    if draft.hotline is not None and draft.hotline.interpreter_line == own:
        yield ("hotline", "interpreter_line"), "is the tree's own number"
    for position, line in enumerate(draft.hotlines):
        if line is not None and line.number == own:
            yield ("hotlines", position, "number"), "is the tree's own number; a caller would go round in a ring"


def _first_language(draft: Draft) -> Iterator[Contradiction]:
    first = draft.site.languages[0] if draft.site else None
    for path, words in named_words(draft.places, draft.aid, draft.plan):
        if first is not None and first not in words:
            yield path, f"has no words in {first}, the first language of the site"


def named_words(
    places: Sequence[Place | None], aid: Sequence[Aid | None], plan: Plan | None
) -> Iterator[tuple[Path, Mapping[str, object]]]:
    """Everything that the school wrote in several languages, with its path; a text of aid only where there is one."""
    for position, place in enumerate(places):
        if place is not None:
            yield ("places", position, "name"), place.name
    for position, item in enumerate(aid):
        if item is not None:
            yield ("aid", position, "name"), item.name
            if item.text:
                yield ("aid", position, "text"), item.text
    if plan is not None:
        yield ("plan", "summary"), plan.summary


def _repeated(table: str, rows: Sequence[Place | None] | Sequence[Aid | None]) -> Iterator[Contradiction]:
    seen: dict[tuple[str, str | int], int] = {}
    for position, row in enumerate(rows):
        keyed: Sequence[tuple[str, str | int]] = () if row is None else (("key", row.key), ("digit", row.digit))
        for name, value in keyed:
            first = seen.setdefault((name, value), position)
            if first != position:
                yield (table, position, name), f"is already taken by {table}[{first}]"


def _place_names(places: Sequence[Place | None]) -> Iterator[Contradiction]:
    for position, place in enumerate(places):
        for code, words in place.name.items() if place else ():
            if reason := _place_name_reason(code, words):
                yield ("places", position, "name", code), reason


def _place_name_reason(code: str, words: str) -> str | None:
    if not LANGUAGES[code].is_gsm7:
        if len(words) > PLACE_CHARACTERS:
            return f"has {len(words)} characters; a place has at most {PLACE_CHARACTERS} in this language"
        return None
    if (costly := first_not_gsm7(words)) is not None:
        return f"holds “{costly}”, which makes every alert twice as long; write it without"
    if (units := measure(words).units) > PLACE_UNITS:
        return f"has {units} characters; a place has at most {PLACE_UNITS}"
    return None


def _meeting_places(draft: Draft) -> Iterator[Contradiction]:
    known = {place.key for place in draft.places if place is not None}
    meeting = draft.aid_rules.meeting_places if draft.aid_rules else ()
    for position, key in enumerate(meeting):
        if key not in known and None not in draft.places:
            yield ("aid_rules", "meeting_places", position), "is not the key of a place in this file"


def _plan_dates(plan: Plan | None) -> Iterator[Contradiction]:
    if plan is not None and plan.review_by <= plan.approved_on:
        yield ("plan", "review_by"), "is not after approved_on; are the dates reversed?"


def _plan_texts(draft: Draft) -> Iterator[Contradiction]:
    """Somebody who asks for the next text must get one, whatever they read."""
    first = draft.site.languages[0] if draft.site else ""
    summary = draft.plan.summary if draft.plan else {}
    pages = len(summary.get(first, ()))
    for code, texts in summary.items():
        if pages and len(texts) != pages:
            yield (
                ("plan", "summary", code),
                f"has {len(texts)} texts and {first} has {pages}; every language needs as many",
            )
