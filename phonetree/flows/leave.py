"""Leave the phone tree, in whole or in part, come back, or be forgotten."""

from __future__ import annotations

from phonetree.dialogue.effects import ComeBack, Erase, OptOut, TakeLess
from phonetree.dialogue.nodes import Context, Do, End, Flow, Menu, Node, Option
from phonetree.words.i18n import _

stop = Flow("stop", through_alerts=True)
start = Flow("start")
less = Flow("less")
erase = Flow("erase")


@stop.step
def everything(_context: Context) -> Node:
    return Do((OptOut(),), gone)


@stop.step
def gone(context: Context) -> Node:
    return End(_("{s}: You are off the list. You will get no more texts or calls. To come back, send START.", s=context.short))  # noqa: E501  # fmt: skip


@stop.step
def silently(_context: Context) -> Node:
    """The carrier took the word and answers it; we add nothing."""
    return End(None, (OptOut(),))


@stop.step
def in_a_question(_context: Context) -> Node:
    return Do((OptOut(),), gone_or_not)


@stop.step
def gone_or_not(context: Context) -> Node:
    return Menu(
        _("{s}: You are off the list. To come back, send START.", s=context.short),
        {"1": Option(_("I only wanted to leave that question"), stayed, (ComeBack(),))},
    )


@stop.step
def stayed(context: Context) -> Node:
    return End(_("{s}: You are still on the list.", s=context.short))


@start.step
def again(_context: Context) -> Node:
    return Do((ComeBack(),), welcome_back)


@start.step
def welcome_back(context: Context) -> Node:
    return End(_("{s}: You are on the list again. Send HELP for help, STOP to leave.", s=context.short))


@start.step
def silently_again(_context: Context) -> Node:
    return End(None, (ComeBack(),))


@less.step
def part(context: Context) -> Node:
    return Menu(
        _("{s}: What should stop?", s=context.short),
        {
            "1": Option(_("all calls, texts go on"), lessened, (TakeLess("none"),)),
            "2": Option(_("calls, but for danger"), lessened, (TakeLess("danger"),)),
        },
    )


@less.step
def lessened(context: Context) -> Node:
    return End(_("{s}: Noted. STOP ends everything.", s=context.short))


@erase.step
def sure(context: Context) -> Node:
    return Menu(
        _("{s}: We forget your number, your language and what you agreed to. This cannot be undone.", s=context.short),
        {"1": Option(_("forget me"), forgotten, (Erase(),)), "2": Option(_("keep"), kept)},
    )


@erase.step
def forgotten(context: Context) -> Node:
    return End(_("{s}: You are forgotten. Goodbye. Only you can join again, with JOIN.", s=context.short))


@erase.step
def kept(context: Context) -> Node:
    return End(_("{s}: Nothing was changed.", s=context.short))
