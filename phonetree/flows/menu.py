"""The bare-digit menu, the same by text and by call, and what happens to words that are no command."""

from __future__ import annotations

from collections.abc import Iterator

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import LeaveMessage
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Step
from phonetree.flows import (
    aid,
    forget,
    hotline,
    join,
    language,
    leave,
    less,
    masked_calls,
    messages,
    news,
    record_prompts,
    report,
    rights,
)
from phonetree.words.i18n import ByChannel, _, say

flow = Flow("menu")


@flow.step
def choices(context: Context) -> Node:
    return Menu(ByChannel(_("{s}: Send a digit.", s=context.short), say("These are the choices.")), _options())


@flow.step
def unknown(context: Context) -> Node:
    """Text only: words that are no command. The menu, whose 0 sends those words to the lead, who then keeps them."""
    options = _options()
    if context.answers.get("words"):
        options["0"] = Option(_("send your words to the lead"), keep)
    return Menu(_("{s}: We read digits and a few words.", s=context.short), options)


@flow.step
def keep(context: Context) -> Node:
    return Do((LeaveMessage("message", context.answers["words"]),), messages.left)


@flow.step
def in_or_out(context: Context) -> Node:
    if not context.is_proven:
        return Do((), join_or_leave)
    if not context.who.roles:
        return join.offer(context)
    return Menu(
        ByChannel(_("{s}: You are on the list.", s=context.short), say("You are on the list.")),
        {
            "1": Option(ByChannel(_("leave"), say("To leave the list")), leave.everything),
            "2": Option(ByChannel(_("fewer calls"), say("For fewer calls")), less.part),
        },
    )


@flow.step
def join_or_leave(_context: Context) -> Node:
    """Voice only: whose number is shown may not be who calls, so nobody hears whether that phone is on the list."""
    return Menu(
        say("You can join or leave the list."),
        {
            "1": Option(say("To join"), join.offer),
            "2": Option(say("To leave the list"), leave.everything),
            "3": Option(say("For fewer calls"), less.part),
            "4": Option(say("To be forgotten"), forget.sure),
        },
    )


@flow.step
def during_an_alert(context: Context) -> Node:
    """While an alert is open every text that is no command hears how things stand."""
    return End(news.how_it_stands(context))


@flow.step
def words_only(context: Context) -> Node:
    """A picture came. It is not fetched. Text only."""
    return End(_("{s}: Words only, please. We do not open pictures.", s=context.short))


DIGITS: dict[str, tuple[ByChannel, Step]] = {
    "1": (ByChannel(_("news now"), say("For news now")), news.now),
    "2": (ByChannel(_("talk to a person"), say("To talk to a person")), hotline.offer),
    "3": (ByChannel(_("aid: food, rent, rides"), say("For aid: food, rent, rides")), aid.items),
    "4": (ByChannel(_("your rights"), say("For your rights")), rights.first),
    "5": (ByChannel(_("tell what you saw"), say("To tell what you saw")), report.seen),
    "6": (ByChannel(_("join or leave"), say("To join or leave")), in_or_out),
    "7": (ByChannel(_("language"), say("For another language")), language.choose),
    "0": (ByChannel(_("message to the lead"), say("For a message to the lead")), messages.words),
}
"""What a bare digit outside a question means, by text and by call."""

FURTHER = "89"
"""The further digits of a call, for those who have a number from us, or work here."""


def by_call(context: Context) -> dict[str, Option]:
    """The same digits in a call, and the further ones."""
    return _options() | dict(zip(FURTHER, _further(context.who.roles), strict=False))


def _further(roles: frozenset[str]) -> Iterator[Option]:
    """Interpreters are told to choose 8, so theirs comes first."""
    if "interpreter" in roles:
        yield Option(say("To record prompts"), record_prompts.code)
    yield Option(masked_calls.label(), masked_calls.key_number)


def _options() -> dict[str, Option]:
    return {digit: Option(label, step) for digit, (label, step) in DIGITS.items()}
