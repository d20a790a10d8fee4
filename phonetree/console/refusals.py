"""What is wrong with a file, in the reader's language: the words of the readers of files, known again and translated.

A reason that is not here is shown as it was written, in English, and marked so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from phonetree.school.problems import Problem
from phonetree.words.pages import Printed, printed

MOST_SHOWN = 50
WORDS: Mapping[str, Printed] = {
    "refused": printed("Nothing was changed. This is wrong with the file:"),
    "notices": printed("Worth a second look:"),
    "no_file": printed("Choose a file first."),
    "not_utf8": printed("The file is not UTF-8 text. Save it again as UTF-8."),
}
REASONS: tuple[Printed, ...] = (
    printed("this is an Excel file or another archive; in the spreadsheet choose Save as, CSV UTF-8"),
    printed("this is an old Excel file; in the spreadsheet choose Save as, CSV"),
    printed("this is a PDF; in the spreadsheet choose Save as, CSV UTF-8"),
    printed("holds characters that no text has (NUL); save the file again as CSV UTF-8"),
    printed("the file is in an unknown alphabet; save it again as CSV UTF-8"),
    printed("the file is not UTF-8 and was read as Windows-1252; look at its accents"),
    printed("has a cell of more than {n} characters"),
    printed("has a quotation mark that is opened and not closed, or closed too early"),
    printed("has a quotation mark that is opened and not closed"),
    printed("is far too long for a row of a roster"),
    printed("the file is empty"),
    printed("has a name we do not know; did you mean {name}?"),
    printed("has a name we do not know; the columns are {names}"),
    printed("is {name} for the second time"),
    printed("is missing: there is no such column: how and when each person agreed; without it nobody may be texted"),
    printed("is missing: there is no such column"),
    printed("has {n} cells where the header has {m}"),
    printed("is empty: a parent is imported only with how and when they agreed"),
    printed("is empty"),
    printed("is missing"),
    printed("is not one of the site's languages"),
    printed("is not a language we know; see `phonetree languages`"),
    printed("cannot be used: the spreadsheet rounded this number; format the column as text"),
    printed("cannot be used: there is no phone number"),
    printed("cannot be used: a phone number has no letters"),
    printed("cannot be used: the phone number is too short"),
    printed("cannot be used: the phone number is too long"),
    printed("cannot be used: a phone number with an extension cannot be texted"),
    printed("cannot be used: there is more than one phone number"),
    printed("must be one of {names}"),
    printed("must be yes or no"),
    printed("repeats line {line} and was left out"),
    printed("has the same number and role as line {line} and says something else; keep one"),
    printed("is another one than on line {line} for the same phone"),
    printed("is not in the United States or Canada, or costs extra to call; the tree never calls or texts it"),
    printed("is the tree's own number"),
    printed("asked to be forgotten; only the person can join again, by text. Take the line out"),
    printed("must be words in quotes"),
    printed("must be a phone number in quotes"),
    printed("has more than {n} characters"),
    printed("must be a whole number, without quotes"),
    printed("must be a number, without quotes"),
    printed("must be true or false, without quotes"),
    printed("must be more than {n}"),
    printed("must be at least {n}"),
    printed("must be at most {n}"),
    printed("is not a known key; did you mean {name}?"),
    printed("is not a known key"),
    printed("must be a day such as 2027-06-30"),
    printed("names the same one twice"),
    printed("is already taken by {name}"),
    printed("has no words in {language}, the first language of the site"),
    printed("is not after approved_on; are the dates reversed?"),
    printed("needs a value: words in quotes, a number, a day, true or false"),
    printed("needs an equals sign between key and value"),
    printed("has a bracket that is not closed"),
    printed("has a quotation mark that is not closed"),
    printed("has a quotation mark that is not closed, or a character that TOML does not allow"),
    printed("has something after the value; is a quotation mark missing?"),
    printed("is neither a key with a value, nor a [table], nor a # comment"),
    printed("writes a table for the second time"),
    printed("writes a key for the second time"),
    printed("the file is too long for a school file"),
)
"""The longer before what it begins with."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One problem on a page: its line, its column or key, and the reason in words that can be translated."""

    line: int | None
    path: str
    reason: Printed

    @property
    def at(self) -> Printed:
        return printed("Line {n}", n=self.line or 0)


def in_rows(problems: Iterable[Problem]) -> list[Shown]:
    """The first of them; who mends those sees the others next time."""
    return [Shown(each.line, each.path, in_words(each.reason)) for each in list(problems)[:MOST_SHOWN]]


def in_words(reason: str) -> Printed:
    for pattern, word in _patterns():
        if found := pattern.fullmatch(reason):
            return Printed(word.msgid, found.groupdict())
    return Printed(reason.replace("{", "{{").replace("}", "}}"))


@cache
def _patterns() -> list[tuple[re.Pattern[str], Printed]]:
    return [(re.compile(_pattern(word.msgid)), word) for word in REASONS]


def _pattern(msgid: str) -> str:
    """Each name in braces stands for what the reader of the file put there."""
    parts = re.split(r"\{(\w+)\}", msgid)
    return "".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
