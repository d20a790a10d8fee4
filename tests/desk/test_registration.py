"""What the carriers' forms are answered with: every field, its length, the real texts, and nothing that is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from phonetree.desk.own_words import carrier_words, join_word, own_words
from phonetree.desk.real_texts import alert_texts, read_in, real_texts
from phonetree.desk.registration import (
    DESCRIPTION,
    FLOW,
    KEYWORDS,
    MESSAGE,
    SAMPLE,
    SUMMARY,
    Answer,
    Asked,
    Part,
    registration,
    volume,
    wrongs,
)
from phonetree.desk.registration_page import render_registration
from phonetree.desk.registration_words import Body
from phonetree.dialogue.keywords import Carrier, Said, WishToStop, understand
from phonetree.dialogue.meanings import Command
from phonetree.school.reading import read_school
from phonetree.school.schema import School

ROOT = Path(__file__).parents[2]
TOML = (ROOT / "docs/examples/los-angeles-elementary.toml").read_text(encoding="utf-8")
ASKED = Asked(legal_name="Jacaranda Parent Teacher Organization", public_url="https://tree.example.org")


def school(before: str = "", after: str = "") -> School:
    assert before in TOML
    return read_school(TOML.replace(before, after) if before else TOML)


@pytest.fixture(scope="module")
def parts() -> tuple[Part, ...]:
    return registration(school(), ASKED)


def answers(parts: tuple[Part, ...]) -> dict[str, Answer]:
    return {answer.field: answer for part in parts for answer in part.answers}


def notes(parts: tuple[Part, ...]) -> str:
    return "\n".join(note for part in parts for note in part.notes)


LIMITS = {
    "Description": (40, 4096),
    "MessageFlow": (40, 2048),
    **{f"MessageSamples {n}": (20, 1024) for n in range(1, 6)},
    "OptInMessage": (20, 320),
    "OptOutMessage": (20, 320),
    "HelpMessage": (20, 320),
    "OptInKeywords": (1, 255),
    "OptOutKeywords": (1, 255),
    "HelpKeywords": (1, 255),
    "UseCaseSummary": (20, 500),
}


@pytest.mark.parametrize("field", sorted(LIMITS))
def test_each_field_is_there_and_has_its_limits(parts: tuple[Part, ...], field: str) -> None:
    found = answers(parts)[field]
    assert found.limits == LIMITS[field]
    assert LIMITS[field][0] <= len(found.words) <= LIMITS[field][1]


@pytest.mark.parametrize("limits", [DESCRIPTION, FLOW, SAMPLE, MESSAGE, KEYWORDS, SUMMARY])
def test_a_field_is_taken_up_to_its_limit_and_not_beyond(limits: tuple[int, int]) -> None:
    least, most = limits
    for length in (least, most):
        assert Answer("Field", "x" * length, limits).wrong(school()) is None
    assert Answer("Field", "x" * (most + 1), limits).wrong(school())
    assert "at least" in str(Answer("Field", "x" * (least - 1), limits).wrong(school()))


def test_what_is_too_long_is_told_with_what_makes_it_so() -> None:
    long = school('"the families of Jacaranda, not the school district"', f'"{"families and friends " * 12}"')
    found = wrongs(long, registration(long, ASKED))
    (told,) = [each for each in found if each.startswith("HelpMessage has")]
    assert re.fullmatch(
        r"HelpMessage has \d{3} characters, at most 320 are taken; shorten what it holds: "
        r"site.run_by \(251\), site.program \(29\).*",
        told,
    )
    assert {each.split()[0] for each in found} >= {"HelpMessage", "OptInMessage"}
    assert wrongs(school(), registration(school(), ASKED)) == ()


FACTS = (
    ("Description", "Jacaranda Families Phone Tree"),
    ("Description", "the families of Jacaranda, not the school district"),
    ("Description", "registered by Jacaranda Parent Teacher Organization"),
    ("Description", "About 4 messages a month, in Spanish, English, Korean, Armenian and K'iche'"),
    ("Description", "immigration agents"),
    ("Description", "not shared or sold to third parties or affiliates for marketing"),
    ("MessageFlow", "text JOIN JACARANDA (in other languages UNIRME, 가입, ՄԻԱՆԱԼ for JOIN) to 213-555-0104"),
    ("OptInKeywords", "JOIN,UNIRME"),
    ("MessageFlow", "https://tree.example.org/join/JACARANDA"),
    ("MessageFlow", "https://tree.example.org/terms"),
    ("MessageFlow", "https://tree.example.org/privacy"),
    ("MessageFlow", "no web form"),
    ("MessageFlow", "message and data rates may apply"),
    ("MessageFlow", "STOP and HELP"),
    ("MessageFlow", "On paper"),
    ("MessageFlow", "calls that phone back"),
    ("OptInMessage", "Jacaranda Families Phone Tree"),
    ("OptInMessage", "About 4 texts a month"),
    ("OptInMessage", "Msg & data rates may apply"),
    ("OptInMessage", "HELP for help, STOP to leave"),
    ("HelpMessage", "Jacaranda Families Phone Tree"),
    ("HelpMessage", "213-555-0105"),
    ("HelpMessage", "STOP"),
    ("OptOutMessage", "Jacaranda: You are off the list. You will get no more texts or calls."),
    ("OptOutKeywords", "STOP,STOPALL,UNSUBSCRIBE,CANCEL,END,QUIT,REVOKE,OPTOUT"),
    ("PrivacyPolicyUrl", "https://tree.example.org/privacy?school=JACARANDA"),
    ("TermsAndConditionsUrl", "https://tree.example.org/terms?school=JACARANDA"),
    ("HasEmbeddedLinks", "false"),
    ("HasEmbeddedPhone", "true"),
    ("UsAppToPersonUsecase", "CHARITY"),
    ("Spanish, STOP: words", "ALTO"),
    ("Spanish, STOP: reply", "Usted ya no es parte de la lista"),
    ("Spanish, HELP: reply", "213-555-0105"),
    ("English, START: reply", "You are on the list again."),
    ("BusinessName", "Jacaranda Parent Teacher Organization"),
    ("BusinessRegistrationNumber", "[EIN]"),
    ("BusinessType", "NON_PROFIT"),
    ("UseCaseCategories", "CHARITY_NONPROFIT"),
    ("OptInType", "VIA_TEXT"),
    ("OptInImageUrls", "https://tree.example.org/join/JACARANDA"),
    ("MessageVolume", "10,000"),
    ("NotificationEmail", "[E-MAIL"),
    ("BusinessWebsite", "[WEBSITE"),
    ("ProductionMessageSample", "Jacaranda: CONFIRMED"),
)
"""What a reviewer looks for, field by field."""


@pytest.mark.parametrize(("field", "fact"), FACTS)
def test_a_reviewer_finds_it(parts: tuple[Part, ...], field: str, fact: str) -> None:
    assert fact in answers(parts)[field].words


def test_texts_are_the_real_ones(parts: tuple[Part, ...]) -> None:
    found, texts, alerts = answers(parts), real_texts(school(), "en"), alert_texts(school())
    assert texts.offer.replace("\n", " ") in found["MessageFlow"].words
    assert texts.joined in found["MessageFlow"].words
    assert found["OptInMessage"].words == texts.welcome
    assert found["HelpMessage"].words == texts.help
    assert found["OptOutMessage"].words == texts.stop
    samples = [found[f"MessageSamples {n}"].words for n in range(1, 6)]
    assert samples[0] == read_in(school(), "en", alerts["at confirmed"])
    assert samples[4] == texts.joined
    assert all(sample.startswith("Jacaranda:") for sample in samples)


@pytest.mark.parametrize("body", Body)
def test_no_link_in_a_text_no_shouting_and_no_word_of_another_use_case(body: Body) -> None:
    found = answers(registration(school(), Asked(body)))
    texts = [each for name, each in found.items() if re.search(r"Sample|Message$|reply|OptInConfirm", name)]
    assert len(texts) > 12
    for answer in texts:
        assert not re.search(r"https?:|www\.|\.(com|org|net)\b|!", answer.words), answer.field
    for answer in found.values():
        assert not re.search(r"emergenc|evacuat|public safety|severe weather|!", answer.words, re.IGNORECASE)


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        (Body.CHARITY, "CHARITY", "A parents' committee cannot register by itself"),
        (Body.DISTRICT, "HIGHER_EDUCATION", "The school district registers, not the school"),
        (Body.OTHER, "LOW_VOLUME", "look for a sponsor"),
    ],
)
def test_each_body_is_told_its_use_case_who_must_sign_and_how_long_it_takes(body: Body, code: str, said: str) -> None:
    parts = registration(school(), Asked(body))
    assert answers(parts)["UsAppToPersonUsecase"].words == code
    told = notes(parts)
    for fact in (
        said,
        "CHARITY: accepted for 501(c)(3) bodies; not for religious ones.",
        "K12_EDUCATION: for platforms",
        "EMERGENCY: for public safety bodies.",
        "10 to 15 business days",
        "3 to 5 business days",
        "7 days to mend it",
        "(30034; toll-free 30032)",
        "(30929)",
        "(30007)",
        "(30936)",
        "(30610)",
        "the provider answers, never the tree",
        "Take YES out",
    ):
        assert fact in told, fact


def test_each_written_language_has_its_texts_and_one_that_is_only_spoken_has_none(parts: tuple[Part, ...]) -> None:
    assert "Nobody has translated" not in notes(parts)
    found = {field.split()[0].strip(":,") for field in answers(parts)}
    assert {"Korean", "Armenian"} <= found
    assert "K'iche'" not in found


def test_the_words_for_the_providers_page_mean_the_same_to_the_tree() -> None:
    for code in ("es", "ko", "hy", "ru", "vi", "so", "ar"):
        for word in own_words(code, Command.STOP):
            assert isinstance(understand(word, language=code), WishToStop), word
        for word in own_words(code, Command.HELP):
            meant = understand(word, language=code)
            assert isinstance(meant, Said), word
            assert meant.command is Command.HELP
    assert own_words("es", Command.STOP) == ("ALTO", "PARE", "PAREN")
    for code in ("es", "ko", "hy", "ru", "vi", "so", "ar", "zh_Hans"):
        meant = understand(f"{join_word(code)} JACARANDA", language=None)
        assert isinstance(meant, Said), code
        assert (meant.command, meant.language) == (Command.JOIN, code)
    assert (join_word("en"), join_word("quc"), join_word("zh_Hans")) == ("JOIN", "JOIN", "订阅")
    for command in (Command.STOP, Command.START, Command.HELP):
        for word in carrier_words(command):
            meant = understand(word, language=None)
            assert isinstance(meant, Carrier), word
            assert meant.kind == command.value
    assert "YES" not in carrier_words(Command.START)


def test_a_toll_free_number_is_told_that_it_needs_no_campaign() -> None:
    assert "no brand and no campaign" not in registration(school(), ASKED)[0].notes[0]
    toll_free = school("+12135550104", "+18005550104")
    assert "parts 1 and 6 are all you need" in registration(toll_free, ASKED)[0].notes[0]


def test_where_a_lead_looks_first_the_reviewer_is_told() -> None:
    held = read_school(TOML + '\n[join]\nmode = "hold"\n')
    said = "A person at the school looks at each request first."
    assert said in answers(registration(held, ASKED))["MessageFlow"].words
    assert said not in answers(registration(school(), ASKED))["MessageFlow"].words


@pytest.mark.parametrize(("families", "step"), [(1, 10), (25, 100), (26, 1_000), (500, 10_000), (10**7, 1_000_000)])
def test_the_volume_is_the_first_step_that_is_enough(families: int, step: int) -> None:
    assert volume(school(), families) == step


def test_the_page_holds_everything_escaped_and_what_is_too_long_first() -> None:
    long = school('"the families of Jacaranda, not the school district"', f'"<b>{"families & friends " * 14}"')
    html = render_registration(long, registration(long, ASKED))
    assert "&lt;b&gt;families &amp; friends" in html
    assert "<b>" not in html
    assert html.index('class="wrong"') < html.index("1. Who registers")
    assert html.count('class="words"') == len([a for part in registration(long, ASKED) for a in part.answers])
    assert not re.search(r"<(script|form|img|link)\b|src=|href=", html)
