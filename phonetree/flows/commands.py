"""Which conversation each command begins, and for whom."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.keywords import Command
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option, Step
from phonetree.flows import (
    announce,
    answers,
    drop_reported,
    follow_up,
    forget,
    forward,
    hotline,
    join,
    language,
    leave,
    less,
    menu,
    messages,
    network,
    news,
    record_prompts,
    rights,
    shift,
    take_requests,
)
from phonetree.words.i18n import Text, _

either = Flow("either")

COMMANDS: dict[Command, Step] = {
    Command.JOIN: join.offer,
    Command.LANGUAGE: language.choose,
    Command.NEWS: news.now,
    Command.REPORT: messages.seen,
    Command.AID: answers.items,
    Command.HOTLINE: hotline.offer,
    Command.FIND: hotline.offer_to_look,
    Command.RIGHTS: rights.first,
    Command.PLAN: answers.summary,
    Command.LEAD: messages.words,
    Command.HELP: answers.who_we_are,
    Command.LESS: less.part,
    Command.START: leave.again,
    Command.ERASE: forget.sure,
    Command.MENU: menu.choices,
    Command.SAFE: messages.we_are_safe,
}
"""For everyone."""

SHIFT_COMMANDS: dict[Command, Step] = {
    Command.ON: shift.on,
    Command.OFF: shift.off,
    Command.MUTE: shift.mute,
    Command.TAKE: take_requests.take_number,
}
"""For those who answer the hotline."""
SHIFT = frozenset({"operator", "lead", "staff", "counselor"})

LEAD_COMMANDS: dict[Command, Step] = {
    Command.ALERT: announce.kind,
    Command.DRILL: announce.kind,
    Command.SEND: forward.which,
    Command.FALSE: drop_reported.which_to_drop,
    Command.UPDATE: follow_up.which,
    Command.CLEAR: follow_up.which,
    Command.CORRECT: follow_up.which,
    Command.ABORT: follow_up.pause,
    Command.STATUS: follow_up.now,
    Command.RECORD: record_prompts.give,
}
"""For an enrolled lead's phone."""

NETWORK_COMMANDS: dict[Command, Step] = {Command.ALERT: network.begin, Command.REPORT: network.begin}

AS_NEWS = frozenset({Command.ALERT, Command.STATUS, Command.UPDATE, Command.CLEAR, Command.DRILL})
"""From anyone but a lead these ask how things stand."""


def step_for(command: Command, roles: frozenset[str]) -> Step | None:
    """Where *command* begins for somebody with these roles; None where it is no command for them."""
    if "lead" in roles and command in LEAD_COMMANDS:
        return LEAD_COMMANDS[command]
    if network.ROLE in roles and command in NETWORK_COMMANDS:
        return NETWORK_COMMANDS[command]
    if command in SHIFT_COMMANDS:
        return None if SHIFT.isdisjoint(roles) else SHIFT_COMMANDS[command]
    return news.now if command in AS_NEWS else COMMANDS.get(command)


LABELS: dict[Command, Text] = {
    Command.HELP: _("who we are and how to leave"),
    Command.AID: _("aid: food, rent, rides"),
    Command.STOP: _("leave"),
    Command.JOIN: _("join"),
    Command.LANGUAGE: _("language"),
    Command.RIGHTS: _("your rights"),
    Command.HOTLINE: _("talk to a person"),
    Command.FIND: _("somebody was taken"),
    Command.NEWS: _("news now"),
    Command.REPORT: _("tell what you saw"),
    Command.SAFE: _("we are safe"),
    Command.LEAD: _("message to the lead"),
    Command.PLAN: _("safety plan"),
    Command.ERASE: _("forget me"),
    Command.LESS: _("fewer calls"),
    Command.START: _("come back"),
    Command.MENU: _("menu"),
}
"""How a word with two meanings is asked about."""


@either.step
def meaning(context: Context) -> Node:
    """A word that means one thing in one language and another in another is asked, never guessed."""
    asked = [Command(value) for value in context.answers.get("commands", "").split()]
    listed = [command for command in asked if command in LABELS]
    options = {str(n): Option(LABELS[c], _step(c)) for n, c in enumerate(listed, start=1)}
    return Menu(_("{s}: What do you mean?", s=context.short), options) if options else End()


def _step(command: Command) -> Step:
    return leave.everything if command is Command.STOP else COMMANDS[command]
