"""Which conversation each command begins, and for whom."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.keywords import Command
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option, Step
from phonetree.flows import (
    aid,
    announce,
    answers,
    follow_up,
    forget,
    hotline,
    join,
    language,
    leave,
    less,
    match,
    menu,
    messages,
    news,
    plan,
    record_prompts,
    rights,
    shift,
    take_aid,
    take_requests,
)
from phonetree.words.i18n import Text, _

either = Flow("either")

COMMANDS: dict[Command, Step] = {
    Command.JOIN: join.offer,
    Command.LANGUAGE: language.choose,
    Command.NEWS: news.now,
    Command.REPORT: messages.seen,
    Command.AID: aid.items,
    Command.HOTLINE: hotline.offer,
    Command.FIND: hotline.offer_to_look,
    Command.RIGHTS: rights.first,
    Command.PLAN: plan.summary,
    Command.LEAD: messages.words,
    Command.HELP: answers.who_we_are,
    Command.LESS: less.part,
    Command.START: leave.again,
    Command.ERASE: forget.sure,
    Command.MENU: menu.choices,
    Command.SAFE: messages.we_are_safe,
    Command.DONE: take_aid.done,
}
"""For everyone."""

SHIFT_COMMANDS: dict[Command, Step] = {
    Command.ON: shift.on,
    Command.OFF: shift.off,
    Command.MUTE: shift.mute,
}
"""For those who answer the hotline."""
SHIFT = frozenset({"operator", "lead", "staff", "counselor"})

REQUEST_COMMANDS: dict[Command, Step] = {
    Command.TAKE: take_requests.take_number,
    Command.PASS: take_aid.give_back,
}
"""For those who take what others asked for. Whose request it is may say DONE too, so that is for everyone."""
TAKERS = SHIFT | {"volunteer"}

LEAD_COMMANDS: dict[Command, Step] = {
    Command.ALERT: announce.kind,
    Command.DRILL: announce.kind,
    Command.SEND: announce.share,
    Command.UPDATE: follow_up.which,
    Command.CLEAR: follow_up.which,
    Command.CORRECT: follow_up.which,
    Command.ABORT: follow_up.pause,
    Command.STATUS: follow_up.now,
    Command.RECORD: record_prompts.give,
    Command.CONFIRM: match.yes,
}
"""For an enrolled lead's phone."""

AS_NEWS = frozenset({Command.ALERT, Command.STATUS, Command.UPDATE, Command.CLEAR, Command.DRILL})
"""From anyone but a lead these ask how things stand."""


def step_for(command: Command, roles: frozenset[str]) -> Step | None:
    """Where *command* begins for somebody with these roles; None where it is no command for them."""
    if "lead" in roles and command in LEAD_COMMANDS:
        return LEAD_COMMANDS[command]
    if command in SHIFT_COMMANDS:
        return None if SHIFT.isdisjoint(roles) else SHIFT_COMMANDS[command]
    if command in REQUEST_COMMANDS:
        return None if TAKERS.isdisjoint(roles) else REQUEST_COMMANDS[command]
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
