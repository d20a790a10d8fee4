"""The words of the page of people, and of what a list changes."""

from __future__ import annotations

from collections.abc import Mapping

from phonetree.console import refusals
from phonetree.console.room import ANSWERED
from phonetree.desk.console_people import People
from phonetree.desk.rosters import Imported
from phonetree.words.pages import Printed, printed

WORDS: Mapping[str, Printed] = {
    **ANSWERED,
    **refusals.WORDS,
    "title": printed("People"),
    "counts": printed("Phones by language and role"),
    "counts_note": printed("A phone with two roles stands in both and counts once. Who left is not counted."),
    "language": printed("Language"),
    "together": printed("All languages"),
    "channels": printed("How they are told"),
    "channel": printed("By"),
    "phones": printed("Phones"),
    "left": printed("Left by their own word, and stay out"),
    "joins": printed("Who waits to join"),
    "nobody_waits": printed("Nobody waits to join."),
    "number": printed("Number"),
    "admit": printed("Let in"),
    "admit_means": printed("From then on they get what families get, and they are told so."),
    "refuse": printed("Turn away"),
    "refuse_means": printed("They stay off the list. Nothing is said to them; they may ask again."),
    "admit_all": printed("Let in all who wait"),
    "list": printed("Import a list"),
    "list_note": printed(
        "A CSV file with the columns phone, language, role, channel, consent. First you see what would change. "
        "Nothing of the file is kept until you say so."
    ),
    "file": printed("The list, a CSV file"),
    "look": printed("Show what would change"),
    "would": printed("What would change"),
    "nothing_yet": printed("Nothing is changed yet."),
    "new_leads": printed("This list makes new leads, who could send alerts. The other leads are told by text."),
    "welcome_note": printed("New families get a welcome text. Take the list in only if each of them agreed to it."),
    "again": printed("Choose the same file once more; the console kept nothing of it."),
    "pin": printed("Your PIN, 6 digits"),
    "take_in": printed("Take it in"),
    "back": printed("Leave everything as it is"),
    "done": printed("The list was taken in."),
    "change": printed("Change"),
    "count": printed("Count"),
    "another_file": printed("This is another file than the one that you looked at. Here is what it would change."),
    "wrong_pin": printed(
        "That was not right, so nothing was changed. After five wrong answers in an hour the console lets nobody in "
        "with your phone for an hour. Alerts are not touched."
    ),
}
CHANNELS: Mapping[str, Printed] = {"sms": printed("Text"), "voice": printed("Recorded call")}


def changes_of(imported: Imported) -> list[tuple[Printed, int]]:
    """The same rows before and after; what nothing is changed of is left out, but for the first three."""
    always = [
        (printed("New on the list"), imported.added),
        (printed("Changed"), imported.changed),
        (printed("As before"), imported.unchanged),
    ]
    sometimes = [
        (printed("New leads among them"), imported.new_leads),
        (printed("Left by STOP before, and stay out: only they can come back"), imported.stopped),
        (printed("Welcomed"), imported.welcomed),
    ]
    return [*always, *((label, count) for label, count in sometimes if count)]


def waiting_of(people: People) -> Printed:
    if people.more_held:
        return printed("{n} wait, and {more} more.", n=len(people.held), more=people.more_held)
    return printed("{n} wait. No alert goes to them before a lead lets them in.", n=len(people.held))
