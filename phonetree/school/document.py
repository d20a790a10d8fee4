"""TOML with the line of everything in it, for refusals that say where; the standard reader gives none."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from phonetree.school.problems import Problem, SchoolRefused

LONGEST_FILE = 1_000_000
"""Characters. A school's file has some thousands."""

_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_CURLY = re.compile("[\u201c\u201d\u2018\u2019\u201e\u00ab\u00bb]")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^\s,\]}#][^,\]}#\n]*")
_NAME = re.compile(r"[A-Za-z0-9_-]+")


_SYNTAX = (
    ("Cannot declare", "writes a table for the second time"),
    ("Cannot overwrite", "writes a key for the second time"),
    ("Duplicate inline", "writes a key for the second time"),
    ("Cannot redefine", "writes a table for the second time"),
    ("Cannot mutate", "continues a table or list that was complete"),
    ("Expected '=' after", "needs an equals sign between key and value"),
    ("Expected ']", "has a bracket that is not closed"),
    ("Unclosed", "has a bracket that is not closed"),
    ("Expected newline", "has something after the value; is a quotation mark missing?"),
    ("Invalid value", "needs a value: words in quotes, a number, a day, true or false"),
    ("Invalid date", "has a day or time that does not exist"),
    ("Found invalid", "has a character that TOML does not allow"),
    ("Illegal character", "has a quotation mark that is not closed, or a character that TOML does not allow"),
    ("Unterminated", "has a quotation mark that is not closed"),
    ("Expected \"'", "has a quotation mark that is not closed"),
    ("Invalid", "is neither a key with a value, nor a [table], nor a # comment"),
    ("Unescaped", "has a backslash; write it twice"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """The tree as ``tomllib`` reads it, and the line (from 1) of every path in it."""

    tree: Mapping[str, object]
    lines: Mapping[str, int]

    def line(self, path: str) -> int | None:
        """The line of a path such as ``places[1].digit``, or of the nearest thing around it that the file has."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path)


def dotted(path: Sequence[str | int]) -> str:
    """``("aid", 0, "text", "es")`` as ``aid[0].text.es``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def read_document(text: str) -> Document:
    """Read TOML; raises SchoolRefused with the line of the first mistake in the notation."""
    if len(text) > LONGEST_FILE:
        raise SchoolRefused([Problem(None, "", "the file is too long for a school file")])
    plain = text.removeprefix("\ufeff")
    try:
        tree = tomllib.loads(plain)
        return Document(tree, MappingProxyType(_Scanner(plain.replace("\r\n", "\n")).scan()))
    except tomllib.TOMLDecodeError as wrong:
        raise SchoolRefused([_syntax_problem(plain, str(wrong))]) from None
    except RecursionError:
        raise SchoolRefused([Problem(None, "", "brackets stand in brackets too deeply")]) from None
    except ValueError:  # a number of thousands of digits
        raise SchoolRefused([Problem(None, "", "a number in the file is too long")]) from None


def _syntax_problem(text: str, message: str) -> Problem:
    at = _AT.search(message)
    lines = text.split("\n")
    line = int(at[1]) if at and at[1] else _line_of_opening(text, message)
    written = lines[min(line, len(lines)) - 1]
    if _CURLY.search(written):
        return Problem(line, "", "has curly quotation marks; TOML wants straight ones")
    # Never the reader's own words: they quote the file, and a key or a character of it may be part of a number.
    reason = next((reason for start, reason in _SYNTAX if message.startswith(start)), "cannot be read as TOML")
    return Problem(line, "", reason)


def _line_of_opening(text: str, message: str) -> int:
    """Where the string begins that swallowed the rest of the file: its quotation mark is the last of its kind."""
    kind = next((mark for mark in ("'''", "'") if mark in message), '"""')
    opening = text.rfind(kind)
    return text.count("\n", 0, opening if opening >= 0 else len(text)) + 1


@dataclass(slots=True)
class _Scanner:
    """Walks over text that ``tomllib`` has accepted, so it need not recognise mistakes."""

    text: str
    position: int = 0
    line: int = 1
    lines: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def scan(self) -> dict[str, int]:
        table: tuple[str | int, ...] = ()
        while self._next():
            if self._takes("[["):
                table = self._header(is_array=True)
                self._move(2)
            elif self._takes("["):
                table = self._header(is_array=False)
                self._move(1)
            else:
                self._pair(table)
        return self.lines

    def _header(self, *, is_array: bool) -> tuple[str | int, ...]:
        line = self.line
        *parents, last = self._key()
        path: tuple[str | int, ...] = ()
        for part in parents:
            path = self._inside((*path, part))
        path = (*path, last)
        if is_array:
            self.lines.setdefault(dotted(path), line)
            self.counts[dotted(path)] = self.counts.get(dotted(path), 0) + 1
        path = self._inside(path)
        self.lines[dotted(path)] = line
        return path

    def _inside(self, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """The path itself or, for an array of tables, the last of them."""
        count = self.counts.get(dotted(path))
        return path if count is None else (*path, count - 1)

    def _pair(self, table: tuple[str | int, ...]) -> None:
        line, path = self.line, table
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(dotted(path), line)
        self._move(1)  # the equals sign
        self._value(path)

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._next()
            if quoted := self._match(_STRING):
                parts.append(next(iter(tomllib.loads(f"{quoted}=0"))))
            else:
                parts.append(self._match(_NAME))
            self._next()
            if not self._takes("."):
                return parts

    def _value(self, path: tuple[str | int, ...]) -> None:
        self._next()
        if self._takes("["):
            self._array(path)
        elif self._takes("{"):
            self._inline_table(path)
        else:
            self._match(_STRING) or self._match(_BARE)

    def _array(self, path: tuple[str | int, ...]) -> None:
        position = 0
        while self._next() != "]":
            self.lines[dotted((*path, position))] = self.line
            self._value((*path, position))
            position += 1
            if self._next() == ",":
                self._move(1)
        self._move(1)

    def _inline_table(self, path: tuple[str | int, ...]) -> None:
        while self._next() != "}":
            self._pair(path)
            if self._next() == ",":
                self._move(1)
        self._move(1)

    def _next(self) -> str:
        """The next character that says something, "" at the end."""
        self._match(_BLANK)
        return self.text[self.position : self.position + 1]

    def _takes(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.position):
            return False
        self._move(len(sign))
        return True

    def _match(self, pattern: re.Pattern[str]) -> str:
        matched = pattern.match(self.text, self.position)
        taken = matched[0] if matched else ""
        self._move(len(taken))
        return taken

    def _move(self, length: int) -> None:
        self.line += self.text.count("\n", self.position, self.position + length)
        self.position += length
