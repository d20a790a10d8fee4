"""What a stranger may know of a school: what its poster says. How one joins it by text, and key by key by a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from phonetree.desk import public_words as words
from phonetree.desk.call_contexts import spoken_by
from phonetree.desk.means import Means
from phonetree.desk.own_words import join_word
from phonetree.desk.retention_rules import RULES
from phonetree.desk.schools import find_site, school_of
from phonetree.flows.language import MORE, ON_ONE_PAGE
from phonetree.models import Site, reading
from phonetree.school.choices import JoinMode
from phonetree.school.schema import School
from phonetree.words.languages import LANGUAGES, fallbacks
from phonetree.words.pages import Printed

Key = tuple[str, Printed]
"""What is keyed, and what it is for."""
Kept = tuple[Printed, Printed]
"""What is kept, and for how long."""


@dataclass(frozen=True, slots=True)
class PublicSchool:
    """A school with what the database knows besides its file. ``is_held``: a lead looks at each request to join."""

    school: School
    loaded_on: date
    spoken: tuple[str, ...]
    shares_number: bool
    is_held: bool

    def word(self, language: str) -> str:
        """What is texted to join, in a word of this language, so that the answer is in it too."""
        return f"{join_word(language)} {self.school.site.code}"

    def sentences(self, language: str) -> Mapping[str, Printed]:
        """Everything that a page or poster in this language can say of the school, by name."""
        return {**words.WORDS, **words.about(self.school, self.word(language))}

    @property
    def written(self) -> tuple[str, ...]:
        """The languages in which its pages are read."""
        return tuple(code for code in self.school.site.languages if LANGUAGES[code].has_text)

    def languages_of(self, code: str) -> tuple[str, ...]:
        """In what order a page in this language looks for words."""
        return fallbacks(code, None, self.school.site.languages[0])

    def keys(self, language: str) -> tuple[Key, ...]:
        """What somebody who speaks this language keys, in order, from the first menu to the call back."""
        return (*self._to_language(language), *self._to_school(), *words.PRESS_TO_JOIN.items())

    def _to_language(self, language: str) -> Iterator[Key]:
        """Nobody is asked where one language alone is spoken; for one that is not, the first that is stands in."""
        if len(self.spoken) <= 1:
            return
        heard = language if language in self.spoken else self.spoken[0]
        page, place = divmod(self.school.site.languages.index(heard), ON_ONE_PAGE)
        digits = MORE * page + str(place + 1)
        yield digits, words.press_for_language(" ".join(digits), LANGUAGES[heard].endonym)

    def _to_school(self) -> Iterator[Key]:
        digits = self.school.site.keypad_code
        if self.shares_number and digits:
            yield f"{digits}#", words.press_for_school(digits)


def find_public(engine: Engine, means: Means, code: str) -> PublicSchool | None:
    """The school of this code, in whatever case it is written."""
    with reading(engine) as session:
        site = find_site(session, code)
        return public_of(session, means, site) if site else None


def only_public(engine: Engine, means: Means) -> PublicSchool | None:
    """The school of a deployment that has one; where there are several, no page lists them."""
    with reading(engine) as session:
        first_two = session.scalars(select(Site).order_by(Site.id).limit(2)).all()
        return public_of(session, means, first_two[0]) if len(first_two) == 1 else None


def public_of(session: Session, means: Means, site: Site) -> PublicSchool:
    school = school_of(means, site)
    return PublicSchool(
        school,
        loaded_on=site.loaded_at.astimezone(school.site.timezone).date(),
        spoken=spoken_by(session, site, school),
        shares_number=len(site.sender.sites) > 1,
        is_held=school.join.mode is JoinMode.HOLD or site.join_word is not None,
    )


def kept_for() -> tuple[Kept, ...]:
    """What is kept, as a family would call it, and for how many days: those of the rules themselves."""
    after = {rule.what: rule.after.days for rule in RULES}
    return tuple((name, words.days(after[what])) for what, name in words.KEPT_FOR.items())
