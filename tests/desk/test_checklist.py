"""The checklist to print: one whole page for each language, with everything that a lead needs and nothing to fetch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from catalogs import PAGES, TEXTS, as_written, catalog, compile_into, in_use
from pseudo import PSEUDO, compile_pseudo, plain_words

from phonetree.desk.checklist import render_checklist
from phonetree.dialogue.meanings import Command
from phonetree.school.reading import read_school
from phonetree.words.languages import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
MAPLE = (ROOT / "docs/examples/maple.toml").read_text(encoding="utf-8")
DAY = date(2026, 11, 16)
ALONE = {"meta", "br"}
ARABIC = 'languages = ["es", "en", "ar", "hy"]'


@pytest.fixture(scope="module", autouse=True)
def _catalogs_as_they_are_written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with as_written(tmp_path_factory.mktemp("locales"), TEXTS, PAGES):
        yield


@dataclass
class Element:
    """One element with its attributes, and what is in it in order."""

    tag: str
    attributes: dict[str, str | None]
    parts: list[Element | str] = field(default_factory=list)

    def all(self, tag: str) -> list[Element]:
        inner = [found for part in self.parts if isinstance(part, Element) for found in part.all(tag)]
        return ([self] if self.tag == tag else []) + inner

    @property
    def words(self) -> str:
        return " ".join(
            "".join(f" {part.words} " if isinstance(part, Element) else part for part in self.parts).split()
        )


class Reader(HTMLParser):
    """Reads a document as a tree, and fails where an element is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open = [Element("", {})]
        self.feed(html)
        assert [element.tag for element in self.open] == [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].parts.append(element)
        if tag not in ALONE:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def document(school: str = MAPLE, languages: Sequence[str] = ("es", "en", "ko", "hy")) -> Element:
    return Reader(render_checklist(read_school(school), languages, DAY)).open[0]


def page(language: str, school: str = MAPLE) -> Element:
    (found,) = document(school, [language]).all("article")
    return found


def changed(before: str, after: str) -> str:
    assert before in MAPLE
    return MAPLE.replace(before, after)


def test_there_is_one_page_for_each_language_with_one_title() -> None:
    pages = document().all("article")
    assert [(each.attributes["lang"], each.attributes["dir"]) for each in pages] == [
        (tag, "ltr") for tag in ("es-419", "en-US", "ko", "hy")
    ]
    assert [len(each.all("h1")) for each in pages] == [1, 1, 1, 1]
    assert [len(each.all("h2")) for each in pages] == [6, 6, 6, 6]
    assert len(document(languages=["en"]).all("h1")) == 1


@pytest.mark.parametrize("language", ["es", "en", "ko", "hy"])
def test_every_place_stands_by_its_digit_in_its_language(language: str) -> None:
    rows = {row.all("th")[0].words: row.all("td")[0].words for row in page(language).all("tr")[6:12]}
    school = read_school(MAPLE)
    named = {str(place.digit): place.name.get(language, place.name["es"]) for place in school.places}
    assert {digit: words for digit, words in rows.items() if digit != "9"} == named
    assert rows["9"]


def test_it_says_all_that_a_lead_needs() -> None:
    words = page("en").words
    for expected in (
        "Alert checklist: Maple Street Elementary",
        "A person: 213-555-0102",
        "Safety plan 2026-2, approved by the LSLC on 2026-09-15, to be reviewed by 2027-09-15.",
        "text 213-555-0100",
        "ALERT 2 1 2",
        "00 2 1 2",
        "2 agents at the school",
        "1 not confirmed: only heard",
        "One lead is enough.",
        "Not confirmed the Rapid Response Network , staff Parents are NOT told.",
        "Confirmed, and 4, 5, 6 the Rapid Response Network , staff , families , staff Signal group (internal",
        "A practice drill staff Parents are NOT told.",
        "5 min Where no text arrived",
        "15 min Staff are called",
        "20 min All leads are asked",
        "30 min What has not gone",
        *(
            "UPDATE it is still so",
            "CLEAR no longer seen",
            "CORRECT it was wrong",
            "ABORT pause",
            "DRILL 2 1 2 practice",
        ),
        "213-555-0199 Example Rapid Response Network Mon-Sun 06:00-21:00; Español, English",
        "As the school file was loaded on 2026-11-16.",
    ):
        assert expected in words, expected


def test_spanish_is_spanish_with_its_accents() -> None:
    words = page("es").words
    assert "Lista para una alerta" in words
    assert "Quién se entera, en este orden" in words
    assert "agentes en la escuela" in words
    assert not page("es").all("span"), "nothing is in another language"


def test_what_is_not_translated_says_in_which_language_it_is(tmp_path: Path) -> None:
    for domain in (TEXTS, PAGES):
        compile_into(tmp_path, "es", domain, catalog("es", domain))
    with in_use(tmp_path):
        armenian = page("hy")
    assert "Nadie ha traducido todavía esta página al Հայերեն." in armenian.words
    assert {span.attributes["lang"] for span in armenian.all("span")} == {"es-419"}
    assert armenian.all("h1")[0].all("span")[0].attributes == {"lang": "es-419", "dir": "ltr"}


def test_a_page_that_is_read_from_the_right_says_so() -> None:
    arabic = page("ar", changed('languages = ["es", "en", "ko", "hy"]', ARABIC))
    assert arabic.attributes["dir"] == "rtl"
    assert {span.attributes["dir"] for span in arabic.all("span")} == {"ltr"}


def test_approvals_and_the_pin_are_told_as_the_protocol_has_them() -> None:
    two = changed("approvals = 1", "approvals = 2")
    assert "Where no other answers in 2 min, the first may send alone." in page("en", two).words
    assert (
        "Two leads must confirm, always." in page("en", two.replace('solo_after = "2m"', 'solo_after = "never"')).words
    )
    assert "answer 0, and key your PIN" in page("en", changed('confirm = "text"', 'confirm = "call"')).words


def test_what_happens_stands_in_the_order_of_its_times() -> None:
    late = changed('tree_after = "15m"', 'tree_after = "1h"').replace('call_after = "5m"', 'call_after = "90s"')
    times = [
        row.all("th")[0].words
        for row in page("en", late).all("tr")
        if row.words.split()[0] in {"at", "90", "20", "30", "1"}
    ]
    assert [time for time in times if time.endswith(("once", "s", "min", "h"))] == [
        "at once",
        "90 s",
        "20 min",
        "30 min",
        "1 h",
    ]


def test_a_school_whose_parents_hear_nothing_promises_no_call_by_staff() -> None:
    assert (
        "Staff are called" not in page("en", changed('confirmed = ["staff", "parents",', 'confirmed = ["staff",')).words
    )


def test_what_the_network_may_send_is_told() -> None:
    own = changed("network_may_send = []", 'network_may_send = ["staff"]')
    assert "The network's alert, before a lead looked at it staff Parents are NOT told." in page("en", own).words
    assert "before a lead looked" not in page("en").words


def test_a_school_without_plan_or_lines_has_a_page_too() -> None:
    bare = MAPLE[: MAPLE.index("# Outside lines")]
    assert "no safety plan" in page("en", bare).words


def test_what_a_school_wrote_is_shown_and_never_obeyed() -> None:
    odd = changed("Maple Street Elementary", "<script>alert(1)</script> & <b>Maple</b>")
    whole = document(odd)
    assert whole.all("script") == whole.all("b") == []
    assert "<script>alert(1)</script> & <b>Maple</b>" in whole.all("h1")[0].words
    assert "<script>" in whole.all("title")[0].words


def test_nothing_is_fetched_and_nothing_runs() -> None:
    html = render_checklist(read_school(MAPLE), ["es", "en", "ko", "hy"], DAY)
    for forbidden in ("<script", "http:", "https:", "url(", "@import", "<link", "<img", " src=", " onload"):
        assert forbidden not in html, forbidden


@pytest.mark.parametrize("name", PSEUDO)
def test_nothing_on_paper_stands_outside_the_catalogs(name: str, tmp_path: Path) -> None:
    compile_pseudo(tmp_path, PSEUDO[name])
    school = read_school(MAPLE)
    with in_use(tmp_path):
        words = Reader(render_checklist(school, ["en"], DAY)).open[0].all("article")[0].words
    assert len(words) > 1000
    if name == "from the right":
        named = [command.name for command in Command] + ["min", *(row.endonym for row in LANGUAGES.values())]
        assert plain_words(words, " ".join((MAPLE, *named))) == set()
