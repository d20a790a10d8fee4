"""What the page says of a broadcast that is on its way."""

from __future__ import annotations

from collections.abc import Mapping

from phonetree.desk.console_progress import Progress
from phonetree.dialogue.effects import Action
from phonetree.flows.kinds import headline
from phonetree.models import CALL, TEXT
from phonetree.words.pages import Printed, printed

PROGRESS_WORDS: Mapping[str, Printed] = {
    "none": printed("Nothing was sent yet."),
    "reached": printed("Phones reached"),
    "of": printed("Phones in all"),
    "over_time": printed("Phones reached over time"),
    "limit": printed("What the school's number can do at best"),
    "after": printed("After (min:s)"),
    "at_best": printed("At best"),
    "reached_here": printed("Reached"),
    "in_all": printed("In all"),
    "channels": printed("By text and by call"),
    "languages": printed("By language"),
    "language": printed("Language"),
    "way": printed("How"),
    "left": printed("Who is left"),
    "besides": printed("What is known besides"),
    "by_staff": printed("Families that staff of the phone tree reached"),
    "paused": printed("Paused: what has not gone waits. After ten minutes it is not sent any more."),
    "over": printed("Everything has gone, and every receipt is in."),
    "running": printed("It is on its way."),
    "look_again": printed("Look again"),
}
LEFT: Mapping[str, Printed] = {
    "waiting": printed("Nothing has gone to them yet"),
    "under_way": printed("With the carrier, no receipt yet"),
    "lost": printed("Not reached"),
}
BESIDES: Mapping[str, Printed] = {
    "handed_over": printed("Handed over to the carrier"),
    "heard": printed("Calls heard"),
    "voicemails": printed("Voicemails"),
}
CHANNELS: Mapping[str, Printed] = {TEXT: printed("By text"), CALL: printed("By call")}


def title_of(found: Progress) -> Printed:
    """What goes out, of which alert."""
    number, what = str(found.number), headline(found.kind).written
    match found.action:
        case Action.DRILL:
            return printed("{number}: practice drill", number=number)
        case Action.UPDATE:
            return printed("{number}: update, {what}", number=number, what=what)
        case Action.CLEAR:
            return printed("{number}: no longer seen, {what}", number=number, what=what)
        case Action.CORRECT:
            return printed("{number}: correction, {what}", number=number, what=what)
        case _ if found.place:
            return printed("{number}: {what}, {place}", number=number, what=what, place=found.place)
        case _:
            return printed("{number}: {what}", number=number, what=what)


def of_all(reached: int, phones: int) -> Printed:
    return printed("{n} of {all}", n=reached, all=phones)


def said_of(found: Progress) -> Printed:
    """For who listens to the page."""
    return printed("{n} of {all} phones reached.", n=found.headway.reached, all=found.headway.phones)
