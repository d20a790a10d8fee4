"""Two sentences in Mam: recorded by phone, approved by another speaker, heard by a lead, used in the next alert."""

from __future__ import annotations

import re
from collections.abc import Sized

from phonetree.demo.call_scenes import LEADS_KEY, SECOND_PLACE, called_back, show_call
from phonetree.demo.calls import InHand, call_that_told, languages
from phonetree.demo.cast import Person
from phonetree.demo.phones import NothingCame, Play, say
from phonetree.dialogue.effects import Kind
from phonetree.flows import spoken_alerts
from phonetree.words.i18n import Spoken
from phonetree.words.speech import in_language

RECORDED: tuple[tuple[Spoken, float], ...] = (
    (spoken_alerts.confirmed(), 2.0),
    (spoken_alerts.what(Kind.NEAR), 4.0),
)
"""The sentences that become recordings, with the seconds that they take in Mam."""
MOST_PROMPTS = 12
DELETED_WITHIN = 30.0
TO_RECORD, TO_CHECK, NEW_RECORDINGS, INTERPRETERS_KEY = "1", "2", "8", "8"
YES, NEXT = "1", "3"
_CODE = re.compile(r"\b[0-9]{6}\b")


def mam_is_recorded(play: Play) -> None:
    speaker, second = play.cast.interpreters
    lead, other, third = play.cast.leads
    _record(play, _invited(play, lead, speaker, TO_RECORD))
    approved = _say_yes(_invited(play, other, second, TO_CHECK))
    play.check("a second speaker, invited by another lead, hears and approves", approved == _lengths(), _each(approved))
    call = called_back(play, third, LEADS_KEY)
    call.presses(NEW_RECORDINGS)
    heard = _say_yes(call)
    play.check("a lead hears level and kind before families do", heard == _lengths(), _each(heard))
    deleted = play.stage.carrier.wait_for(
        lambda: len(play.stage.carrier.deleted_recordings) >= len(RECORDED), DELETED_WITHIN
    )
    play.check("no recording stays at the provider", deleted, _each(play.stage.carrier.deleted_recordings))


def mam_is_heard(play: Play) -> None:
    """The alert that has just gone out, in a home where Mam is spoken and some Spanish is understood."""
    home = play.cast.homes.mam
    call = call_that_told(play, home, SECOND_PLACE[home.reads])
    show_call(play, home, call)
    played = [round(each.seconds) for each in call.heard if each.url]
    play.check("level and kind are heard in a speaker's own voice", played == _lengths(), _each(played))
    play.check("what nobody has recorded is said in Spanish", languages(call.heard) == {"Spanish"})


def _invited(play: Play, lead: Person, interpreter: Person, key: str) -> InHand:
    """A code by text, handed over by word of mouth, keyed in by the interpreter, who is called back."""
    answer = say(play, lead, f"RECORD {interpreter.number.national()}")
    codes = _CODE.findall(answer)
    if len(codes) != 1:
        raise NothingCame(f"one code for {interpreter.name} was due: {answer}")
    call = called_back(play, interpreter, INTERPRETERS_KEY, codes[0])
    call.presses(key)
    return call


def _record(play: Play, call: InHand) -> None:
    """Past all prompts but those two; what is recorded is heard back and kept."""
    wanted = {in_language(sentence, "es"): seconds for sentence, seconds in RECORDED}
    heard_back: list[int] = []
    for _ in range(MOST_PROMPTS):
        asked = " ".join(each.words for each in call.call.just_heard)
        prompt = next((words for words in wanted if words and words in asked), None)
        if prompt is None:
            call.skips(NEXT)
            continue
        heard_back += [round(each.seconds) for each in call.speaks(wanted.pop(prompt)) if each.url]
        call.presses(YES)
        if not wanted:
            break
    call.hangs_up()
    play.check("what was said is heard back, and kept", heard_back == _lengths(), _each(heard_back))


def _say_yes(call: InHand) -> list[int]:
    """To each recording that is played; how long each was."""
    heard: list[int] = []
    while not call.call.is_over and len(heard) <= len(RECORDED):
        heard += [round(each.seconds) for each in call.call.just_heard if each.url]
        call.presses(YES)
    return heard


def _lengths() -> list[int]:
    return [round(seconds) for _sentence, seconds in RECORDED]


def _each(recordings: Sized) -> str:
    """What was seen, for the table."""
    return f"{len(recordings)} recordings"
