"""What is said where a lead has to say yes before a volunteer and a family meet: who took it, and where they meet."""

from __future__ import annotations

from phonetree.school.schema import Place, School
from phonetree.words.i18n import ByChannel, Lines, Named, Word, _, say


def label(role: str, number: int) -> Word:
    """Who took it, as leads know them: the place among those of this role, in the order in which they were added."""
    match role:
        case "volunteer":
            return _("volunteer {n}", n=number)
        case "counselor":
            return _("counselor {n}", n=number)
        case _:
            return _("a lead")


def named(place: Place, school: School) -> Named:
    return Named(place.name, school.site.languages[0])


def wants_yes(school: School, number: int, item: Word, taker: Word) -> Word:
    """To leads: each listed place with what to send for it."""
    first = _(
        "{s}: Request {number} ({item}): {taker} took it. To say yes, with where they meet:",
        s=school.site.short, number=str(number), item=item, taker=taker,
    )  # fmt: skip
    return Lines((first, *(_choice(number, place, school) for place in school.meeting_places)))


def _choice(number: int, place: Place, school: School) -> Word:
    return _("CONFIRM {number} {digit} {place}", number=str(number), digit=str(place.digit), place=named(place, school))


def which_place(s: str, number: str) -> Word:
    return _("{s}: Request {number}: where do they meet?", s=s, number=number)


def none_waits(s: str) -> ByChannel:
    return ByChannel(_("{s}: Nothing waits for your yes.", s=s), say("Nothing waits for your yes."))


def said_yes(s: str, number: int, taker: Word, place: Word) -> Word:
    """To leads."""
    return _(
        "{s}: Request {number}: yes to {taker}, they meet at {place}. Both are told. DONE {number} closes it.",
        s=s, number=str(number), taker=taker, place=place,
    )  # fmt: skip


def meets_family(s: str, number: int, place: Word) -> Word:
    """To who took it."""
    return _(
        "{s}: Request {number}: a lead said yes. You meet at {place}. Text {number} and your words: the family gets "
        "them without your number. DONE {number} closes it, PASS {number} gives it back.",
        s=s, number=str(number), place=place,
    )  # fmt: skip


def meets_taker(s: str, number: int, item: Word, place: Word) -> Word:
    """To the family."""
    return _(
        "{s}: Request {number} ({item}): somebody takes care of it, and a lead said yes. You meet at {place}. Text "
        "{number} and your words: they get them without your number.",
        s=s, number=str(number), item=item, place=place,
    )  # fmt: skip
