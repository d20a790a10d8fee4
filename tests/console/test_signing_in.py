"""Signing in to the console: the code goes to a lead's enrolled phone, nobody learns whose that is, and it ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from browser import LEAD, PIN, Browser, code_for, signed_in, works
from phone import PUBLIC_URL, Phone, Town, migrated_url, rows, town_in
from sqlalchemy import select
from werkzeug.test import TestResponse

from phonetree.app import web_app
from phonetree.demo.rehearsal import HeldClock
from phonetree.desk import people, schools
from phonetree.desk.console_codes import MOST_KNOCKS, knock
from phonetree.desk.console_doors import sign_in
from phonetree.desk.retention import keep_no_longer
from phonetree.desk.rounds import make_rounds
from phonetree.models import AuditEntry, ConsoleKnock, ConsoleSession, Person, Pin, PinAttempt, new_id, reading, writing
from phonetree.words.numbers import PhoneNumber

OTHER, PARENT, STRANGER = "+12135550111", "+12135550142", "+12135550177"
SECOND = timedelta(seconds=1)
TOLD = "If this phone belongs to a lead, a code is on its way."
WRONG = "That was not right, or the code is over."


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    with migrated_url(request.param, tmp_path) as url, town_in(tmp_path, DATABASE_URL=url) as town:
        yield town


@pytest.fixture
def lead(town: Town) -> Phone:
    return town.enrol(LEAD, "lead", pin=PIN)


def later(town: Town, **time: int) -> None:
    clock = town.house.means.clock
    assert isinstance(clock, HeldClock)
    clock.at += timedelta(**time)


def person_of(town: Town, number: str = LEAD) -> str:
    with reading(town.house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        person = people.find_person(session, town.house.means, site.sender, PhoneNumber(number))
        assert person is not None
        return person.id


def is_in(browser: Browser) -> bool:
    answer = browser.goes("/console/")
    assert answer.status_code in {200, 303}
    assert answer.status_code == 200 or answer.headers["Location"] == "/console/sign-in"
    return answer.status_code == 200


def test_a_lead_signs_in_by_the_texted_code_and_the_pin(town: Town, lead: Phone) -> None:
    other = town.enrol(OTHER, "lead", language="es")
    browser = Browser.at(town)
    assert not is_in(browser)
    answer = browser.knocks(LEAD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/code")
    assert TOLD in browser.page
    lead.hears_nothing()
    works(town)
    code = code_for(lead)
    assert browser.answers(code).status_code == 303
    assert is_in(browser)
    assert "No alert is open." in browser.page
    works(town)
    lead.hears("a lead signed in to the console")
    other.hears("un encargado entro a la consola")
    with reading(town.house.database) as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.what == "signed in to the console")).one()
        assert (entry.actor_id, entry.about) == (person_of(town), "")
        assert session.scalars(select(PinAttempt)).all() == []


def test_a_code_is_good_once_and_in_its_browser_alone(town: Town, lead: Phone) -> None:
    browser, other = Browser.at(town), Browser.at(town)
    browser.knocks(LEAD)
    other.knocks(STRANGER)
    works(town)
    code = code_for(lead)
    assert other.answers(code).status_code == 403
    assert browser.answers(code).status_code == 303
    assert browser.goes("/console/code").status_code == 200
    assert browser.answers(code).status_code == 403
    works(town)
    lead.hears("signed in").hears_nothing()


def answer_of(browser: Browser, number: str) -> list[object]:
    """Everything that a browser is told by both steps, but for its own tokens."""
    told: list[object] = []
    steps: tuple[Callable[[], TestResponse], ...] = (
        lambda: browser.knocks(number),
        lambda: browser.answers("0" * 6, "0" * 6),
        lambda: browser.answers("1", "x"),
    )
    for asks in steps:
        answer = asks()
        page = answer.get_data(as_text=True)
        token = browser.page.split('name="csrf_token" value="')[1].split('"')[0]
        told.append((answer.status_code, page.replace(token, "…"), sorted(answer.headers.keys())))
    return told


def test_nobody_learns_whose_phone_it_is(town: Town, lead: Phone) -> None:
    town.enrol(PARENT, "parent")
    for role, number in {"staff": "+12135550143", "network": "+12135550144", "operator": "+12135550145"}.items():
        town.enrol(number, role, pin=PIN)
    expected = answer_of(Browser.at(town), LEAD)
    for number in (PARENT, STRANGER, "+12135550143", "+12135550144", "+12135550145", "", "no number", "9" * 40):
        assert answer_of(Browser.at(town), number) == expected, number
    works(town)
    assert "is your code" in lead.unread.popleft()
    assert not any(phone.unread for phone in town.phones.values())


def shapes(town: Town) -> dict[str, int]:
    return {table: len(found) for table, found in rows(town.house.database).items()}


def test_what_the_web_writes_is_the_same_for_everybody(town: Town, lead: Phone) -> None:
    """So the time that it takes is the same too: whose phone it is, the workers look up."""
    written = []
    for number in (LEAD, STRANGER):
        before = shapes(town)
        Browser.at(town).knocks(number)
        written.append(
            {table: count - before[table] for table, count in shapes(town).items() if count != before[table]}
        )
    assert written == [{"console_knocks": 1}] * 2
    with reading(town.house.database) as session:
        first, second = session.scalars(select(ConsoleKnock)).all()
    assert first.number_sealed is not None
    assert second.number_sealed is not None
    assert (first.person_id, len(first.number_sealed)) == (second.person_id, len(second.number_sealed))
    works(town)
    lead.hears("is your code")
    with reading(town.house.database) as session:
        assert {each.number_sealed for each in session.scalars(select(ConsoleKnock))} == {None}


def test_three_codes_an_hour_and_no_more(town: Town, lead: Phone) -> None:
    for _turn in range(3):
        Browser.at(town).knocks(LEAD)
        works(town)
        code_for(lead)
    Browser.at(town).knocks(LEAD)
    works(town)
    lead.hears_nothing()
    later(town, minutes=61)
    Browser.at(town).knocks(LEAD)
    works(town)
    code_for(lead)


def test_strangers_are_let_knock_so_often_in_a_minute(town: Town, lead: Phone) -> None:
    browser = Browser.at(town)
    for _turn in range(MOST_KNOCKS + 3):
        assert browser.knocks(STRANGER).status_code == 303
        assert TOLD in browser.page
    assert shapes(town)["console_knocks"] == MOST_KNOCKS
    later(town, minutes=1)
    browser.knocks(LEAD)
    for _turn in range(2):
        works(town)
    code_for(lead)


def test_three_tries_on_a_code(town: Town, lead: Phone) -> None:
    browser = Browser.at(town)
    browser.knocks(LEAD)
    works(town)
    code = code_for(lead)
    for wrong in ((code, "000000"), ("0" * 6, PIN), (code, "")):
        assert browser.answers(*wrong).status_code == 403
        assert WRONG in browser.page
    assert browser.answers(code).status_code == 403


def test_a_code_lives_ten_minutes(town: Town, lead: Phone) -> None:
    browser = Browser.at(town)
    browser.knocks(LEAD)
    works(town)
    code = code_for(lead)
    later(town, minutes=10)
    assert browser.answers(code).status_code == 403


def test_five_wrong_answers_close_the_console_and_never_touch_alerts(town: Town, lead: Phone) -> None:
    other = town.enrol(OTHER, "lead")
    for tries in (3, 2):
        browser = Browser.at(town)
        browser.knocks(LEAD)
        works(town)
        code = code_for(lead)
        for _try in range(tries):
            browser.answers(code, "000000")
    assert browser.answers(code).status_code == 403, "right, but locked"
    for _round in range(2):
        works(town)
    for phone in (lead, other):
        phone.hears("Wrong answers at the console").hears_nothing()
    lead.texts("ALERT 2 1 2")
    alert_code = re.findall(r"\b\d{4}\b", lead.unread.popleft())[0]
    lead.texts(f"{alert_code} {PIN}").hears("SENT to")
    later(town, minutes=61)
    signed_in(town, lead, (other,))


def knocked(town: Town, lead: Phone) -> tuple[str, str]:
    """A knock without a browser: its token, and the code that came."""
    knock(town.house.database, town.house.means, token := new_id(), lead.number, "")
    works(town)
    return token, code_for(lead)


@pytest.mark.parametrize(("pin", "let_in", "counted"), [("000000", 0, {3}), (PIN, 1, {0, 1, 2})])
def test_answers_given_at_once_are_counted_one_by_one(
    town: Town, lead: Phone, pin: str, let_in: int, counted: set[int]
) -> None:
    """Each is counted before it is looked at: eight at once are three tries, and one code opens one session."""
    token, code = knocked(town, lead)
    house = town.house
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: sign_in(house.database, house.means, token, code, pin), range(8)))
    assert len([each for each in made if each]) == let_in
    (row,) = _knocks(town)
    assert row.wrong in counted
    assert shapes(town)["console_sessions"] == let_in
    town.deliver()
    lead.unread.clear()


def test_the_workers_rounds_answer_who_knocks(town: Town, lead: Phone) -> None:
    Browser.at(town).knocks(LEAD)
    assert make_rounds(town.house.database, town.house.means, "test")
    town.deliver()
    assert any("is your code for the console" in words for words in lead.unread)
    lead.unread.clear()


def test_who_has_no_pin_is_told_and_stays_out(town: Town) -> None:
    phone = town.enrol(OTHER, "lead")
    browser = Browser.at(town)
    browser.knocks(OTHER)
    works(town)
    phone.hears("has no PIN yet")
    for code in ("", "000000"):
        assert browser.answers(code, "").status_code == 403


def test_a_lead_of_two_schools_says_which(town: Town, lead: Phone) -> None:
    for school, is_texted in {"ELM": False, "maple ": True, "NOBODY": False}.items():
        Browser.at(town).knocks(LEAD, school)
        works(town)
        assert len(lead.unread) == is_texted, school
        lead.unread.clear()


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_ends_when_nobody_uses_it(town: Town, lead: Phone) -> None:
    browser = signed_in(town, lead)
    for _turn in range(3):
        later(town, minutes=119)
        assert is_in(browser)
    later(town, minutes=120)
    assert not is_in(browser)


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(town: Town, lead: Phone) -> None:
    browser = signed_in(town, lead)
    for _turn in range(11):
        later(town, hours=1)
        assert is_in(browser)
    later(town, hours=1)
    assert not is_in(browser)


def test_signing_out_ends_it_also_for_who_kept_the_cookie(town: Town, lead: Phone) -> None:
    browser = signed_in(town, lead)
    thief = Browser.at(town)
    thief.window.set_cookie("__Host-phonetree", browser.cookie(), domain="tree.example.org")
    assert is_in(thief)
    assert is_in(browser)
    assert browser.sends("/console/sign-out").headers["Location"] == "/console/sign-in"
    assert not is_in(browser)
    assert not is_in(thief)


def test_signing_in_again_makes_a_new_token_and_ends_the_old(town: Town, lead: Phone) -> None:
    browser = signed_in(town, lead)
    thief = Browser.at(town)
    thief.window.set_cookie("__Host-phonetree", browser.cookie(), domain="tree.example.org")
    browser.knocks(LEAD)
    works(town)
    assert browser.answers(code_for(lead)).status_code == 303
    assert is_in(browser)
    assert not is_in(thief)
    works(town)
    lead.hears("signed in")
    with reading(town.house.database) as session:
        assert len({each.token_hash for each in session.scalars(select(ConsoleSession))}) == 2


@pytest.mark.parametrize("how", ["removed", "held", "left", "erased", "given a new PIN"])
def test_who_is_no_lead_any_more_is_out_at_once(town: Town, lead: Phone, how: str) -> None:
    browser = signed_in(town, lead)
    waiting = Browser.at(town)
    waiting.knocks(LEAD)
    works(town)
    code = code_for(lead)
    assert is_in(browser)
    with writing(town.house.database) as session:
        person = session.get_one(Person, person_of(town))
        match how:
            case "removed":
                person.memberships.clear()
            case "held":
                person.memberships[0].is_held = True
            case "left":
                people.opt_out(session, town.house.means, person)
            case "erased":
                people.forget(session, town.house.means, person)
            case _:
                pin = session.get_one(Pin, person.id)
                pin.hashed, pin.set_at = town.house.means.pins.hash("520963"), town.house.means.now() + SECOND
    assert not is_in(browser)
    assert waiting.answers(code).status_code == 403
    if how == "erased":
        assert (shapes(town)["console_sessions"], shapes(town)["console_knocks"]) == (0, 0)


def test_who_made_up_a_token_is_weighed_against_nobody(town: Town, lead: Phone) -> None:
    before = rows(town.house.database)
    for token in ("", "made up", "\0", "\ud800"):
        assert sign_in(town.house.database, town.house.means, token, "482148", PIN) is None
    assert rows(town.house.database) == before
    lead.hears_nothing()


def test_what_is_over_is_forgotten(town: Town, lead: Phone) -> None:
    signed_in(town, lead)
    later(town, hours=25)
    keep_no_longer(town.house.database, town.house.means)
    assert (shapes(town)["console_sessions"], shapes(town)["console_knocks"]) == (0, 0)


def test_neither_token_nor_code_nor_number_lies_in_the_clear(town: Town, lead: Phone, tmp_path: Path) -> None:
    browser = Browser.at(town)
    browser.knocks(LEAD)
    works(town)
    code = code_for(lead)
    browser.answers(code)
    works(town)
    lead.hears("signed in")
    with browser.window.session_transaction(base_url=PUBLIC_URL) as kept:
        token = str(kept["lead"])
    stored = repr(rows(town.house.database)) + "".join(
        path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()
    )
    assert len(token) == 43
    for secret in (token, LEAD, LEAD[2:], PIN):
        assert secret not in stored
    sealed = [row.code_sealed for row in _knocks(town)]
    assert all(code.encode() not in (each or b"") for each in sealed)


def _knocks(town: Town) -> list[ConsoleKnock]:
    with reading(town.house.database) as session:
        return list(session.scalars(select(ConsoleKnock)))


# --- cookies and forms ------------------------------------------------------------------------------------------------


def test_the_cookie_is_for_this_host_and_no_script(town: Town) -> None:
    browser = Browser.at(town)
    cookie = browser.goes("/console/sign-in").headers["Set-Cookie"]
    name, *attributes = [part.strip() for part in cookie.split(";")]
    assert name.startswith("__Host-phonetree=")
    assert set(attributes) == {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"}


def test_on_this_machine_alone_the_cookie_goes_without_https(tmp_path: Path) -> None:
    with town_in(tmp_path, PHONETREE_PUBLIC_URL="http://127.0.0.1:8000") as town:
        browser = Browser(web_app(town.house), "http://127.0.0.1:8000")
        answer = browser.goes("/console/sign-in")
        assert answer.headers["Set-Cookie"].startswith("phonetree=")
        assert "Secure" not in answer.headers["Set-Cookie"]
        assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("token", ["", "x", "stolen"])
def test_a_form_without_its_token_does_nothing(town: Town, lead: Phone, token: str) -> None:
    browser, other = signed_in(town, lead), Browser.at(town)
    other.goes("/console/sign-in")
    if token == "stolen":
        token = other.page.split('name="csrf_token" value="')[1].split('"')[0]
    before = rows(town.house.database)
    for path in ("/console/sign-in", "/console/code", "/console/sign-out"):
        answer = browser.sends(path, csrf_token=token, phone=LEAD)
        assert answer.status_code == 400
        assert "open for too long" in browser.page
    assert rows(town.house.database) == before
    assert is_in(browser)


def test_a_form_on_another_sites_page_does_nothing(town: Town, lead: Phone) -> None:
    browser = signed_in(town, lead)
    browser.goes("/console/")
    token = browser.page.split('name="csrf_token" value="')[1].split('"')[0]
    for site in ("cross-site", "same-site"):
        answer = browser.window.post(
            "/console/sign-out",
            base_url=PUBLIC_URL,
            data={"csrf_token": token},
            headers={"Sec-Fetch-Site": site},
        )
        assert answer.status_code == 403
    assert is_in(browser)


def test_a_cookie_that_we_did_not_sign_is_nobodys(town: Town, lead: Phone) -> None:
    browser = signed_in(town, lead)
    forged = Browser.at(town)
    for value in (browser.cookie()[:-2] + "xx", "eyJsZWFkIjoiYSJ9.x.y", "x" * 3000):
        forged.window.set_cookie("__Host-phonetree", value, domain="tree.example.org")
        assert not is_in(forged)
