"""A preview says the consequence first, has exactly one number of four digits, and never says "sent" too early."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonetree.dialogue.context import Preview
from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.flows import alerts
from phonetree.flows.preview import preview_text
from phonetree.words.i18n import Moment, reader

NOON = datetime(2026, 11, 16, 12, 51, tzinfo=UTC)
READER = reader("en", None, "en")
KINDS = [(kind, level) for kind in alerts.SIGHTINGS for level in (Level.UNCONFIRMED, Level.CONFIRMED)]
KINDS += [(kind, Level.CONFIRMED) for kind in Kind if kind not in alerts.SIGHTINGS]


def preview(action: Action, kind: Kind, level: Level, phones: int, *, families: bool = True) -> Preview:
    return Preview(
        action=action,
        kind=kind,
        place="front gate",
        level=level,
        body=alerts.drill(s="Maple Tree", t=Moment(NOON, NOON.date())),
        reaches_families=families,
        phones=phones,
        last_phone=Moment(NOON, NOON.date()),
        too_late=phones // 2,
        code="4821",
    )


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize(("kind", "level"), KINDS)
@given(phones=st.integers(0, 999_999))
def test_the_only_number_of_four_digits_is_the_code(action: Action, kind: Kind, level: Level, phones: int) -> None:
    words = READER.read(preview_text(preview(action, kind, level, phones)))
    assert re.findall(r"\d{4,}", words) == ["4821"]


@pytest.mark.parametrize("action", list(Action))
def test_nothing_is_said_to_be_sent(action: Action) -> None:
    words = READER.read(preview_text(preview(action, Kind.AT, Level.CONFIRMED, 412)))
    assert "SENT" not in words


def test_staff_only_is_said_in_plain_words() -> None:
    words = READER.read(preview_text(preview(Action.ALERT, Kind.AT, Level.UNCONFIRMED, 12, families=False)))
    assert words.startswith("LIVE, nothing sent yet. NOT CONFIRMED: agents at the school, front gate.")
    assert "Staff only. Parents are NOT told." in words


def test_a_drill_says_so_first() -> None:
    assert READER.read(preview_text(preview(Action.DRILL, Kind.AT, Level.CONFIRMED, 12))).startswith("DRILL")


@pytest.mark.parametrize("action", list(Action))
def test_where_the_pin_is_taken_by_call_only_there_is_no_number_to_answer(action: Action) -> None:
    by_call = replace(preview(action, Kind.AT, Level.CONFIRMED, 412), code="")
    words = READER.read(preview_text(by_call))
    assert re.findall(r"\d{4,}", words) == []
    assert "then your PIN" not in words
    assert words.endswith("Send 0: we call you for the PIN.")


@pytest.mark.parametrize("action", list(Action))
def test_a_preview_offers_the_call_for_the_pin(action: Action) -> None:
    words = READER.read(preview_text(preview(action, Kind.AT, Level.CONFIRMED, 412)))
    assert words.endswith("Or 0: we call you for the PIN.")
