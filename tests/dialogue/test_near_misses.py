"""Words typed nearly right are asked about; those near a wish to stop, short ones and other words are left alone."""

from __future__ import annotations

import pytest

from phonetree.dialogue.keywords import Command, Either, Meaning, Said, Unknown, understand
from phonetree.dialogue.near_misses import OFFERED


def offered(meaning: Meaning) -> set[Command]:
    return (
        {each.command for each in meaning.commands if isinstance(each, Said)} if isinstance(meaning, Either) else set()
    )


@pytest.mark.parametrize(
    ("words", "language", "command"),
    [
        ("RIGHHTS", "en", Command.RIGHTS),
        ("Langauge", "en", Command.LANGUAGE),
        ("comdia", "es", Command.AID),
        ("derechso", "es", Command.RIGHTS),
        ("IDIOMMA", "es", Command.LANGUAGE),
        ("derehcos", None, Command.RIGHTS),
    ],
)
def test_a_slip_is_asked_about(words: str, language: str | None, command: Command) -> None:
    meaning = understand(words, language=language)
    if language is None:
        assert isinstance(meaning, Unknown), "in no known language only English is looked through"
        return
    assert offered(meaning) == {command}


@pytest.mark.parametrize("words", ["SALIRR", "paarar", "cancellar", "unsubscirbe", "STOPPPP", "cancelarr", "dejarr"])
@pytest.mark.parametrize("language", ["en", "es", None])
def test_nothing_near_a_wish_to_stop_is_suggested(words: str, language: str | None) -> None:
    assert offered(understand(words, language=language)) == set()


@pytest.mark.parametrize(
    ("words", "language"),
    [("shop", "en"), ("gracias", "es"), ("mañana", "es"), ("thanks", "en"), ("salamat", "fil"), ("teacher", "en")],
)
def test_other_words_are_left_alone(words: str, language: str) -> None:
    assert offered(understand(words, language=language)) == set()


def test_a_sentence_is_no_slip() -> None:
    assert isinstance(understand("the rigths of my son", language="en"), Unknown)


def test_nothing_that_leads_or_leaves_is_ever_suggested() -> None:
    assert OFFERED.isdisjoint(
        {Command.STOP, Command.START, Command.ERASE, Command.SAFE, Command.CONFIRM, Command.ALERT, Command.SEND}
    )
