"""The progress page and its news: what moves, in how long to ask again, and nothing that anybody has to wait for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from browser import LEAD, PIN, Browser, signed_in
from phone import Phone, Town, town_in
from sqlalchemy import select, update

from phonetree.console.plots import Bar, Line, bar_plot, line_plot
from phonetree.console.progress import at, clock
from phonetree.models import ConsoleSession, reading, writing


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path) as town:
        yield town
        for phone in town.phones.values():
            phone.unread.clear()


@pytest.fixture
def lead(town: Town) -> Phone:
    return town.enrol(LEAD, "lead", pin=PIN)


@pytest.fixture
def browser(town: Town, lead: Phone) -> Browser:
    for place in range(3):
        town.enrol(f"+121355501{50 + place}", "parent")
    browser = signed_in(town, lead)
    browser.goes("/console/")
    return browser


def news(browser: Browser, page: str = "progress", mark: str = "") -> dict[str, str]:
    """The lines of one event by their names."""
    headers = {"Last-Event-ID": mark} if mark else {}
    answer = browser.window.get(f"/console/{page}/live", base_url=browser.url, headers=headers)
    assert answer.status_code == 200
    assert answer.content_type == "text/event-stream; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    body = answer.get_data(as_text=True)
    assert body.endswith("\n\n")
    return dict(line.partition(": ")[::2] for line in body.strip().split("\n"))


def sends(town: Town, lead: Phone) -> None:
    lead.texts("ALERT 2 1 2")
    code = re.findall(r"Send: (\d{4})", lead.unread.popleft())[0]
    lead.texts(f"{code} {PIN}").unread.clear()


def test_nothing_was_sent_yet(browser: Browser) -> None:
    browser.goes("/console/progress")
    assert "Nothing was sent yet." in browser.page
    assert "<svg" not in browser.page


def test_an_answer_ends_at_once_and_says_when_to_ask_again(town: Town, lead: Phone, browser: Browser) -> None:
    sends(town, lead)
    running = news(browser)
    assert (running["retry"], running["event"]) == ("700", "parts")
    told = json.loads(running["data"])
    assert set(told["parts"]) == {"figures", "deeds"}
    assert told["said"] == "0 of 4 phones reached."
    assert "Pause: hold what has not gone" in told["parts"]["deeds"]
    town.deliver()
    town.folds()
    while (over := news(browser))["retry"] == "700":
        pass
    told = json.loads(over["data"])
    assert told["said"] == "4 of 4 phones reached."
    assert "Everything has gone, and every receipt is in." in told["parts"]["deeds"]
    assert over["retry"] == "1500"


def test_what_the_browser_has_already_is_not_sent_again(town: Town, lead: Phone, browser: Browser) -> None:
    sends(town, lead)
    first = news(browser)
    assert news(browser, mark=first["id"]) == {"retry": "700"}
    assert "data" in news(browser, mark="another")


def test_the_first_page_tells_what_is_new_too(town: Town, lead: Phone, browser: Browser) -> None:
    told = json.loads(news(browser, "now")["data"])
    assert told["said"] == "No alert is open."
    sends(town, lead)
    told = json.loads(news(browser, "now")["data"])
    assert told["said"] == "100: agents at the school, front gate"
    assert "action=clear" in told["parts"]["state"]


def test_the_forms_in_the_news_work(town: Town, lead: Phone, browser: Browser) -> None:
    sends(town, lead)
    deeds = json.loads(news(browser)["data"])["parts"]["deeds"]
    token = re.findall(r'name="csrf_token" value="([^"]+)"', deeds)[0]
    answer = browser.sends("/console/alert/ask", action="pause", csrf_token=token)
    assert answer.headers["Location"] == "/console/progress"


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(town: Town, browser: Browser) -> None:
    def seen_at() -> object:
        with reading(town.house.database) as session:
            return session.scalar(select(ConsoleSession.last_seen_at))

    before = town.house.means.now() - timedelta(minutes=90)
    with writing(town.house.database) as session:
        session.execute(update(ConsoleSession).values(last_seen_at=before))
    for page in ("progress", "now"):
        news(browser, page)
    assert seen_at() == before
    browser.goes("/console/progress")
    assert seen_at() != before


def test_each_plot_has_a_name_and_its_table(town: Town, lead: Phone, browser: Browser) -> None:
    sends(town, lead)
    town.deliver()
    town.folds()
    browser.goes("/console/progress")
    plots = re.findall(
        r'<div class="plot">\s*<svg [^>]*role="img" aria-label="([^"]+)".*?</svg>\s*<table>', browser.page, re.DOTALL
    )
    assert plots == ["Phones reached over time", "By text and by call", "By language"]


def test_a_line_is_cut_at_the_edge_and_goes_on_level_where_it_is_to() -> None:
    flat = Line("limit", "at best", ((0.0, 0.0), (5.0, 10.0)), goes_on=True)
    steep = Line("reached", "reached", ((0.0, 0.0), (20.0, 10.0)))
    drawn = str(line_plot("a name", (flat, steep), 10.0, 10.0, ("0:00", "0:10")))
    assert 'class="limit" points="6.0,196.0 200.0,30.0 394.0,30.0"' in drawn
    assert 'class="reached" points="6.0,196.0 394.0,113.0"' in drawn
    stops = str(line_plot("a name", (Line("reached", "reached", ((0.0, 0.0), (5.0, 10.0))),), 10.0, 10.0, ("", "")))
    assert 'points="6.0,196.0 200.0,30.0"' in stops


def test_what_is_drawn_is_escaped() -> None:
    drawn = str(bar_plot("<title>", [Bar("<b>", 'x" y="1', "1 < 2", 2.0)]))
    assert "<b>" not in drawn
    assert "<title>" not in drawn
    assert 'lang="x&#34; y=&#34;1"' in drawn
    assert 'class="bar" x="6" y="28" width="388.0"' in drawn


def test_where_a_curve_is_at_a_moment() -> None:
    curve = ((0.0, 0.0), (4.0, 0.0), (5.0, 8.0))
    assert [at(curve, seconds) for seconds in (0, 4.5, 5, 60)] == [0.0, 4.0, 8.0, 8.0]
    assert [clock(seconds) for seconds in (0, 59.6, 61, 3600)] == ["0:00", "1:00", "1:01", "60:00"]
