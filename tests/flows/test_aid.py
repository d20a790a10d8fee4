"""The list of aid: rows keep the digits of the file, page after page, and no row is ever out of reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from phonetree.dialogue.context import Context, Who
from phonetree.dialogue.nodes import End, Menu, Node
from phonetree.flows import aid
from phonetree.school.reading import read_school
from phonetree.school.schema import Aid, School

SCHOOL = read_school((Path(__file__).parents[2] / "docs/examples/maple.toml").read_text(encoding="utf-8"))
NOW = datetime.fromisoformat("2026-11-16T07:51:00-08:00")
TEXTED = Context(school=SCHOOL, who=Who("en"), channel="sms", now=NOW)
CALLED = replace(TEXTED, channel="voice", call="in")


def school_with(*digits: int) -> School:
    rows = tuple(Aid(key=f"aid-{digit}", digit=digit, name={"es": f"ayuda {digit}"}) for digit in digits)
    return SCHOOL.model_copy(update={"aid": rows})


def menu_of(node: Node) -> Menu:
    assert isinstance(node, Menu)
    return node


def listed(node: Node) -> list[str]:
    """The digits that are said."""
    return [digit for digit, option in menu_of(node).options.items() if option.label is not None]


def pages(context: Context, more: str = "9") -> list[list[str]]:
    """What each page lists, until it leads back to the first."""
    found, step = [], aid.items
    while True:
        node = step(context)
        found.append([digit for digit in listed(node) if digit != more])
        step = menu_of(node).options[more].then
        if step is aid.items:
            return found


def test_seven_rows_stand_on_one_page_and_nine_means_nothing() -> None:
    node = aid.items(replace(TEXTED, school=school_with(*range(1, 8))))
    assert listed(node) == ["1", "2", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize("context", [TEXTED, CALLED], ids=["text", "call"])
def test_pages_list_every_row_once_with_its_own_digit(context: Context) -> None:
    rows = [str(item.digit) for item in SCHOOL.aid]
    assert pages(context) == [rows[:7], rows[7:]]


@pytest.mark.parametrize("many", [8, 14, 15, 28, 29, 98])
def test_however_long_no_row_is_out_of_reach(many: int) -> None:
    digits = [digit for digit in range(1, many + 2) if digit != 9]
    found = pages(replace(CALLED, school=school_with(*digits)))
    assert [int(digit) for page in found for digit in page] == digits
    assert len(found) <= len(aid.PAGES)


def test_where_nine_is_a_row_zero_leads_on() -> None:
    context = replace(TEXTED, school=school_with(*range(1, 12)))
    assert pages(context, "0") == [[str(n) for n in range(1, 8)], ["8", "9", "10", "11"]]
    assert menu_of(aid.items(context)).options["9"].then is aid.item_text


def test_by_text_rows_of_other_pages_are_understood_and_by_call_one_key_stays_one_key() -> None:
    rows = {str(item.digit) for item in SCHOOL.aid}
    assert set(menu_of(aid.items(TEXTED)).options) == rows | {"9"}
    assert all(len(key) == 1 for key in menu_of(aid.items(CALLED)).options)
    assert "1" in menu_of(aid.more(CALLED)).options, "who remembers a key of the first page may press it"


def test_a_row_that_has_ended_is_neither_listed_nor_understood() -> None:
    food, *others = SCHOOL.aid
    over = food.model_copy(update={"until": NOW.date() - timedelta(days=1)})
    last_day = food.model_copy(update={"until": NOW.date()})
    for aid_rows, is_there in (((over, *others), False), ((last_day, *others), True)):
        context = replace(TEXTED, school=SCHOOL.model_copy(update={"aid": aid_rows}))
        assert ("1" in menu_of(aid.items(context)).options) is is_there
        chosen = aid.item_text(replace(context, answers={"digit": "1"}))
        assert menu_of(chosen).may_pass is is_there, "its answer, or else the list"


def test_a_request_for_what_has_ended_since_is_not_made() -> None:
    over = tuple(item.model_copy(update={"until": NOW.date() - timedelta(days=1)}) for item in SCHOOL.aid[:1])
    context = replace(TEXTED, school=SCHOOL.model_copy(update={"aid": over}), answers={"item": "food"})
    assert isinstance(aid.contact(context), End)


@pytest.mark.parametrize(("word", "key"), [("ride", "ride"), ("ride", "rides"), ("childcare", "child-care")])
def test_a_word_finds_its_row_however_the_file_spells_the_key(word: str, key: str) -> None:
    row = SCHOOL.aid[3].model_copy(update={"key": key})
    context = replace(TEXTED, school=SCHOOL.model_copy(update={"aid": (row,)}), answers={"item": word})
    assert menu_of(aid.items(context)).may_pass
