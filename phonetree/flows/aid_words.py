"""What a family is told about aid: the list of it, and what became of a wish to be contacted."""

from __future__ import annotations

from phonetree.dialogue.aid_outcomes import RequestOpened, RequestRefused
from phonetree.dialogue.outcomes import Outcome
from phonetree.flows.take_words import no_such, spelled
from phonetree.school.schema import Aid
from phonetree.words.i18n import ByChannel, Named, Sentences, Spoken, Text, Word, _, say


def which(s: str, *, is_first: bool, has_long_keys: bool) -> ByChannel:
    """Where keys have two digits, the pound key, or a while, tells that one is whole."""
    written = _("{s}: Aid. Which one?", s=s) if is_first else _("{s}: More aid. Which one?", s=s)
    said = say("There is this aid.") if is_first else say("There is this aid too.")
    ends = (say("After the number, press pound."),) if has_long_keys else ()
    return ByChannel(written, Sentences((said, *ends)))


def no_list(s: str) -> ByChannel:
    return ByChannel(_("{s}: There is no aid list yet. Send 0 to ask the lead.", s=s), say("There is no aid list yet."))


def more() -> ByChannel:
    return ByChannel(_("more aid"), say("To hear more"))


def from_the_first() -> ByChannel:
    return ByChannel(_("back to the first"), say("To hear the first ones again"))


def is_over(s: str, item: Aid, name: Named) -> ByChannel:
    """With its last day as the school's clock shows days; by call nobody names an item that the list no longer has."""
    day = f"{item.until.month}/{item.until.day}" if item.until else ""
    written = _("{s}: {item} ended on {day}. What there is now:", s=s, item=name, day=day)
    return ByChannel(written, Sentences((say("This help has ended."), say("There is this aid."))))


FROM_THE_DISTRICT = (
    say("This help comes from the district, for families with a child enrolled."),
    say("No one here asks about papers."),
)


def from_the_district() -> ByChannel:
    note = _("This help comes from the district, for families with a child enrolled. No one here asks about papers.")
    return ByChannel(note, Sentences(FROM_THE_DISTRICT))


def somebody_contacts_you() -> ByChannel:
    return ByChannel(_("someone contacts you"), say("If you want someone to contact you"))


def asked(s: str, outcome: Outcome | None) -> Word:
    match outcome:
        case RequestOpened() as opened:
            return ByChannel(_opened(s, opened), _opened_said(opened))
        case RequestRefused("stopped"):
            return ByChannel(
                _("{s}: You have left the list, so nobody can text you. START brings you back; then ask again.", s=s),
                say("You have left the list, so nobody can contact you."),
            )
        case RequestRefused("day", most):
            return ByChannel(
                _("{s}: You have asked {n} times in a day. Send 2 to talk to a person.", s=s, n=most),
                say("You have asked {n} times in a day.", n=most),
            )
        case RequestRefused(_reason, most):
            return ByChannel(
                _("{s}: You have {n} open requests. DONE and its number takes one back.", s=s, n=most),
                say("You have {n} open requests.", n=most),
            )
        case _:
            return no_such(s)


def _opened(s: str, opened: RequestOpened) -> Sentences:
    number = str(opened.number)
    first = _("{s}: Your request is {number}.", s=s, number=number)
    if opened.is_again:
        first = _("{s}: You have asked for this already: your request is {number}.", s=s, number=number)
    contact = _("Whoever takes it texts you from this number. Neither of you sees the other's number.")
    if opened.needs_yes:
        contact = _("Before you meet anybody a lead says yes to it, and we tell you where.")
    return Sentences((first, _readers(opened).written, contact, _("DONE {number} takes it back.", number=number)))


def _opened_said(opened: RequestOpened) -> Sentences:
    again = (say("You have asked for this already."),) if opened.is_again else ()
    number = say("Your request is number {number}.", number=spelled(opened.number))
    contact: tuple[Spoken, ...] = (
        say("Whoever takes it contacts you from this number."),
        say("Neither of you sees the other's number."),
    )
    if opened.needs_yes:
        contact = (say("Before you meet anybody a lead says yes to it."), say("We tell you where you meet."))
    return Sentences((*again, number, _readers(opened).said, *contact, number))


def _readers(opened: RequestOpened) -> ByChannel:
    """Who has it, and from when on."""
    is_counselors = opened.readers == "counselor"
    if opened.is_taken:
        return ByChannel(_("Somebody takes care of it."), say("Somebody takes care of it."))
    if opened.readers == "lead":
        return ByChannel(_("The lead has it now."), say("The lead has it now."))
    if opened.told is None:
        return _counselors_now() if is_counselors else _volunteers_now()
    by: Text = _("The volunteers have it by {t}.", t=opened.told)
    by_said = say("The volunteers have it by: {time}.", time=opened.told)
    if is_counselors:
        by, by_said = (
            _("The counselors have it by {t}.", t=opened.told),
            say("The counselors have it by: {time}.", time=opened.told),
        )
    return ByChannel(by, by_said)


def _counselors_now() -> ByChannel:
    return ByChannel(_("The counselors have it now."), say("The counselors have it now."))


def _volunteers_now() -> ByChannel:
    return ByChannel(_("The volunteers have it now."), say("The volunteers have it now."))
