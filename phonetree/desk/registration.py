"""What the carriers' forms ask before a number may text, answered from the school's file; what is too long is said.

The lengths are those of the provider's forms. What families read is taken from the flows: a reviewer sees the truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from phonetree.desk import registration_words as words
from phonetree.desk.own_words import JOIN, carrier_words, join_word, own_words
from phonetree.desk.real_texts import RealTexts, alert_texts, read_in, real_texts
from phonetree.desk.registration_words import Body
from phonetree.dialogue.meanings import Command
from phonetree.school.schema import School
from phonetree.words.i18n import translated
from phonetree.words.languages import LANGUAGES
from phonetree.words.numbers import PhoneNumber

ENGLISH = "en"
DESCRIPTION, FLOW, SAMPLE, MESSAGE, KEYWORDS = (40, 4096), (40, 2048), (20, 1024), (20, 320), (1, 255)
"""Fewest and most characters."""
SUMMARY = (20, 500)
"""Of the toll-free form's summary. No limit of it is known to us, so it stays short."""
SAMPLES = ("at confirmed", "pickup confirmed", "clear", "drill")
SHORT_OF_IT = ("site.program", "site.run_by", "site.name", "site.short")
VOLUMES = (10, 100, 1_000, 10_000, 100_000, 250_000, 500_000, 750_000, 1_000_000)
"""The steps in which the toll-free form counts messages a month."""
TOLL_FREE = frozenset(f"+1{area}" for area in (800, 833, 844, 855, 866, 877, 888))


@dataclass(frozen=True, slots=True)
class Asked:
    """Who registers, and where the public pages are: what the school's file does not say."""

    body: Body = Body.CHARITY
    legal_name: str = words.LEGAL_NAME
    public_url: str = words.ADDRESS
    families: int = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """One field of the form. *made_of*: the keys of the school file whose words are in it."""

    field: str
    words: str
    limits: tuple[int, int] | None = None
    made_of: tuple[str, ...] = ()

    def wrong(self, school: School) -> str | None:
        """Why the form would not take it, and what in the school file makes it so."""
        if self.limits is None or self.limits[0] <= len(self.words) <= self.limits[1]:
            return None
        least, most = self.limits
        if len(self.words) < least:
            return f"{self.field} has {len(self.words)} characters, at least {least} are asked"
        lengths = {key: len(value) for key in self.made_of if (value := _value(school, key)) in self.words}
        held = ", ".join(f"{key} ({lengths[key]})" for key in sorted(lengths, key=lambda key: -lengths[key]))
        return f"{self.field} has {len(self.words)} characters, at most {most} are taken; shorten what it holds: {held}"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the form, or of what to know before it."""

    title: str
    notes: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()


def registration(school: School, asked: Asked) -> tuple[Part, ...]:
    """Everything, in the order in which it is asked."""
    first = (words.IS_TOLL_FREE,) if is_toll_free(school.site.number) else ()
    return (
        Part("1. Who registers", (*first, *words.WHO[asked.body]), _about_body(asked)),
        Part("2. The brand: the legal body", words.BRAND, _brand(asked)),
        Part("3. The use case", (*words.USE_CASE[asked.body], *words.USE_CASES), (_use_case(asked),)),
        Part("4. The campaign: the program", words.PROGRAM, (*_program(school, asked), *_replies(school))),
        *_opt_out(school),
        Part("6. If the number is toll-free instead", words.TOLL_FREE, tuple(_toll_free(school, asked))),
        Part("7. How long it takes", words.HOW_LONG),
        Part("8. What is refused, and why", words.REFUSED),
        Part("9. When the carriers have said yes", words.AFTERWARDS),
    )


def wrongs(school: School, parts: Sequence[Part]) -> tuple[str, ...]:
    """Every field that the form would not take, each once."""
    found = (answer.wrong(school) for part in parts for answer in part.answers)
    return tuple(dict.fromkeys(filter(None, found)))


def _value(school: School, key: str) -> str:
    return str(getattr(school.site, key.removeprefix("site.")))


def _about_body(asked: Asked) -> tuple[Answer, ...]:
    return (Answer("Legal name", asked.legal_name), *(Answer(*pair) for pair in words.ABOUT_BODY))


def _brand(asked: Asked) -> tuple[Answer, ...]:
    return tuple(Answer(*pair) for pair in words.BRAND_FIELDS[asked.body])


def _use_case(asked: Asked) -> Answer:
    return Answer("UsAppToPersonUsecase", words.CODES[asked.body])


def _program(school: School, asked: Asked) -> Iterator[Answer]:
    yield Answer("Description", words.description(school, asked.legal_name), DESCRIPTION, SHORT_OF_IT)
    yield Answer("MessageFlow", _flow(school, asked), FLOW, SHORT_OF_IT)
    for place, sample in enumerate(_samples(school), start=1):
        yield Answer(f"MessageSamples {place}", sample, SAMPLE, SHORT_OF_IT)
    for name, truth in words.BOXES:
        yield Answer(name, truth)
    code = school.site.code
    yield Answer("PrivacyPolicyUrl", f"{asked.public_url}/privacy?school={code}")
    yield Answer("TermsAndConditionsUrl", f"{asked.public_url}/terms?school={code}")


def _flow(school: School, asked: Asked) -> str:
    texts = real_texts(school, ENGLISH)
    return words.message_flow(school, asked.public_url, _join_words(school)[1:], texts)


def _samples(school: School) -> tuple[str, ...]:
    """At most five: alerts as families get them, and the text that says how to leave."""
    found = alert_texts(school)
    chosen = [read_in(school, ENGLISH, found[name]) for name in SAMPLES if name in found]
    return (*chosen, real_texts(school, ENGLISH).joined)


def _replies(school: School) -> Iterator[Answer]:
    """The keywords and the three messages. Who joins by text reads the same as the first in two texts."""
    texts = real_texts(school, ENGLISH)
    yield Answer("OptInKeywords", _opt_in_keywords(school), KEYWORDS)
    yield Answer("OptInMessage", texts.welcome, MESSAGE, SHORT_OF_IT)
    yield Answer("OptOutKeywords", ",".join(carrier_words(Command.STOP)), KEYWORDS)
    yield Answer("OptOutMessage", texts.stop, MESSAGE, SHORT_OF_IT)
    yield Answer("HelpKeywords", ",".join(carrier_words(Command.HELP)), KEYWORDS)
    yield Answer("HelpMessage", texts.help, MESSAGE, SHORT_OF_IT)


def _join_words(school: School) -> tuple[str, ...]:
    """The words that posters ask for, each once, JOIN first."""
    written = (code for code in school.site.languages if LANGUAGES[code].has_text)
    return tuple(dict.fromkeys((JOIN, *map(join_word, written))))


def _opt_in_keywords(school: School) -> str:
    """Those that the form takes: it knows plain letters and digits alone."""
    return ",".join(word for word in _join_words(school) if word.isascii() and word.isalnum())


def _opt_out(school: School) -> Iterator[Part]:
    """For English and each language of the school that has texts: what the provider's page is to answer."""
    written = [code for code in school.site.languages if LANGUAGES[code].has_text and code != ENGLISH]
    missing = [LANGUAGES[code].english_name for code in written if code not in translated()]
    notes = (*words.OPT_OUT, *((words.not_translated(missing),) if missing else ()))
    answers = [answer for code in (ENGLISH, *written) if code in translated() for answer in _opt_out_in(school, code)]
    yield Part("5. Advanced Opt-Out of the Messaging Service", notes, tuple(answers))


def _opt_out_in(school: School, code: str) -> Iterator[Answer]:
    texts, name = real_texts(school, code), LANGUAGES[code].english_name
    replies: Mapping[Command, str] = {Command.STOP: texts.stop, Command.START: texts.start, Command.HELP: texts.help}
    for command, reply in replies.items():
        taken = carrier_words(command) if code == ENGLISH else own_words(code, command)
        if taken:
            heading = f"{name}, {command.name}"
            yield Answer(f"{heading}: words", ",".join(taken), KEYWORDS)
            yield Answer(f"{heading}: reply", reply, MESSAGE, SHORT_OF_IT)


def _toll_free(school: School, asked: Asked) -> Iterator[Answer]:
    texts: RealTexts = real_texts(school, ENGLISH)
    yield Answer("BusinessName", asked.legal_name)
    for name, value in words.TOLL_FREE_FIELDS[asked.body]:
        yield Answer(name, value)
    yield Answer("UseCaseSummary", words.summary(school, asked.legal_name), SUMMARY, SHORT_OF_IT)
    yield Answer("ProductionMessageSample", _samples(school)[0], SAMPLE, SHORT_OF_IT)
    yield Answer("OptInImageUrls", f"{asked.public_url}/join/{school.site.code}")
    yield Answer("OptInType", "VIA_TEXT")
    yield Answer("OptInConfirmationMessage", texts.welcome, MESSAGE, SHORT_OF_IT)
    yield Answer("OptInKeywords", _opt_in_keywords(school), KEYWORDS)
    yield Answer("HelpMessageSample", texts.help, MESSAGE, SHORT_OF_IT)
    yield Answer("MessageVolume", f"{volume(school, asked.families):,}")
    yield Answer("PrivacyPolicyUrl", f"{asked.public_url}/privacy?school={school.site.code}")
    yield Answer("TermsAndConditionsUrl", f"{asked.public_url}/terms?school={school.site.code}")
    yield Answer("AdditionalInformation", _flow(school, asked))


def is_toll_free(number: PhoneNumber) -> bool:
    return number.e164[:5] in TOLL_FREE


def volume(school: School, families: int) -> int:
    """Messages a month, as the form counts them: the first step that is enough."""
    messages = families * school.site.messages_per_month
    return next((step for step in VOLUMES if messages <= step), VOLUMES[-1])
