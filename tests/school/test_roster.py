"""The roster: what is taken from a CSV file, and every refusal with its line, its reason and without its cells."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phonetree.school.problems import RosterRefused
from phonetree.school.reading import read_school
from phonetree.school.roster import Channel, Role, Roster, Row, read_roster
from phonetree.words.numbers import NotAPhoneNumber, PhoneNumber, parse_number

HEADER = "phone,language,role,channel,consent\n"
PARENT = "213-555-0142,es,parent,sms,paper form 2026-09-03\n"
OTHER = "213-555-0143,en,parent,voice,paper form 2026-09-03\n"
FIRST = Row(
    line=2,
    number=PhoneNumber("+12135550142"),
    language="es",
    second_language=None,
    role=Role.PARENT,
    channel=Channel.SMS,
    calls=False,
    consent="paper form 2026-09-03",
)


def refusal(raw: str | bytes, languages: tuple[str, ...] | None = None) -> str:
    with pytest.raises(RosterRefused) as caught:
        read_roster(raw.encode() if isinstance(raw, str) else raw, languages=languages)
    return str(caught.value)


def told(roster: Roster) -> list[str]:
    return [str(notice) for notice in roster.notices]


@pytest.mark.parametrize(
    "raw",
    [
        (HEADER + PARENT).encode(),
        (HEADER + PARENT).encode("utf-8-sig"),
        (HEADER + PARENT).encode("utf-16"),
        codecs.BOM_UTF16_BE + (HEADER + PARENT).encode("utf-16-be"),
        (HEADER + PARENT).replace(",", ";").encode(),
        (HEADER + PARENT).replace(",", "\t").encode(),
        (HEADER + PARENT).replace("\n", "\r\n").encode(),
        (HEADER + PARENT).replace("\n", "\r").encode(),
        (HEADER + PARENT).rstrip("\n").encode(),
        (" Phone , LANGUAGE,Role,Channel,Consent \n" + PARENT).encode(),
        (HEADER + PARENT + "\n,,,,\n  \n").encode(),
        (HEADER + PARENT.replace("es", " ES-419 ").replace("sms", "SMS").replace("parent", "Parent")).encode(),
        (HEADER + PARENT.replace("213-555-0142", '"+1 (213) 555-0142"')).encode(),
        (HEADER + PARENT.replace("paper form 2026-09-03", '"paper\nform 2026-09-03"')).encode(),
        b"consent,channel,role,language,phone\npaper form 2026-09-03,sms,parent,es,12135550142\n",
    ],
)
def test_the_same_person_however_the_file_was_written(raw: bytes) -> None:
    roster = read_roster(raw)
    assert roster == Roster((FIRST,))
    assert roster.rows[0].line == 2


def test_the_optional_columns() -> None:
    header = "phone,language,second language,role,channel,calls,consent\n"
    rows = read_roster(f"{header}2135550142,quc,es,lead,voice,Yes,\n2135550143,tl,,staff,sms,,\n".encode()).rows
    assert [(row.language, row.second_language, row.calls) for row in rows] == [
        ("quc", "es", True),
        ("fil", None, False),
    ]


def test_lines_are_those_of_the_file_also_after_a_cell_of_many_lines() -> None:
    raw = f'{HEADER}\n2135550142,es,parent,sms,"paper\n\nform"\n{OTHER}'
    assert [row.line for row in read_roster(raw.encode()).rows] == [3, 6]
    assert refusal(raw + "x,es,parent,sms,form\n").startswith("line 7: phone cannot be used")


def test_a_long_roster_is_read_to_its_end() -> None:
    rows = "".join(f"213-555-01{last:02},es,staff,sms,\n" for last in range(100))
    assert len(read_roster((HEADER + rows).encode()).rows) == 100


def test_windows_files_are_read_and_told_about() -> None:
    roster = read_roster((HEADER + PARENT.replace("paper", "papel «niño»")).encode("cp1252"))
    assert roster.rows[0].consent == "papel «niño» form 2026-09-03"
    assert "Windows-1252" in told(roster)[0]


def test_a_windows_letter_in_a_file_that_begins_as_utf_8() -> None:
    raw = codecs.BOM_UTF8 + (HEADER + PARENT.replace("paper", "Peña")).encode("cp1252")
    assert read_roster(raw).rows[0].consent == "Peña form 2026-09-03"


def test_formulas_stay_words() -> None:
    assert read_roster((HEADER + PARENT.replace("paper", "=HYPERLINK(1)")).encode()).rows[0].consent.startswith("=")


def test_the_same_row_twice_is_one_person() -> None:
    roster = read_roster((HEADER + PARENT + OTHER + PARENT.replace("213-555-0142", "+12135550142")).encode())
    assert len(roster.rows) == 2
    assert told(roster) == ["line 4: repeats line 2 and was left out"]


def test_a_parent_may_be_staff_too() -> None:
    rows = read_roster((HEADER + PARENT + PARENT.replace("parent", "staff")).encode()).rows
    assert [row.role for row in rows] == [Role.PARENT, Role.STAFF]


def test_an_empty_roster_with_a_header_has_nobody() -> None:
    assert read_roster(HEADER.encode()).rows == ()


WHOLE = [
    # the file, the line, what the reason holds
    (b"", None, "the file is empty"),
    (b"\n \n", None, "the file is empty"),
    (codecs.BOM_UTF8, None, "the file is empty"),
    (b"PK\x03\x04rest", None, "this is an Excel file"),
    (b"\xd0\xcf\x11\xe0rest", None, "this is an old Excel file"),
    (b"%PDF-1.7", None, "this is a PDF"),
    ((HEADER + PARENT).encode("utf-16-le"), 1, "NUL"),
    ((HEADER + PARENT.replace("paper", "pa\0per")).encode(), 2, "NUL"),
    ((HEADER + PARENT).encode("utf-16") + b"\x00", None, "unknown alphabet"),
    ((HEADER + PARENT.replace("paper", "p\x81")).encode("latin-1"), None, "unknown alphabet"),
    ((HEADER + '"' + ("x" * 10_000 + "\n") * 15).encode(), 2, "a cell of more than 500 characters"),
    (HEADER.encode() + b"x" * 30_000, 2, "far too long"),
    ((HEADER + PARENT.replace("paper", '"paper') + OTHER * 30).encode(), 2, "opened and not closed"),
    ((HEADER + PARENT.replace("paper", '"paper') + OTHER).encode(), 2, "opened and not closed"),
    ((HEADER + PARENT.replace("paper", '"pa"per')).encode(), 2, "closed too early"),
    ((HEADER + PARENT.replace("paper", "p" * 501)).encode(), 2, "a cell of more than 500 characters"),
    (b"phone,language,role,channel\n", 1, "consent is missing: there is no such column: how and when each"),
    (b"phone,role,channel,consent\n", 1, "language is missing"),
    (b"\nphone,role,channel,consent\n", 2, "language is missing"),
    ((HEADER.replace("ch", "c") + PARENT).encode(), 1, "column 4 has a name we do not know; did you mean chan"),
    ((HEADER.replace("phone", "telefono") + PARENT).encode(), 1, "column 1 has a name we do not know; the columns are"),
    (b"phone,phone,language,role,channel,consent\n", 1, "column 2 is phone for the second time"),
    (PARENT.encode(), 1, "column 1 has a name we do not know"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "line", "fragment"), WHOLE)
def test_a_file_that_is_no_roster_is_refused(raw: bytes, line: int | None, fragment: str) -> None:
    lines = refusal(raw).splitlines()
    start = f"line {line}: " if line else ""
    assert [each for each in lines if each.startswith(start) and fragment in each], lines


ROWS = [
    # what is in the row, what is written instead, what the reason holds
    ("213-555-0142", "", "phone cannot be used: there is no phone number"),
    ("213-555-0142", "555-0142", "too short"),
    ("213-555-0142", "213-555-01422", "too long"),
    ("213-555-0142", "1.21E+10", "the spreadsheet rounded this number; format the column as text"),
    ("213-555-0142", "2135550142.0", "the spreadsheet rounded this number"),
    ("213-555-0142", "213-555-0142 x12", "extension"),
    ("213-555-0142", "213-555-0142 / 213-555-0143", "more than one phone number"),
    ("213-555-0142", "1-800-FLOWERS", "no letters"),
    ("213-555-0142", "113-555-0142", "no phone has this number"),
    (",es,", ",,", "language is empty"),
    (",es,", ",zap,", "language is not a language we know"),
    (",es,", ",ko,", "language is not one of the site's languages"),
    (",parent,", ",father,", "role must be one of parent, staff, lead"),
    (",parent,", ",,", "role must be one of"),
    (",sms,", ",signal,", "channel must be one of sms, voice"),
    ("paper form 2026-09-03", " ", "consent is empty: a parent is imported only with"),
    (",sms,", ",sms,,", "has 6 cells where the header has 5"),
    (",sms", "", "has 4 cells where the header has 5"),
]


@pytest.mark.parametrize(("written", "instead", "fragment"), ROWS)
def test_a_wrong_row_is_refused_with_its_line(written: str, instead: str, fragment: str) -> None:
    raw = HEADER + OTHER + PARENT.replace(written, instead, 1)
    lines = refusal(raw, languages=("es", "en")).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("line 3: ")
    assert fragment in lines[0]


@pytest.mark.parametrize(
    ("cells", "fragment"),
    [("xx,no", "second_language is not a language we know"), ("en,maybe", "calls must be yes or no")],
)
def test_a_wrong_optional_cell_is_refused(cells: str, fragment: str) -> None:
    header = "phone,language,role,channel,consent,second_language,calls\n"
    assert fragment in refusal(f"{header}{PARENT.strip()},{cells}\n")


def test_one_person_in_two_versions_is_refused_with_both_lines() -> None:
    report = refusal(HEADER + PARENT + OTHER + PARENT.replace("es", "en"))
    assert report.startswith("line 4: has the same number and role as line 2")


def test_everything_wrong_is_told_at_once_in_order() -> None:
    report = refusal(f'{HEADER}{OTHER}x,xx,boss,fax,\n{PARENT}{PARENT.replace("es", "en")}{OTHER.replace("143", "1")}"')
    assert [line.split(":")[0] for line in report.splitlines()] == ["line 3"] * 4 + ["line 5", "line 6", "line 7"]


def test_a_report_shows_neither_number_nor_cell() -> None:
    raw = f"{HEADER}{PARENT}213-555-0142,secret,secret,secret,\n213555014,es,parent,sms,secret\n{PARENT},secret\n"
    report = refusal(raw + PARENT.replace("paper", "secret"))
    assert "555" not in report
    assert "secret" not in report
    assert "555" not in repr(FIRST)
    assert "paper" not in repr(FIRST)


def test_a_file_of_more_than_64_megabytes_is_refused() -> None:
    assert "larger than 64 MB" in refusal(bytes(64 * 1024 * 1024 + 1))


SEPARATED = st.sampled_from(["", " ", ".", "-", "--", "  ", "/", "\u00a0"])
GROUPS = st.tuples(
    st.sampled_from(["213", "310", "800", "113", "013", "2134", "21", "\uff12\uff11\uff13"]),
    st.sampled_from(["555", "155", "911", "055", "55", "5555"]),
    st.sampled_from(["0142", "0000", "014", "01422", "٠١٤٢"]),
)


@settings(max_examples=400)
@given(
    st.sampled_from(["", "+", "+1", "1", "+1 ", "1-", "1 ", "+11", "001", "+52"]),
    st.sampled_from(["{}", "({})", "({}) ", "({}", "{})", " {}"]),
    GROUPS,
    st.tuples(SEPARATED, SEPARATED),
)
def test_the_quick_way_to_read_a_number_is_the_long_way(
    country: str, area: str, groups: tuple[str, str, str], between: tuple[str, str]
) -> None:
    written = f"{country}{area.replace('{}', groups[0])}{between[0]}{groups[1]}{between[1]}{groups[2]}"
    try:
        long_way: PhoneNumber | None = parse_number(written)
    except NotAPhoneNumber:
        long_way = None
    try:
        quick = read_roster(f'{HEADER}"{written}",es,staff,sms,\n'.encode()).rows[0].number
    except RosterRefused:
        quick = None
    assert quick == long_way


@given(st.binary(max_size=60), st.sampled_from([b"", HEADER.encode(), (HEADER + PARENT).encode()]))
def test_any_bytes_are_read_or_refused(tail: bytes, head: bytes) -> None:
    try:
        roster = read_roster(head + tail)
    except RosterRefused as refused:
        assert refused.problems  # noqa: PT017 - either outcome is right
    else:
        assert {row.role for row in roster.rows} <= set(Role)


def test_the_example_is_a_roster_of_the_example_school() -> None:
    examples = Path(__file__).parents[2] / "docs" / "examples"
    school = read_school((examples / "maple.toml").read_text(encoding="utf-8"))
    roster = read_roster((examples / "people.csv").read_bytes(), languages=school.site.languages)
    assert {row.role for row in roster.rows} == set(Role)
    assert roster.notices == ()
