"""What is said about requests by their number: to those who take them, to leads, to families. Never who anybody is."""

from __future__ import annotations

from collections.abc import Sequence

from phonetree.dialogue.aid_outcomes import AidTaken, RequestNamed
from phonetree.flows.tongues import tongue
from phonetree.words.i18n import ByChannel, Lines, Moment, Sentences, Word, _, say
from phonetree.words.numbers import PhoneNumber


def spelled(number: int | str) -> str:
    """Digit by digit, for the ear."""
    return " ".join(str(number))


# --- to those who may take it -----------------------------------------------------------------------------------------


def waits(s: str, number: int, item: Word, language: str) -> Word:
    return _(
        "{s}: Request {number}: {item}. A family asks to be contacted; they read {language}. TAKE {number} takes it.",
        s=s,
        number=str(number),
        item=item,
        language=tongue(language),
    )


def nobody_else() -> Word:
    """To leads, with the request itself."""
    return _("There is nobody else who could take it.")


def not_taken(s: str, number: int, item: Word, since: Moment) -> Word:
    """To leads."""
    return _(
        "{s}: Request {number} ({item}): nobody has taken it since {t}. TAKE {number} takes it.",
        s=s,
        number=str(number),
        item=item,
        t=since,
    )


def is_taken(s: str, number: int) -> Word:
    return _("{s}: Request {number} is taken. Nothing more to do.", s=s, number=str(number))


def taken(s: str, found: AidTaken) -> ByChannel:
    """To who has it: what comes next."""
    return ByChannel(_taken(s, found), _taken_said(found))


def _taken(s: str, found: AidTaken) -> Word:
    number = str(found.number)
    if found.needs_yes:
        return _(
            "{s}: Request {number} ({item}) is yours once a lead says yes. We tell you then, and where you meet. "
            "PASS {number} gives it back.",
            s=s, number=number, item=found.item,
        )  # fmt: skip
    if found.is_again:
        return _(
            "{s}: Request {number} is yours already. DONE {number} closes it, PASS {number} gives it back.",
            s=s, number=number,
        )  # fmt: skip
    return _(
        "{s}: Request {number} ({item}) is yours. They read {language}. Text {number} and your words: the family gets "
        "them without your number. DONE {number} closes it, PASS {number} gives it back.",
        s=s, number=number, item=found.item, language=tongue(found.language),
    )  # fmt: skip


def _taken_said(found: AidTaken) -> Sentences:
    first: Word = say("Request {number} is yours.", number=spelled(found.number))
    if found.needs_yes:
        then: tuple[Word, ...] = (say("First a lead says yes to it."), say("We tell you then, and where you meet."))
    else:
        then = (say("They speak {language}.", language=tongue(found.language)), say("They never see your number."))
    return Sentences((first, say("It is about: {item}.", item=found.item), *then))


def not_open(s: str) -> ByChannel:
    return ByChannel(
        _("{s}: Nothing open has this number, or somebody else took it.", s=s),
        say("Nothing open has this number, or somebody else took it."),
    )


def no_such(s: str) -> ByChannel:
    return ByChannel(_("{s}: You have nothing open under this number.", s=s), say("You have nothing open there."))


def none_open(s: str) -> Word:
    return _("{s}: You have no open request. Send 3 for aid.", s=s)


def which(s: str, found: Sequence[RequestNamed]) -> Word:
    return Lines((_("{s}: Which number?", s=s), *(_numbered(each) for each in found)))


def _numbered(found: RequestNamed) -> Word:
    return _("{number}: {item}", number=str(found.number), item=found.item)


def finished(s: str, number: int) -> ByChannel:
    return ByChannel(is_closed(s, number), say("Request {number} is closed.", number=spelled(number)))


def passed(s: str, number: int) -> ByChannel:
    return ByChannel(
        _("{s}: Request {number} is given back. Somebody else is asked.", s=s, number=str(number)),
        say("Request {number} is given back.", number=spelled(number)),
    )


# --- to both sides ----------------------------------------------------------------------------------------------------


def has_somebody(s: str, number: int, item: Word) -> Word:
    """To the family."""
    return _(
        "{s}: Request {number} ({item}): somebody takes care of it. Text {number} and your words: they get them "
        "without your number.",
        s=s, number=str(number), item=item,
    )  # fmt: skip


def given_back(s: str, number: int, item: Word) -> Word:
    """To the family."""
    return _(
        "{s}: Request {number} ({item}) was given back, and somebody else is asked. You need do nothing.",
        s=s, number=str(number), item=item,
    )  # fmt: skip


def is_closed(s: str, number: int) -> Word:
    return _("{s}: Request {number} is closed. Nothing more to do.", s=s, number=str(number))


def ask_again(s: str, number: int, item: Word) -> Word:
    """To the family."""
    return _("{s}: Request {number} ({item}) is closed. Send 3 to ask again.", s=s, number=str(number), item=item)


def nobody_could(s: str, number: int, item: Word, lead: PhoneNumber) -> Word:
    """To the family."""
    return _(
        "{s}: We are sorry: nobody could take request {number} ({item}), and it is closed. Please call the lead: "
        "{contact}. Send 3 to ask again.",
        s=s, number=str(number), item=item, contact=lead,
    )  # fmt: skip
