"""The words of the record: what can be done at a school, as its audit names it."""

from __future__ import annotations

from collections.abc import Mapping

from phonetree.words.pages import Printed, printed

WORDS: Mapping[str, Printed] = {
    "title": printed("Record"),
    "about": printed("What was done, when, and by which role. No number and nobody's words stand in it."),
    "when": printed("When"),
    "what": printed("What"),
    "more": printed("About"),
    "by": printed("By whom"),
    "none": printed("Nothing is on record."),
    "older": printed("Older entries"),
    "export": printed("Download the record"),
    "export_note": printed(
        "A file with every entry and its link. Whoever has it can verify with phonetree alone that nothing was taken "
        "out or changed."
    ),
    "not_now": printed("The record cannot be downloaded right now. Please try again later."),
}
BY: Mapping[str, Printed] = {
    "server": printed("the phone tree"),
    "self": printed("you"),
    "lead": printed("a lead"),
    "other": printed("somebody of the school"),
    "gone": printed("somebody who left"),
}
DONE: Mapping[str, Printed] = {
    word.msgid: word
    for word in (
        printed("signed in to the console"),
        printed("console locked"),
        printed("imported people"),
        printed("loaded the school file"),
        printed("joined"),
        printed("left"),
        printed("left: no answer"),
        printed("joins let in"),
        printed("joins turned away"),
        printed("a new word to join"),
        printed("proposed alert"),
        printed("proposed update"),
        printed("proposed clear"),
        printed("proposed correct"),
        printed("proposed drill"),
        printed("released alert"),
        printed("released update"),
        printed("released clear"),
        printed("released correct"),
        printed("released drill"),
        printed("paused"),
        printed("handed to staff"),
        printed("wrong answer"),
        printed("answer while locked"),
        printed("many wrong answers"),
        printed("keyed under duress"),
        printed("PIN set by an operator"),
        printed("second PIN set by an operator"),
        printed("asked to freeze"),
        printed("asked to thaw"),
        printed("asked to remove"),
        printed("would thaw"),
        printed("the freeze ended by itself"),
        printed("texts that the ledger did not send"),
        printed("removed a lead"),
        printed("checks a report"),
        printed("a report is false"),
        printed("muted a reporter"),
        printed("network reported"),
        printed("the network confirms"),
        printed("dropped a report"),
        printed("said yes to a match"),
        printed("barred a caller"),
        printed("many call-backs"),
        printed("gave a recording code"),
        printed("announced a shift"),
        printed("warned of a gap"),
        printed("moved a review"),
        printed("numbers were given up"),
        printed("CAP key made"),
        printed("CAP key revoked"),
        printed("asked to erase the school"),
        printed("said yes to erase the school"),
        printed("stopped the erasing of the school"),
    )
}
