"""The public pages as a parent reads them and as a carrier's reviewer does; and what a stranger cannot learn there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from phone import MAPLE, PUBLIC_URL, SCHOOL, house_in, rows, served, town_in
from werkzeug.test import TestResponse
from window import window

from phonetree.app import House, web_app
from phonetree.desk import schools
from phonetree.desk.retention_rules import RULES
from phonetree.models import Site, writing
from phonetree.school.reading import read_school

LOS_ANGELES = (Path(__file__).parents[2] / "docs/examples/los-angeles-elementary.toml").read_text(encoding="utf-8")
CODE = "JACARANDA"
PAGES = (f"/join/{CODE}", "/privacy", "/terms", f"/privacy?school={CODE}", f"/terms?school={CODE}")
ELM = MAPLE.replace('code = "MAPLE"', 'code = "ELM"').replace('"62753"', '"35601"').replace("555-0100", "555-0103")
OWN_NUMBERS = {"213-555-0104", "213-555-0105"}
SCRIPT = re.compile(
    r"<(script|form|input|button|iframe|img|link|object|embed)\b|\bon\w+=|javascript:|src=", re.IGNORECASE
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_in(tmp_path_factory.mktemp("house"), LOS_ANGELES) as house:
        yield house


@pytest.fixture(scope="module")
def door(house: House) -> FlaskClient:
    return web_app(house).test_client()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[House]:
    with house_in(tmp_path, LOS_ANGELES) as house, writing(house.database) as session:
        schools.load_school(session, house.means, read_school(ELM))
        session.commit()
        yield house


def asks(door: FlaskClient, path: str, language: str = "en", **headers: str) -> TestResponse:
    return door.get(path, base_url=PUBLIC_URL, headers={"Accept-Language": language, **headers})


def words(answer: TestResponse) -> str:
    """What is read, without the elements around it."""
    assert answer.status_code == 200
    body = answer.get_data(as_text=True).split("<nav>")[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


REVIEWER = {
    f"/join/{CODE}": (
        "Jacaranda Families Phone Tree",
        "the families of Jacaranda, not the school district",
        "Safety alerts for Jacaranda Avenue Elementary, and practice drills.",
        "About 4 messages a month.",
        "Message and data rates may apply.",
        "Text JOIN JACARANDA to 213-555-0104 .",
        "By replying 1 you agree to get these texts and calls.",
        "Msg & data rates may apply. Reply 1: join",
        "Jacaranda: You are on the list. About 4 texts a month.",
        "Then press, in this order: 2 for English 6 to join or leave 1 to join",
        "text STOP at any time",
        "text HELP or call 213-555-0105 .",
        "not shared or sold to third parties or affiliates for marketing",
        "Joining is your choice.",
        "Privacy",
        "Terms",
    ),
    "/privacy": (
        "Jacaranda Families Phone Tree",
        "the families of Jacaranda, not the school district",
        "not shared or sold to third parties or affiliates for marketing",
        "What we keep",
        "For how long",
        "Text ERASE to be forgotten at once.",
        "Call 213-555-0105 .",
        "As of 2026-",
    ),
    "/terms": (
        "Jacaranda Families Phone Tree",
        "the families of Jacaranda, not the school district",
        "About 4 messages a month.",
        "Message and data rates may apply.",
        "Text JOIN JACARANDA to 213-555-0104 .",
        "text STOP at any time",
        "text HELP or call 213-555-0105 .",
        "Carriers are not liable",
        "under 18",
        "does not replace 911",
        "Privacy",
    ),
}
"""What a carrier's reviewer looks for (CTIA's principles, and what the provider refuses without)."""


@pytest.mark.parametrize(("path", "fact"), [(path, fact) for path, facts in REVIEWER.items() for fact in facts])
def test_a_reviewer_finds_every_fact(door: FlaskClient, path: str, fact: str) -> None:
    assert fact in words(asks(door, path))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "es", "ko"])
def test_nothing_runs_nothing_frightens_and_no_number_is_a_persons(door: FlaskClient, path: str, language: str) -> None:
    answer = asks(door, path, language)
    page = answer.get_data(as_text=True)
    assert not SCRIPT.search(page)
    assert "!" not in words(answer)
    assert set(re.findall(r"\d{3}-\d{3}-\d{4}", page)) <= OWN_NUMBERS
    assert not re.search(r"\b(ICE|police|deport\w*|raid|migra|policía|redada)\b", words(answer))
    assert re.findall(r"https?:", page) == []
    assert answer.headers.get("Set-Cookie") is None


@pytest.mark.parametrize(
    ("asked", "language", "found"),
    [
        ("en-US,es;q=0.5", "en-US", "How to join"),
        ("es-MX", "es-419", "Cómo unirse"),
        ("xx", "es-419", "Cómo unirse"),
        ("", "es-419", "Cómo unirse"),
        ("de,en;q=0.2", "en-US", "How to join"),
    ],
)
def test_the_browsers_language_else_the_schools_first(door: FlaskClient, asked: str, language: str, found: str) -> None:
    answer = asks(door, f"/join/{CODE}", asked)
    assert f'<html lang="{language}" dir="ltr">' in answer.get_data(as_text=True)
    assert found in words(answer)
    assert answer.headers["Vary"] == "Accept-Language"


def test_a_plain_link_leads_to_each_language(door: FlaskClient) -> None:
    page = asks(door, f"/join/{CODE}").get_data(as_text=True)
    assert re.findall(r'href="\?lang=(\w+)&amp;school=JACARANDA"', page) == ["es", "ko", "hy"]
    korean = asks(door, f"/join/{CODE}?lang=ko").get_data(as_text=True)
    assert '<html lang="ko" dir="ltr">' in korean
    assert "Cómo unirse" not in korean, "nothing is borrowed"
    assert korean.count('<blockquote lang="ko" dir="ltr">') == 2
    assert "<li>3: 한국어</li>" in korean


def test_the_word_of_a_page_is_answered_in_its_language(tmp_path: Path) -> None:
    toml = LOS_ANGELES.replace("+12135550104", SCHOOL).replace(
        "segments_per_second = 1\n", "segments_per_second = 99\n"
    )
    with town_in(tmp_path, toml) as town:
        door = web_app(town.house).test_client()
        for number, language in (("+12135550151", "en"), ("+12135550152", "es")):
            page = words(asks(door, f"/join/{CODE}?lang={language}"))
            (word,) = re.findall(r"(?:Text|Mande) (\w+ JACARANDA) ", page)
            phone = town.phone(number).texts(word)
            answer = phone.unread.popleft()
            assert " ".join(answer.split()) in page, "the text that the page shows is the one that comes"


def test_an_arabic_page_reads_from_right_to_left(tmp_path: Path) -> None:
    with house_in(tmp_path, LOS_ANGELES.replace('"hy", "quc"', '"ar", "quc"').replace("hy = ", "ar = ")) as house:
        page = asks(web_app(house).test_client(), f"/join/{CODE}", "ar").get_data(as_text=True)
    assert '<html lang="ar" dir="rtl">' in page
    assert '<bdi dir="ltr">213-555-0104</bdi>' in page


def test_who_has_a_page_already_is_told_that_it_is_the_same(door: FlaskClient) -> None:
    first = asks(door, f"/join/{CODE}")
    assert first.headers["Cache-Control"] == "public, max-age=600"
    again = asks(door, f"/join/{CODE}", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert asks(door, f"/join/{CODE}", "es", **{"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/join/NONE"])
def test_the_policy_allows_the_one_style_and_nothing_else(door: FlaskClient, path: str) -> None:
    policy = asks(door, path).headers["Content-Security-Policy"]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        policy,
    )


def test_what_is_kept_and_how_long_is_what_the_rules_say(door: FlaskClient) -> None:
    text = words(asks(door, "/privacy"))
    days = {rule.what: rule.after.days for rule in RULES}
    assert f"Your messages to the school {days['messages, told or not']} days" in text
    assert f"Your number, after you leave {days['who left']} days" in text
    assert "What you answer to our questions 1 day " in text
    assert text.count(" day") >= 9


# --- what a stranger cannot learn -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/join/{}", "/privacy?school={}", "/terms?school={}"])
def test_a_code_that_is_not_there_says_nothing_of_those_that_are(two: House, path: str) -> None:
    door = web_app(two).test_client()
    told = {(answer.status_code, answer.data) for code in ("NONE", "JACARAND", "JACARANDA%20", "x" * 300, "' OR 1=1--")
            for answer in [asks(door, path.format(code))]}  # fmt: skip
    assert told == {(404, b"Not Found\n")}
    assert asks(door, path.format("NONE")).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/privacy", "/terms"])
def test_where_there_are_several_schools_no_page_lists_them(two: House, path: str) -> None:
    door = web_app(two).test_client()
    text = words(asks(door, path))
    assert "Each school here has its own phone tree." in text
    for name in ("Jacaranda", "JACARANDA", "Maple", "ELM", "555-"):
        assert name not in text
    assert "Maple Street Elementary" in words(asks(door, "/terms?school=elm"))


def test_the_pages_write_nothing(house: House, door: FlaskClient) -> None:
    before = rows(house.database)
    for path in PAGES:
        asks(door, path)
        assert door.post(path, base_url=PUBLIC_URL).status_code == 405
    assert rows(house.database) == before


def test_the_pages_are_the_same_on_both_databases(database_url: str, tmp_path: Path, door: FlaskClient) -> None:
    with house_in(tmp_path, LOS_ANGELES, DATABASE_URL=database_url) as house:
        other = web_app(house).test_client()
        for path in PAGES:
            assert asks(other, path).data == asks(door, path).data


# --- joins that wait, and a shared number -----------------------------------------------------------------------------


def test_where_a_lead_looks_first_the_page_says_so(tmp_path: Path) -> None:
    with house_in(tmp_path, LOS_ANGELES + '\n[join]\nmode = "hold"\n') as house:
        text = words(asks(web_app(house).test_client(), f"/join/{CODE}"))
    assert "A person at the school looks at each request first." in text
    assert "You are on the list" not in text


def test_a_word_that_a_lead_made_is_not_shown(tmp_path: Path) -> None:
    with house_in(tmp_path, LOS_ANGELES) as house:
        with writing(house.database) as session:
            site = session.query(Site).one()
            site.join_word = "BLUEBIRD"
        text = words(asks(web_app(house).test_client(), f"/join/{CODE}"))
    assert "BLUEBIRD" not in text
    assert "A person at the school looks at each request first." in text


def test_on_a_shared_number_the_keys_name_the_school(tmp_path: Path) -> None:
    with house_in(tmp_path, MAPLE) as house:
        with writing(house.database) as session:
            schools.load_school(session, house.means, read_school(ELM.replace("555-0103", "555-0100")))
        text = words(asks(web_app(house).test_client(), "/join/MAPLE"))
    assert "1 for English 62753 and # for this school 6 to join or leave 1 to join" in text


def test_a_browser_shows_the_page_with_its_style_and_complains_of_nothing(house: House) -> None:
    complaints: list[str] = []
    with served(web_app(house)) as port, window() as page:
        page.on("console", lambda told: complaints.append(told.text))
        for path in PAGES:
            page.goto(f"http://127.0.0.1:{port}{path}")
            assert page.evaluate("getComputedStyle(document.querySelector('nav')).borderBottomStyle") == "solid"
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert [each for each in complaints if "favicon" not in each] == []


@pytest.mark.parametrize("language", ["en", "es", "ko"])
def test_nobody_stumbles_who_cannot_see_or_has_no_mouse(house: House, language: str) -> None:
    with served(web_app(house)) as port, window() as page:
        for path in (f"/join/{CODE}", "/privacy", "/terms"):
            page.goto(f"http://127.0.0.1:{port}{path}?lang={language}")
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
