"""Be forgotten, for good. By an incoming call it is confirmed by a call-back."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import CallBack, Erase
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option, Perform
from phonetree.flows.confirming import coming, withheld
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import ByChannel, Sentences, Spoken, _, say

flow = Flow("erase")


@flow.step
def sure(context: Context) -> Node:
    label = ByChannel(_("forget me"), say("To be forgotten"))
    erased = Option(label, forgotten, (Erase(),)) if context.is_proven else Option(label, ask_to_forget)
    written = _(
        "{s}: We forget your number, your language and what you agreed to. This cannot be undone.", s=context.short
    )
    return Menu(
        ByChannel(written, Sentences(_what_is_forgotten())),
        {"1": erased, "2": Option(ByChannel(_("keep"), say("To change nothing")), kept)},
    )


@flow.step
def ask_to_forget(context: Context) -> Node:
    """Voice only."""
    return withheld() if context.is_withheld else Perform(CallBack("erase"), called_to_forget)


@flow.step
def called_to_forget(context: Context) -> Node:
    return coming(context.outcome, say("To be forgotten, text ERASE to this number."))


@flow.step
def erase_by_call(context: Context) -> Node:
    """Voice only: a call of ours begins here."""
    asked = (who(context.school.site.program), say("We were asked to forget this phone."))
    return Menu(
        Sentences((*asked, *_what_is_forgotten())),
        {"1": Option(say("To be forgotten"), forgotten, (Erase(),)), "2": Option(say("To change nothing"), kept)},
    )


def _what_is_forgotten() -> tuple[Spoken, ...]:
    return (
        say("We forget your number, your language and what you agreed to."),
        say("This cannot be undone."),
    )


@flow.step
def forgotten(context: Context) -> Node:
    said = Sentences((say("You are forgotten."), say("Only you can join again."), say("Goodbye.")))
    written = _("{s}: You are forgotten. Goodbye. Only you can join again, with JOIN.", s=context.short)
    return End(ByChannel(written, said), hangs_up=True)


@flow.step
def kept(context: Context) -> Node:
    return End(ByChannel(_("{s}: Nothing was changed.", s=context.short), say("Nothing was changed.")))
