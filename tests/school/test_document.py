"""Lines of everything in a TOML file. In the samples every number is the line on which it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonetree.school.document import LONGEST_FILE, dotted, read_document
from phonetree.school.problems import SchoolRefused

SAMPLE = '''\
a = 1  # a comment with [brackets] and "quotes
"b c" . d = 2
  [ site ]
number = 4
list = [ 5, # five
  6, [ 6,
  7 ],
  { e = 8, f.g = 8 }, ]
text = """
[not] = 1
a = 'x' \\""" still """
after = 12
quoted = "a # no comment ] } \\" ="
after_quoted = 14
literal = \'\'\'
x = """ \' \'\'\'
after_literal = 17
five = """""quotes"""""
after_five = 19
empty = ""
after_empty = 21
day = 2027-06-30 07:32:00
[[aid]]
digit = 24
[aid.text]
es = 26
[[aid]] # the second
digit = 28
[[aid.deep]]
x = 30
[[aid.deep]]
x = 32
[aid.deep.er]
x = 34
["a.b"."c"]
x = 36
'''


def leaves(tree: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, object]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, (*path, key))
    elif isinstance(tree, list):
        for position, value in enumerate(tree):
            yield from leaves(value, (*path, position))
    else:
        yield dotted(path), tree


def assert_lines(text: str) -> int:
    document = read_document(text)
    numbers = {path: value for path, value in leaves(document.tree) if type(value) is int}
    assert {path: document.line(path) for path in numbers} == numbers
    return len(numbers)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_value_is_found_on_its_line(line_end: str) -> None:
    assert assert_lines(SAMPLE.replace("\n", line_end)) == 21


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("site", 3),
        ("site.text", 9),
        ("site.literal", 15),
        ("aid", 23),
        ("aid[0]", 23),
        ("aid[1]", 27),
        ("aid[1].deep[1].er", 33),
        ("aid[0].name", 23),
        ("aid[0].text.en", 25),
        ("site.list[7]", 5),
        ("nowhere", None),
        ("nowhere.at.all[3]", None),
        ("", None),
    ],
)
def test_tables_and_what_is_missing_from_them_have_a_line(path: str, line: int | None) -> None:
    assert read_document(SAMPLE).line(path) == line


class Writer:
    """Writes TOML whose numbers are their own lines."""

    def __init__(self) -> None:
        self.lines = [""]

    def put(self, text: str) -> None:
        first, *rest = text.split("\n")
        self.lines[-1] += first
        self.lines.extend(rest)

    def value(self, shape: object) -> None:
        match shape:
            case None:
                self.put(str(len(self.lines)))
            case str():
                self.put(shape)
            case list():
                self.put("[")
                for each in shape:
                    self.put("\n")
                    self.value(each)
                    self.put(" ,# ]\n")
                self.put("]")
            case dict():
                self.put("{")
                for position, (key, each) in enumerate(shape.items()):
                    self.put(f"{', ' if position else ''}{key} = ")
                    self.value(each)
                self.put("}")


STRINGS = st.sampled_from(
    ['"x"', "'\"'", '"""\n[a]\nb = "" 1\n"""', "'''\n\n]'''", '"\\"]"', '""', "''", '"""\\"""\n"""', "true", "1.5"]
)
VALUES = st.recursive(
    st.none() | STRINGS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["k", '"k.x"', "m.n"]), inner, max_size=3)
    ),
    max_leaves=8,
)
PAIRS = st.dictionaries(st.sampled_from(["a", "b.c", '"d e"', "'f'.g"]), VALUES, max_size=4)


@given(PAIRS, st.lists(st.tuples(st.sampled_from(["[t{}]", "[[rows]]", "[rows.sub{}]", "[ 'u{}' . v ]"]), PAIRS)))
def test_lines_are_right_in_any_document(first: dict[str, object], tables: list[tuple[str, dict[str, object]]]) -> None:
    writer = Writer()
    for position, (header, pairs) in enumerate([("# none", first), ("[[rows]]", {}), *tables]):
        writer.put(f"{header.format(position)}\n")
        for key, value in pairs.items():
            writer.put(f"{key} = ")
            writer.value(value)
            writer.put("\n")
    text = "\n".join(writer.lines)
    tomllib.loads(text)
    assert assert_lines(text) >= 0


SYNTAX = [
    ("a = 1\nb = ", 2, "needs a value"),
    ("a = 1\nb 2", 2, "needs an equals sign"),
    ('a = 1\n\nb = "open\n', 3, "quotation mark that is not closed"),
    ("a = 'open\n", 1, "quotation mark that is not closed"),
    ("a = “Maple”\n", 1, "curly quotation marks"),
    ("a = 1\na = 2\n", 2, "a key for the second time"),
    ("[a]\n[a]\n", 2, "a table for the second time"),
    ("a = [1, 2\n\nb = 3", 3, "bracket that is not closed"),
    ("a = { b = 1, b = 2 }", 1, "a key for the second time"),
    ("a = { b = 1 }\n[a.c]", 2, "a table for the second time"),
    ("[a\nb = 1", 1, "bracket that is not closed"),
    ("a = 1 2", 1, "something after the value"),
    ("= 1", 1, "neither a key with a value"),
    ("a = 2027-13-01", 1, "something after the value"),
    ('a = "\\x"', 1, "backslash"),
    ('a = """open', 1, "not closed"),
    ("a = '''open", 1, "not closed"),
    ("a = 'x'\nb = 'open\n\nc = 1\n", 2, "not closed"),
    ('a = "x"\nb = """open\n\nc = 1\n', 2, "not closed"),
    ("a = 1\nb = '\nc = 'x'\n", 2, "does not allow"),
    ("a = 1\n\x00", 2, ""),
]


@pytest.mark.parametrize(("text", "line", "fragment"), SYNTAX)
def test_a_mistake_in_the_notation_is_told_with_its_line(text: str, line: int, fragment: str) -> None:
    with pytest.raises(SchoolRefused) as caught:
        read_document(text)
    (problem,) = caught.value.problems
    assert (problem.line, fragment in problem.reason) == (line, True), problem


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("a = " + "[" * 5000, "too deeply"),
        ("a = " + "9" * 5000, "too long"),
        ("#" * (LONGEST_FILE + 1), "too long"),
    ],
)
def test_what_would_stop_a_reader_is_refused(text: str, fragment: str) -> None:
    with pytest.raises(SchoolRefused, match=fragment):
        read_document(text)


def test_a_mistake_in_the_notation_never_shows_what_was_written() -> None:
    for text in ('"+12135550142" = 1\n"+12135550142" = 2', "a = +12135550142x", '["2135550142"]\n["2135550142"]'):
        with pytest.raises(SchoolRefused) as caught:
            read_document(text)
        assert "555" not in str(caught.value)


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert read_document("\ufeffa = 1").line("a") == 1
