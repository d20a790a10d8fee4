"""What the meter of languages counts: words and their review, recordings, and what an alert would borrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

from phonetree.desk.coverage import Meter, ShippedRecordings, Translated, translated
from phonetree.words import i18n
from phonetree.words.i18n import Moment, Named, Spoken, say

LEVEL = say("Confirmed.", clip="level-confirmed")
KIND = say("Agents near the school.", clip="kind-near")
ADVICE = say("Wait inside.", clip="advice-wait")
PLAIN = say("Good morning.")
VALUED = say("It was {time}.", time="7")
PROMPTS: tuple[Spoken, ...] = (LEVEL, KIND, ADVICE, PLAIN, PLAIN, VALUED)
GATE = Named({"es": "puerta", "en": "gate"}, "es")
MORNING = Moment(datetime(2026, 11, 16, 7, 51, tzinfo=UTC), date(2026, 11, 16))
TIMES = {"{hour}:{minutes} in the morning": "{hour}:{minutes} de la mañana"}


@pytest.fixture
def locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Five strings for calls; Spanish has three of them and those of the time, one reviewed, one guessed."""
    template, spanish = Catalog(charset="utf-8"), Catalog(locale="es", fuzzy=False, charset="utf-8")
    for msgid in ("Confirmed.", "Agents near the school.", "Wait inside.", "Good morning.", "It was {time}."):
        template.add(msgid)
    spanish.add("Confirmed.", "Confirmado.", user_comments=["reviewed by a neighbour"])
    spanish.add("Agents near the school.", "Agentes cerca de la escuela.", user_comments=["drafted"])
    spanish.add("Wait inside.", "", user_comments=["drafted"])
    spanish.add("Good morning.", "Buenos días.", flags=["fuzzy"], user_comments=["drafted"])
    for msgid, words in TIMES.items():
        spanish.add(msgid, words)
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (tmp_path / "voice.pot").open("wb") as file:
        write_po(file, template)
    with (folder / "voice.po").open("wb") as file:
        write_po(file, spanish)
    with (folder / "voice.mo").open("wb") as file:
        write_mo(file, spanish)
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    i18n.catalog.cache_clear()
    yield tmp_path
    i18n.catalog.cache_clear()


def record(locales: Path, language: str, *keys: str) -> None:
    folder = locales / language / "audio"
    folder.mkdir(parents=True, exist_ok=True)
    for key in keys:
        (folder / f"{key}.wav").write_bytes(b"RIFF")


def meter(locales: Path, default: str = "es") -> Meter:
    return Meter(PROMPTS, ShippedRecordings(locales), [GATE], [MORNING], default, locales)


def test_strings_are_counted_by_who_has_read_them(locales: Path) -> None:
    assert translated("es", "voice", locales) == Translated(total=5, done=3, drafted=1, reviewed=1)
    assert translated("en", "voice", locales) == Translated(total=5, done=5, drafted=0, reviewed=5)
    assert translated("ko", "voice", locales) == Translated(total=5, done=0, drafted=0, reviewed=0)
    assert translated("es", "messages", locales) == Translated(0, 0, 0, 0)


def test_what_cannot_be_recorded_whole_is_no_prompt_and_none_counts_twice(locales: Path) -> None:
    record(locales, "mam", "level-confirmed", "good-morning", "not-one-of-them")
    found = meter(locales).measure("mam")
    assert (found.recorded, found.prompts, found.has_voice) == (2, 4, False)


@pytest.mark.parametrize(
    ("language", "default", "recorded", "borrowed"),
    [
        ("en", "en", "", {}),
        ("es", "es", "", {"advice": ("en",)}),
        ("es", "es", "advice-wait", {}),
        (
            "mam",
            "es",
            "",
            {"level": ("es",), "kind": ("es",), "advice": ("en",), "place": ("es",), "time": ("es",)},
        ),
        ("mam", "es", "level-confirmed kind-near advice-wait", {"place": ("es",), "time": ("es",)}),
        ("mam", "es", "level-confirmed kind-near advice-wait place-puerta", {"time": ("es",)}),
        ("ko", "en", "level-confirmed", {"kind": ("en",), "advice": ("en",), "place": ("en",), "time": ("en",)}),
    ],
)
def test_an_alert_says_what_it_would_borrow(
    locales: Path, language: str, default: str, recorded: str, borrowed: dict[str, tuple[str, ...]]
) -> None:
    record(locales, language, *recorded.split())
    assert meter(locales, default).measure(language).borrowed == borrowed


def test_a_recording_of_another_language_counts_as_that(locales: Path) -> None:
    record(locales, "es", "level-confirmed")
    assert meter(locales).measure("mam").borrowed["level"] == ("es",)
