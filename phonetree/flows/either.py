"""A word that means one thing in one language and another in another is asked, never guessed."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.keywords import Command
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option, Step
from phonetree.flows import leave
from phonetree.flows.commands import COMMANDS
from phonetree.words.i18n import Text, _

flow = Flow("either")

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


@flow.step
def meaning(context: Context) -> Node:
    asked = [Command(value) for value in context.answers.get("commands", "").split()]
    listed = [command for command in asked if command in LABELS]
    options = {str(n): Option(LABELS[c], _step(c)) for n, c in enumerate(listed, start=1)}
    return Menu(_("{s}: What do you mean?", s=context.short), options) if options else End()


def _step(command: Command) -> Step:
    return leave.everything if command is Command.STOP else COMMANDS[command]
