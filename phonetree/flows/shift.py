"""The hotline's rota by text, for those who answer it: ON, OFF, MUTE."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import GoOffDuty, GoOnDuty, MuteCaller
from phonetree.dialogue.nodes import End, Flow, Node, Perform
from phonetree.dialogue.outcomes import Muted, OnDuty
from phonetree.words.i18n import _

flow = Flow("shift")


@flow.step
def on(_context: Context) -> Node:
    return Perform(GoOnDuty(), is_on)


@flow.step
def is_on(context: Context) -> Node:
    match context.outcome:
        case OnDuty(until) if until is not None:
            return End(_("{s}: You are on until {t}. OFF ends it.", s=context.short, t=until))
        case _:
            return End(_("{s}: This phone does not answer the hotline.", s=context.short))


@flow.step
def off(_context: Context) -> Node:
    return Perform(GoOffDuty(), is_off)


@flow.step
def is_off(context: Context) -> Node:
    return End(_("{s}: You are off. ON begins again.", s=context.short))


@flow.step
def mute(_context: Context) -> Node:
    return Perform(MuteCaller(), is_muted)


@flow.step
def is_muted(context: Context) -> Node:
    match context.outcome:
        case Muted(found=True):
            return End(_("{s}: Your last caller does not reach the shift for a day.", s=context.short))
        case _:
            return End(_("{s}: You have no last caller to bar.", s=context.short))
