"""What the pages of an alert say: each question's page, what came of it, and why something was not done."""

from __future__ import annotations

from collections.abc import Mapping

from phonetree.dialogue.effects import Action, Kind
from phonetree.dialogue.guards import (
    Frozen,
    FrozenByYou,
    Guard,
    GuardAsked,
    IsFrozen,
    LeadRemoved,
    NotFrozen,
    Thawed,
    ThawWanted,
)
from phonetree.dialogue.outcomes import (
    CallComing,
    Lapsed,
    Locked,
    NeedsAnother,
    NoCall,
    NoPin,
    NotAnAnswer,
    NothingToPropose,
    Outcome,
    Paused,
    PinNeeded,
    Proposed,
    Released,
    WrongAnswer,
)
from phonetree.flows.kinds import SIGHTINGS
from phonetree.words.pages import Printed, printed

DEEDS: Mapping[str, Printed] = {
    "alert": printed("Send an alert"),
    "drill": printed("Practice: send a drill"),
    "update": printed("Still there: send an update"),
    "clear": printed("No longer seen: end it"),
    "correct": printed("It was wrong: correct it"),
    "update_other": printed("No change: send an update"),
    "clear_other": printed("No longer so: end it"),
    "pause": printed("Pause: hold what has not gone"),
    "send": printed("Go on with what waits"),
    "freeze": printed("Freeze: nothing is sent for 30 minutes"),
    "thaw": printed("End the freeze"),
}
"""What a lead does, as on its button."""
FOLLOWS = ("clear", "update", "correct")


def follow_ups(kind: Kind) -> list[tuple[str, Printed]]:
    """What may follow an alert of this kind, and how its button says it. Of what nobody saw, nothing is "seen"."""
    is_seen = kind in SIGHTINGS
    return [(name, DEEDS[name] if is_seen else DEEDS.get(f"{name}_other", DEEDS[name])) for name in FOLLOWS]


ALERT_WORDS: Mapping[str, Printed] = {
    "nothing_sent": printed("Nothing is sent yet."),
    "is_drill": printed("This is practice: every text says DRILL first and last."),
    "staff_only": printed("Staff only. Parents are NOT told."),
    "phones": printed("Phones"),
    "last_phone": printed("The last phone has it by"),
    "cost": printed("US dollars, about"),
    "segments": printed("Segments in all"),
    "untranslated": printed("Not translated yet; these phones read the school's first language:"),
    "calls": printed("Of the phones, called instead of texted"),
    "how_it_reads": printed("How it reads"),
    "text_code": printed("Text me a code, then I enter it with my PIN"),
    "call_me": printed("Call me: I key my PIN into the call"),
    "by_call_alone": printed(
        "This school takes no PIN on a page now. The tree calls your phone, and you key it there."
    ),
    "begin_again": printed("Begin again"),
    "not_now": printed("Do nothing now"),
    "code_comes": printed("A text with a code is on its way to your phone."),
    "call_comes": printed("Your phone is called. Key your PIN into that call."),
    "code": printed("The code from the text, 4 digits"),
    "send_now": printed("Send it now"),
    "do_now": printed("Do it now"),
    "other_way": printed("Another way"),
    "let_go": printed("Let it go: nothing is sent"),
    "nothing_waits": printed("Nothing waits for your PIN."),
    "by_text": printed("Something else waits for your PIN. Answer it on your phone, where it was asked."),
    "part_done": printed(
        "Your part is done. Nothing is sent yet: one more lead has to confirm. Each has a code by text."
    ),
    "paused_now": printed("What has not gone is paused. After ten minutes it is not sent any more."),
    "new_preview": printed("A preview is open. Nothing is sent yet."),
    "freeze_means": printed(
        "For 30 minutes no alert and no correction is sent, by nobody. All leads are told. Two other leads can end it."
    ),
    "thaw_means": printed("The freeze ends once two leads say so. What it held then waits for a lead."),
    "remove_means": printed("A lead is removed: see the text on your phone."),
    "confirm": printed("Confirm"),
    "refused": printed("Not done"),
    "back_to_now": printed("Back to what is so now"),
}


def outcome_words(outcome: Outcome) -> Printed:
    """What came of it, in whole sentences; that nothing was sent is always said."""
    match outcome:
        case Released(action, phones):
            return released_words(action, phones)
        case WrongAnswer(tries_left=0):
            return printed("Not sent. Three wrong answers. Begin again, or another lead sends it.")
        case WrongAnswer(tries_left):
            return printed("Not sent. The code or the PIN was wrong. Tries left: {n}.", n=tries_left)
        case NotAnAnswer():
            return printed("Nothing was sent, and nothing was counted. The code has 4 digits, the PIN has 6.")
        case Locked():
            return printed(
                "Not sent. Too many wrong answers in an hour, so no PIN is taken here now. Let the tree call you."
            )
        case Lapsed():
            return printed("That is no longer open. Nothing was sent now. Begin again.")
        case NoPin():
            return printed("You have no PIN yet. Nothing was sent. Another lead can do it.")
        case NoCall():
            return printed("Your phone cannot be called now. Nothing was sent. Another lead can confirm it.")
        case NothingToPropose():
            return printed("Nothing to send: nothing is open, or nobody would hear it. Nothing was sent.")
        case _:
            return _more_words(outcome)


def _more_words(outcome: Outcome) -> Printed:
    match outcome:
        case NeedsAnother():
            return ALERT_WORDS["part_done"]
        case Paused(held):
            return printed("Paused. {n} phones wait. After ten minutes they are not texted any more.", n=held)
        case Proposed() | GuardAsked() | PinNeeded():
            return ALERT_WORDS["new_preview"]
        case CallComing():
            return ALERT_WORDS["call_comes"]
        case IsFrozen():
            return printed("It is frozen. Nothing was sent. Two leads end a freeze, or it ends by itself.")
        case Frozen():
            return printed("Frozen. No alert and no correction is sent for 30 minutes. All leads are told.")
        case ThawWanted():
            return printed("Your part is done. It is still frozen: one more lead has to say so.")
        case Thawed(held):
            return printed("The freeze is over. {n} phones wait for a lead to go on.", n=held)
        case LeadRemoved():
            return printed("Done. That phone is no lead any more. All leads are told.")
        case FrozenByYou():
            return printed("You froze it. Two other leads end it sooner; else it ends by itself.")
        case NotFrozen():
            return printed("Nothing is frozen.")
        case _:
            return printed("That is no longer open. Nothing was done now.")


def released_words(action: Action, phones: int) -> Printed:
    match action:
        case Action.ALERT:
            return printed("Sent to {n} phones.", n=phones)
        case Action.DRILL:
            return printed("The drill is sent to {n} phones.", n=phones)
        case Action.UPDATE:
            return printed("The update is sent to {n} phones.", n=phones)
        case Action.CLEAR:
            return printed("No longer seen: sent to {n} phones.", n=phones)
        case Action.CORRECT:
            return printed("The correction is sent to {n} phones.", n=phones)
        case Action.RESUME:
            return printed("It goes on: {n} phones.", n=phones)
        case Action.ABORT:
            return printed("Paused. {n} phones wait.", n=phones)


def guard_words(what: Guard) -> Printed:
    """What the PIN would do."""
    return ALERT_WORDS[f"{what}_means"]
