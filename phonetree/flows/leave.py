"""Leave the phone tree, and come back.

By an incoming call a wish to leave is honoured at once, and a call-back confirms it: a shown number may be forged.
"""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import CallBack, ComeBack, OptOut
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Perform
from phonetree.dialogue.outcomes import CallComing
from phonetree.flows.confirming import start_by_text, withheld
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import ByChannel, Sentences, Text, _, say

stop = Flow("stop", through_alerts=True)
start = Flow("start")


@stop.step
def everything(context: Context) -> Node:
    if context.is_withheld:
        return withheld()
    return Do((OptOut(),), gone if context.is_proven else ask_for_a_call)


@stop.step
def gone(context: Context) -> Node:
    return End(
        ByChannel(
            off_the_list(context.short),
            Sentences((say("You are off the list."), say("You will get no more texts or calls."))),
        )
    )


def off_the_list(short: str) -> Text:
    """The text to who has left; also to whose number a caller left with."""
    return _("{s}: You are off the list. You will get no more texts or calls. To come back, send START.", s=short)


@stop.step
def ask_for_a_call(_context: Context) -> Node:
    return Perform(CallBack("leave"), off_for_now)


@stop.step
def off_for_now(context: Context) -> Node:
    if not isinstance(context.outcome, CallComing):
        return End(Sentences((say("You are off the list."), start_by_text())))
    return End(
        Sentences((say("You are off the list now."), say("We call you now to confirm."), say("You can hang up."))),
        hangs_up=True,
    )


@stop.step
def confirm_by_call(context: Context) -> Node:
    """Voice only: a call of ours begins here. They are off the list already; hanging up leaves it so."""
    return Menu(
        Sentences(
            (
                who(context.school.site.program),
                say("We were asked to take this phone off the list."),
                say("If that is right, you can hang up."),
            )
        ),
        {
            "1": Option(say("To stay off the list"), gone),
            "2": Option(say("To stay on the list"), stayed, (ComeBack(),)),
        },
    )


@stop.step
def silently(_context: Context) -> Node:
    """The carrier took the word and answers it; we add nothing."""
    return End(None, (OptOut(),))


@stop.step
def in_a_question(_context: Context) -> Node:
    return Do((OptOut(),), gone_or_not)


@stop.step
def gone_or_not(context: Context) -> Node:
    """Text only: words that close a question may mean to leave; keys do not."""
    return Menu(
        _("{s}: You are off the list. To come back, send START.", s=context.short),
        {"1": Option(_("I only wanted to leave that question"), stayed, (ComeBack(),))},
    )


@stop.step
def stayed(context: Context) -> Node:
    return End(ByChannel(_("{s}: You are still on the list.", s=context.short), say("You are still on the list.")))


# --- coming back ------------------------------------------------------------------------------------------------------


@start.step
def again(_context: Context) -> Node:
    return Do((ComeBack(),), welcome_back)


@start.step
def welcome_back(context: Context) -> Node:
    """Text only: by call one joins again."""
    return End(_("{s}: You are on the list again. Send HELP for help, STOP to leave.", s=context.short))


@start.step
def silently_again(_context: Context) -> Node:
    return End(None, (ComeBack(),))
