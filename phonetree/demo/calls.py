"""How the demo uses its telephones for calls: who calls, what is pressed and said, what is heard, all of it printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import shorten

from phonetree.demo.cast import SCHOOL_NUMBER, Person
from phonetree.demo.phones import NothingCame, Play
from phonetree.simulator.answer_plans import ByHand, Heard, RingsOut
from phonetree.simulator.handsets import HandsetKind
from phonetree.simulator.phone_calls import PhoneCall
from phonetree.words.languages import LANGUAGES

RINGS_WITHIN, ENDS_WITHIN = 30.0, 30.0
SHOWN, WHOLE = 240, 2000
"""Characters of what was heard in one breath: menus are long."""
_SPOKEN = {row.say[0]: row.english_name for row in LANGUAGES.values() if row.say}


@dataclass(frozen=True, slots=True)
class InHand:
    """A call in somebody's hand."""

    play: Play
    who: Person
    call: PhoneCall

    def picks_up(self) -> Sequence[Heard]:
        self.play.transcript.did(self.who.name, "picks up")
        with in_time(self.who):
            self.call.pick_up()
        return self.listens()

    def presses(self, keys: str, *, shown: str = "") -> Sequence[Heard]:
        self.play.transcript.did(self.who.name, f"presses {shown or keys}")
        with in_time(self.who):
            self.call.press(keys)
        return self.listens()

    def speaks(self, seconds: float) -> Sequence[Heard]:
        self.play.transcript.did(self.who.name, f"speaks for {seconds:.0f} seconds after the tone, then presses #")
        with in_time(self.who):
            self.call.speak(seconds, key="#")
        return self.listens()

    def skips(self, key: str) -> Sequence[Heard]:
        """Say nothing after the tone, and go on with *key*."""
        self.play.transcript.did(self.who.name, f"says nothing, and presses {key}")
        with in_time(self.who):
            self.call.stay_silent()
            self.call.press(key)
        return self.listens()

    def hangs_up(self) -> None:
        self.play.transcript.did(self.who.name, "hangs up")
        with in_time(self.who):
            self.call.hang_up()

    def is_joined_with(self, other: Person) -> bool:
        joined = self.call.wait_until_joined(timeout=RINGS_WITHIN)
        return joined and self.call.joined_with == other.number.e164

    def listens(self) -> Sequence[Heard]:
        """What was heard since they last did something."""
        show_heard(self.play, self.who, self.call.just_heard)
        return self.call.just_heard


def plug_in(play: Play) -> None:
    """Every telephone at its place, before it first rings."""
    for person in play.cast.phones:
        phone = play.stage.phone(person.number)
        phone.becomes(HandsetKind.LANDLINE if person.is_landline else HandsetKind.MOBILE)
        phone.answers(person.plan)


def leave_unanswered(play: Play) -> None:
    """The story is over: phones that somebody held ring out from now on, the homes answer as before."""
    for person in play.cast.phones:
        if person.plan == ByHand():
            play.stage.phone(person.number).answers(RingsOut())


def dials(play: Play, who: Person) -> InHand:
    """Call the tree."""
    play.transcript.did(who.name, "calls the tree")
    with in_time(who):
        call = InHand(play, who, play.stage.phone(who.number).call(timeout=RINGS_WITHIN))
    call.listens()
    return call


def rings(play: Play, who: Person, after: int) -> InHand:
    """The first call that comes to this phone after so many."""
    with in_time(who):
        call = play.stage.phone(who.number).wait_for_call(after + 1, timeout=RINGS_WITHIN)
    play.transcript.did(who.name, "is called by the tree")
    return InHand(play, who, call)


def calls_so_far(play: Play, who: Person) -> int:
    return len(play.stage.phone(who.number).calls)


def call_that_told(play: Play, who: Person, words: str, *, after: int = 0) -> PhoneCall:
    """The first call to this phone after so many in which these *words* were said, once it is over."""

    def found() -> list[PhoneCall]:
        calls = play.stage.phone(who.number).calls[after:]
        return [call for call in calls if call.is_over and any(words in said for said in call.words)]

    if not play.stage.carrier.wait_for(lambda: bool(found()), ENDS_WITHIN):
        raise NothingCame(f"{who.name} waited for a call that says {words!r}, and none came")
    return found()[0]


def show_heard(play: Play, who: Person, heard: Sequence[Heard], most: int = SHOWN) -> None:
    for each in heard:
        play.transcript.heard(who.name, shown(each, most))


def shown(heard: Heard, most: int = SHOWN) -> str:
    if heard.url:
        return f"[a recording of {heard.seconds:.0f} seconds]"
    return f"({language_of(heard)}) {shorten(heard.words, most, placeholder=' …')}"


def language_of(heard: Heard) -> str:
    """Of the voice that said it; a recording has none that the carrier would know."""
    return _SPOKEN.get(heard.language, heard.language)


def languages(heard: Sequence[Heard]) -> set[str]:
    return {language_of(each) for each in heard if each.words}


def sees_the_tree(call: PhoneCall) -> bool:
    """Whether this telephone shows the tree's number and no other."""
    return call.seen_number == SCHOOL_NUMBER.e164


@contextmanager
def in_time(who: Person) -> Iterator[None]:
    """What does not happen at a telephone ends the story."""
    try:
        yield
    except (TimeoutError, RuntimeError) as error:
        raise NothingCame(f"at the telephone of {who.name}: {error}") from None
