"""Leave a part: no calls, or calls for danger only. By an incoming call it is confirmed by a call-back."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import CallBack, TakeLess
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option, Perform
from phonetree.flows.confirming import coming, withheld
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import ByChannel, Sentences, Spoken, _, say

flow = Flow("less")

CALLS = {"1": TakeLess("none"), "2": TakeLess("danger")}
"""What may stop, by digit."""


@flow.step
def part(context: Context) -> Node:
    labels = {
        "1": ByChannel(_("all calls, texts go on"), say("To end all calls, while texts go on")),
        "2": ByChannel(_("calls, but for danger"), say("To be called only for danger")),
    }
    options = {
        key: Option(label, lessened, (CALLS[key],)) if context.is_proven else Option(label, ask_for_less)
        for key, label in labels.items()
    }
    prompt = ByChannel(_("{s}: What should stop?", s=context.short), say("What should stop?"))
    return Menu(prompt, options, save="" if context.is_proven else "less")


@flow.step
def ask_for_less(context: Context) -> Node:
    """Voice only."""
    if context.is_withheld:
        return withheld()
    wanted = CALLS[context.answers["less"]].calls
    return Perform(CallBack("less", (("calls", wanted),)), called_for_less)


@flow.step
def called_for_less(context: Context) -> Node:
    return coming(context.outcome, say("For fewer calls, text LESS to this number."))


@flow.step
def less_by_call(context: Context) -> Node:
    """Voice only: a call of ours begins here, and knows what was asked for."""
    wanted = next((each for each in CALLS.values() if each.calls == context.answers.get("calls")), CALLS["2"])
    return Menu(
        Sentences((who(context.school.site.program), _asked_for(wanted))),
        {"1": Option(say("If you want that"), lessened, (wanted,)), "2": Option(say("To change nothing"), unchanged)},
    )


def _asked_for(wanted: TakeLess) -> Spoken:
    if wanted.calls == "none":
        return say("We were asked to end all calls to this phone.")
    return say("We were asked to call this phone only for danger.")


@flow.step
def lessened(context: Context) -> Node:
    noted = Sentences((say("Noted."), say("To leave, call this number and press 6.")))
    return End(ByChannel(_("{s}: Noted. STOP ends everything.", s=context.short), noted))


@flow.step
def unchanged(_context: Context) -> Node:
    """Voice only."""
    return End(say("Nothing was changed."))
