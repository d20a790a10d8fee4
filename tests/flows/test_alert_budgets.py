"""What a text may cost at its longest, in the languages that have a catalog: an alert one segment, the rest two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from string import Formatter
from typing import Literal

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from phonetree.dialogue.context import AlertState, Context, Preview, Who
from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.dialogue.nodes import End, Menu, Node, Step
from phonetree.dialogue.outcomes import Released
from phonetree.dialogue.report_states import ReportStanding
from phonetree.dialogue.text_form import as_text
from phonetree.flows import (
    alerts,
    announce,
    answers,
    follow_up,
    forget,
    hotline,
    join,
    language,
    leave,
    less,
    menu,
    news,
    plan,
    report,
    reports_said,
    rights,
)
from phonetree.flows.held import MOST_NAMED
from phonetree.flows.preview import preview_text, released_text
from phonetree.flows.reported import LONGEST_NAME
from phonetree.school.reading import read_school
from phonetree.words import i18n
from phonetree.words.i18n import Moment, Reader, Sentences, Text, Word, _
from phonetree.words.segments import measure

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "locales/es/LC_MESSAGES/messages.po"
MAPLE = read_school((ROOT / "docs/examples/maple.toml").read_text(encoding="utf-8"))

SHORT = "M" * 12
LONG_NAMED = MAPLE.site.model_copy(update={"short": SHORT})
PLACE = "P" * 16
NOON = Moment(datetime(2026, 11, 16, 12, 59, tzinfo=UTC), date(2026, 11, 16))
MANY = 9_999
CODE = "4821"
READERS = (Reader(("en",)), Reader(("es", "en")))
CASES = [
    *((kind, level) for kind in alerts.SIGHTINGS for level in (Level.UNCONFIRMED, Level.CONFIRMED)),
    *((kind, Level.CONFIRMED) for kind in Kind if kind not in alerts.SIGHTINGS),
]
"""Every kind with the levels at which it can be sent."""
LONGEST: dict[str, Word] = {
    **dict.fromkeys(("s", "school"), SHORT),
    **dict.fromkeys(("p", "place"), PLACE),
    **dict.fromkeys(("t", "t0", "u"), NOON),
    **dict.fromkeys(("n", "m", "v", "all", "not_reached", "unknown", "handed", "delivered", "failed"), MANY),
    **dict.fromkeys(("number", "contact", "alert"), "213-555-0102"),
    "network": "N" * LONGEST_NAME,
    "numbers": " ".join(["999"] * MOST_NAMED),
    "code": CODE,
    "day": "12/31/2026",
    **dict.fromkeys(("ending", "new"), "12"),
    "item": "N" * 30,
    "taker": "volunteer 99",
    "hours": "07:00-16:00",
    "language": "Español",
    "digit": "10",
    "version": "V" * 20,
    "council": "LSLC",
    **dict.fromkeys(("approved", "review"), "2026-09-15"),
    "days": 60,
    "minutes": "166:39",
    "share": "100%",
    "choice": "C" * 60,
    "program": MAPLE.site.program,
    "run_by": MAPLE.site.run_by,
    "name": MAPLE.site.name,
    "level": alerts.level_name(Level.UNCONFIRMED),
    "what": alerts.headline(Kind.ROUTE),
}
PASSES_ON = "words"
"""The field that carries what somebody wrote, which may be long."""


@pytest.fixture(scope="module", autouse=True)
def _catalogs_as_they_are_written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compile the Spanish catalog into a folder of this run: one that was compiled earlier may be out of date."""
    folder = tmp_path_factory.mktemp("locales")
    compiled = folder / "es/LC_MESSAGES/messages.mo"
    compiled.parent.mkdir(parents=True)
    with PO.open("rb") as written, compiled.open("wb") as machine_readable:
        write_mo(machine_readable, read_po(written, locale="es"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(i18n, "LOCALES", folder)
        i18n.catalog.cache_clear()
        yield
    i18n.catalog.cache_clear()


def too_long(words: Word, *, most: int) -> list[tuple[int, str]]:
    """The readers' versions of *words* that take more than *most* segments."""
    bodies = [reader.read(words) for reader in READERS]
    return [(measure(body).units, body) for body in bodies if measure(body).segments > most]


def situation() -> Context:
    """A lead with two open alerts, the longest in words."""
    state = AlertState(
        number=998,
        kind=Kind.ROUTE,
        place=PLACE,
        level=Level.UNCONFIRMED,
        opened=NOON,
        latest=NOON,
        next_text=NOON,
        is_overdue=False,
        is_open=True,
        is_drill=False,
        is_paused=False,
        reaches_families=True,
        phones=412,
        handed_over=412,
        delivered=398,
        failed=9,
    )
    return Context(
        school=MAPLE,
        who=Who("es", frozenset({"lead"})),
        channel="sms",
        now=NOON.at,
        answers={"kind": "1", "words": "w"},
        alerts=(state, state),
        last_text=NOON,
        waiting=37,
    )


def whole(node: Node) -> Word:
    """The text that *node* becomes, choices and all."""
    match node:
        case Menu():
            return as_text((node.prompt,), node)
        case End(text=text) if text is not None:
            return text
        case _:
            raise AssertionError(node)


def test_the_catalog_under_test_is_spanish() -> None:
    assert READERS[1].read(alerts.level_name(Level.CONFIRMED)) == "CONFIRMADO"


@pytest.mark.parametrize(("kind", "level"), CASES)
@pytest.mark.parametrize("place", [PLACE, alerts.elsewhere()])
def test_an_alert_is_one_segment(kind: Kind, level: Level, place: Word) -> None:
    assert too_long(alerts.alert(kind, level, s=SHORT, p=place, t=NOON, u=NOON), most=1) == []


@pytest.mark.parametrize(("kind", "level"), CASES)
@pytest.mark.parametrize("place", [PLACE, alerts.elsewhere()])
def test_an_update_is_one_segment(kind: Kind, level: Level, place: Word) -> None:
    assert too_long(alerts.update(kind, level, s=SHORT, p=place, t=NOON, u=NOON), most=1) == []


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("place", [PLACE, alerts.elsewhere()])
def test_the_end_of_an_alert_is_one_segment(kind: Kind, place: Word) -> None:
    assert too_long(alerts.no_longer(kind, s=SHORT, p=place, t=NOON), most=1) == []
    assert too_long(alerts.was_wrong(kind, s=SHORT, t=NOON, t0=NOON), most=1) == []


def test_a_drill_is_one_segment() -> None:
    assert too_long(alerts.drill(s=SHORT, t=NOON), most=1) == []


@pytest.mark.parametrize(("kind", "level"), [*CASES, (Kind.NEAR, Level.CLEAR), (Kind.NEAR, Level.WRONG)])
def test_how_it_stands_is_one_segment(kind: Kind, level: Level) -> None:
    assert too_long(alerts.standing(kind, level, s=SHORT, p=PLACE, t0=NOON), most=1) == []


@pytest.mark.parametrize("action", Action)
def test_a_preview_is_two_segments(action: Action) -> None:
    sources: tuple[Word, ...] = ("", "N" * 80, "N" * LONGEST_NAME, _("the Rapid Response Network"))
    for (kind, level), families, late, school, source in product(CASES, (True, False), (0, MANY), ("", SHORT), sources):
        is_confirmed = level is Level.CONFIRMED and families and action is Action.ALERT
        preview = Preview(
            action=action,
            kind=kind,
            place=PLACE if kind in alerts.PLACED else "",
            level=level,
            body=Text("never read here"),
            reaches_families=families,
            phones=MANY,
            last_phone=NOON,
            too_late=late,
            code=CODE,
            school=school,
            source=source,
            is_vouched=is_confirmed and not source,
        )
        assert too_long(preview_text(preview), most=2) == []


@pytest.mark.parametrize("action", Action)
def test_what_the_lead_hears_after_sending_is_two_segments(action: Action) -> None:
    assert too_long(released_text(situation(), Released(action, MANY)), most=2) == []


@pytest.mark.parametrize("is_old", [True, False])
@pytest.mark.parametrize("state", ["checking", "false"])
def test_how_a_report_stands_is_one_segment(state: Literal["checking", "false"], *, is_old: bool) -> None:
    context = replace(situation(), school=MAPLE.model_copy(update={"site": LONG_NAMED}))
    standing = ReportStanding(998, state, NOON, NOON, is_old=is_old)
    assert too_long(Sentences(reports_said.standing(context, standing)), most=1) == []
    assert too_long(reports_said.thanks(SHORT, NOON), most=1) == []


def test_joining_takes_two_texts_of_two_segments() -> None:
    offer, confirmation = join.offer(situation()), join.joined(situation())
    assert too_long(whole(offer), most=2) == []
    assert too_long(whole(confirmation), most=2) == []
    assert too_long(join.welcome(MAPLE), most=2) == []


@pytest.mark.parametrize(
    "step",
    [
        *(announce.kind, announce.place, announce.level, answers.who_we_are, plan.summary),
        *(hotline.offer, hotline.offer_to_look, follow_up.which, follow_up.ask, follow_up.now, language.choose),
        *(leave.gone, leave.gone_or_not, less.part, forget.sure, menu.choices, menu.unknown, menu.in_or_out),
        *(report.seen, report.where, report.in_words, report.when, report.how_many, report.what, news.now),
    ],
    ids=lambda step: step.name,
)
def test_a_question_with_its_choices_is_two_segments(step: Step) -> None:
    context = situation()
    context = replace(context, answers={}) if step is announce.kind else context
    assert too_long(whole(step(context)), most=2) == []


@pytest.mark.parametrize("step", [rights.first, rights.second, rights.third], ids=lambda step: step.name)
def test_a_page_of_rights_is_one_segment_with_its_choice(step: Step) -> None:
    assert too_long(whole(step(situation())), most=1) == []


def test_a_plan_past_its_review_is_two_segments() -> None:
    late = replace(situation(), now=datetime(2028, 1, 10, 8, 0, tzinfo=UTC))
    assert too_long(whole(plan.summary(late)), most=2) == []
    assert "LATE" in READERS[0].read(whole(plan.summary(late)))


def test_every_text_of_the_catalog_is_two_segments_at_its_longest() -> None:
    with PO.open("rb") as written:
        ids = [str(message.id) for message in read_po(written, locale="es") if message.id]
    fields = {msgid: {field for _before, field, *_rest in Formatter().parse(msgid) if field} for msgid in ids}
    texts = [Text(msgid, {f: LONGEST[f] for f in of}) for msgid, of in fields.items() if PASSES_ON not in of]
    assert len(texts) > 100
    assert [found for text in texts for found in too_long(text, most=2)] == []
