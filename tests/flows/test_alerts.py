"""What families read: the school first, the level next, a drill that says so twice, a place that reads well."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from phonetree.dialogue.effects import Kind, Level
from phonetree.flows import alerts
from phonetree.words.i18n import Moment, Text, reader

AT = datetime(2026, 11, 16, 7, 51, tzinfo=UTC)
T, U = Moment(AT, AT.date()), Moment(AT.replace(hour=8), AT.date())
S = "Maple Tree"


def read(text: Text) -> str:
    return reader("en", None, "en").read(text)


def everything() -> dict[str, str]:
    """Every text that may go to many, by a name."""
    levels = (Level.UNCONFIRMED, Level.CONFIRMED)
    found = {f"{kind} {level}": read(alerts.alert(kind, level, s=S, p="gate", t=T, u=U)) for kind in Kind for level in levels}  # noqa: E501  # fmt: skip
    for kind in Kind:
        found[f"clear {kind}"] = read(alerts.no_longer(kind, s=S, p="gate", t=T))
        found[f"wrong {kind}"] = read(alerts.was_wrong(kind, s=S, t=T, t0=T))
        found |= {f"update {kind} {level}": read(alerts.update(kind, level, s=S, p="gate", t=T, u=U)) for level in levels}  # noqa: E501  # fmt: skip
    return found | {"drill": read(alerts.drill(s=S, t=T))}


@pytest.mark.parametrize("words", everything().values(), ids=everything())
def test_every_text_begins_with_who_and_tells_the_time(words: str) -> None:
    assert words.startswith("Maple Tree: ")
    assert "7:51" in words


@pytest.mark.parametrize("words", everything().values(), ids=everything())
def test_no_text_promises_safety(words: str) -> None:
    assert "all clear" not in words.lower()


def test_a_drill_says_drill_first_and_last() -> None:
    words = everything()["drill"]
    assert words.startswith("Maple Tree: DRILL")
    assert words.endswith("DRILL")


@pytest.mark.parametrize("kind", alerts.SIGHTINGS)
def test_the_level_is_said_in_capitals(kind: Kind) -> None:
    assert "NOT CONFIRMED" in everything()[f"{kind} {Level.UNCONFIRMED}"]
    assert ": CONFIRMED" in everything()[f"{kind} {Level.CONFIRMED}"]


@pytest.mark.parametrize("level", [Level.UNCONFIRMED, Level.CONFIRMED])
def test_near_the_school_is_said_once_where_the_place_is_not_known(level: Level) -> None:
    words = read(alerts.alert(Kind.NEAR, level, s=S, p=alerts.elsewhere(), t=T, u=U))
    assert words.count("the school") == 1
