"""A browser for tests of the console: it keeps cookies, fills in forms with their tokens, follows nothing by itself."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Self

from flask import Flask
from flask.testing import FlaskClient
from phone import PUBLIC_URL, Phone, Town
from sqlalchemy import select
from werkzeug.test import TestResponse

from phonetree.app import web_app
from phonetree.desk.console_codes import console_round
from phonetree.models import Delivery, State, reading, writing

PIN = "739152"
LEAD = "+12135550110"


@dataclass
class Browser:
    """One browser at the console. ``page`` is what it shows."""

    app: Flask
    url: str = PUBLIC_URL
    page: str = ""
    window: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.window = self.app.test_client()

    @classmethod
    def at(cls, town: Town) -> Self:
        return cls(web_app(town.house))

    def goes(self, path: str, language: str = "en") -> TestResponse:
        return self._shown(self.window.get(path, base_url=self.url, headers={"Accept-Language": language}))

    def sends(self, path: str, **fields: str) -> TestResponse:
        """The form of the page that is shown, with its token."""
        token = re.findall(r'name="csrf_token" value="([^"]+)"', self.page)
        fields.setdefault("csrf_token", token[0] if token else "")
        return self._shown(self.window.post(path, data=fields, base_url=self.url))

    def uploads(self, path: str, file: bytes, **fields: str) -> TestResponse:
        """The same form with a file in it."""
        token = re.findall(r'name="csrf_token" value="([^"]+)"', self.page)
        form = {"csrf_token": token[0] if token else "", **fields, "file": (io.BytesIO(file), "list.csv")}
        return self._shown(self.window.post(path, data=form, base_url=self.url))

    def knocks(self, number: str, school: str = "") -> TestResponse:
        self.goes("/console/sign-in")
        answer = self.sends("/console/sign-in", phone=number, school=school)
        self.goes("/console/code")
        return answer

    def answers(self, code: str, pin: str = PIN) -> TestResponse:
        return self.sends("/console/code", code=code, pin=pin)

    def cookie(self) -> str:
        name = "__Host-phonetree" if self.url.startswith("https") else "phonetree"
        found = self.window.get_cookie(name, domain=self.url.split("//")[1].split(":")[0])
        return found.value if found else ""

    def _shown(self, answer: TestResponse) -> TestResponse:
        if answer.content_type.startswith("text/html") and answer.status_code not in {301, 302, 303}:
            self.page = unescape(answer.get_data(as_text=True))
        return answer


def works(town: Town) -> None:
    """What a worker does in a second: of its rounds the console's part, then what waits goes out."""
    with writing(town.house.database) as session:
        console_round(session, town.house.means)
    for _slice in range(5):  # on a busy machine the first may end before anything has gone
        town.deliver()
        with reading(town.house.database) as session:
            if session.scalar(select(Delivery.id).where(Delivery.state == State.PENDING).limit(1)) is None:
                return


def code_for(phone: Phone) -> str:
    """The code in the oldest text that this phone has not heard."""
    found = re.findall(r"\b\d{6}\b", phone.unread[0])
    assert len(found) == 1
    phone.hears("is your code for the console")
    return str(found[0])


def signed_in(town: Town, lead: Phone, others: tuple[Phone, ...] = ()) -> Browser:
    """A browser in which this lead is signed in; whoever is told has heard it."""
    browser = Browser.at(town)
    browser.knocks(lead.number)
    works(town)
    answer = browser.answers(code_for(lead))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/")
    works(town)
    for phone in (lead, *others):
        phone.hears("a lead signed in to the console")
    return browser
