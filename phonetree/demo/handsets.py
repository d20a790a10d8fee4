"""The telephones of the demo's page: whose are drawn, what stands beside them, and the training of a new lead."""

from __future__ import annotations

import re
from dataclasses import replace

from phonetree.demo.cast import CODE, Cast, Person
from phonetree.demo.stage import Stage
from phonetree.simulator.answer_plans import ByHand
from phonetree.simulator.handsets import HandsetKind
from phonetree.simulator.page.faces import Face, FaceKind
from phonetree.simulator.page.lesson import Step
from phonetree.words.languages import LANGUAGES

HOLD = 3.0
"""Seconds between two things that a caller on hold hears, so that somebody has time to pick up elsewhere."""


def in_hand(cast: Cast) -> tuple[tuple[Person, Face], ...]:
    """Who is drawn, in the order of the page."""
    lead, volunteer, wall = cast.leads[0], cast.on_shift[0], cast.homes.answers
    return (
        _drawn(lead, "The lead", FaceKind.SLAB, "Ms. Ortega. Try: DRILL 2 1 2"),
        _drawn(cast.joining[1], "A mother", FaceKind.FLIP, "On the list. Try: NEWS, or call."),
        _drawn(cast.caller, "Mrs. Park", FaceKind.FLIP, f"Not on the list yet. Try: 가입 {CODE}, or JOIN {CODE}"),
        _drawn(wall, "The Lopez home", FaceKind.DESK, "A phone on the wall. It takes no texts: it is called."),
        _drawn(volunteer, "A volunteer", FaceKind.SLAB, "Takes hotline calls. Try: ON, then call from the mother."),
        _drawn(
            cast.network, "The network", FaceKind.FLIP, "The Rapid Response Network. What it texts waits for a lead."
        ),
    )


def draw(stage: Stage, cast: Cast) -> None:
    """Show them, as whatever is played goes on."""
    stage.carrier.draw([face for _, face in in_hand(cast)])


def hand_over(stage: Stage, cast: Cast) -> None:
    """From now on they are in the hands of whoever has the page open, who has all the time in the world."""
    people = in_hand(cast)
    for person, _ in people:
        phone = stage.phone(person.number)
        phone.becomes(HandsetKind.LANDLINE if person.is_landline else HandsetKind.MOBILE)
        phone.answers(ByHand())
    stage.carrier.behaviour = replace(stage.carrier.behaviour, hold=HOLD)
    stage.carrier.draw([face for _, face in people], training(cast))


def training(cast: Cast) -> tuple[Step, ...]:
    """Each step is done when the text that it leads to arrives."""
    lead, volunteer, mother = cast.leads[0].number.e164, cast.on_shift[0].number.e164, cast.joining[1].number.e164
    pin = cast.leads[0].pin
    steps = (
        (lead, r"^DRILL, nothing sent yet.*\b\d{4}\b", _DRILL),
        (lead, r"^DRILL sent to", _CONFIRM),
        (volunteer, r"(?i)\b(drill|simulacro)\b", _ARRIVES),
        (lead, r"^LIVE, nothing sent yet.*\b\d{4}\b", _ALERT),
        (lead, r"^SENT to", _CONFIRM_ALERT),
        (mother, r"(?i)\b(confirmed|confirmado)\b", _EVERYBODY),
        (lead, r"^NO LONGER SEEN sent to", _CLEAR),
        (lead, r"^CORRECTION sent to", _CORRECT),
    )
    return tuple(
        Step(words.format(pin=pin), number, re.compile(pattern, re.DOTALL)) for number, pattern, words in steps
    )


_DRILL = (
    "On the lead's phone, write DRILL 2 1 2 and send it. 2 is “agents at the school”, 1 is the front gate, "
    "2 is “confirmed, seen by us”. Nothing is sent yet: the phone tree shows what it would send, and a code."
)
_CONFIRM = (
    "Read what it would send. If it is right, answer with the code of four digits, a space, and the PIN {pin}. "
    "The code is good once."
)
_ARRIVES = (
    "Look at the volunteer's phone: the drill is there, in Spanish, and says first and last that it is practice. "
    "Families got nothing."
)
_ALERT = (
    "A drill ends by itself. The rest is learned with an alert, here where no phone is real: on the lead's phone write "
    "ALERT 2 1 2. At your school, practise with DRILL."
)
_CONFIRM_ALERT = (
    "Read it again, above all the level and the place. Answer with the new code, a space, and the PIN {pin}."
)
_EVERYBODY = (
    "Look at the mother's phone: she reads it in Spanish. The Lopez home takes no texts, so it rings. Pick up there."
)
_CLEAR = (
    "Nobody sees the agents any more. Write CLEAR. If more than one alert is open it asks which: answer with the "
    "number before it. Then the code and the PIN {pin}. Everybody who got the alert is told that nothing is seen now; "
    "“all clear” is never said."
)
_CORRECT = (
    "And if it had been wrong: write CORRECT (and the number, if you are asked), then the code and the PIN {pin}. "
    "The same people are told that it was wrong, ahead of everything else."
)


def _drawn(person: Person, name: str, kind: FaceKind, note: str) -> tuple[Person, Face]:
    language = LANGUAGES[person.reads]
    face = Face(person.number.e164, name, kind, language.bcp47, language.english_name, note, person.pin)
    return person, face
