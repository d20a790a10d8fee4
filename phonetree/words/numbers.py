"""Phone numbers, for everyone who takes one in or sends to one: a type, what counts as one, and which may be texted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_NORTH_AMERICAN = re.compile(r"\+1([2-9][0-9]{2})([2-9][0-9]{2})([0-9]{4})")
_SPREADSHEET = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+|[0-9]{9,}[.,]0+")
_EXTENSION = re.compile(r"[0-9)\s.,](?:\s*;?\s*(?:extension|extn|ext|x)[\s.:=#]*|\s*#\s*)[0-9]{1,7}\Z", re.IGNORECASE)
_SEPARATORS = re.compile(r"[;,/|&\n\r]")
_PUNCTUATION = frozenset(" ()[]-.\t")
_LONGEST = 15
_LONGEST_WRITTEN = 120
_TWO_LOCAL_NUMBERS = 14

_TEXTABLE_REGIONS = frozenset({"US", "CA", "PR", "VI", "GU", "AS", "MP"})
"""Priced and carried as domestic; the rest of country code 1 (Jamaica, Bahamas ...) is where toll fraud lives."""

_ORDINARY_LINES = frozenset(
    {
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        phonenumbers.PhoneNumberType.VOIP,
    }
)

_PREMIUM_EXCHANGE = "976"
_NOBODYS = "+999"
"""A country code that was given to nobody. No such number comes in from anywhere: it is for measuring alone."""
_PROVIDERS_TRIALS = "500555"
"""Numbers that nobody has, with which the provider lets one try things out."""

# What carriers put in place of a caller who withheld the number: these words, or the same spelled on a keypad.
_WITHHELD_WORDS = frozenset({"anonymous", "restricted", "blocked", "unknown", "unavailable", "private"})
_WITHHELD_SPELLED = frozenset({"266696687", "7378742833", "2562533", "8656696", "86282452253", "7748283"})


class NotAPhoneNumberReason(StrEnum):
    """Why a text is no phone number we can use, for the report of an import."""

    EMPTY = "empty"
    LETTERS = "letters"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    EXTENSION = "extension"
    SEVERAL = "several"
    SPREADSHEET = "spreadsheet"
    """A spreadsheet turned it into an amount: 1.31E+10, or 13105550142.0."""
    WITHHELD = "withheld"
    NOT_POSSIBLE = "not_possible"


_WORDS = {
    NotAPhoneNumberReason.EMPTY: "there is no phone number",
    NotAPhoneNumberReason.LETTERS: "a phone number has no letters",
    NotAPhoneNumberReason.TOO_SHORT: "the phone number is too short",
    NotAPhoneNumberReason.TOO_LONG: "the phone number is too long",
    NotAPhoneNumberReason.EXTENSION: "a phone number with an extension cannot be texted",
    NotAPhoneNumberReason.SEVERAL: "there is more than one phone number",
    NotAPhoneNumberReason.SPREADSHEET: "a spreadsheet changed the phone number: format the column as text",
    NotAPhoneNumberReason.WITHHELD: "the caller withheld the phone number",
    NotAPhoneNumberReason.NOT_POSSIBLE: "no phone has this number",
}


class NotAPhoneNumber(ValueError):
    """Says why, never what: the text may be somebody's number with a slip in it."""

    def __init__(self, reason: NotAPhoneNumberReason) -> None:
        super().__init__(_WORDS[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True, repr=False)
class PhoneNumber:
    """One phone, as E.164 (``+`` and at most fifteen digits). It never prints itself: read ``e164`` to use it."""

    e164: str

    def __post_init__(self) -> None:
        if not _E164.fullmatch(self.e164):
            raise NotAPhoneNumber(NotAPhoneNumberReason.NOT_POSSIBLE)

    def __repr__(self) -> str:
        return "PhoneNumber(hidden)"

    def __str__(self) -> str:
        return "PhoneNumber(hidden)"

    def national(self) -> str:
        """As it is written in a text, for public numbers only: 213-555-0102, or +52 55 5555 0102 from elsewhere."""
        if match := _NORTH_AMERICAN.fullmatch(self.e164):
            return "-".join(match.groups())
        written = phonenumbers.format_number(_parsed(self), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        return written.replace("-", " ")


def parse_number(raw: str, region: str = "US") -> PhoneNumber:
    """Understand a phone number as a person writes it. Raises ``NotAPhoneNumber``."""
    if len(raw) > _LONGEST_WRITTEN:
        raise NotAPhoneNumber(NotAPhoneNumberReason.TOO_LONG)
    text = _plain(raw)
    if reason := _what_is_wrong(text):
        raise NotAPhoneNumber(reason)
    digits = "".join(character for character in text if character.isdecimal())
    sign = "+" if text.lstrip(" ([").startswith("+") else ""
    number = _possible(sign + digits, region)
    if not _NORTH_AMERICAN.fullmatch(number.e164) and not phonenumbers.is_valid_number(_parsed(number)):
        raise NotAPhoneNumber(NotAPhoneNumberReason.NOT_POSSIBLE)  # often an American number with a plus before it
    return number


def parse_address(raw: str) -> PhoneNumber:
    """Take a sender or recipient as the provider names it: E.164 and nothing else. Raises ``NotAPhoneNumber``."""
    if _NORTH_AMERICAN.fullmatch(raw):  # nearly every one, and nothing more is to be asked of it
        return PhoneNumber(raw)
    if not raw.strip():
        raise NotAPhoneNumber(NotAPhoneNumberReason.EMPTY)
    if raw.strip().lower() in _WITHHELD_WORDS or raw.removeprefix("+") in _WITHHELD_SPELLED:
        raise NotAPhoneNumber(NotAPhoneNumberReason.WITHHELD)
    if any(character.isalpha() for character in raw):
        raise NotAPhoneNumber(NotAPhoneNumberReason.LETTERS)
    if not _E164.fullmatch(raw):
        raise NotAPhoneNumber(_wrong_length(len(raw)) or NotAPhoneNumberReason.NOT_POSSIBLE)
    return _possible(raw, "US")


def is_textable(number: PhoneNumber) -> bool:
    """Whether we ever text it, call it or let it join: an ordinary phone of the United States or Canada.

    An allow-list: no other country, and no premium, toll-free, shared-cost, personal, pager or satellite number.
    """
    if number.e164.startswith(_NOBODYS):
        return True
    match = _NORTH_AMERICAN.fullmatch(number.e164)
    return match is not None and _is_ordinary(match.group(1), match.group(2))


@lru_cache(maxsize=4096)
def _is_ordinary(area: str, exchange: str) -> bool:
    """In North America area and exchange tell country and kind of line; ten thousand phones have both in common."""
    if exchange == _PREMIUM_EXCHANGE:
        return False
    if area + exchange == _PROVIDERS_TRIALS:
        return True
    parsed = phonenumbers.parse(f"+1{area}{exchange}0100")
    is_ordinary = phonenumbers.number_type(parsed) in _ORDINARY_LINES
    return is_ordinary and phonenumbers.region_code_for_number(parsed) in _TEXTABLE_REGIONS


def _plain(raw: str) -> str:
    """Any digits as 0-9, any dash as ``-``, any space as a space, without invisible characters and a text mark."""
    text = "".join(_plain_character(character) for character in raw)
    return text.strip().removeprefix("'").removeprefix("tel:").strip()


def _plain_character(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    match unicodedata.category(character):
        case "Pd":
            return "-"
        case "Zs":
            return " "
        case "Cf":  # the direction marks that phones' contact lists paste along
            return ""
    return {"\u2212": "-", "\uff0b": "+", "\uff08": "(", "\uff09": ")", "\uff0e": "."}.get(character, character)


def _what_is_wrong(text: str) -> NotAPhoneNumberReason | None:
    """The first thing that is wrong, the plainest first."""
    digits = sum(character.isdecimal() for character in text)
    letters = any(character.isalpha() for character in text)
    between = letters or _SEPARATORS.search(text) is not None or text.count("+") > 1
    checks = {
        NotAPhoneNumberReason.EMPTY: not text,
        NotAPhoneNumberReason.SPREADSHEET: _SPREADSHEET.fullmatch(text) is not None,
        NotAPhoneNumberReason.SEVERAL: digits >= _TWO_LOCAL_NUMBERS
        and (between or (digits > _LONGEST and " " in text)),
        NotAPhoneNumberReason.EXTENSION: _EXTENSION.search(text) is not None,
        NotAPhoneNumberReason.LETTERS: letters,
        NotAPhoneNumberReason.TOO_LONG: digits > _LONGEST,
        NotAPhoneNumberReason.NOT_POSSIBLE: not digits or not _is_number_shaped(text),
    }
    return next((reason for reason, is_so in checks.items() if is_so), None)


def _is_number_shaped(text: str) -> bool:
    rest = text.lstrip(" ([").removeprefix("+")
    return all(character.isdecimal() or character in _PUNCTUATION for character in rest)


def _possible(text: str, region: str) -> PhoneNumber:
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise NotAPhoneNumber(_wrong_length(len(text)) or NotAPhoneNumberReason.NOT_POSSIBLE) from None
    match phonenumbers.is_possible_number_with_reason(parsed):
        case phonenumbers.ValidationResult.IS_POSSIBLE:
            return _assigned(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
        case phonenumbers.ValidationResult.TOO_SHORT | phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            raise NotAPhoneNumber(NotAPhoneNumberReason.TOO_SHORT)
        case phonenumbers.ValidationResult.TOO_LONG:
            raise NotAPhoneNumber(NotAPhoneNumberReason.TOO_LONG)
    raise NotAPhoneNumber(NotAPhoneNumberReason.NOT_POSSIBLE)


def _assigned(e164: str) -> PhoneNumber:
    """New area codes open faster than tables follow, so North America is held to its plan and not to a list."""
    if e164.startswith("+1") and not _NORTH_AMERICAN.fullmatch(e164):
        raise NotAPhoneNumber(NotAPhoneNumberReason.NOT_POSSIBLE)
    return PhoneNumber(e164)


def _wrong_length(length: int) -> NotAPhoneNumberReason | None:
    if length < 8:  # noqa: PLR2004 - a plus sign and the seven digits of the shortest number
        return NotAPhoneNumberReason.TOO_SHORT
    return NotAPhoneNumberReason.TOO_LONG if length > _LONGEST + 1 else None


def _parsed(number: PhoneNumber) -> phonenumbers.PhoneNumber:
    return phonenumbers.parse(number.e164)
