"""Aid, asked for by text; a counselor takes it, and the two sides write through the tree's number and see no other."""

from __future__ import annotations

import re

from phonetree.demo.cast import SCHOOL_NUMBER, Person
from phonetree.demo.phones import NothingCame, Play, hear, inbox_size, number_in, say

PANTRY = {"en": "Food pantry", "es": "Despensa"}
"""How the school's text about food begins."""
BLANK = "___"
"""What stands for a number that was left out."""
HELLO, AT_FOUR = "Hola, soy la consejera. Le aparto una caja", "Gracias, paso a las 4"


def aid_is_asked_and_taken(play: Play) -> None:
    """The English family reads what there is; the Spanish one asks to be contacted."""
    reading, asking = play.cast.family("en", 11), _family(play)
    say(play, reading, "AID")
    words = {"en": say(play, reading, "1"), "es": say(play, asking, "COMIDA")}
    fits = all(PANTRY[language] in words[language] for language in PANTRY)
    play.check("aid by a digit in English, by its word in Spanish", fits)
    _ask_for_contact(play, asking)
    _take(play, asking)


def _ask_for_contact(play: Play, asking: Person) -> None:
    """Both counselors are told of it."""
    counselors = play.cast.counselors
    number = number_in(say(play, asking, "1"))
    told = [hear(play, each, number, before=0) for each in counselors]
    hidden = not any(_shows(words, asking) for words in told)
    play.check("the counselors read what is needed and in which language, not who asks", hidden, f"request {number}")


def _take(play: Play, asking: Person) -> None:
    other, taker = play.cast.counselors
    number, so_far, before = request_number(play), inbox_size(play, other), inbox_size(play, asking)
    taken = say(play, taker, f"TAKE {number}")
    told, hopes = hear(play, other, number, before=so_far), hear(play, asking, number, before=before)
    is_first = f"PASS {number}" in taken and f"TOMAR {number}" not in told and f"HECHO {number}" not in hopes
    play.check("the first has it, the other is told, and the family too", is_first)
    late = say(play, other, f"TOMAR {number}")
    play.check("who comes second does not get it", late not in {taken, told} and number not in late)


def two_sides_write(play: Play) -> None:
    """Each reads the other's words from the tree's number; DONE closes it."""
    family, taker, number = _family(play), play.cast.counselors[1], request_number(play)
    before = inbox_size(play, family)
    say(play, taker, f"{number} {HELLO}")
    hear(play, family, HELLO, before=before)
    before = inbox_size(play, taker)
    say(play, family, f"{AT_FOUR}, mi numero es {family.number.national()}")
    passed = hear(play, taker, AT_FOUR, before=before)
    play.check("a phone number in somebody's words arrives blanked", passed.count(BLANK) == 1, BLANK)
    before = inbox_size(play, family)
    say(play, taker, f"DONE {number}")
    hear(play, family, number, before=before)
    closed = say(play, family, f"{number} {AT_FOUR}")
    is_over = _reached(play, taker) == 1 and "Enviado" not in closed
    play.check("DONE closes it: the family is told, and nothing more is passed on", is_over)
    _check_hidden(play, family, taker)


def request_number(play: Play) -> str:
    """As the counselor was told it."""
    told = [body for body in play.stage.phone(play.cast.counselors[1].number).bodies if "Request " in body]
    if not told:
        raise NothingCame("the counselor has no request")
    return number_in(told[0])


def _check_hidden(play: Play, *sides: Person) -> None:
    """All that both phones ever got, by the carrier's record as well: whose number is in it, or shown as sender."""
    other, seen = dict(zip(sides, sides[::-1], strict=True)), 0
    shown, senders = set[str](), set[str]()
    for side in sides:
        got = [text for text in play.stage.carrier.accepted if text.recipient == side.number.e164]
        inbox = play.stage.phone(side.number).inbox
        shown |= {body for body in (*(t.body for t in got), *(t.body for t in inbox)) if _shows(body, other[side])}
        senders |= {t.sender for t in got} | {t.sender for t in inbox}
        seen += len(inbox)
    hidden = not shown and senders == {SCHOOL_NUMBER.e164}
    play.check("neither phone ever got the other's number, in words or as the sender", hidden, f"{seen} texts searched")


def _shows(words: str, person: Person) -> bool:
    """Whether the person's number is in them, however it is written."""
    return person.number.e164.removeprefix("+1") in re.sub(r"[^0-9]", "", words)


def _reached(play: Play, taker: Person) -> int:
    return sum(AT_FOUR in body for body in play.stage.phone(taker.number).bodies)


def _family(play: Play) -> Person:
    """The family that asks to be contacted."""
    return play.cast.family("es", 11)
