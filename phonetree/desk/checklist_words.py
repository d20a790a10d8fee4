"""The words of the printed checklist, whole sentences each, for ``desk.checklist`` to lay out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from phonetree.school.schema import Audience, Confirm, Plan, Protocol, RelayAudience, School
from phonetree.words.i18n import Word
from phonetree.words.pages import Printed, printed

HEADINGS: Mapping[str, Printed] = {
    "start": printed("Start an alert"),
    "kind": printed("What it is"),
    "place": printed("Where"),
    "level": printed("How sure"),
    "confirm": printed("Confirm it"),
    "who": printed("Who hears it, in this order"),
    "next": printed("What happens then"),
    "words": printed("Afterwards, text a word"),
    "help": printed("Who helps"),
    "network": printed("The network:"),
    "parents_not": printed("Parents are NOT told."),
    "nobody": printed("nobody"),
    "at_once": printed("at once"),
    "digits": printed("or, digits alone:"),
    "sightings": printed("for 1, 2 and 3"),
    "footer": printed("No name, no child and nobody's status belongs in any message."),
}
LEVELS: Mapping[str, Printed] = {"1": printed("not confirmed: only heard"), "2": printed("confirmed: staff saw it")}
HEARD_AS: Mapping[str, Printed] = {
    "unconfirmed": printed("Not confirmed"),
    "confirmed": printed("Confirmed, and 4, 5, 6"),
    "drill": printed("A practice drill"),
    "network": printed("The network's alert, before a lead looked at it"),
}
AUDIENCES: Mapping[Audience, Printed] = {
    Audience.NETWORK: printed("the Rapid Response Network"),
    Audience.LEADS: printed("the leads"),
    Audience.STAFF: printed("staff"),
    Audience.PARENTS: printed("families"),
}
CHATS: Mapping[RelayAudience, Printed] = {
    RelayAudience.INTERNAL: printed("internal group chat"),
    RelayAudience.EXTERNAL: printed("external group chat"),
}
COMMANDS: Mapping[str, Printed] = {
    "UPDATE": printed("it is still so"),
    "CLEAR": printed("no longer seen"),
    "CORRECT": printed("it was wrong"),
    "ABORT": printed("pause what has not gone"),
    "STATUS": printed("how many have it"),
    "DRILL 2 1 2": printed("practice, nothing is happening"),
}
"""What a lead texts, in English on every page: it is understood from everyone, in whatever language they read."""


def title(school: School) -> Printed:
    return printed("Alert checklist: {school}", school=school.site.name)


def plan_line(plan: Plan | None) -> Printed:
    if plan is None:
        return printed("The phone tree has no safety plan of this school yet.")
    return printed(
        "Safety plan {version}, approved by the {council} on {approved}, to be reviewed by {review}.",
        version=plan.version,
        council=plan.council.value,
        approved=plan.approved_on.isoformat(),
        review=plan.review_by.isoformat(),
    )


def lead_line(school: School) -> Printed:
    return printed("Led by {run_by}. A person: {contact}.", run_by=school.site.run_by, contact=school.site.contact)


def how_to_start(school: School) -> tuple[Printed, Printed]:
    number = school.site.number
    return (
        printed("From your own phone text {number}: ALERT, then what, where and how sure.", number=number),
        printed("Or call {number} and press #: the tree hangs up and calls you.", number=number),
    )


def how_to_confirm(protocol: Protocol) -> tuple[Printed, Printed]:
    by_call = printed("Read the preview, answer 0, and key your PIN when the tree calls you.")
    by_text = printed("Read the preview. Answer its code, then your PIN; or 0: the tree calls you for the PIN.")
    return (by_call if protocol.confirm is Confirm.CALL else by_text, _approvals(protocol))


def _approvals(protocol: Protocol) -> Printed:
    if protocol.approvals == 1:
        return printed("One lead is enough.")
    if protocol.solo_after is None:
        return printed("Two leads must confirm, always.")
    return printed(
        "Two leads must confirm. Where no other answers in {time}, the first may send alone.",
        time=duration(protocol.solo_after),
    )


def what_happens(protocol: Protocol, *, tells_parents: bool) -> list[tuple[timedelta, Printed]]:
    """What the tree does by itself after an alert, in the order of its times."""
    steps = [
        (timedelta(0), printed("Texts go out, and calls to who chose calls.")),
        (protocol.call_after, printed("Where no text arrived, a recorded call, if they agreed to calls.")),
        (protocol.next_text, printed("All leads are asked for the next message: it was promised.")),
        (protocol.expires, printed("What has not gone by now is not sent any more.")),
    ]
    if tells_parents:
        steps.append((protocol.tree_after, printed("Staff are called and phone the families that nothing reached.")))
    return sorted(steps, key=lambda step: step[0])


def duration(of: timedelta) -> Word:
    """As short as a page needs it: 20 min."""
    seconds = int(of.total_seconds())
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds % length == 0:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def loaded(day: str) -> Printed:
    return printed("As the school file was loaded on {day}.", day=day)


def not_translated(language: str) -> Printed:
    return printed("Nobody has translated this page into {language} yet.", language=language)
