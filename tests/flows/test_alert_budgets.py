"""What a text may cost at its longest, in every language that has a catalog.

An alert is one segment where GSM-7 carries the language, and two where it does not; the rest two, and at most five.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Literal

import pytest
from catalogs import TEXTS, as_written, languages_of, messages, template, texts

from phonetree.desk import budgets
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
from phonetree.words.i18n import Moment, Reader, Sentences, Text, Word, _
from phonetree.words.languages import LANGUAGES
from phonetree.words.segments import first_not_gsm7, measure

ROOT = Path(__file__).resolve().parents[2]
MAPLE = read_school((ROOT / "docs/examples/maple.toml").read_text(encoding="utf-8"))

SHORT = "M" * 12
LONG_NAMED = MAPLE.site.model_copy(update={"short": SHORT})
PLACE = "P" * 16
NOON = Moment(datetime(2026, 11, 16, 12, 59, tzinfo=UTC), date(2026, 11, 16))
MANY = 9_999
CODE = "4821"
READERS = tuple(Reader((code, "en")) for code in ("en", *languages_of(TEXTS)))
Most = tuple[int, int]
"""Segments: where GSM-7 carries a language, and where it does not."""
ALERT: Most = (1, 2)
SAFETY: Most = (2, 3)
OFFER: Most = (2, 4)
"""Where the school's own words are in it: who runs the tree, and what it is called."""
OTHER: Most = (2, 5)
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
    with as_written(tmp_path_factory.mktemp("locales"), TEXTS):
        yield


def too_long(words: Word, *, most: Most) -> list[tuple[str, int, str]]:
    """The readers' versions of *words* that take more than *most* segments.

    Where a language is not written in GSM-7 it is counted without: the place or the school may have such a letter.
    """
    found = []
    for reader in READERS:
        code, body = reader.language, reader.read(words)
        is_gsm7, units = LANGUAGES[code].is_gsm7, budgets.units(body, code)
        if (measure(body).segments if is_gsm7 else segments(units)) > most[not is_gsm7]:
            found.append((code, units, body))
    return found


def segments(units: int) -> int:
    return 1 if units <= 70 else -(-units // 67)


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


def test_every_catalog_is_under_test() -> None:
    read = {reader.language: reader.read(alerts.level_name(Level.CONFIRMED)) for reader in READERS}
    assert read["es"] == "CONFIRMADO"
    assert len(read) == len({code for code, language in LANGUAGES.items() if language.has_text})
    assert len(set(read.values())) > len(read) / 2
    assert too_long("x" * 134, most=ALERT) == []
    assert [code for code, *_rest in too_long("я" * 67 * 3 + "я", most=SAFETY)] == list(read)


@pytest.mark.parametrize(("kind", "level"), CASES)
@pytest.mark.parametrize("place", [PLACE, alerts.elsewhere()])
def test_an_alert_is_one_segment(kind: Kind, level: Level, place: Word) -> None:
    assert too_long(alerts.alert(kind, level, s=SHORT, p=place, t=NOON, u=NOON), most=ALERT) == []


@pytest.mark.parametrize(("kind", "level"), CASES)
@pytest.mark.parametrize("place", [PLACE, alerts.elsewhere()])
def test_an_update_is_one_segment(kind: Kind, level: Level, place: Word) -> None:
    assert too_long(alerts.update(kind, level, s=SHORT, p=place, t=NOON, u=NOON), most=ALERT) == []


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("place", [PLACE, alerts.elsewhere()])
def test_the_end_of_an_alert_is_one_segment(kind: Kind, place: Word) -> None:
    assert too_long(alerts.no_longer(kind, s=SHORT, p=place, t=NOON), most=ALERT) == []
    assert too_long(alerts.was_wrong(kind, s=SHORT, t=NOON, t0=NOON), most=ALERT) == []


def test_a_drill_is_one_segment() -> None:
    assert too_long(alerts.drill(s=SHORT, t=NOON), most=ALERT) == []


@pytest.mark.parametrize(("kind", "level"), [*CASES, (Kind.NEAR, Level.CLEAR), (Kind.NEAR, Level.WRONG)])
def test_how_it_stands_is_one_segment(kind: Kind, level: Level) -> None:
    assert too_long(alerts.standing(kind, level, s=SHORT, p=PLACE, t0=NOON), most=ALERT) == []


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
        assert too_long(preview_text(preview), most=OTHER) == []


@pytest.mark.parametrize("action", Action)
def test_what_the_lead_hears_after_sending_is_two_segments(action: Action) -> None:
    assert too_long(released_text(situation(), Released(action, MANY)), most=OTHER) == []


@pytest.mark.parametrize("is_old", [True, False])
@pytest.mark.parametrize("state", ["checking", "false"])
def test_how_a_report_stands_is_one_segment(state: Literal["checking", "false"], *, is_old: bool) -> None:
    context = replace(situation(), school=MAPLE.model_copy(update={"site": LONG_NAMED}))
    standing = ReportStanding(998, state, NOON, NOON, is_old=is_old)
    assert too_long(Sentences(reports_said.standing(context, standing)), most=ALERT) == []
    assert too_long(reports_said.thanks(SHORT, NOON), most=ALERT) == []


def test_joining_takes_two_texts_of_two_segments() -> None:
    offer, confirmation = join.offer(situation()), join.joined(situation())
    assert too_long(whole(confirmation), most=SAFETY) == []
    assert too_long(whole(offer), most=OFFER) == []
    assert too_long(join.welcome(MAPLE), most=OFFER) == []


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
    assert too_long(whole(step(context)), most=OTHER) == []


@pytest.mark.parametrize("step", [rights.first, rights.second, rights.third], ids=lambda step: step.name)
def test_a_page_of_rights_is_one_segment_in_english_and_spanish_and_two_or_three_elsewhere(step: Step) -> None:
    assert too_long(whole(step(situation())), most=SAFETY) == []
    most = dict.fromkeys(("en", "es"), 1)
    bodies = {reader.language: reader.read(whole(step(situation()))) for reader in READERS}
    assert {code: body for code, body in bodies.items() if measure(body).segments > most.get(code, 3)} == {}


def test_a_plan_past_its_review_is_two_segments() -> None:
    late = replace(situation(), now=datetime(2028, 1, 10, 8, 0, tzinfo=UTC))
    assert too_long(whole(plan.summary(late)), most=OTHER) == []
    assert "LATE" in READERS[0].read(whole(plan.summary(late)))


def test_every_text_of_the_catalogs_is_within_its_budget_at_its_longest() -> None:
    """One by one; what is put together is above."""
    of = {msgid: budgets.fields(msgid) for msgid in messages(template())}
    whole = [
        Text(msgid, {name: LONGEST[name] for name in names}) for msgid, names in of.items() if PASSES_ON not in names
    ]
    assert len(whole) > 100
    assert [found for text in whole for found in too_long(text, most=OTHER)] == []


@pytest.mark.parametrize("code", languages_of(TEXTS))
def test_every_text_has_room_left_by_the_measure_that_reviewers_see(code: str) -> None:
    rooms = [(budgets.room_left(msgid, words, code), words) for msgid, words in texts(code)]
    assert [(room, words) for room, words in rooms if room is not None and room < 0] == []


def test_the_measure_that_reviewers_see_is_no_smaller_than_what_fields_really_hold() -> None:
    small = {
        name: (budgets.at_its_longest(f"{{{name}}}"), read)
        for name, word in LONGEST.items()
        if name != PASSES_ON
        if len(budgets.at_its_longest(f"{{{name}}}")) < len(read := READERS[0].read(word))
    }
    assert small == {}


def test_a_text_that_is_too_long_has_less_than_no_room() -> None:
    alert = "{s}: DRILL {t}. This is practice, nothing is happening. DRILL"
    assert alert in budgets.said_in(("phonetree.flows.alerts",))
    assert budgets.budget_of(alert, "so") == 1
    assert budgets.budget_of(alert, "ru") == 2
    assert budgets.room_left(alert, "x" * 161, "so") == -1
    assert budgets.room_left(alert, "я" * 130, "ru") == 4
    assert budgets.room_left("{s}: From {words}", "x" * 999, "so") is None
    assert first_not_gsm7("я") == "я"
