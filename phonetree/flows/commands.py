"""Which conversation each command begins, and for whom."""

from __future__ import annotations

from phonetree.dialogue.keywords import Command
from phonetree.dialogue.nodes import Step
from phonetree.flows import (
    aid,
    announce,
    answers,
    follow_up,
    forget,
    guarded,
    held,
    hotline,
    join,
    language,
    leave,
    less,
    menu,
    messages,
    move,
    mutes,
    network,
    news,
    plan,
    record_prompts,
    remove,
    report,
    rights,
    sends,
    shift,
    take_aid,
    take_requests,
    verdict,
    vouch,
)

COMMANDS: dict[Command, Step] = {
    Command.JOIN: join.offer,
    Command.LANGUAGE: language.choose,
    Command.NEWS: news.now,
    Command.REPORT: report.seen,
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
    Command.MOVE: move.begin,
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
    Command.SEND: sends.send,
    Command.CHECK: verdict.check,
    Command.FALSE: verdict.false,
    Command.CONFIRM: verdict.confirm,
    Command.MUTE: mutes.mute,
    Command.UPDATE: follow_up.which,
    Command.CLEAR: follow_up.which,
    Command.CORRECT: follow_up.which,
    Command.ABORT: follow_up.pause,
    Command.FREEZE: guarded.freeze,
    Command.THAW: guarded.thaw,
    Command.REMOVE: remove.which,
    Command.STATUS: follow_up.now,
    Command.RECORD: record_prompts.give,
    Command.JOINS: held.who_waits,
    Command.ADMIT: held.let_in,
    Command.REFUSE: held.turn_away,
    Command.CODE: held.word,
}
"""For an enrolled lead's phone."""

NETWORK_COMMANDS: dict[Command, Step] = {
    Command.CONFIRM: vouch.begin,
    Command.ALERT: network.begin,
    Command.REPORT: network.begin,
}
"""For an enrolled phone of the Rapid Response Network."""

AS_NEWS = frozenset(
    {
        *(Command.ALERT, Command.STATUS, Command.UPDATE, Command.CLEAR, Command.DRILL),
        *(Command.CHECK, Command.FALSE, Command.CONFIRM),
    }
)
"""From anyone but a lead these ask how things stand."""


def step_for(command: Command, roles: frozenset[str]) -> Step | None:
    """Where *command* begins for somebody with these roles; None where it is no command for them."""
    if "lead" in roles and command in LEAD_COMMANDS:
        return LEAD_COMMANDS[command]
    if network.ROLE in roles and command in NETWORK_COMMANDS:
        return NETWORK_COMMANDS[command]
    if command in SHIFT_COMMANDS:
        return None if SHIFT.isdisjoint(roles) else SHIFT_COMMANDS[command]
    if command in REQUEST_COMMANDS:
        return None if TAKERS.isdisjoint(roles) else REQUEST_COMMANDS[command]
    return news.now if command in AS_NEWS else COMMANDS.get(command)
