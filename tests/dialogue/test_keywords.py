"""Every spelling of every language means what it was drafted for; commands, digits, collisions, arguments."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

from phonetree.dialogue.keyword_rules import ASKED
from phonetree.dialogue.keyword_tables import CARRIER_WORDS, INTENTS, NO_LANGUAGE, Sense, keyword_tables
from phonetree.dialogue.keywords import (
    Carrier,
    Command,
    Digits,
    Either,
    Meaning,
    Said,
    Unknown,
    WishToStop,
    understand,
)

SPELLINGS: list[tuple[str, str, str]] = [
    (language, intent, spelling)
    for language, intent, spelling in json.loads((Path(__file__).parent / "spellings.json").read_text("utf-8"))
]
"""The drafted lists of 2026: language, intent, spelling."""

LANGUAGES = sorted({language for language, _, _ in SPELLINGS})
# The drafts gave one intent to four words which the leads need; from anyone else these three mean NEWS.
ASKS_FOR_NEWS = {Command.NEWS, Command.ALERT, Command.STATUS, Command.UPDATE}
CASES = (str.upper, str.lower, str.capitalize)
ENDINGS = ("", ".", " !", "?\n", "…")


def commands(meaning: Meaning) -> set[Command]:
    """The commands that a meaning is, or offers."""
    match meaning:
        case Said(command):
            return {command}
        case WishToStop():
            return {Command.STOP}
        case Carrier(kind):
            return {Command(kind)}
        case Either(offers):
            return {command for offer in offers for command in commands(offer)}
        case _:
            return set()


def expected(intent: str) -> set[Command]:
    sense = INTENTS[intent]
    assert sense is not None
    return ASKS_FOR_NEWS if intent == "STATUS" else {sense.command}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_drafted_spelling_is_understood_in_any_case_with_any_ending(language: str) -> None:
    wrong = [
        (spelling, case.__name__, ending)
        for own, intent, spelling in SPELLINGS
        if own == language and intent not in {"YES", "NO"} and spelling != "START"
        for case in CASES
        for ending in ENDINGS
        for stored in (language, None)
        if not commands(understand(case(spelling) + ending, language=stored)) & expected(intent)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_drafted_spelling_is_understood_without_its_accents_too(language: str) -> None:
    wrong = [
        (spelling, stored)
        for own, intent, spelling in SPELLINGS
        if own == language and intent not in {"YES", "NO"} and spelling != "START"
        for stored in (language, None)
        if not commands(understand(without_accents(spelling), language=stored)) & expected(intent)
    ]
    assert wrong == []


def without_accents(words: str) -> str:
    """As somebody types who has no such keys; a letter that is no accent of another stays."""
    return "".join(sign for sign in unicodedata.normalize("NFD", words) if not unicodedata.combining(sign))


TWO_MEANINGS = {("es", "AYUDA", "fil"), ("fil", "AYUDA", "es"), ("fa", "حقوقی", "ar"), ("ar", "حقوقي", "fa")}
"""Of what language, what word, and in which stored language it means something else."""


def test_whatever_language_is_stored_no_word_leads_to_a_wrong_command() -> None:
    wrong = {
        (own, spelling, stored)
        for own, intent, spelling in SPELLINGS
        if intent not in {"YES", "NO"} and spelling != "START"
        for stored in LANGUAGES
        if not commands(understand(spelling, language=stored)) & expected(intent)
    }
    assert wrong == TWO_MEANINGS


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_its_own_language_no_word_but_a_riddle_is_asked_about(language: str) -> None:
    asked = {
        spelling.casefold()
        for own, intent, spelling in SPELLINGS
        if own == language and intent not in {"YES", "NO"}
        if isinstance(understand(spelling, language=language), Either)
    }
    assert asked <= set(ASKED)


def test_every_intent_of_the_drafts_has_its_command_and_yes_and_no_have_none() -> None:
    assert {intent for _, intent, _ in SPELLINGS} <= set(INTENTS)
    assert {intent for intent, sense in INTENTS.items() if sense is None} == {"YES", "NO"}
    assert {sense.command for sense in INTENTS.values() if sense} == set(Command)


@pytest.mark.parametrize("spelling", [spelling for _, intent, spelling in SPELLINGS if intent in {"YES", "NO"}])
def test_yes_and_no_are_no_commands(spelling: str) -> None:
    meaning = understand(spelling, language="so")
    assert meaning in (Unknown(), Carrier("start"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_committed_spelling_is_understood_in_its_own_language(language: str) -> None:
    """Also those added to the drafts."""
    tables = keyword_tables()
    own = {key: senses[language] for key, senses in tables.whole.exact.items() if language in senses}
    wrong = [
        key
        for key, sense in own.items()
        if not {sense.command} & commands(understand(" ".join(key), language=language))
        and " ".join(key) not in CARRIER_WORDS
    ]
    assert own
    assert wrong == []


def test_a_word_has_one_meaning_in_one_language() -> None:
    """But for REMOVE, which takes a name where it is the lead's."""
    tables = keyword_tables()
    assert understand("remove", language="en") == WishToStop("en")
    assert understand("REMOVE Maria", language="en") == Said(Command.REMOVE, "en", "Maria")
    both = [key for key in tables.taking.exact.keys() & tables.whole.exact.keys() if _differ(key)]
    assert both == [("remove",)]


def _differ(key: tuple[str, ...]) -> bool:
    tables = keyword_tables()
    whole: dict[str, Sense] = dict(tables.whole.exact[key])
    return any(whole[language] != sense for language, sense in tables.taking.exact[key].items())


def test_no_word_of_ours_is_the_carriers() -> None:
    ours = {key for key, senses in keyword_tables().whole.folded.items() if set(senses) != {NO_LANGUAGE}}
    assert {key for key in ours if " ".join(key) in CARRIER_WORDS} == set()


def test_every_language_says_whether_a_speaker_has_read_it() -> None:
    states = keyword_tables().states
    assert sorted(states) == LANGUAGES
    assert set(states.values()) <= {"drafted", "reviewed"}


@pytest.mark.parametrize(("word", "sense"), CARRIER_WORDS.items())
def test_the_carriers_words_are_the_carriers_when_bare(word: str, sense: Sense) -> None:
    for typed in (word, word.upper(), f" {word.title()}\n"):
        assert understand(typed, language="es") == Carrier(sense.command.value)  # type: ignore[arg-type]


def test_with_a_full_stop_it_is_ours_so_that_nobody_is_left_without_an_answer() -> None:
    assert understand("STOP.", language="es") == WishToStop(None)
    assert understand("Help?", language=None) == Said(Command.HELP)
    assert understand("YES!", language=None) == Unknown()


@pytest.mark.parametrize(
    ("words", "language", "meaning"),
    [
        ("AYUDA", "es", Said(Command.HELP)),
        ("AYUDA", "fil", Said(Command.AID)),
        ("AYUDA", None, Either((Said(Command.HELP, "es"), Said(Command.AID, "fil")))),
        ("AYUDA", "en", Either((Said(Command.HELP, "es"), Said(Command.AID, "fil")))),
        ("حقوقي", "ar", Said(Command.RIGHTS, "ar")),
        ("حقوقي", "fa", Said(Command.AID, None, item="legal")),
        ("حقوقی", "fa", Said(Command.AID, "fa", item="legal")),
        ("ALTO", None, WishToStop("es")),
        ("ALTA", None, Either((Said(Command.JOIN, "es"), WishToStop("es")))),
        ("ALTA", "es", Either((Said(Command.JOIN, "es"), WishToStop("es")))),
        ("SALIR", None, WishToStop("es")),
        ("SALI", None, Either((Said(Command.JOIN, "fil"), WishToStop("es")))),
        ("SALI", "fil", Said(Command.JOIN, "fil")),
        ("NO MAS", "es", WishToStop("es")),
        ("NOMAS", "es", Either((WishToStop("es"),))),
        ("nomás", None, Either((WishToStop("es"),))),
        ("PARA", None, Either((WishToStop("es"),))),
        ("DUNG", "vi", Either((WishToStop("vi"),))),
        ("DỪNG", "vi", WishToStop("vi")),
        ("ĐÚNG", "vi", Unknown()),
        ("MAYA", None, Either((Said(Command.LANGUAGE, "es"),))),
        ("MAYA", "es", Either((Said(Command.LANGUAGE, "es"),))),
        ("MAYA", "so", Unknown()),
        ("LA", None, Unknown()),
        ("NE", "ko", Unknown()),
        ("FIN", None, WishToStop("es")),
        ("FIND", None, Said(Command.FIND, "en")),
        ("취소", None, WishToStop("ko")),
        ("BORRAR", "es", WishToStop("es")),
        ("BORRA MIS DATOS", "es", Said(Command.ERASE, "es")),
    ],
)
def test_words_with_two_meanings(words: str, language: str | None, meaning: Meaning) -> None:
    assert understand(words, language=language) == meaning


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("JOIN MAPLE", Said(Command.JOIN, "en", "MAPLE")),
        ("unirme maple", Said(Command.JOIN, "es", "maple")),
        ("Únete: MAPLE.", Said(Command.JOIN, "es", "MAPLE")),
        ("alta maple", Said(Command.JOIN, "es", "maple")),
        ("加入MAPLE", Said(Command.JOIN, None, "MAPLE")),
        ("ALERTA 2 1 2", Said(Command.ALERT, "es", "2 1 2")),
        ("ALERTA ٢ ١ ٢", Said(Command.ALERT, "es", "2 1 2")),
        ("DRILL 2", Said(Command.DRILL, "en", "2")),
        ("SEND 12", Said(Command.SEND, "en", "12")),
        ("CONFIRM 417 1", Said(Command.CONFIRM, "en", "417 1")),
        ("confirmo 417", Said(Command.CONFIRM, "es", "417")),
        ("HECHO 417", Said(Command.DONE, "es", "417")),
        ("take #417", Said(Command.TAKE, "en", "417")),
        ("ya no se ven 3", Said(Command.CLEAR, "es", "3")),
        ("LEAD please call me", Said(Command.LEAD, "en", "please call me")),
        ("LANG spanish", Said(Command.LANGUAGE, "en", "spanish", item="es")),
        ("idioma Tiếng Việt", Said(Command.LANGUAGE, "es", "Tiếng Việt", item="vi")),
        ("LANGUAGE", Said(Command.LANGUAGE, "en")),
        ("INGLÉS", Said(Command.LANGUAGE, "es", item="en")),
        ("FOOD", Said(Command.AID, "en", item="food")),
        ("comida por favor", Said(Command.AID, "es", item="food")),
        ("gracias", Unknown()),
        ("SEND me the plan", Unknown()),
        ("take 5 kids home", Unknown()),
        ("join us at the gate", Unknown()),
        ("should I alert?", Unknown()),
        ("alert please", Unknown()),
        ("the food was good", Unknown()),
        ("", Unknown()),
        (" \n", Unknown()),
    ],
)
def test_what_may_follow_a_command(words: str, meaning: Meaning) -> None:
    assert understand(words, language=None) == meaning


@pytest.mark.parametrize("word", ["ALERT", "Alert!", "alerta", "ALERTO", "경보", "ТРЕВОГА", "警报", "هشدار", "alarm"])
def test_the_word_for_an_alert_is_the_leads_in_every_language(word: str) -> None:
    assert commands(understand(word, language=None)) == {Command.ALERT}


@pytest.mark.parametrize("word", ["NEWS", "alerts", "MIGRA", "Rumor", "VERDAD?", "REAL?", "¿Es verdad?", "новости"])
def test_the_words_people_really_use_ask_for_news(word: str) -> None:
    assert commands(understand(word, language=None)) == {Command.NEWS}


@pytest.mark.parametrize("language", ["en", "es"])
def test_english_and_spanish_have_every_command(language: str) -> None:
    tables = keyword_tables()
    spoken = {senses[language] for senses in tables.whole.exact.values() if language in senses}
    spoken |= {senses[language] for senses in tables.taking.exact.values() if language in senses}
    # HELP and START are the carrier's in English too.
    assert {sense.command for sense in spoken} == set(Command)


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        ("1", ("1",)),
        ("1.", ("1",)),
        (" (2) ", ("2",)),
        ("２", ("2",)),
        ("٣", ("3",)),
        ("۴", ("4",)),
        ("५", ("5",)),
        ("፮", ("6",)),
        ("1️⃣", ("1",)),
        ("⑦", ("7",)),
        ("\u200f٨\u200e", ("8",)),
        ("00 2 1 2", ("00", "2", "1", "2")),
        ("4821 739152", ("4821", "739152")),
        ("4821-739152", ("4821", "739152")),
        ("4821\n739152.", ("4821", "739152")),
        ("*", ("*",)),
        (" # ", ("#",)),
        ("＊", ("*",)),
    ],
)
def test_digits_of_every_script(words: str, groups: tuple[str, ...]) -> None:
    assert understand(words, language=None) == Digits("".join(groups), groups)


@pytest.mark.parametrize("words", ["#1", "7:45", "1?", "2 cars", "+1 213", "12/5", "**", "."])
def test_what_is_not_only_digits_is_not_an_answer(words: str) -> None:
    assert understand(words, language=None) == Unknown()


def test_what_people_wrote_is_in_no_repr() -> None:
    shown = repr([understand(words, language=None) for words in ("4821 739152", "LEAD my secret", "JOIN MAPLE")])
    assert not re.search("4821|739152|secret|MAPLE", shown)
