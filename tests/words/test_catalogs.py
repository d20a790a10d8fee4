"""The catalogs under locales/: fresh, whole, honest about their review, and fit to be sent as a text, or to be said."""

from __future__ import annotations

import re
from configparser import ConfigParser
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from phonetree.dialogue.keyword_tables import CARRIER_WORDS
from phonetree.dialogue.keywords import Carrier, Command, Either, Said, WishToStop, understand
from phonetree.words.languages import LANGUAGES
from phonetree.words.segments import first_not_gsm7

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ROOT / "locales"
CODES = sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/messages.po"))
TEXTS, CALLS, PAGES = "messages", "voice", "pages"
CATALOGS = sorted((path.parent.parent.name, path.stem) for path in LOCALES.glob("*/LC_MESSAGES/*.po"))
SPOKEN = [code for code, domain in CATALOGS if domain == CALLS]
KEYWORDS: dict[str, dict[str, tuple[int, ...] | None]] = {
    TEXTS: {"_": None},
    CALLS: {"say": (1,)},
    PAGES: {"printed": (1,)},
}
"""Which call marks what belongs to which catalog."""
HINT = "run `make catalogs`"

STATE = re.compile(r"drafted|reviewed by \S.*")
CAPITALS = re.compile(r"\b[^\W\d_a-z]{2,}(?:[ -][^\W\d_a-z]{2,})*\b")
LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|org|net|edu|gov)\b", re.IGNORECASE)
PICTURES = range(0x2190, 0x2C00), range(0x1F000, 0x20000)
TITLES = frozenset({Command.CONFIRM, Command.CORRECT, Command.CLEAR, Command.DRILL, Command.UPDATE})
"""These commands are no instructions in a text: their words are the titles of alerts."""
CARRIER_WORDS_WE_NAME = frozenset({"STOP", "START", "HELP"})
WORDS_TO_STOP = {"en": {"STOP"}, "es": {"ALTO", "STOP"}}


@cache
def template(domain: str = TEXTS) -> Catalog:
    with (LOCALES / f"{domain}.pot").open("rb") as written:
        return read_po(written)


@cache
def catalog(code: str, domain: str = TEXTS) -> Catalog:
    with (LOCALES / code / f"LC_MESSAGES/{domain}.po").open("rb") as written:
        return read_po(written, locale=code)


def messages(of: Catalog) -> dict[str, Message]:
    return {str(message.id): message for message in of if message.id}


def texts(code: str, domain: str = TEXTS) -> list[tuple[str, str]]:
    """Every message id with its translation."""
    return [(msgid, str(message.string)) for msgid, message in messages(catalog(code, domain)).items()]


def fields(words: str) -> set[str]:
    return {field for _before, field, *_rest in Formatter().parse(words) if field is not None}


def commands_in(words: str, code: str) -> set[Command]:
    """What the words in capitals would do if somebody sent them."""
    return {command for capitals in CAPITALS.findall(words) for command in commands(capitals, code)}


def commands(words: str, code: str) -> set[Command]:
    match understand(words, language=code):
        case Said(command):
            return {command}
        case Carrier(kind):
            return {Command(kind)}
        case WishToStop():
            return {Command.STOP}
        case Either(offers):
            return {Command.STOP if isinstance(offer, WishToStop) else offer.command for offer in offers}
        case _:
            return set()


def said_in_code(domain: str) -> set[str]:
    mapping = ConfigParser()
    mapping.read(ROOT / "babel.cfg", encoding="utf-8")
    methods = [(pattern.strip(), method) for method, _colon, pattern in (s.partition(":") for s in mapping.sections())]
    found = extract_from_dir(ROOT / "phonetree", methods, keywords=KEYWORDS[domain], comment_tags=("NOTE:",))
    return {str(msgid) for _file, _line, msgid, _notes, _context in found}


def test_there_is_spanish_and_calls_are_korean_too() -> None:
    assert "es" in CODES
    assert {"es", "ko"} <= set(SPOKEN)


@pytest.mark.parametrize("domain", [TEXTS, CALLS, PAGES])
def test_the_template_holds_what_the_code_says(domain: str) -> None:
    said = said_in_code(domain)
    assert len(said) > 40, "babel.cfg finds nothing"
    assert set(messages(template(domain))) == said, HINT


def test_texts_and_calls_do_not_share_a_catalog() -> None:
    """What is only said has letters that would make a text dear, and is no whole text."""
    only_said = said_in_code(CALLS) - said_in_code(TEXTS)
    assert "To hear more" in only_said
    assert only_said.isdisjoint(messages(template(TEXTS)))
    assert set(messages(template(TEXTS))).isdisjoint({"This is {program}.", "{choice}, press {key}."})


@pytest.mark.parametrize(("code", "domain"), CATALOGS)
def test_a_catalog_holds_what_the_template_holds(code: str, domain: str) -> None:
    assert list(messages(catalog(code, domain))) == list(messages(template(domain))), HINT
    notes = {msgid: message.auto_comments for msgid, message in messages(template(domain)).items()}
    found = {msgid: message.auto_comments for msgid, message in messages(catalog(code, domain)).items()}
    assert found == notes, HINT
    assert list(catalog(code, domain).obsolete) == []


@pytest.mark.parametrize(("code", "domain"), CATALOGS)
def test_nothing_is_untranslated_or_guessed(code: str, domain: str) -> None:
    assert [msgid for msgid, words in texts(code, domain) if not words.strip()] == []
    assert [msgid for msgid, message in messages(catalog(code, domain)).items() if message.fuzzy] == []


@pytest.mark.parametrize(("code", "domain"), CATALOGS)
def test_every_entry_says_who_has_read_it(code: str, domain: str) -> None:
    states = {msgid: message.user_comments for msgid, message in messages(catalog(code, domain)).items()}
    assert [m for m, s in states.items() if len(s) != 1 or STATE.fullmatch(s[0]) is None] == []


@pytest.mark.parametrize(("code", "domain"), CATALOGS)
def test_the_header_is_ours(code: str, domain: str) -> None:
    header = (LOCALES / code / f"LC_MESSAGES/{domain}.po").read_text(encoding="utf-8").split("\n\n")[0]
    assert f'"Language: {code}\\n"' in header
    assert f'"Plural-Forms: {LANGUAGES[code].plural_forms}\\n"' in header
    assert "charset=utf-8" in header
    assert "#, fuzzy" not in header


@pytest.mark.parametrize(("code", "domain"), CATALOGS)
def test_a_translation_has_the_fields_of_its_original(code: str, domain: str) -> None:
    assert [msgid for msgid, words in texts(code, domain) if fields(words) != fields(msgid)] == []


def test_spoken_spanish_has_its_accents() -> None:
    """A voice reads "migracion" wrongly; in a text it is cheaper."""
    words = " ".join(words for _msgid, words in texts("es", CALLS))
    assert all(letter in words for letter in "áéíóúñ¿")
    assert all(letter in " ".join(words for _msgid, words in texts("es", PAGES)) for letter in "áéíóúñ")
    assert re.search(r"(?i)migracion|numero|policia|informacion", words) is None


@pytest.mark.parametrize("code", [code for code in CODES if LANGUAGES[code].is_gsm7])
def test_a_text_costs_no_more_than_its_letters(code: str) -> None:
    assert [(first_not_gsm7(words), words) for _msgid, words in texts(code) if first_not_gsm7(words)] == []


def test_an_original_costs_no_more_than_its_letters() -> None:
    assert [(first_not_gsm7(msgid), msgid) for msgid in messages(template()) if first_not_gsm7(msgid)] == []


@pytest.mark.parametrize(("code", "domain"), CATALOGS)
def test_nothing_has_a_link_or_a_picture(code: str, domain: str) -> None:
    words = [words for pair in texts(code, domain) for words in pair]
    assert [each for each in words if LINK.search(each)] == []
    assert [each for each in words if any(ord(sign) in pictures for sign in each for pictures in PICTURES)] == []


@pytest.mark.parametrize("code", CODES)
def test_a_word_to_send_does_in_each_language_what_the_original_says(code: str) -> None:
    odd = [
        (msgid, words)
        for msgid, words in texts(code)
        if commands_in(words, code) - TITLES != commands_in(msgid, "en") - TITLES
    ]
    assert odd == []


@pytest.mark.parametrize(
    ("word", "command"),
    [
        *(("IDIOMA", Command.LANGUAGE), ("AYUDA", Command.HELP), ("MENOS", Command.LESS), ("UNIRME", Command.JOIN)),
        *(("ALTO", Command.STOP), ("STOP", Command.STOP), ("START", Command.START)),
        *(("ALERTA", Command.ALERT), ("ENVIAR", Command.SEND), ("PAUSAR", Command.ABORT)),
    ],
)
def test_the_spanish_words_to_send_are_understood(word: str, command: Command) -> None:
    assert commands(word, "es") == {command}
    assert command in commands(word, "ko"), "read by fall-back, the word means it too, or is asked about"
    assert any(word in words for _msgid, words in texts("es"))


@pytest.mark.parametrize("code", CODES)
def test_a_word_that_leaves_the_list_is_named_for_nothing_else(code: str) -> None:
    for language, position in (("en", 0), (code, 1)):
        capitals = {found for pair in texts(code) for found in CAPITALS.findall(pair[position])}
        single = {word for found in capitals for word in found.split()}
        assert {word for word in single if word.lower() in CARRIER_WORDS} <= CARRIER_WORDS_WE_NAME
        to_stop = {found for found in capitals if Command.STOP in commands(found, language)}
        assert to_stop <= WORDS_TO_STOP[language]


@pytest.mark.parametrize("code", CODES)
def test_who_may_leave_reads_the_word_that_the_carrier_takes_everywhere(code: str) -> None:
    leaving = [(msgid, words) for msgid, words in texts(code) if "STOP" in msgid]
    assert leaving
    assert [words for _msgid, words in leaving if "STOP" not in words] == []
