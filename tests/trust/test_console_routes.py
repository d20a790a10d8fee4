"""Every page of the console and of the operators, for everybody who may ask: what they get; no number is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from console_routes import AWAY, EVERYBODY, FILES, FOR_ANYBODY, LEADS, NO_LEADS, OWN, REFUSED, ROUTES, SAME, STRANGERS
from flask import Flask
from flask.testing import FlaskClient
from phone import MAPLE, PUBLIC_URL, Town, town_in
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from phonetree.app import web_app
from phonetree.demo.seizure import search_folder
from phonetree.desk import people, schools
from phonetree.desk.console_codes import hash_of
from phonetree.models import ConsoleSession, Membership, Note, Person, Pin, Site, writing
from phonetree.school.reading import read_school
from phonetree.words.numbers import PhoneNumber

ELM = (
    MAPLE.replace('code = "MAPLE"', 'code = "ELM"')
    .replace('"62753"', '"35601"')
    .replace("Maple Street Elementary", "Elm Street School")
    .replace('"Maple Tree"', '"Elm Tree"')
)
NAMES = {"MAPLE": "Maple Street Elementary", "ELM": "Elm Street School"}
PIN = "739152"
NUMBERS = {role: f"+121355501{place:02}" for place, role in enumerate(EVERYBODY, start=30)}
TOKENS = count()


@dataclass
class Everybody:
    """One browser for each who may ask, on one deployment with two schools."""

    town: Town
    app: Flask
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def asks(self, who: str, method: str, path: str) -> TestResponse:
        """With the token of a form, where they can get one."""
        browser = self.browsers[who]
        form = {}
        if method == "POST":
            page = browser.get("/console/sign-in", base_url=PUBLIC_URL).get_data(as_text=True)
            form = {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]}
        return browser.open(path, method=method, base_url=PUBLIC_URL, data=form)


def session_of(town: Town, person: Person, site: Site, who: str) -> str:
    """A session as signing in makes it, long ago or over where *who* says so."""
    now, token = town.house.means.now(), f"token {next(TOKENS)}"
    made = ConsoleSession(
        token_hash=hash_of(token), person_id=person.id, site_id=site.id, made_at=now, last_seen_at=now
    )
    if who == "expired session":
        made.made_at = now - timedelta(hours=12)
    if who == "idle session":
        made.last_seen_at = now - timedelta(minutes=120)
    if who == "signed-out session":
        made.ended_at = now
    with writing(town.house.database) as session:
        session.add(made)
    return token


def enrolled(town: Town, who: str) -> tuple[Person, Site]:
    means, code = town.house.means, "ELM" if who == "lead of another site" else "MAPLE"
    with writing(town.house.database) as session:
        site = schools.find_site(session, code)
        assert site is not None
        person = people.enrol(session, means, site.sender, PhoneNumber(NUMBERS[who]), "en")
        role = who if who in NO_LEADS and not who.endswith("lead") else "lead"
        person.memberships.append(Membership(site_id=site.id, role=role, is_held=who == "held lead"))
        session.add(Pin(person_id=person.id, hashed=means.pins.hash(PIN), set_at=means.now() - timedelta(days=1)))
        person.stopped_at = means.now() if who == "left lead" else None
        return person, site


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everybody]:
    with town_in(tmp_path_factory.mktemp("trust")) as town:
        with writing(town.house.database) as session:
            schools.load_school(session, town.house.means, read_school(ELM))
        here = Everybody(town, web_app(town.house))
        for who in EVERYBODY:
            here.browsers[who] = here.app.test_client()
            if who == "forged cookie":
                here.browsers[who].set_cookie(
                    "__Host-phonetree", "eyJsZWFkIjoidG9rZW4gMSJ9.aa.bb", domain="tree.example.org"
                )
            elif who != "nobody":
                token = session_of(town, *enrolled(town, who), who)
                with here.browsers[who].session_transaction(base_url=PUBLIC_URL) as kept:
                    kept["lead"] = token
        leave_traces(town)
        yield here
        for phone in town.phones.values():
            phone.unread.clear()


def leave_traces(town: Town) -> None:
    """An alert that runs, a message, a family that wrote its number into it."""
    lead = town.phone(NUMBERS["lead of this site"])
    lead.texts("ALERT 2 1 2")
    code = re.findall(r"Send: (\d{4})", lead.unread.popleft())[0]
    lead.texts(f"{code} {PIN}").hears("SENT to")
    parent = town.phone(NUMBERS["parent"])
    parent.texts("LEAD").unread.clear()
    parent.texts(f"call me at {NUMBERS['parent']}").unread.clear()


def routes(app: Flask) -> list[tuple[str, Rule]]:
    """Ours in this table: the console, and everything that is no webhook."""
    webhooks = ("/twilio/", "/cap/", "/audio/")
    return [
        (method, rule)
        for rule in app.url_map.iter_rules()
        if not rule.rule.startswith(webhooks)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_every_route_has_a_row_for_everybody(everybody: Everybody) -> None:
    assert {(method, rule.rule) for method, rule in routes(everybody.app)} == set(ROUTES)
    assert {key: set(row) for key, row in ROUTES.items()} == {key: set(EVERYBODY) for key in ROUTES}


def outcome(answer: TestResponse, who: str) -> str:
    """In the words of the table. A page of a school is of their own, or it says whose it is."""
    if answer.status_code == 303:
        return f"303 {answer.headers['Location']}"
    if answer.status_code != 200:
        return str(answer.status_code)
    page = answer.get_data(as_text=True)
    shown = {code for code, name in NAMES.items() if name in page}
    own = {"ELM" if who == "lead of another site" else "MAPLE"}
    if not shown:
        return SAME
    return OWN if shown == own else f"200 of {sorted(shown)}"


SIGN_OUT = "/console/sign-out"
MATRIX = [
    (method, path, who)
    for method, path in ROUTES
    for who in EVERYBODY
    if path != SIGN_OUT or who not in LEADS  # below: it would end the session that the others need
]


@pytest.mark.parametrize(("method", "path", "who"), sorted(MATRIX))
def test_everybody_gets_what_the_table_says(everybody: Everybody, method: str, path: str, who: str) -> None:
    assert outcome(everybody.asks(who, method, path), who) == ROUTES[method, path][who]


@pytest.mark.parametrize("who", LEADS)
def test_a_lead_who_signs_out_is_out(everybody: Everybody, who: str) -> None:
    token = session_of(everybody.town, *found(everybody.town, who), who)
    before, everybody.browsers[who] = everybody.browsers[who], everybody.app.test_client()
    with everybody.browsers[who].session_transaction(base_url=PUBLIC_URL) as kept:
        kept["lead"] = token
    assert outcome(everybody.asks(who, "GET", "/console/"), who) == OWN
    assert outcome(everybody.asks(who, "POST", SIGN_OUT), who) == AWAY
    assert outcome(everybody.asks(who, "GET", "/console/"), who) == AWAY
    everybody.browsers[who] = before


def found(town: Town, who: str) -> tuple[Person, Site]:
    with writing(town.house.database) as session:
        site = schools.find_site(session, "ELM" if who == "lead of another site" else "MAPLE")
        assert site is not None
        person = people.find_person(session, town.house.means, site.sender, PhoneNumber(NUMBERS[who]))
        assert person is not None
        return person, site


def test_every_page_but_the_named_ones_is_guarded(everybody: Everybody) -> None:
    """By whatever method, with a token or without, nothing of a guarded page comes back to a stranger."""
    for _method, rule in routes(everybody.app):
        if not rule.rule.startswith("/console") or rule.rule in FOR_ANYBODY:
            continue
        for method in ("GET", "HEAD", "OPTIONS", "POST"):
            for who in (*STRANGERS, *NO_LEADS):
                answer = everybody.browsers[who].open(rule.rule, method=method, base_url=PUBLIC_URL)
                assert outcome(answer, who) in {AWAY, REFUSED, "405", "404"}, (method, rule.rule, who)


def test_a_page_that_nobody_marked_is_answered_by_nobody(everybody: Everybody) -> None:
    app = web_app(everybody.town.house)
    console = app.blueprints["console"]
    app.add_url_rule("/console/forgotten", "console.forgotten", lambda: "secret")
    assert console.name == "console"
    for who in ("nobody", "lead of this site"):
        browser = app.test_client()
        if who != "nobody":
            with browser.session_transaction(base_url=PUBLIC_URL) as kept:
                kept["lead"] = session_of(everybody.town, *found(everybody.town, who), who)
        assert browser.get("/console/forgotten", base_url=PUBLIC_URL).status_code == 404


def is_console(path: str) -> bool:
    return path.startswith("/console")


@pytest.mark.parametrize("path", sorted({path for _method, path in ROUTES if is_console(path)}))
def test_every_answer_carries_its_headers(everybody: Everybody, path: str) -> None:
    for method in ("GET", "POST", "PUT", "OPTIONS"):
        for who in ("nobody", "lead of this site"):
            check_headers(everybody.browsers[who].open(path, method=method, base_url=PUBLIC_URL))


@pytest.mark.parametrize("path", ["/console", "/console/nothing", "/console//", "/console/../console/x"])
def test_so_does_what_is_not_there(everybody: Everybody, path: str) -> None:
    check_headers(everybody.browsers["nobody"].get(path, base_url=PUBLIC_URL))


def check_headers(answer: TestResponse) -> None:
    told = answer.headers
    policy = dict(
        part.strip().partition(" ")[::2] for part in told["Content-Security-Policy"].split(";") if part.strip()
    )
    page = answer.get_data(as_text=True)
    scripts = re.findall(r"<script.*?</script>", page)
    assert scripts in ([], ['<script src="/console/live.js" defer></script>'])
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        **({"script-src": "'self'", "connect-src": "'self'"} if scripts else {}),
    }
    assert told["Cache-Control"] == "no-store"
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Referrer-Policy"] == "no-referrer"
    assert told["X-Frame-Options"].upper() == "DENY"
    assert told["Strict-Transport-Security"] == "max-age=31536000"
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|https?://", page)


def test_no_page_shows_a_number_to_anybody(everybody: Everybody, tmp_path: Path) -> None:
    """Every page is asked for by everybody and kept; then the raw bytes are searched, as those of a seized disk are."""
    with writing(everybody.town.house.database) as session:
        assert session.query(Note).count() == 1
    for method, path in ROUTES:
        for who in EVERYBODY:
            if path == SIGN_OUT:
                continue
            answer = everybody.asks(who, method, path)
            name = re.sub(r"\W+", "-", f"{method}{path}{who}")
            folder = tmp_path / "files" if path in FILES else tmp_path
            folder.mkdir(exist_ok=True)
            (folder / name).write_bytes(answer.get_data() + repr(list(answer.headers)).encode())
    everyones = [PhoneNumber(number) for number in (*NUMBERS.values(), "+12135550100", "+12135550102", "+12135550199")]
    assert search_folder(tmp_path / "files", everyones[: len(NUMBERS)]) == []
    assert search_folder(tmp_path / "files", everyones) != [], "what families are told stands there"
    for file in (tmp_path / "files").iterdir():
        file.unlink()
    assert search_folder(tmp_path, everyones) == []
    now = (tmp_path / "GET-console-lead-of-this-site").read_text(encoding="utf-8")
    assert "agents at the school, front gate" in now
    assert "CONFIRMED" in now
    (tmp_path / "planted").write_text(f"<td>{NUMBERS['parent']}</td>", encoding="utf-8")
    assert [find.file for find in search_folder(tmp_path, everyones)] == ["planted"]
