"""The rules that no word list can carry: words to ask about, and what may follow a command; for the matching."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from phonetree.dialogue.meanings import Command, Said, WishToStop


@dataclass(frozen=True, slots=True)
class Asked:
    """A word too dear to guess: what to offer, and the stored language in which it is no riddle."""

    offers: tuple[Said | WishToStop, ...]
    settled_in: str | None = None


ASKED: Mapping[str, Asked] = {
    # One letter from ALTO, on the same key of a flip phone.
    "alta": Asked((Said(Command.JOIN, "es"), WishToStop("es"))),
    # One letter from SALIR, to leave.
    "sali": Asked((Said(Command.JOIN, "fil"), WishToStop("es")), settled_in="fil"),
    # "No more", or "only".
    "nomas": Asked((WishToStop("es"),)),
    "nomás": Asked((WishToStop("es"),)),
    # "Stop!", or "for".
    "para": Asked((WishToStop("es"),)),
    # Without its accents, "stop", "right" or "use".
    "dung": Asked((WishToStop("vi"),)),
    # Somali "no"; or a Guatemalan family asks for its language.
    "maya": Asked((Said(Command.LANGUAGE, "es"),), settled_in="so"),
}
"""Never answered with a guess. Left out everywhere: LA and NE, which are articles and a yes that looks like a no."""

_DIGITS = re.compile(r"[0-9][0-9 .,-]*")
_NUMBER = re.compile(r"[0-9]{1,6}")
_NUMBER_OR_ALL = re.compile(r"[0-9]{1,6}|all|tod[oa]s", re.IGNORECASE)
_PHONE = re.compile(r"[0-9(+][0-9 ()+.-]{6,24}")

ARGUMENTS: Mapping[Command, re.Pattern[str]] = {
    Command.JOIN: re.compile(r"[^\W_][\w-]{1,19}"),
    Command.LANGUAGE: re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+){0,2}"),
    Command.LEAD: re.compile(r".+", re.DOTALL),
    Command.REMOVE: re.compile(r"\S+(?: \S+){0,2}"),
    Command.RECORD: _PHONE,
    Command.MOVE: _DIGITS,
    **dict.fromkeys((Command.ADMIT, Command.REFUSE), _NUMBER_OR_ALL),
    Command.CODE: re.compile(r"new|nuev[oa]", re.IGNORECASE),
    **dict.fromkeys((Command.FREEZE, Command.THAW), re.compile(r"[0-9][0-9 ]{3,12}")),  # a PIN too soon: asked again
    **dict.fromkeys((Command.ALERT, Command.DRILL, Command.CONFIRM), _DIGITS),
    **dict.fromkeys((Command.UPDATE, Command.CLEAR, Command.CORRECT, Command.SEND, Command.CHECK), _NUMBER),
    **dict.fromkeys((Command.FALSE, Command.MUTE, Command.TAKE, Command.DONE, Command.PASS), _NUMBER),
}
"""What may follow a command. Any other command is a command only when nothing follows it."""

PARENTS_COMMANDS = frozenset(Command) - {
    *(Command.ALERT, Command.UPDATE, Command.CLEAR, Command.CORRECT, Command.DRILL, Command.ABORT, Command.FREEZE),
    Command.THAW,
    *(Command.STATUS, Command.CHECK, Command.FALSE, Command.CONFIRM, Command.SEND, Command.REMOVE),
    *(Command.RECORD, Command.JOINS, Command.ADMIT, Command.REFUSE, Command.CODE),
    *(Command.ON, Command.OFF, Command.MUTE, Command.TAKE, Command.DONE, Command.PASS),
}
"""Understood also with "please" or "thank you" around them; those who lead or serve send the bare word."""
