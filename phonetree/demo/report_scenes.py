"""A rumor and a report: a lead checks it, the network confirms it, and whoever asked hears what came of it, once."""

from __future__ import annotations

from phonetree.demo.cast import PLACES
from phonetree.demo.phones import NothingCame, Play, code_in, hear, inbox_size, number_in, say, sizes, wait_for_each
from phonetree.simulator.messages import Direction

ANSWERS = ("1", "1", "1", "0", "0")
"""Saw it, place 1, now; how many and what else are skipped."""
BEING_CHECKED = "revisamos un reporte"


def rumor_is_checked(play: Play) -> None:
    """Nothing is known; then a report comes, and who asks now hears that it is being checked."""
    nothing = say(play, play.cast.family("es", 12), "RUMOR")
    _report(play)
    lead, *others = play.cast.leads
    before = sizes(play, others)
    say(play, lead, f"CHECK {report_number(play)}")
    wait_for_each(play, before)
    words = say(play, play.cast.neighbor, "MIGRA")
    is_honest = BEING_CHECKED in words and words != nothing and PLACES["es"] not in words
    play.check("who asks hears that it is being checked, and no more", is_honest)


def _report(play: Play) -> None:
    """A family tells what it saw; the leads and the network read it, and not who told it."""
    told = (*play.cast.leads, play.cast.network)
    reporter, before, mark = play.cast.family("en", 12), sizes(play, told), play.mark()
    say(play, reporter, "REPORT")
    answers = [say(play, reporter, digit) for digit in ANSWERS]
    wait_for_each(play, before)
    for each in (play.cast.leads[0], play.cast.network):
        hear(play, each, PLACES[each.reads], before=before[each])
    number = report_number(play)
    reached = {text.recipient for text in play.since(mark)}
    only_they = reached == {person.number.e164 for person in told}
    play.check("a report goes to the leads and the network alone", only_they and number in answers[-1], number)


def network_confirms(play: Play) -> None:
    """With its own code and PIN; families hear nothing before a lead sends it."""
    network, number, mark = play.cast.network, report_number(play), play.mark()
    code = code_in(say(play, network, f"CONFIRM {number}"))
    before = sizes(play, play.cast.leads)
    done = say(play, network, f"{code} {network.pin}")
    wait_for_each(play, before)
    hear(play, play.cast.leads[0], f"SEND {number}", before=before[play.cast.leads[0]])
    sent = len(play.to_families(mark))
    play.check("the network's word reaches the leads alone, who decide", number in done and not sent, f"{sent} phones")


def neighbor_hears(play: Play) -> None:
    """Families have the alert; who asked and gets no alerts has one answer."""
    neighbor = play.cast.neighbor
    hear(play, neighbor, PLACES["es"], before=1)
    play.stage.carrier.settle()
    number = neighbor.number.e164
    unasked = [t for t in play.stage.carrier.accepted if t.recipient == number and t.direction is Direction.API]
    once = len(unasked) == 1 and inbox_size(play, neighbor) == len(("being checked", "confirmed"))
    play.check("what came of it reaches who asked, once", once, f"{len(unasked)} text")


def report_number(play: Play) -> str:
    """As the network was told it."""
    told = [body for body in play.stage.phone(play.cast.network.number).bodies if "Report " in body]
    if not told:
        raise NothingCame("the network has no report")
    return number_in(told[0])
