"""The sentences of alerts in calls, each with the name under which people record it for languages without a voice."""

from __future__ import annotations

from phonetree.dialogue.effects import Kind
from phonetree.flows.kinds import SIGHTINGS, elsewhere, that_place
from phonetree.words.i18n import Moment, Named, Spoken, Word, say
from phonetree.words.speech import place_key


def who(program: Word) -> Spoken:
    """Who speaks: the first sentence of every call."""
    return say("This is {program}.", clip="who", program=program)


def unconfirmed() -> Spoken:
    return say("This is not confirmed.", clip="level-unconfirmed")


def confirmed() -> Spoken:
    return say("This is confirmed.", clip="level-confirmed")


def update() -> Spoken:
    return say("This is an update.", clip="level-update")


def correction() -> Spoken:
    return say("This is a correction.", clip="level-correction")


def drill_begins() -> Spoken:
    """A drill says so first and last."""
    return say("This is a drill.", clip="level-drill")


def drill_itself() -> Spoken:
    return say("This is practice. Nothing is happening.", clip="kind-drill")


def drill_ends() -> Spoken:
    return say("This was a drill.", clip="level-drill-over")


def what(kind: Kind) -> Spoken:
    match kind:
        case Kind.NEAR:
            return say("The report: immigration agents near the school.", clip="kind-near")
        case Kind.AT:
            return say("The report: immigration agents at the school.", clip="kind-at")
        case Kind.ROUTE:
            return say("The report: immigration agents on a way to school.", clip="kind-route")
        case Kind.SECURED:
            return say("The school is secured.", clip="kind-secured")
        case Kind.PICKUP:
            return say("Today, please pick up your child at another place.", clip="kind-pickup")
        case Kind.SUPPORT:
            return say("Support is needed. If you can do so safely, please come.", clip="kind-support")


def no_longer(kind: Kind) -> tuple[Spoken, ...]:
    """No longer seen, no longer so. Never "all clear": a tree cannot promise safety."""
    match kind:
        case Kind.SECURED:
            opened = say("The school says its doors are open as usual.", clip="kind-secured-over")
            return (say("The school is no longer secured.", clip="level-secured-over"), opened)
        case Kind.PICKUP:
            return (say("Pick-up is as usual again.", clip="level-pickup-over"),)
        case Kind.SUPPORT:
            return (say("Support is no longer needed. Thank you.", clip="level-support-over"),)
        case _:
            not_seen = say("Staff do not see the agents now. This can change.", clip="kind-clear")
            return (say("No longer seen.", clip="level-clear"), not_seen)


def was_wrong(kind: Kind, opened: Moment | None) -> tuple[Spoken, ...]:
    """We were wrong, and say so."""
    which = it_was_wrong() if opened is None else say("Our message was wrong. Its time: {time}.", time=opened)
    if kind not in SIGHTINGS:
        return (which,)
    return (which, not_agents())


def not_agents() -> Spoken:
    return say("They were not immigration agents.", clip="kind-correction")


def it_was_wrong() -> Spoken:
    return say("Our report was wrong.", clip="level-wrong")


def where(place: Word) -> Spoken:
    """The recording of a place's name may stand for the whole sentence."""
    if place in (elsewhere(), that_place()):
        return place_unknown()
    clip = place_key(place) if isinstance(place, Named) else ""
    return say("The place: {place}.", clip=clip, place=place)


def place_unknown() -> Spoken:
    return say("The place is not known by name.", clip="place-unknown")


def time(at: Moment) -> Spoken:
    return say("The time: {time}.", time=at)


def since_then(since: Moment) -> Spoken:
    return say("Since: {time}.", time=since)


def next_message(at: Moment) -> Spoken:
    return say("The next message comes at the latest at: {time}.", time=at)


def wait() -> Spoken:
    return say("If you can, wait for our next message.", clip="advice-wait")


def checking() -> Spoken:
    return say("We are checking.", clip="advice-checking")


def still_there() -> Spoken:
    return say("Staff still see the agents.", clip="advice-still")


def no_change() -> Spoken:
    return say("Nothing has changed.", clip="advice-no-change")


def children_are_safe() -> Spoken:
    return say("The school says: doors are locked, children are inside and safe.", clip="advice-secured")


def nothing_to_do() -> Spoken:
    return say("There is nothing to do.", clip="advice-nothing")


def sorry() -> Spoken:
    return say("There is nothing to do. We are sorry.", clip="advice-sorry")
