"""What gives away where somebody is or how to reach them is blanked, for two people who are to stay unknown.

Whoever writes in earnest is kept from a slip. Two people who want to find each other always can, in words of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from phonetree.desk.masked_places import ADDRESSES

BLANK = "___"
MOST_DIGITS = 6
"""In a row, however they are separated: a telephone has seven at least."""
MOST_AFTER_A_PLUS = 4


class Blanked(StrEnum):
    """What was blanked."""

    NUMBER = "number"
    LINK = "link"
    EMAIL = "email"
    HANDLE = "handle"
    ADDRESS = "address"


# --- digits, however they are written --------------------------------------------------------------------------------

_ENGLISH = (
    "zero oh one two three four five six seven eight nine ten twenty thirty forty fifty sixty seventy eighty ninety"
)
_SPANISH = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez veinte treinta cuarenta cincuenta sesenta setenta "
    "ochenta noventa"
)
_OF_TWO = (
    "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen once doce trece catorce quince "
    r"diecis[eé]is diecisiete dieciocho diecinueve veinti\w{3,6}"
)
_HAN = "〇零一二三四五六七八九"
_LETTER = r"[^\W\d_]"
_ALONE = rf"(?<!{_LETTER})(?:{{}})(?!{_LETTER})"
_ONE = _ALONE.format("|".join([*_ENGLISH.split(), *_SPANISH.split(), "o{1,4}"]))
_TWO = _ALONE.format("|".join(_OF_TWO.split()))
_DIGIT = rf"(?:[0-9{_HAN}]|{_TWO}|{_ONE})"
# Anything but letters and digits, and one letter that stands alone, or a word for a sign: "213 x 555", "213 dash 555".
_BETWEEN = rf"[\W_]*(?:{_ALONE.format(_LETTER + '|dash|dot|guion|punto')}[\W_]*)?"
_RUN = re.compile(rf"\+?\(?{_DIGIT}(?:{_BETWEEN}{_DIGIT})*", re.IGNORECASE)
_DIGITS_OF_RUN = re.compile(rf"(?P<two>{_TWO})|{_DIGIT}", re.IGNORECASE)
_SPELLED = re.compile(
    r"(?<!\d)(?:1[-. ])?\(?\d{3}\)?[-. ](?:\d{3}[-.][A-Z]{4}|[A-Z]{7}|[A-Z]{3}[-.][A-Z]{4})(?![^\W_])"
)
"""A number whose end is a word: 213-555-HELP."""

_TIME = r"(?:[01]?\d|2[0-3])[:.][0-5]\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_YEAR = r"20[2-4]\d"
_CALENDAR = re.compile(
    rf"{_TIME}\s?[-\u2013\u2014/]\s?{_TIME}"
    rf"|{_DAY}(?P<by>[/.-]){_DAY}(?P=by){_YEAR}|{_YEAR}(?P<of>[/.-])(?:0?[1-9]|1[0-2])(?P=of){_DAY}"
    rf"|{_DAY}[/.-]{_DAY},? {_TIME}"
)
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3}){1,2}(?:\.\d\d)?")

# --- links and names on the net --------------------------------------------------------------------------------------

_TOP = (
    "com|org|net|edu|gov|mil|info|biz|io|co|app|dev|ly|gl|gd|link|page|site|online|xyz|club|shop|store|chat|live|top|"
    "tv|gg|cc|ws|ai|mx|us|uk|ca|ru|cn|de|fr|br|gt|sv|hn|ar|pe|cl|es|eu|kr|jp|am|ph|vn|ir|so|et|ua|pl"
)
_WORDS_TOO = "es|us|so|am|de|ai|co|et|ar|top|live|page|site|link|shop|store|chat|club|online|pe|fr|ca"
"""Words of English or Spanish as well: without a path behind them somebody only forgot the space after a full stop."""
_NAME = r"[^\W_](?:[\w-]*[^\W_])?"
_DOT = r"\s*(?:\(dot\)|\[dot\]|\(punto\)|(?<=\s)dot(?=\s)|(?<=\s)punto(?=\s))\s*"
_AT = r"\s*(?:\(at\)|\[at\]|\(arroba\)|(?<=\s)at(?=\s)|(?<=\s)arroba(?=\s))\s*"
_MAILERS = "gmail|hotmail|yahoo|outlook|icloud|aol|protonmail|live|msn"
_FAMOUS = "com|org|net|edu|gov|me|io|ly|be|info"
_EMAIL = re.compile(
    rf"(?<![\w.+-])[\w.+-]+@{_NAME}(?:\.{_NAME})*"
    rf"|(?<![\w.+-])[\w.+-]+{_AT}{_NAME}(?:\.|{_DOT})(?:{_FAMOUS})(?![\w])"
    rf"|(?<![\w.+-])[\w.+-]+{_AT}(?:{_MAILERS})(?![\w])",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?<![\w+.-])[a-z][a-z0-9+.-]*://\S+|(?<!\w)www\.\S+|(?:tel|sms|mailto|whatsapp):\S+"
    rf"|(?<![\w@.-])(?:{_NAME}\.)+[^\W\d_]{{2,24}}(?::\d+)?[/?#]\S+"
    rf"|(?<![\w@.-])(?:{_NAME}\.)+(?!(?:{_WORDS_TOO})(?!\w))(?:{_TOP})(?!\w)/?"
    rf"|(?<![\w-]){_NAME}{_DOT}(?:{_FAMOUS})(?!\w)(?:/\S+)?"
    rf"|(?<![\w-]){_NAME} ?\. ?(?:com|org|net|edu)(?!\w)",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    rf"(?<!\w)@ ?{_LETTER}\w[\w.]*"
    r"|(?<!\w)(?:ig|insta|instagram|snap|snapchat|telegram|tiktok|facebook|fb|whatsapp|discord|signal)\s*[:=]\s*\S+",
    re.IGNORECASE,
)
_NAMED = (
    (Blanked.EMAIL, _EMAIL),
    (Blanked.LINK, _LINK),
    (Blanked.HANDLE, _HANDLE),
    (Blanked.NUMBER, _SPELLED),
    *((Blanked.ADDRESS, address) for address in ADDRESSES),
)


def blanked(words: str) -> tuple[str, frozenset[Blanked]]:
    """The words without phone numbers, links, addresses and names on the net; and which of these there were."""
    found: frozenset[Blanked] = frozenset()
    while spans := list(_spans(_plain(words)[0])):
        words, found = _without(words, [(start, end) for start, end, _kind in spans]), found | {k for *_, k in spans}
    return words, found


def _plain(words: str) -> tuple[str, list[int]]:
    """The words character by character in their plainest form, and where each of them stood."""
    plain = [(_plain_character(character), place) for place, character in enumerate(words)]
    seen = [(character, place) for character, place in plain if character]
    return "".join(character for character, _place in seen), [place for _character, place in seen]


def _plain_character(character: str) -> str:
    """Digits of any script in ASCII, wide and ornate letters as letters, nothing for what no eye sees."""
    if character.isascii():
        return character
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    if unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return ""
    plain = unicodedata.normalize("NFKC", character)
    return {"\u3002": ".", "\uff61": ".", "\u2024": "."}.get(character, plain if len(plain) == 1 else character)


def _spans(plain: str) -> Iterator[tuple[int, int, Blanked]]:
    for kind, pattern in _NAMED:
        yield from ((*match.span(), kind) for match in pattern.finditer(plain))
    for match in _RUN.finditer(plain):
        if _is_number(match[0], plain[: match.start()].rstrip()[-1:]):
            yield *match.span(), Blanked.NUMBER


def _is_number(run: str, before: str) -> bool:
    """Whether so many digits in a row may be somebody's telephone, and are no time, no day and no amount."""
    digits = sum(2 if digit["two"] else 1 for digit in _DIGITS_OF_RUN.finditer(run))
    if digits <= (MOST_AFTER_A_PLUS if run.startswith("+") else MOST_DIGITS):
        return False
    return not (_CALENDAR.fullmatch(run) or (before == "$" and _AMOUNT.fullmatch(run)))


def _without(words: str, spans: list[tuple[int, int]]) -> str:
    """Everything in *spans*, which are of the plain words, is one blank; what touches is one blank too."""
    places = [*_plain(words)[1], len(words)]
    kept, done = "", 0
    for start, end in _merged(spans):
        kept, done = kept + words[done : places[start]] + BLANK, places[end]
    return kept + words[done:]


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    first, *rest = sorted(spans)
    for start, end in rest:
        if start <= first[1]:
            first = (first[0], max(first[1], end))
        else:
            yield first
            first = (start, end)
    yield first
