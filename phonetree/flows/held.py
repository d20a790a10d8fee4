"""Leads let in who waits to join, turn them away, and change the word with which families join. Text only."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.join_effects import FindHeld, HeldFound, HeldSettled, JoinWord, LetIn, NameJoinWord, TurnAway
from phonetree.dialogue.nodes import Do, End, Flow, Node, Perform
from phonetree.words.i18n import Lines, Word, _

flow = Flow("held")

ALL = "all"
MOST_NAMED = 20
"""Numbers in one text."""


@flow.step
def who_waits(_context: Context) -> Node:
    return Perform(FindHeld(), listed)


@flow.step
def listed(context: Context) -> Node:
    found = context.outcome if isinstance(context.outcome, HeldFound) else HeldFound()
    if not found.numbers:
        return _nobody_at_all(context)
    numbers = " ".join(map(str, found.numbers))
    lines: list[Word] = [_("{s}: These wait to join: {numbers}.", s=context.short, numbers=numbers)]
    if found.more:
        lines.append(_("And {n} more.", n=found.more))
    lines.append(_("Send ADMIT or REFUSE and a number, or ADMIT ALL."))
    return End(Lines(lines))


@flow.step
def let_in(context: Context) -> Node:
    """Begins with "number": three digits, or "all"."""
    return Perform(LetIn(_number(context)), are_in) if context.answers.get("number") else Do((), who_waits)


@flow.step
def are_in(context: Context) -> Node:
    count = context.outcome.count if isinstance(context.outcome, HeldSettled) else 0
    if not count:
        return _nobody(context)
    if number := _number(context):
        return End(_("{s}: {number} is on the list now.", s=context.short, number=number))
    return End(_("{s}: {n} more are on the list now.", s=context.short, n=count))


@flow.step
def turn_away(context: Context) -> Node:
    return Perform(TurnAway(_number(context)), are_out) if context.answers.get("number") else Do((), who_waits)


@flow.step
def are_out(context: Context) -> Node:
    count = context.outcome.count if isinstance(context.outcome, HeldSettled) else 0
    if not count:
        return _nobody(context)
    if number := _number(context):
        return End(_("{s}: {number} is not on the list.", s=context.short, number=number))
    return End(_("{s}: {n} are not on the list.", s=context.short, n=count))


@flow.step
def word(context: Context) -> Node:
    """Begins with "new" where it is to be another one."""
    is_new = bool(context.answers.get("new"))
    return Perform(NameJoinWord(is_new), new_word if is_new else this_word)


@flow.step
def this_word(context: Context) -> Node:
    return End(
        _("{s}: Families join with JOIN {code}. CODE NEW makes another word.", s=context.short, code=_word(context))
    )


@flow.step
def new_word(context: Context) -> Node:
    return End(
        _(
            "{s}: From now on families join with JOIN {code}. Who joins in another way waits for you. JOINS says who.",
            s=context.short,
            code=_word(context),
        )
    )


def _word(context: Context) -> str:
    return context.outcome.word if isinstance(context.outcome, JoinWord) else ""


def _nobody(context: Context) -> End:
    if _number(context) is None:
        return _nobody_at_all(context)
    return End(_("{s}: Nobody waits under that number. JOINS says who waits.", s=context.short))


def _nobody_at_all(context: Context) -> End:
    return End(_("{s}: Nobody waits to join.", s=context.short))


def _number(context: Context) -> int | None:
    number = context.answers.get("number", "")
    return None if number == ALL else int(number)
