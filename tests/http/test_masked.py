"""Nothing that a phone receives holds the number of the other side: not its texts, not its caller ID, not what is said.

A family and a counselor write to each other, with their numbers and a link in their words, and talk; then everything
that reached either of them, and every log line, is searched for the other's number in any form.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from phone import MAPLE, SCHOOL, Fields, Reply, Town, house_in, served
from sqlalchemy import select
from stage import PIN

from phonetree.app import web_app
from phonetree.desk import people
from phonetree.models import Request, Site, writing
from phonetree.words.logs import configure_logs
from phonetree.words.numbers import PhoneNumber

ANA, BOB, LEAD, LEAD_TOO = (f"+1213555014{n}" for n in range(2, 6))


@dataclass(frozen=True)
class TappedTown(Town):
    """Writes down everything that reaches a handset."""

    said: dict[str, list[str]] = field(default_factory=dict)

    def send(self, method: str, path: str, fields: Fields = (), *, query: str = "", signed: str | None = None) -> Reply:
        reply = super().send(method, path, fields, query=query, signed=signed)
        form = dict(fields)
        whose = form.get("To" if form.get("Direction", "").startswith("outbound") else "From", "")
        if reply.kind == "text/xml" and whose:
            spoken = (element.text or "" for element in ET.fromstring(reply.body).iter() if element.tag != "Number")  # noqa: S314 - our own server's
            self.said.setdefault(whose, []).extend(spoken)
        return reply

    def received(self, number: str) -> list[str]:
        """Texts, answers, what was said, and the numbers that its display showed."""
        texts = [text.body for recipient, text in self.carrier.known if recipient.e164 == number]
        shown = [call.caller for call in self.calls if call.handset == number]
        return [*texts, *self.said.get(number, []), *shown]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[TappedTown]:
    with house_in(tmp_path, MAPLE) as house, served(web_app(house)) as port:
        yield TappedTown(house, port)


@pytest.fixture
def logs() -> io.StringIO:
    """What is logged, before anything is hidden in it, and after."""
    stream = io.StringIO()
    configure_logs(stream, json=True)
    logging.getLogger().addHandler(logging.StreamHandler(stream))
    return stream


def taken(town: Town, asker: str, taker: str) -> None:
    means = town.house.means
    with writing(town.house.database) as session:
        site = session.scalars(select(Site)).one()
        first, second = (people.find_person(session, means, site.sender, PhoneNumber(n)) for n in (asker, taker))
        assert first is not None
        assert second is not None
        session.add(
            Request(
                site_id=site.id,
                number=417,
                kind="aid",
                item="food",
                taker_role="counselor",
                person_id=first.id,
                taken_by=second.id,
                taken_at=means.now(),
                language="en",
                made_at=means.now(),
                expires_at=means.now() + timedelta(days=7),
            )
        )


def forms_of(number: str) -> list[str]:
    """The ways in which this number may be written."""
    area, exchange, line = number[2:5], number[5:8], number[8:]
    return [
        number,
        number[1:],
        area + exchange + line,
        exchange + line,
        f"{area}-{exchange}-{line}",
        f"({area}) {exchange}",
    ]


def gives_away(received: list[str], number: str) -> list[str]:
    """Where the number can be read, in any of its forms or by its digits alone."""
    digits = number[-7:]
    return [
        text
        for text in received
        if any(form in text for form in forms_of(number)) or digits in re.sub(r"[^0-9]", "", text)
    ]


def writes(town: Town, number: str, words: str) -> None:
    town.phone(number).texts(words)
    town.deliver()
    for phone in town.phones.values():
        phone.unread.clear()


def test_a_number_in_any_form_is_found_by_this_test() -> None:
    for form in ("+12135550142", "213-555-0142", "(213) 555-0142", "2 1 3 5 5 5 0 1 4 2", "555.0142"):
        assert gives_away([f"call {form}"], ANA)
    assert not gives_away(["Maple Tree 417: at 7:30", SCHOOL], ANA)


@pytest.mark.parametrize(("asks", "other"), [(ANA, BOB), (BOB, ANA)])
def test_a_family_and_a_counselor_never_see_each_others_number(
    town: TappedTown, logs: io.StringIO, asks: str, other: str
) -> None:
    town.enrol(ANA, "parent")
    town.enrol(BOB, "counselor")
    taken(town, ANA, BOB)
    for who, words in (
        (ANA, f"417 Hello, my number is {ANA}"),
        (ANA, "call me: (213) 555-0142, or 213 five five five 0142"),
        (BOB, f"417 I am Bob, {BOB[2:5]}-{BOB[5:8]}-{BOB[8:]}, see https://example.org/{BOB[1:]}"),
        (BOB, " ".join(BOB[1:])),
        (BOB, "417 I come at 7:30"),
    ):
        writes(town, who, words)
    call = town.phone(asks).calls()
    call.presses("8").presses("417").is_over()
    town.deliver()
    back = town.rings(asks).picks_up().presses("1")
    leg = back.dials(other).picks_up()
    leg.presses("1").is_joined_with(asks)
    back.hangs_up()
    writes(town, other, "MUTE 417")
    writes(town, asks, "417 are you there?")
    for who, unseen in ((ANA, BOB), (BOB, ANA)):
        received = town.received(who)
        assert any("417" in text for text in received)
        assert SCHOOL in received, "its display showed the tree's number"
        assert gives_away(received, unseen) == []
    assert any("Maple Tree 417: I come at 7:30" in text for text in town.received(ANA))
    assert any("Maple Tree 417: Hello, my number is ___" in text for text in town.received(BOB))
    assert [number for number in (ANA, BOB) if gives_away(logs.getvalue().splitlines(), number)] == []


def test_a_family_and_a_lead_never_see_each_others_number(town: TappedTown, logs: io.StringIO) -> None:
    town.enrol(ANA, "parent")
    town.enrol(LEAD, "lead", pin=PIN)
    town.enrol(LEAD_TOO, "lead", pin="481516")
    writes(town, ANA, "LEAD Who may pick up my child")
    writes(town, LEAD, f"100 Anyone on your card. Or call {LEAD}")
    writes(town, ANA, "Thank you")
    call = town.phone(ANA).calls()
    call.presses("8").presses("100").is_over()
    town.deliver()
    town.rings(ANA).picks_up().presses("1").dials(LEAD).picks_up().presses("1").is_joined_with(ANA)
    for who in (LEAD, LEAD_TOO):
        assert gives_away(town.received(who), ANA) == []
        assert gives_away(town.received(ANA), who) == []
        assert gives_away(logs.getvalue().splitlines(), who) == []
    assert any("100 is answered" in text for text in town.received(LEAD_TOO))
    assert any("Maple Tree 100: Thank you" in text for text in town.received(LEAD))
