"""Calls as lines, the same in a transcript and in the terminal: what somebody does at a telephone, what they hear."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from phonetree.demo.notices import Hears, IsJoined, IsOver, Notice, Rings
from phonetree.demo.rehearsal import Rehearsal
from phonetree.demo.rehearsed_calls import NobodyListens
from phonetree.desk.call_answers import CallOutcome
from phonetree.words.numbers import PhoneNumber

__all__ = ["NobodyListens", "act", "is_act", "is_notice", "noticed"]

_ACT = re.compile(
    r"(?P<name>[\w-]+)(?: (?P<act>calls|waits|hangs up|picks up|is busy|does not answer)"
    r"|(?P<withheld> calls, number withheld)"
    r"|(?P<machine>'s machine answers)"
    r"| presses (?P<keys>[0-9*#]+)"
    r"| speaks (?P<seconds>\d{1,4})(?P<ends> and hangs up)?)"
)
_NOTICE = re.compile(r"[\w-]+(?: hears | is joined with |'s phone rings$|'s call is over$)")
_SENTENCE_END = re.compile(r"(?<=[.!?]) +")


def is_act(line: str) -> bool:
    """Whether somebody does something at a telephone in this line."""
    return _ACT.fullmatch(line) is not None


def is_notice(line: str) -> bool:
    """Whether this line tells what came of it."""
    return _NOTICE.match(line) is not None


def act(tree: Rehearsal, numbers: Mapping[str, PhoneNumber], line: str) -> None:
    """Do what the line says. Raises ``NobodyListens`` where that makes no sense now."""
    done = _ACT.fullmatch(line)
    if done is None or done["name"] not in numbers:
        raise NobodyListens("nobody knows who does what")
    phone, calls = numbers[done["name"]], tree.calls
    if done["withheld"]:
        tree.call(phone, is_withheld=True)
    elif done["machine"]:
        calls.ringing(phone).let_machine_answer()
    elif done["keys"]:
        calls.up(phone).press(done["keys"])
    elif done["seconds"]:
        calls.up(phone).speak(int(done["seconds"]), hangs_up=bool(done["ends"]))
    else:
        _plain_acts(tree, phone)[done["act"]]()


def _plain_acts(tree: Rehearsal, phone: PhoneNumber) -> Mapping[str, Callable[[], object]]:
    calls = tree.calls
    return {
        "calls": lambda: tree.call(phone),
        "waits": lambda: calls.up(phone).be_silent(),
        "hangs up": lambda: calls.up(phone).hang_up(),
        "picks up": lambda: calls.ringing(phone).pick_up(),
        "is busy": lambda: calls.ringing(phone).decline(CallOutcome.BUSY),
        "does not answer": lambda: calls.ringing(phone).decline(CallOutcome.NO_ANSWER),
    }


def noticed(tree: Rehearsal, numbers: Mapping[str, PhoneNumber]) -> Iterator[str]:
    """What there was to notice at any telephone since the last time. Who has no name is called by their number."""
    names = {number: name for name, number in numbers.items()}

    def name(phone: PhoneNumber) -> str:
        return names.get(phone, phone.national())

    for is_ringing, together in groupby(tree.calls.notices(), key=lambda notice: isinstance(notice, Rings)):
        notices = list(together)
        if is_ringing:
            notices.sort(key=lambda notice: name(notice.phone))  # they ring at once
        for notice in notices:
            yield from _lines(notice, name)


def _lines(notice: Notice, name: Callable[[PhoneNumber], str]) -> Iterator[str]:
    who = name(notice.phone)
    match notice:
        case Hears(_, words, language):
            voice = f"({language}) " if language else ""
            yield from (f"{who} hears {voice}{sentence}" for sentence in _SENTENCE_END.split(words))
        case Rings():
            yield f"{who}'s phone rings"
        case IsJoined(_, other):
            yield f"{who} is joined with {name(other)}"
        case IsOver():
            yield f"{who}'s call is over"
