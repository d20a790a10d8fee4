"""Nobody learns from an answer, or from the work behind it, whether a phone is on the list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from phone import MAPLE, Reply, Town, messages_in, text_fields, town_in
from sqlalchemy import event

LISTED, UNKNOWN, LEAD = "+12135550142", "+12135550143", "+12135550144"
PIN = "739152"
ASKED = (
    "JOIN MAPLE",
    "JOIN NOSUCHWORD",
    "STOP",
    "please stop",
    "START",
    "ERASE",
    "NEWS",
    "LEAD hello",
    "ALERT 2 1 2",
    "SEND",
    "UPDATE",
    "CLEAR",
    "CORRECT",
    "ABORT",
    "STATUS",
    "CHECK 112",
    "CONFIRM 112",
    "JOINS",
    "ADMIT ALL",
    "REFUSE 112",
    "CODE NEW",
    "TAKE 112",
    "ON",
    "MUTE 112",
    "4821 739152",
    "0",
    "hello",
)
"""What somebody may text in the name of a phone, that phone being on the list or not. By 6 a member reads another
menu than a stranger: on their own phone."""


@dataclass
class Work:
    """What the database was asked, in order, without its values."""

    statements: list[str] = field(default_factory=list)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path, MAPLE) as town:
        for number in (LISTED, UNKNOWN):
            assert messages_in(town.post("/twilio/sms", text_fields(number, "MENU")))  # both have texted before
        town.enrol(LEAD, "lead", pin=PIN)
        town.enrol(LISTED, "parent")
        yield town


@contextmanager
def watched(town: Town) -> Iterator[Work]:
    work = Work()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        work.statements.append(statement)

    event.listen(town.house.database, "before_cursor_execute", note)
    try:
        yield work
    finally:
        event.remove(town.house.database, "before_cursor_execute", note)


def answer_to(town: Town, number: str, words: str) -> tuple[Reply, Work]:
    with watched(town) as work:
        reply = town.post("/twilio/sms", text_fields(number, words))
    return reply, work


def like(reply: Reply) -> tuple[object, ...]:
    """All of it but the name of the attempt, which is another one for each text, and the time and length of it."""
    body = re.sub("[0-9a-f]{32}", "attempt", reply.body)
    headers = {name: value for name, value in reply.headers.items() if name != "Date"}
    return reply.status, reply.kind, body, headers


@pytest.mark.parametrize("words", ASKED)
def test_a_phone_on_the_list_and_one_that_is_not_get_the_same(town: Town, words: str) -> None:
    listed, unknown = answer_to(town, LISTED, words), answer_to(town, UNKNOWN, words)
    assert like(listed[0]) == like(unknown[0])
    assert listed[1].statements == unknown[1].statements, "as much work, in the same order"


@pytest.mark.parametrize("words", ["JOIN MAPLE", "NEWS", "please stop"])
def test_a_phone_that_never_texted_reads_the_same_as_well(town: Town, words: str) -> None:
    first, _work = answer_to(town, "+12135550145", words)
    again, _work = answer_to(town, UNKNOWN, words)
    assert like(first) == like(again)


def test_joining_and_joining_again_read_the_same(town: Town) -> None:
    replies = [
        [like(answer_to(town, number, words)[0]) for words in ("JOIN MAPLE", "1")] for number in (LISTED, UNKNOWN)
    ]
    assert replies[0] == replies[1]
    again = [like(answer_to(town, UNKNOWN, words)[0]) for words in ("JOIN MAPLE", "1")]
    assert again == replies[0]


def test_stopping_and_stopping_again_read_the_same(town: Town) -> None:
    assert len({like(answer_to(town, number, "please stop")[0])[2] for number in (LISTED, UNKNOWN, UNKNOWN)}) == 1


def test_what_is_compared_would_show_a_difference(town: Town) -> None:
    """A lead is somebody else, and is told so by the very same comparison."""
    lead, unknown = answer_to(town, LEAD, "ALERT 2 1 2"), answer_to(town, UNKNOWN, "ALERT 2 1 2")
    assert like(lead[0]) != like(unknown[0])
    assert lead[1].statements != unknown[1].statements
