"""The made-up people of the demo's school: 200 families who text, homes that are called, staff, and others around."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from phonetree.simulator.answer_plans import AnswerPlan, ByHand, MachineAnswers, PicksUp
from phonetree.words.numbers import PhoneNumber

SCHOOL_FILE = Path(__file__).with_name("maple_demo.toml")
CODE = "MAPLE"
SCHOOL_NUMBER = PhoneNumber("+12135550100")
PLACES = {"en": "front gate", "es": "puerta principal", "ko": "정문"}
"""What the first place of the school file is called, in each language that is spoken there."""

FAMILIES, SPANISH_IN_FIVE = 200, 3
OTHER_LANGUAGES = (
    *("ko", "hy", "fil", "ru", "fa", "vi", "zh_Hans", "zh_Hant", "ar", "so", "mww", "om", "am", "pl", "uk", "ur"),
)
"""Of one family each, the last on the roster."""
HEARD_KEY = "5"
ANSWERS, WAITS = PicksUp(keys=(HEARD_KEY,)), PicksUp(keys=(None, HEARD_KEY))
"""Who presses a key at once, and who hears it all a second time before."""
_FAMILY_AREAS = ("323", "310", "818", "626", "562", "424", "661")
_STAFF = (
    ("Ms. Ortega, lead", "lead", "en", "739152"),
    ("Mr. Reyes, lead", "lead", "es", "480613"),
    ("Ms. Kim, lead", "lead", "en", "925708"),
    ("counselor", "counselor", "es", ""),
    ("second counselor", "counselor", "en", ""),
    ("front office", "operator", "es", ""),
    *((f"teacher {n}", "staff", "es" if n % 3 == 0 else "en", "") for n in range(1, 8)),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One phone in somebody's hand. Only leads and the network have a PIN; *plan*: what happens when it rings."""

    name: str
    role: str
    language: str
    number: PhoneNumber
    pin: str = ""
    second: str = ""
    channel: str = "sms"
    calls: bool = False
    is_landline: bool = False
    plan: AnswerPlan = field(default_factory=ByHand)

    @property
    def reads(self) -> str:
        """The language of what is written to them, or said by a computer."""
        return self.second or self.language

    @property
    def is_texted(self) -> bool:
        """Whether a text to this phone arrives."""
        return self.channel == "sms" and not self.is_landline


@dataclass(frozen=True, slots=True)
class Homes:
    """The families whose phone is on the kitchen wall."""

    answers: Person
    machine: Person
    texted: Person
    """On the list as a phone for texts; what they signed names calls."""
    mam: Person
    """Speaks Mam, and some Spanish."""

    @property
    def all(self) -> tuple[Person, ...]:
        return (self.answers, self.machine, self.texted, self.mam)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody. ``joining`` are two families that are not on the roster; nor are ``caller`` and ``neighbor``."""

    families: tuple[Person, ...]
    joining: tuple[Person, Person]
    homes: Homes
    staff: tuple[Person, ...]
    interpreters: tuple[Person, Person]
    network: Person
    """The phone of the Rapid Response Network."""
    caller: Person
    neighbor: Person

    @property
    def roster(self) -> tuple[Person, ...]:
        return (*self.staff, self.network, *self.interpreters, *self.families, *self.homes.all)

    @property
    def everyone(self) -> tuple[Person, ...]:
        """All whom an alert reaches."""
        return (*self.staff, self.network, *self.families, *self.homes.all, *self.joining)

    @property
    def phones(self) -> tuple[Person, ...]:
        """All who are heard of at all."""
        return (*self.everyone, *self.interpreters, self.caller, self.neighbor)

    @property
    def leads(self) -> tuple[Person, ...]:
        return tuple(person for person in self.staff if person.role == "lead")

    @property
    def with_pin(self) -> tuple[Person, ...]:
        return (*self.leads, self.network)

    @property
    def counselors(self) -> tuple[Person, Person]:
        first, second = (person for person in self.staff if person.role == "counselor")
        return first, second

    @property
    def on_shift(self) -> tuple[Person, Person, Person]:
        """Who answers the hotline: a voicemail, somebody who takes the call, and a phone that rings on."""
        by_name = {person.name: person for person in self.staff}
        return by_name["front office"], by_name["counselor"], by_name["Mr. Reyes, lead"]

    def family(self, language: str, which: int) -> Person:
        """One of the families on the roster that read *language*."""
        return [family for family in self.families if family.language == language][which]


def make_cast() -> Cast:
    """The same people every time."""
    return Cast(
        families=tuple(_family(n, _language_of(n)) for n in range(FAMILIES)),
        joining=(_family(FAMILIES, "en"), _family(FAMILIES + 1, "es")),
        homes=_homes(),
        staff=_staff(),
        interpreters=(
            Person("Doña Juana", "interpreter", "mam", _number(141), second="es"),
            Person("Don Mateo", "interpreter", "mam", _number(142), second="es"),
        ),
        network=Person("the network", "network", "en", _number(161), "264815"),
        caller=Person("Mrs. Park", "", "ko", _number(151)),
        neighbor=Person("a neighbor", "", "es", _number(152)),
    )


def roster_csv(people: Sequence[Person]) -> str:
    """The roster as a school's office would export it."""
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(("phone", "language", "role", "channel", "consent", "second_language", "calls"))
    for person in people:
        consent = "paper form 2026-09-03" if person.role == "parent" else "staff meeting 2026-08-27"
        calls = "yes" if person.calls else ""
        first = (person.number.national(), person.language, person.role, person.channel, consent)
        rows.writerow((*first, person.second, calls))
    return written.getvalue()


def _homes() -> Homes:
    return Homes(
        answers=_home("the Lopez home", "es", 131, plan=ANSWERS),
        machine=_home("the Baker home", "en", 132, plan=MachineAnswers()),
        texted=_home("the Diaz home", "es", 133, plan=WAITS, channel="sms"),
        mam=_home("the Matías home", "mam", 134, plan=ANSWERS, second="es"),
    )


def _home(name: str, language: str, line: int, *, plan: AnswerPlan, channel: str = "voice", second: str = "") -> Person:
    number = _number(line)
    return Person(
        name, "parent", language, number,
        second=second, channel=channel, calls=True, is_landline=True, plan=plan,
    )  # fmt: skip


def _staff() -> tuple[Person, ...]:
    """The front office has gone home and its voicemail is on; everybody else is there."""
    return tuple(
        Person(
            name, role, language, _number(110 + n), pin, plan=MachineAnswers() if name == "front office" else ByHand()
        )
        for n, (name, role, language, pin) in enumerate(_STAFF)
    )


def _number(line: int) -> PhoneNumber:
    return PhoneNumber(f"+12135550{line}")


def _language_of(n: int) -> str:
    others = FAMILIES - len(OTHER_LANGUAGES)
    if n >= others:
        return OTHER_LANGUAGES[n - others]
    return "es" if n % 5 < SPANISH_IN_FIVE else "en"


def _family(n: int, language: str) -> Person:
    area = _FAMILY_AREAS[n % len(_FAMILY_AREAS)]
    number = PhoneNumber(f"+1{area}5550{100 + n // len(_FAMILY_AREAS)}")
    return Person(f"family {n + 1} ({language})", "parent", language, number)
