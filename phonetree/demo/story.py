"""The demo: a made-up school with two hundred families, played on this machine, checked, and left open to try."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console

from phonetree.demo import scenes
from phonetree.demo.cast import FAMILIES, SCHOOL_NUMBER, make_cast
from phonetree.demo.checks import Checks
from phonetree.demo.phones import NothingCame, Play
from phonetree.demo.stage import SEGMENTS_PER_SECOND, Stage, StageFailure, open_stage
from phonetree.demo.transcript import Transcript

SCENES: tuple[tuple[str, Callable[[Play], None]], ...] = (
    ("The roster comes in, and every family is welcomed", scenes.roster_comes_in),
    ("Two families join by text, in English and in Spanish", scenes.families_join),
    ("Families ask", scenes.families_ask),
    ("A lead sends an alert: kind 2, place 1, confirmed", scenes.lead_alerts),
    ("Families answer while the alert is open", scenes.families_answer),
    ("A family leaves, in Spanish; then comes an update", scenes.family_stops),
    ("No longer seen", scenes.lead_ends),
    ("A drill", scenes.staff_practise),
    ("Everything once more, and what lies on the disk", scenes.nothing_was_lost),
)
_BELOW = (
    "The web server, the worker and the telephone carrier run on this machine; no text leaves it. "
    f"{FAMILIES} families and 12 staff, all made up. Time is real, but the carrier here sends {SEGMENTS_PER_SECOND:.0f} "
    "segments a second: a real long code sends 1 a second, so that 400 phones take seven minutes. "
    "> is written on a phone, < arrives on it."
)


def play(*, once: bool, port: int = 8000, console: Console | None = None) -> bool:
    """Play the story; whether every check passed. Without *once* the handsets stay open until Ctrl-C."""
    transcript, checks = Transcript(console or Console(highlight=False)), Checks()
    transcript.title("Maple Parents Phone Tree: the demo", _BELOW)
    on_disk: Play | None = None
    try:
        with open_stage(SCHOOL_NUMBER, port) as stage:
            on_disk = Play(stage, make_cast(), transcript, checks)
            _perform(on_disk)
            if not once:
                _conclude(transcript, checks)
                _stay_open(stage, transcript)
            stage.stop_product()
            scenes.search_disk(on_disk, "after it stopped")
    except StageFailure as failure:
        checks.that("the phone tree runs", passed=False, detail=str(failure))
    except OSError as error:
        checks.that(f"port {port} is free", passed=False, detail=error.strerror or "")
    except KeyboardInterrupt:
        checks.that("played to the end", passed=False, detail="interrupted")
    _conclude(transcript, checks)
    return checks.all_passed


def _perform(play: Play) -> None:
    """Scene after scene. Where a text that was due does not come the rest cannot be played."""
    for number, (title, scene) in enumerate(SCENES, start=1):
        play.transcript.scene(number, title)
        try:
            scene(play)
        except NothingCame as seen:
            play.check(f"scene {number} played to its end", passed=False, detail=str(seen))
            return
