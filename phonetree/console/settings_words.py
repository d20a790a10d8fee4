"""The words of the page of settings: what a file changes of who hears what."""

from __future__ import annotations

from collections.abc import Mapping

from phonetree.console import refusals
from phonetree.desk.checklist_words import AUDIENCES
from phonetree.desk.console_settings import Kept
from phonetree.desk.simulation import Row
from phonetree.dialogue.effects import Level
from phonetree.flows.kinds import SIGHTINGS, headline
from phonetree.school.schema import Audience
from phonetree.words.i18n import Word
from phonetree.words.pages import Printed, printed

WORDS: Mapping[str, Printed] = {
    **refusals.WORDS,
    "title": printed("Settings"),
    "what": printed("What"),
    "about": printed(
        "All settings of the school are one file: who hears what, places, hotlines, shifts, aid, the safety plan. "
        "Download it, change it in any editor, and see here what the changed file would do."
    ),
    "download": printed("Download the school file"),
    "file": printed("The school file, a TOML file"),
    "check": printed("Check a file"),
    "look": printed("Check it and show what would change"),
    "would": printed("What this file would change"),
    "nothing_yet": printed("Nothing is changed yet."),
    "is_same": printed("This file changes nothing: it is in force already."),
    "who_hears": printed("Who would hear what"),
    "sent": printed("What is sent"),
    "before": printed("Heard before by"),
    "after": printed("Heard after by"),
    "parents_not": printed("Parents are NOT told."),
    "nobody": printed("nobody"),
    "rules": printed("Rules"),
    "rule": printed("Rule"),
    "was": printed("Before"),
    "becomes": printed("After"),
    "tables": printed("These parts of the file change, too:"),
    "load": printed("Load it"),
    "load_note": printed("It is in force at once. The other leads are told by text that the file was changed."),
    "again": printed("Choose the same file once more; the console kept nothing of it."),
    "pin": printed("Your PIN, 6 digits"),
    "back": printed("Leave everything as it is"),
    "loaded": printed("The file is loaded and in force. The other leads are told."),
    "texted": printed(
        "From now on PINs are keyed into calls. Some went by text before and may be read in a phone: have new ones set."
    ),
    "other_school": printed("This file is of another school, or names another number. Nothing was changed."),
    "another_file": printed("This is another file than the one that you looked at. Here is what it would change."),
    "wrong_pin": printed(
        "That was not right, so nothing was changed. After five wrong answers in an hour the console lets nobody in "
        "with your phone for an hour. Alerts are not touched."
    ),
}
RULES: Mapping[str, Printed] = {
    word.msgid: word
    for word in (
        printed("leads needed to send"),
        printed("with two, the first may send alone after"),
        printed("the PIN is given by"),
        printed("a duress PIN"),
        printed("every alert promises the next text in"),
        printed("undelivered texts become calls after"),
        printed("staff phone the rest after"),
        printed("a text is not sent any more after"),
        printed("without waiting for a lead, the network reaches"),
    )
}
TABLES: Mapping[str, Printed] = {
    "site": printed("the school itself: name, contact, languages"),
    "sender": printed("how fast and how much the number may send"),
    "places": printed("places"),
    "hotlines": printed("outside hotlines"),
    "network": printed("the network"),
    "hotline": printed("how the hotline rings"),
    "shifts": printed("shifts of the hotline"),
    "join": printed("how families join"),
    "relays": printed("group chats"),
    "aid_rules": printed("rules of mutual aid"),
    "aid": printed("the list of mutual aid"),
    "plan": printed("the safety plan"),
}


def loaded_on(kept: Kept) -> Printed:
    return printed("The file in force was loaded on {day}.", day=kept.loaded_on.isoformat())


def plan_says_otherwise(version: str) -> Printed:
    return printed(
        "The safety plan {version} was loaded before and says something else here. What a council approved stays as it "
        "is: give the changed plan a new version. Nothing was changed.",
        version=version,
    )


def named(row: Row) -> Printed | Word:
    """What it is, and how sure."""
    if row.kind is None:
        return printed("A practice drill")
    what = headline(row.kind).written
    if row.kind not in SIGHTINGS:
        return what
    if row.level is Level.UNCONFIRMED:
        return printed("{what}, not confirmed", what=what)
    return printed("{what}, confirmed", what=what)


def heard_by(row: Row) -> list[Printed | str]:
    """The groups in their order, then the chats by their names."""
    groups: list[Printed | str] = [AUDIENCES[Audience(name)] for name in row.hears if Audience(name) in AUDIENCES]
    return [*groups, *row.relays]
