"""Whom the words of a side of a request are for: which request a text names, or the only one that it can mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from phonetree.desk.duty import duty_of, is_on
from phonetree.desk.exchange import Exchange
from phonetree.desk.masked import REACHED_NOW, all_named, open_requests
from phonetree.desk.passing_on import was_passed_on_since_asked
from phonetree.dialogue.keywords import Digits, Meaning, Unknown, plain_digits
from phonetree.dialogue.nodes import Ask, Menu, Node, Step
from phonetree.flows import STEPS, masked, messages, shift
from phonetree.models import Request, Site

Beginning = tuple[Step, Mapping[str, str]]
"""A step, and what the words already answer."""

_NUMBERED = re.compile(r"[\s#(]*([1-9][0-9]{2})(?![0-9])[\s:;,.)-]*(.*)", re.DOTALL)
_MOST_DIGITS = 6
"""Nothing but more digits than that is a telephone number, or a code and a PIN."""


def by_number(session: Session, x: Exchange, meaning: Meaning) -> Beginning | None:
    """``417 I am at the door``, from somebody who has to do with 417. From anyone else it is like any other text."""
    number, words = _parted(x.heard.words)
    if not words or (isinstance(meaning, Digits) and len(meaning.digits) > _MOST_DIGITS):
        return None
    found = all_named(session, x, number)
    if not found:
        return None
    x.choose(session.get(Site, found[0].request.site_id))
    if len(reached := [each.request for each in found if each.standing in REACHED_NOW]) > 1:
        return _asked(session, reached, words)
    return masked.pass_on, {"number": number, "words": words, **_picture(x)}


def by_itself(session: Session, x: Exchange) -> Beginning | None:
    """Words without a number go to the sender's only open request; with several, it asks.

    It also asks where they begin with a number of somebody else's: they were not meant for this one.
    """
    theirs = open_requests(session, x.means, x.person)
    if not theirs or not x.heard.words.strip():
        return None
    x.choose(session.get(Site, theirs[0].site_id))
    is_clear = len(theirs) == 1 and not _parted(x.heard.words)[1] and not _only_digits(x.heard.words)
    if not is_clear:
        return _asked(session, theirs, x.heard.words)
    return masked.pass_on, {"number": str(theirs[0].number), "words": x.heard.words, **_picture(x)}


def to_the_lead(session: Session, x: Exchange, words: str) -> Beginning | None:
    """``CONTACT me at the door`` has a word for the lead in it, and may be for the other side: that is asked."""
    theirs = open_requests(session, x.means, x.person) if words else ()
    return _asked(session, theirs, x.heard.words) if theirs else None


def amid_a_question(session: Session, x: Exchange, meaning: Meaning, question: Node) -> Beginning | None:
    """The other side wrote after our question was asked: what comes now and is no answer to it is for them."""
    if not isinstance(meaning, Unknown):
        return None
    step = STEPS[x.conversation.step or ""]
    is_menu = isinstance(question, Menu) and step.flow is not masked.flow
    is_for_a_lead = isinstance(question, Ask) and step.flow is messages.lead
    if not (is_menu or is_for_a_lead) or not was_passed_on_since_asked(session, x):
        return None
    theirs = open_requests(session, x.means, x.person)
    return _asked(session, theirs, x.heard.words) if theirs and is_for_a_lead else by_itself(session, x)


def muting(session: Session, x: Exchange, number: str) -> Beginning | None:
    """``MUTE 417``; ``MUTE`` alone of who has one open request. An operator on shift bars their last caller with it."""
    if number:
        found = all_named(session, x, number) if len(number) == len("417") else []
        _choose_school(session, x, [each.request for each in found])
        return (masked.mute, {"number": number}) if found else None
    duty = duty_of(session, x.site.id, x.person.id)
    if duty is not None and is_on(duty, x.means):
        return shift.mute, {}
    theirs = open_requests(session, x.means, x.person)
    _choose_school(session, x, theirs)
    return (masked.mute, {"number": str(theirs[0].number)}) if len(theirs) == 1 else None


def _choose_school(session: Session, x: Exchange, theirs: Sequence[Request]) -> None:
    """On a shared number: the one school that all of these are of."""
    if len(sites := {each.site_id for each in theirs}) == 1:
        x.choose(session.get(Site, *sites))


def _asked(session: Session, theirs: Sequence[Request], words: str) -> Beginning:
    """Each by its number, and by what it is about or, of several schools, by its school."""
    several = len({each.site_id for each in theirs}) > 1
    codes = [session.get_one(Site, each.site_id).code if several else "" for each in theirs]
    numbers = " ".join(f"{each.number}:{each.item}:{code}" for each, code in zip(theirs, codes, strict=True))
    return masked.which, {"numbers": numbers, "words": words}


def _parted(words: str) -> tuple[str, str]:
    """The number that words begin with, and the rest; two empty texts where they begin with none."""
    found = _NUMBERED.fullmatch(plain_digits(words))
    if found is None or not found[2]:
        return "", ""
    return found[1], words[found.start(2) :].strip()


def _only_digits(words: str) -> bool:
    return not any(character.isalpha() for character in words)


def _picture(x: Exchange) -> dict[str, str]:
    return {"picture": "1"} if x.heard.has_media else {}
