"""The demo: a made-up school with two hundred families, played on this machine, checked, and left open to try."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console

from phonetree.demo import aid_scenes, call_scenes, chat_scenes, handsets, recording_scenes, report_scenes, scenes
from phonetree.demo.calls import leave_unanswered, plug_in
from phonetree.demo.cast import FAMILIES, SCHOOL_NUMBER, make_cast
from phonetree.demo.checks import Checks
from phonetree.demo.phones import NothingCame, Play
from phonetree.demo.stage import SEGMENTS_PER_SECOND, StageFailure, open_stage
from phonetree.demo.transcript import Transcript

SCENES: tuple[tuple[str, Callable[[Play], None]], ...] = (
    ("The roster comes in, and every family is welcomed", scenes.roster_comes_in),
    ("Two families join by text, in English and in Spanish", scenes.families_join),
    ("Families ask", scenes.families_ask),
    ("The safety plan, read by phone", call_scenes.plan_is_heard),
    ("Aid, asked for in two languages, and taken by a counselor", aid_scenes.aid_is_asked_and_taken),
    ("The two write to each other, and neither sees a number", aid_scenes.two_sides_write),
    ("A rumor is asked about, a report comes, a lead checks it", report_scenes.rumor_is_checked),
    ("The network confirms the report", report_scenes.network_confirms),
    ("A lead sends it as an alert: kind 2, place 1, confirmed", scenes.lead_alerts),
    ("Who asked meanwhile, and is on no list, hears what came of it", report_scenes.neighbor_hears),
    ("The staff's group chat has the alert too", chat_scenes.group_reads_the_alert),
    ("The same alert by call, to phones that take no texts", call_scenes.homes_are_called),
    ("Families answer while the alert is open", scenes.families_answer),
    ("A mother calls, and chooses Korean by keypad", call_scenes.caller_chooses_korean),
    ("A father calls to talk to a person", call_scenes.caller_reaches_a_person),
    ("A family leaves, in Spanish; then comes an update", scenes.family_stops),
    ("No longer seen", scenes.lead_ends),
    ("Two sentences in Mam, recorded by phone", recording_scenes.mam_is_recorded),
    ("An alert by keypad: kind 1, place 2, confirmed", call_scenes.lead_alerts_by_keypad),
    ("A home where Mam is spoken hears it", recording_scenes.mam_is_heard),
    ("A drill", scenes.staff_practise),
    ("The group chat once more", chat_scenes.group_read_everything_in_order),
    ("Everything once more, and what lies on the disk", scenes.nothing_was_lost),
)
_BELOW = (
    "The web server, the worker and the telephone carrier run on this machine; no text and no call leaves it. "
    f"{FAMILIES} families who text, some who are called, 13 staff and the network, all made up. "
    f"Time is real, but the carrier here sends {SEGMENTS_PER_SECOND:.0f} segments a second: "
    "a real long code sends 1 a second, so that 400 phones take seven minutes; "
    "and a call is played at once, not as slowly as it is spoken. "
    "> is written, pressed or said at a phone, < arrives on it or is heard."
)
LOG_SHOWN = 4000
"""Characters of the log, which holds no number and no text, where something went wrong."""


def play(*, once: bool, port: int = 8000, console: Console | None = None) -> bool:
    """Play the story; whether every check passed. Without *once* the handsets stay open until Ctrl-C."""
    transcript, checks = Transcript(console or Console(highlight=False)), Checks()
    transcript.title("Maple Parents Phone Tree: the demo", _BELOW)
    try:
        with open_stage(SCHOOL_NUMBER, port) as stage:
            _tell(Play(stage, make_cast(), transcript, checks), once=once)
    except StageFailure as failure:
        checks.that("the phone tree runs", passed=False, detail=str(failure))
        transcript.says(str(failure), style="bold red")
    except KeyboardInterrupt:
        if not transcript.is_concluded:
            checks.that("played to the end", passed=False, detail="interrupted")
    if not transcript.is_concluded:
        transcript.conclude(checks)
    return checks.all_passed


def _tell(play: Play, *, once: bool) -> None:
    """The scenes; then either the disk without the product, or the handsets left open."""
    plug_in(play)
    if not once:
        handsets.draw(play.stage, play.cast)
    for number, (title, scene) in enumerate(SCENES, start=1):
        play.transcript.scene(number, title)
        try:
            scene(play)
        except NothingCame as seen:  # the rest cannot be played
            play.check(f"scene {number} played to its end", passed=False, detail=str(seen))
            break
    if not play.checks.all_passed:
        play.transcript.says(f"The product's log ends with:\n{play.stage.log()[-LOG_SHOWN:]}", style="dim")
    if once:
        play.check("the product stops when asked", play.stage.stop_product() == 0)
        scenes.search_disk(play, "after it stopped")
        return
    play.transcript.conclude(play.checks)
    _stay_open(play)


def _stay_open(play: Play) -> None:
    """Until Ctrl-C, or until the product ends by itself."""
    leave_unanswered(play)
    handsets.hand_over(play.stage, play.cast)
    play.transcript.says(f"The handsets: {play.stage.carrier.base_url}/")
    play.transcript.says(f"The console:  {play.stage.environment['PHONETREE_PUBLIC_URL']}/console/")
    lead = play.cast.leads[0]
    play.transcript.says(
        f"Text, call and pick up there; the console's code comes to the lead's phone. {lead.name}: {lead.number.e164}, "
        f"PIN {lead.pin}. `phonetree talk voice` holds a call in the terminal. "
        "Ctrl-C ends the demo.",
        style="",
    )
    play.stage.wait()
