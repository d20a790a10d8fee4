"""The protocol of a school as one page to print for each of its languages: HTML that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from phonetree.desk import checklist_words as words
from phonetree.desk.broadcasts import in_turn, reaches_families
from phonetree.desk.page_words import direction, marked, templates_of
from phonetree.dialogue.effects import Kind
from phonetree.flows.kinds import ELSEWHERE, headline
from phonetree.school.schema import Audience, School
from phonetree.words.i18n import Named, Word
from phonetree.words.languages import LANGUAGES, Language, fallbacks
from phonetree.words.pages import PageReader, Printed, printed

MOST_LINES = 13
"""Of what a school may have any number of, with letters of the usual size."""


def render_checklist(school: School, languages: Sequence[str], loaded_on: date) -> str:
    """A whole document with a page for each of *languages*, which must have texts."""
    first = school.site.languages[0]
    pages = [_Page(school, LANGUAGES[code], PageReader(fallbacks(code, None, first)), loaded_on) for code in languages]
    template = templates_of("phonetree.desk").get_template("checklist.html")
    return template.render(title=school.site.name, pages=pages)


@dataclass(frozen=True, slots=True)
class _Page:
    """One page as the template reads it: a school in one language."""

    school: School
    language: Language
    reader: PageReader
    loaded_on: date

    def __call__(self, word: Printed | Word) -> Markup:
        """The words, escaped, and marked where they are not in the language of the page."""
        code, found = self.reader.find(word)
        return marked(found, code, on_a_page_in=self.language.code)

    @property
    def direction(self) -> str:
        return direction(self.language.code)

    @property
    def words(self) -> dict[str, Markup]:
        return {name: self(word) for name, word in words.HEADINGS.items()}

    @property
    def head(self) -> tuple[Markup, ...]:
        """The title, who leads, the plan; and that nobody has translated this, where that is so."""
        lines = (words.title(self.school), words.lead_line(self.school), words.plan_line(self.school.plan))
        is_own = self.reader.find(lines[0])[0] == self.language.code
        note = () if is_own else (words.not_translated(self.language.endonym),)
        return tuple(map(self, (*lines, *note)))

    @property
    def kinds(self) -> Iterator[tuple[str, Markup]]:
        return ((kind.value, self(headline(kind).written)) for kind in Kind)

    @property
    def places(self) -> Iterator[tuple[str, Markup]]:
        first = self.school.site.languages[0]
        yield from ((str(place.digit), self(Named(place.name, first))) for place in self.school.places)
        yield ELSEWHERE, self(printed("another place"))

    @property
    def levels(self) -> Iterator[tuple[str, Markup]]:
        return ((digit, self(level)) for digit, level in words.LEVELS.items())

    @property
    def start(self) -> tuple[Markup, ...]:
        return tuple(map(self, words.how_to_start(self.school)))

    @property
    def confirm(self) -> tuple[Markup, ...]:
        return tuple(map(self, words.how_to_confirm(self.school.protocol)))

    @property
    def heard(self) -> Iterator[tuple[Markup, list[Markup], bool]]:
        """At each level who hears it, in order, and whether parents do."""
        protocol = self.school.protocol
        levels: dict[str, Sequence[Audience]] = {
            "unconfirmed": protocol.unconfirmed,
            "confirmed": protocol.confirmed,
            "drill": protocol.drill,
        }
        if protocol.network_may_send:
            levels["network"] = protocol.network_may_send
        for name, audience in levels.items():
            yield self(words.HEARD_AS[name]), list(self._audience(audience)), reaches_families(audience)

    def _audience(self, names: Sequence[Audience]) -> Iterator[Markup]:
        yield from (self(words.AUDIENCES[Audience(name)]) for name in in_turn(names))
        if Audience.RELAYS in names:
            for relay in self.school.relays:
                yield Markup("{} ({})").format(relay.name, self(words.CHATS[relay.audience]))

    @property
    def steps(self) -> Iterator[tuple[Markup, Markup]]:
        protocol = self.school.protocol
        tells_parents = reaches_families(protocol.confirmed) or reaches_families(protocol.unconfirmed)
        for after, what in words.what_happens(protocol, tells_parents=tells_parents):
            yield self(words.duration(after)) if after else self.words["at_once"], self(what)

    @property
    def commands(self) -> Iterator[tuple[str, Markup]]:
        return ((command, self(what)) for command, what in words.COMMANDS.items())

    @property
    def lines(self) -> Iterator[tuple[str, str, str, str]]:
        """The outside lines: name, number, hours, languages."""
        for line in self.school.hotlines:
            spoken = ", ".join(LANGUAGES[code].endonym for code in line.languages)
            yield line.name, line.number.national(), line.hours.words, spoken

    @property
    def is_full(self) -> bool:
        """Whether it takes smaller letters to stay on one page."""
        lines = len(self.school.places) + 2 * len(self.school.hotlines) + 2 * len(self.school.relays)
        return lines > MOST_LINES

    @property
    def networks(self) -> list[str]:
        """Those that are not among the lines already."""
        called = {line.name for line in self.school.hotlines}
        return [network.name for network in self.school.network if network.name not in called]

    @property
    def footer(self) -> tuple[Markup, Markup]:
        return self.words["footer"], self(words.loaded(self.loaded_on.isoformat()))
