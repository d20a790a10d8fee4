"""The catalogs under locales/: fresh, whole, honest about their review, and fit to be sent as a text, or to be said."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from catalogs import CALLS, DOMAINS, LOCALES, PAGES, TEXTS, WRITTEN, catalog, languages_of, messages, template, texts

from phonetree.desk.budgets import fields
from phonetree.desk.review_checks import CURLY, JOINS, LINK, PICTURES, UNSEEN, wrongs
from phonetree.dialogue.keyword_tables import CARRIER_WORDS
from phonetree.dialogue.meanings import Command
from phonetree.dialogue.named_commands import capitals, commands_meant, commands_named
from phonetree.words.languages import LANGUAGES
from phonetree.words.segments import first_not_gsm7

ROOT = Path(__file__).resolve().parents[2]
CODES = languages_of(TEXTS)
KEYWORDS: dict[str, dict[str, tuple[int, ...] | None]] = {
    TEXTS: {"_": None},
    CALLS: {"say": (1,)},
    PAGES: {"printed": (1,)},
}
"""Which call marks what belongs to which catalog."""
HINT = "run `make catalogs`"

STATE = re.compile(r"drafted|reviewed by \S.*, [0-9]{4}-[0-9]{2}-[0-9]{2}")
LATIN = re.compile(r"[A-Z]{2,}(?:[ -][A-Z]{2,})*")
CARRIER_WORDS_WE_NAME = frozenset({"STOP", "START", "HELP"})
MOST_WORDS = {TEXTS: 30, CALLS: 24}
"""Of one sentence in a language that writes spaces; where we tell them, the originals have fewer."""
MOST_LETTERS = {TEXTS: 60, CALLS: 60}
"""Of one sentence in a language that writes none."""
NO_SPACES = frozenset({"zh_Hans", "zh_Hant"})


def amid_a_line(words: str) -> list[str]:
    """Lines in which a Latin word stands between words that are read from the other side."""
    return [line for line in words.split("\n") if any(_is_amid(line, found) for found in LATIN.finditer(line))]


def _is_amid(line: str, found: re.Match[str]) -> bool:
    before, after = line[: found.start()], line[found.end() :]
    return any(each.isalpha() for each in before) and any(each.isalpha() for each in after)


def sentences(words: str) -> list[str]:
    return [
        each
        for each in re.split(r"[.?!:;\n\u3002\uff1f\uff01\uff1a\uff1b\u06d4\u061f\u0589\u1362]+", words)
        if each.strip()
    ]


def is_too_long(sentence: str, code: str, domain: str) -> bool:
    if code in NO_SPACES:
        return len(re.sub(r"\{\w+\}", "xx", sentence).strip()) > MOST_LETTERS[domain]
    return len(sentence.split()) > MOST_WORDS[domain]


def said_in_code(domain: str) -> set[str]:
    mapping = ConfigParser()
    mapping.read(ROOT / "babel.cfg", encoding="utf-8")
    methods = [(pattern.strip(), method) for method, _colon, pattern in (s.partition(":") for s in mapping.sections())]
    found = extract_from_dir(ROOT / "phonetree", methods, keywords=KEYWORDS[domain], comment_tags=("NOTE:",))
    return {str(msgid) for _file, _line, msgid, _notes, _context in found}


def test_there_is_a_catalog_of_each_kind_in_every_language_that_is_written() -> None:
    written = [code for code, language in LANGUAGES.items() if language.has_text and code != "en"]
    assert len(written) == 17
    assert sorted(WRITTEN) == sorted((code, domain) for code in written for domain in DOMAINS)


@pytest.mark.parametrize("domain", DOMAINS)
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


@pytest.mark.parametrize(("code", "domain"), WRITTEN)
def test_a_catalog_holds_what_the_template_holds(code: str, domain: str) -> None:
    assert list(messages(catalog(code, domain))) == list(messages(template(domain))), HINT
    notes = {msgid: message.auto_comments for msgid, message in messages(template(domain)).items()}
    found = {msgid: message.auto_comments for msgid, message in messages(catalog(code, domain)).items()}
    assert found == notes, HINT
    assert list(catalog(code, domain).obsolete) == []


@pytest.mark.parametrize(("code", "domain"), WRITTEN)
def test_nothing_is_untranslated_or_guessed(code: str, domain: str) -> None:
    assert [msgid for msgid, words in texts(code, domain) if not words.strip()] == []
    assert [msgid for msgid, message in messages(catalog(code, domain)).items() if message.fuzzy] == []


@pytest.mark.parametrize(("code", "domain"), WRITTEN)
def test_every_entry_says_who_has_read_it(code: str, domain: str) -> None:
    states = {msgid: message.user_comments for msgid, message in messages(catalog(code, domain)).items()}
    assert [m for m, s in states.items() if len(s) != 1 or STATE.fullmatch(s[0]) is None] == []


@pytest.mark.parametrize(("code", "domain"), WRITTEN)
def test_the_header_is_ours(code: str, domain: str) -> None:
    header = (LOCALES / code / f"LC_MESSAGES/{domain}.po").read_text(encoding="utf-8").split("\n\n")[0]
    plurals = LANGUAGES[code].plural_forms
    assert f'"Language: {code}\\n"' in header
    assert f'"Plural-Forms: {plurals}\\n"' in header if plurals else "Plural-Forms" not in header
    assert "charset=utf-8" in header
    assert "#, fuzzy" not in header


@pytest.mark.parametrize(("code", "domain"), WRITTEN)
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


@pytest.mark.parametrize(("code", "domain"), WRITTEN)
def test_nothing_has_a_link_or_a_picture(code: str, domain: str) -> None:
    words = [words for pair in texts(code, domain) for words in pair]
    assert [each for each in words if LINK.search(each)] == []
    assert [each for each in words if any(ord(sign) in pictures for sign in each for pictures in PICTURES)] == []


@pytest.mark.parametrize(("code", "domain"), WRITTEN)
def test_nothing_has_a_sign_that_no_eye_sees_or_an_apostrophe_that_costs_a_segment(code: str, domain: str) -> None:
    allowed = JOINS if domain != TEXTS else ""
    assert [words for _msgid, words in texts(code, domain) if UNSEEN.search(words.replace(allowed, ""))] == []
    assert [words for _msgid, words in texts(code, domain) if domain == TEXTS and CURLY.search(words)] == []


@pytest.mark.parametrize(("code", "domain"), [each for each in WRITTEN if each[1] != PAGES])
def test_no_sentence_is_longer_than_somebody_frightened_can_follow(code: str, domain: str) -> None:
    found = [(msgid, each) for msgid, words in texts(code, domain) for each in sentences(words)]
    assert [(msgid, sentence) for msgid, sentence in found if is_too_long(sentence, code, domain)] == []


def test_sentences_are_told_apart_in_every_script() -> None:
    assert len(sentences("Uno. Dos? 三。四！ خمسة؟ چھ۔ յոթ։ ስምንት።")) == 8
    assert is_too_long("word " * 31, "en", TEXTS)
    assert not is_too_long("word " * 30, "en", TEXTS)
    assert is_too_long("字" * 61, "zh_Hans", CALLS)


@pytest.mark.parametrize("code", CODES)
def test_a_word_to_send_does_in_each_language_what_the_original_says(code: str) -> None:
    odd = [(msgid, words) for msgid, words in texts(code) if commands_named(words, code) != commands_named(msgid, "en")]
    assert odd == []


@pytest.mark.parametrize(("code", "domain"), WRITTEN)
def test_nothing_is_wrong_that_a_reviewer_would_be_told(code: str, domain: str) -> None:
    found = {msgid: list(wrongs(domain, msgid, words, code)) for msgid, words in texts(code, domain)}
    assert {msgid: reasons for msgid, reasons in found.items() if reasons} == {}


def test_words_in_capitals_are_found_in_every_script() -> None:
    assert capitals("Mande ALTO o NO MAS, Ana.") == ["ALTO", "NO MAS"]
    assert capitals("Отправьте STOP. ВНИМАНИЕ") == ["STOP", "ВНИМАНИЕ"]
    assert capitals("أرسلوا\nSTOP\nأو 停止") == ["STOP"]


@pytest.mark.parametrize("code", [code for code in CODES if LANGUAGES[code].rtl])
def test_where_lines_run_from_the_right_a_word_to_send_is_at_an_end_of_its_line(code: str) -> None:
    """Old phones garble a line in which the direction changes twice."""
    assert amid_a_line("أرسلوا STOP للمغادرة") == ["أرسلوا STOP للمغادرة"]
    assert amid_a_line("أرسلوا: STOP\nHELP أو\n{number}") == []
    to_send = {msgid for msgid, _words in texts(code) if commands_named(msgid, "en")}
    assert [words for msgid, words in texts(code) if msgid in to_send and amid_a_line(words)] == []


@pytest.mark.parametrize(
    ("word", "command"),
    [
        *(("IDIOMA", Command.LANGUAGE), ("AYUDA", Command.HELP), ("MENOS", Command.LESS), ("UNIRME", Command.JOIN)),
        *(("ALTO", Command.STOP), ("STOP", Command.STOP), ("START", Command.START)),
        *(("ALERTA", Command.ALERT), ("ENVIAR", Command.SEND), ("PAUSAR", Command.ABORT)),
    ],
)
def test_the_spanish_words_to_send_are_understood(word: str, command: Command) -> None:
    assert commands_meant(word, "es") == {command}
    assert command in commands_meant(word, "ko"), "read by fall-back, the word means it too, or is asked about"
    assert any(word in words for _msgid, words in texts("es"))


@pytest.mark.parametrize("code", CODES)
def test_a_word_that_leaves_the_list_is_named_for_nothing_else(code: str) -> None:
    for language, position in (("en", 0), (code, 1)):
        single = {word for pair in texts(code) for found in capitals(pair[position]) for word in found.split()}
        assert {word for word in single if word.lower() in CARRIER_WORDS} <= CARRIER_WORDS_WE_NAME
        leaving = [pair for pair in texts(code) if Command.STOP in commands_named(pair[position], language)]
        assert [pair for pair in leaving if "STOP" not in pair[0]] == []


@pytest.mark.parametrize("code", CODES)
def test_who_may_leave_reads_the_word_that_the_carrier_takes_everywhere(code: str) -> None:
    leaving = [(msgid, words) for msgid, words in texts(code) if "STOP" in msgid]
    assert leaving
    assert [words for _msgid, words in leaving if "STOP" not in words] == []
