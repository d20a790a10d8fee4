"""What each listener hears, sentence by sentence: a recording, a voice, the next language, never silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

from phonetree.words import i18n
from phonetree.words.i18n import (
    ByChannel,
    InLanguage,
    Lines,
    Moment,
    Named,
    NotSpoken,
    Recorded,
    Sentences,
    Spoken,
    Word,
    _,
    say,
)
from phonetree.words.languages import LANGUAGES
from phonetree.words.numbers import PhoneNumber
from phonetree.words.speech import (
    LONGEST_KEY,
    NoRecordings,
    Played,
    Said,
    Speaker,
    Utterance,
    clip_of,
    key_of,
    place_key,
    speaker_for,
)

SPANISH = {
    "Good morning.": "Buenos días.",
    "Agents at {place}.": "Agentes en {place}.",
    "{choice}, press {key}.": "{choice}, oprima el {key}.",
    "For the hotline": "Para la línea de ayuda",
    "It was {time}.": "Fue a las {time}.",
    "{hour}:{minutes} in the morning": "{hour}:{minutes} de la mañana",
    "{hour} in the afternoon": "{hour} de la tarde",
    "yesterday, {time}": "ayer, {time}",
}
KOREAN = {
    "Good morning.": "안녕하세요.",
    "It was {time}.": "{time}이었습니다.",
    "{choice}, press {key}.": "{choice} {key}번을 누르세요.",
}
ARMENIAN = {"Good morning.": "Բարի լույս։"}
TODAY = date(2026, 11, 16)
HELLO = say("Good morning.")
NEAR = say("Agents near the school.", clip="kind-near")
GATE = Named({"es": "puerta principal", "en": "main gate"}, "es")
NUMBER = PhoneNumber("+12135550142")


@pytest.fixture(autouse=True)
def _three_small_catalogs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for code, messages in (("es", SPANISH), ("ko", KOREAN), ("hy", ARMENIAN)):
        folder = tmp_path / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        catalog = Catalog(locale=code, fuzzy=False)
        for msgid, words in messages.items():
            catalog.add(msgid, words)
        with (folder / "voice.mo").open("wb") as compiled:
            write_mo(compiled, catalog)
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    i18n.catalog.cache_clear()
    yield
    i18n.catalog.cache_clear()


@dataclass
class Shelf:
    """Recordings in memory: what it holds, and what it was asked for."""

    held: dict[tuple[str, str], str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def keep(self, language: str, *keys: str) -> Shelf:
        self.held.update({(language, key): f"{language}/{key}" for key in keys})
        return self

    def find(self, language: str, key: str) -> str | None:
        self.asked.append((language, key))
        return self.held.get((language, key))


def at(hour: int, minute: int, day: int = 16) -> Moment:
    return Moment(datetime(2026, 11, day, hour, minute, tzinfo=UTC), TODAY)


def heard(utterances: tuple[Utterance, ...]) -> list[str]:
    """Recordings by their name, words after the language of their voice."""
    lines = []
    for each in utterances:
        match each:
            case Played(source):
                lines.append(source)
            case Said(words, language, voice):
                code = next(code for code, row in LANGUAGES.items() if row.say == (language, voice))
                lines.append(f"{code}: {words}")
            case _:
                raise AssertionError(each)
    return lines


def hears(languages: str, *words: Word, shelf: Shelf | None = None) -> list[str]:
    return heard(Speaker(tuple(languages.split()), shelf or Shelf()).speak(*words))


@pytest.mark.parametrize(
    ("languages", "recorded", "line"),
    [
        ("ko es en", "", "ko: 안녕하세요."),
        ("ko es en", "ko", "ko/good-morning"),
        ("ko es en", "es", "ko: 안녕하세요."),
        ("hy es en", "", "es: Buenos días."),
        ("hy es en", "hy", "hy/good-morning"),
        ("hy ko en", "", "ko: 안녕하세요."),
        ("mam es en", "", "es: Buenos días."),
        ("mam es en", "mam", "mam/good-morning"),
        ("mam es en", "es", "es/good-morning"),
        ("zpq mam es en", "mam", "mam/good-morning"),
        ("vi es en", "", "es: Buenos días."),
        ("vi en", "", "en: Good morning."),
        ("mam", "", "en: Good morning."),
        ("mam", "en", "en: Good morning."),
    ],
)
def test_a_sentence_goes_down_the_ladder(languages: str, recorded: str, line: str) -> None:
    shelf = Shelf().keep(recorded, "good-morning") if recorded else Shelf()
    assert hears(languages, HELLO, shelf=shelf) == [line]


def test_every_sentence_falls_back_on_its_own() -> None:
    shelf = Shelf().keep("mam", "kind-near").keep("es", "good-morning")
    assert hears("mam es en", HELLO, NEAR, say("Go home."), shelf=shelf) == [
        "es/good-morning",
        "mam/kind-near",
        "en: Go home.",
    ]


def test_nothing_is_looked_up_after_it_was_found() -> None:
    shelf = Shelf().keep("mam", "kind-near")
    hears("mam es en", NEAR, shelf=shelf)
    assert shelf.asked == [("mam", "kind-near")]


def test_an_alert_for_a_mam_listener_is_put_together_from_what_there_is() -> None:
    shelf = Shelf().keep("mam", "level-confirmed", "kind-near", "advice-wait").keep("es", "level-confirmed")
    alert = Sentences(
        [say("Confirmed.", clip="level-confirmed"), NEAR, GATE, at(7, 51), say("Wait inside.", clip="advice-wait")]
    )
    assert hears("mam es en", alert, shelf=shelf) == [
        "mam/level-confirmed",
        "mam/kind-near",
        "es: puerta principal 7:51 de la mañana",
        "mam/advice-wait",
    ]


@pytest.mark.parametrize(
    ("languages", "recorded", "place", "line"),
    [
        ("es en", "", GATE, "es: puerta principal"),
        ("en", "", GATE, "en: main gate"),
        ("ko es en", "", GATE, "es: puerta principal"),
        ("ko en es", "", GATE, "en: main gate"),
        ("mam es en", "mam", GATE, "mam/place-puerta-principal"),
        ("hy en", "", Named({"hy": "մուտք", "en": "gate"}, "hy"), "en: gate"),
        ("hy en", "", Named({"hy": "մուտք", "ko": "정문"}, "hy"), "ko: 정문"),
        ("mam ko", "", GATE, "es: puerta principal"),
        ("es en", "", Named({"en": "gate"}, "es"), "en: gate"),
    ],
)
def test_a_place_is_heard_in_a_language_that_it_has_a_name_in(
    languages: str, recorded: str, place: Named, line: str
) -> None:
    shelf = Shelf().keep(recorded, "place-puerta-principal") if recorded else Shelf()
    assert hears(languages, place, shelf=shelf) == [line]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(7, 51), "7:51 in the morning"),
        (at(7, 5), "7:05 in the morning"),
        (at(8, 0), "8 in the morning"),
        (at(0, 30), "12:30 in the morning"),
        (at(12, 0), "12 in the afternoon"),
        (at(15, 30), "3:30 in the afternoon"),
        (at(18, 0), "6 in the evening"),
        (at(21, 9), "9:09 in the evening"),
        (at(7, 51, day=15), "yesterday, 7:51 in the morning"),
        (at(7, 51, day=13), "3 days ago, 7:51 in the morning"),
        (at(7, 0, day=17), "tomorrow, 7 in the morning"),
        (at(7, 0, day=19), "in 3 days, 7 in the morning"),
    ],
)
def test_a_time_is_said_with_its_part_of_the_day(moment: Moment, words: str) -> None:
    assert hears("en", moment) == [f"en: {words}"]
    assert hears("en", say("It was {time}.", time=moment)) == [f"en: It was {words}."]


@pytest.mark.parametrize(
    ("languages", "moment", "line"),
    [
        ("es en", at(7, 51), "es: Fue a las 7:51 de la mañana."),
        ("es en", at(15, 0), "es: Fue a las 3 de la tarde."),
        ("ko es en", at(7, 51), "es: Fue a las 7:51 de la mañana."),
        ("ko en", at(7, 51), "en: It was 7:51 in the morning."),
        ("es en", at(18, 1), "en: It was 6:01 in the evening."),
    ],
)
def test_a_sentence_is_never_half_in_another_language(languages: str, moment: Moment, line: str) -> None:
    assert hears(languages, say("It was {time}.", time=moment)) == [line]


def test_a_time_alone_is_never_english_words_in_another_voice() -> None:
    assert hears("ko es en", at(7, 51)) == ["es: 7:51 de la mañana"]
    assert hears("ko en", at(7, 51)) == ["en: 7:51 in the morning"]
    assert hears("es en", at(7, 51, day=15)) == ["es: ayer, 7:51 de la mañana"]
    assert hears("es en", at(7, 51, day=14)) == ["en: 2 days ago, 7:51 in the morning"]


@pytest.mark.parametrize(
    ("languages", "words", "line"),
    [
        ("en", NUMBER, "en: 2 1 3, 5 5 5, 0 1 4 2"),
        ("ko en", NUMBER, "ko: 2 1 3, 5 5 5, 0 1 4 2"),
        ("mam es en", NUMBER, "es: 2 1 3, 5 5 5, 0 1 4 2"),
        ("mam", NUMBER, "en: 2 1 3, 5 5 5, 0 1 4 2"),
        ("es en", say("Call {number}.", number=NUMBER), "en: Call 2 1 3, 5 5 5, 0 1 4 2."),
        ("es en", 417, "es: 417"),
        ("hy ko en", "Maple", "ko: Maple"),
        ("es en", say("Agents at {place}.", place=GATE), "es: Agentes en puerta principal."),
        ("ko en", say("Agents at {place}.", place=GATE), "en: Agents at main gate."),
        ("es en", say("{choice}, press {key}.", choice=say("For the hotline"), key="2"), None),
        (
            "ko en",
            say("{choice}, press {key}.", choice=say("For the hotline"), key="2"),
            "en: For the hotline, press 2.",
        ),
    ],
)
def test_values_are_said_as_they_are_said(languages: str, words: Word, line: str | None) -> None:
    assert hears(languages, words) == [line or "es: Para la línea de ayuda, oprima el 2."]


def test_a_value_with_braces_stays_as_it_is() -> None:
    assert hears("en", say("Call {number}.", number="{key}")) == ["en: Call {key}."]


def test_neighbours_of_one_voice_are_one_and_others_are_not() -> None:
    shelf = Shelf().keep("es", "kind-near")
    assert hears("es en", HELLO, HELLO, NEAR, HELLO, say("Bye."), say("Now."), shelf=shelf) == [
        "es: Buenos días. Buenos días.",
        "es/kind-near",
        "es: Buenos días.",
        "en: Bye. Now.",
    ]


def test_what_is_for_both_channels_is_said_here() -> None:
    both = ByChannel(_("Text us."), Lines([HELLO, Sentences([HELLO, ""])]))
    assert hears("es en", both) == ["es: Buenos días. Buenos días."]
    assert hears("es en", say("Agents at {place}.", place=ByChannel(_("x"), GATE))) == [
        "es: Agentes en puerta principal."
    ]


@pytest.mark.parametrize(
    ("languages", "word", "lines"),
    [
        ("en", InLanguage("ko", "한국어는 2번을 누르세요."), ["ko: 한국어는 2번을 누르세요."]),
        ("en", InLanguage("es", HELLO), ["es: Buenos días."]),
        ("es en", InLanguage("hy", HELLO), ["es: Buenos días."]),
        ("es en", InLanguage("hy", "Հայերենի համար սեղմեք 3։"), []),
        ("en", InLanguage("es", InLanguage("ko", HELLO)), ["ko: 안녕하세요."]),
    ],
)
def test_a_language_names_itself(languages: str, word: Word, lines: list[str]) -> None:
    assert hears(languages, word) == lines


def test_a_language_without_a_voice_names_itself_where_that_is_recorded() -> None:
    words = "Հայերենի համար սեղմեք 3։"
    shelf = Shelf().keep("hy", key_of(words), "good-morning")
    assert hears("en", InLanguage("hy", words), InLanguage("hy", HELLO), shelf=shelf) == [
        f"hy/{key_of(words)}",
        "hy/good-morning",
    ]


def test_a_recording_that_somebody_made_is_played() -> None:
    assert hears("en", Recorded("ab12")) == ["recording:ab12"]


def test_nothing_to_say_is_nothing_said() -> None:
    assert Speaker(("es", "en"), NoRecordings()).speak("", Sentences([]), Named({}, "es"), "  ") == ()


@pytest.mark.parametrize("word", [_("Text us."), Sentences([_("Text us.")]), say("{x}.", x=_("Text us."))])
def test_what_is_only_written_is_not_said(word: Word) -> None:
    with pytest.raises(NotSpoken):
        hears("en", word)


def test_words_do_not_show() -> None:
    assert "Buenos" not in repr(Speaker(("es", "en")).speak(HELLO))


@pytest.mark.parametrize(
    ("language", "second", "default", "ladder"),
    [
        ("mam", "es", "en", "mam es en"),
        ("mam", None, "es", "mam es en"),
        ("hy", "ko", "es", "hy ko es en"),
        ("es", "es", "es", "es en"),
        ("zpq", "zab", "es", "zpq zab es en"),
        ("zh_Hant", None, "en", "zh_Hant en"),
        ("es_419", None, "en", "es en"),
        ("quc_Nahuala", "tlh", "es", "quc es en"),
        ("tlh", None, "tlh", "en"),
    ],
)
def test_the_spoken_rule(language: str, second: str | None, default: str, ladder: str) -> None:
    speaker = speaker_for(language, second, default, Shelf())
    assert speaker.languages == tuple(ladder.split())
    assert speaker.language == ladder.split(maxsplit=1)[0]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("For your rights", "for-your-rights"),
        ("Don't go. Wait!", "dont-go-wait"),
        ("Línea de niñas, 2", "linea-de-ninas-2"),
        ("…", ""),
        ("", ""),
    ],
)
def test_a_sentence_names_its_recording(words: str, key: str) -> None:
    assert key_of(words) == key


@given(st.text(min_size=1), st.integers(0, 9))
def test_a_key_fits_a_file_name_and_tells_scripts_and_long_sentences_apart(words: str, digit: int) -> None:
    for key in (key_of(words), key_of("long " * 40 + words)):
        assert len(key) <= LONGEST_KEY
        assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert not key.startswith("-")
        assert not key.endswith("-")
    assert key_of(f"정문 {digit}") != key_of(f"후문 {digit}")
    assert key_of("정문") != key_of("후문")
    assert key_of("w " * 60 + str(digit)) != key_of("w " * 60 + "ten")


def test_a_place_is_recorded_under_the_words_of_the_schools_first_language() -> None:
    assert place_key(GATE) == "place-puerta-principal"
    assert place_key(Named({"ko": "정문"}, "ko")) != place_key(Named({"ko": "후문"}, "ko"))
    assert place_key(Named({"en": "gate"}, "es")) == ""


@pytest.mark.parametrize(
    ("sentence", "clip"),
    [
        (say("Press 2."), "press-2"),
        (say("Near.", clip="kind-near"), "kind-near"),
        (say("At {place}.", place=GATE), ""),
        (say("At {place}.", clip="at-place-1", place=GATE), "at-place-1"),
    ],
)
def test_values_keep_a_sentence_from_being_recorded_unless_it_says_so(sentence: Spoken, clip: str) -> None:
    assert clip_of(sentence) == clip
