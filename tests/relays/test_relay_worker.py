"""A worker posts to group chats beside its texts; a chat that hangs keeps it from neither sending nor stopping."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from io import StringIO
from pathlib import Path

import pytest
from phone import Town, house_in, town_in
from sqlalchemy import select

from phonetree.app import House, create_app, make_worker, take_chats
from phonetree.demo.rehearsal import MemoryCarrier
from phonetree.engine.worker import Worker
from phonetree.models import RelayPost, reading
from phonetree.relays.apprise_chats import AppriseChats
from phonetree.simulator.chat import GroupChat, Manner
from phonetree.words.logs import configure_logs
from phonetree.words.ports import Carrier

LEAD, PIN, MOTHER = "+12135550110", "739152", "+12135550142"
ADDRESS = "MAPLE_SIGNAL_URL"
PATIENCE = 20.0
"""Seconds until a test gives up."""


class Carried(MemoryCarrier):
    """Carries every text, for a worker."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Carrier]:
        yield self


@pytest.fixture
def chat() -> Iterator[GroupChat]:
    with GroupChat() as chat:
        yield chat


@contextmanager
def working(house: House, carrier: Carried, chats: AppriseChats) -> Iterator[None]:
    worker = Worker(house.database, house.engine, house.means, carrier.open, chats)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive(), "it did not stop"


def alert(town: Town) -> None:
    lead = town.enrol(LEAD, "lead", pin=PIN)
    town.enrol(MOTHER, "parent")
    lead.texts("ALERT 2 1 2").hears("nothing sent yet", "4821").texts(f"4821 {PIN}").hears("SENT to")


def states(house: House) -> list[str]:
    with reading(house.database) as session:
        return [str(state) for state in session.scalars(select(RelayPost.state))]


def test_a_worker_posts_what_was_released_while_it_slept(tmp_path: Path, chat: GroupChat) -> None:
    with town_in(tmp_path) as town, working(town.house, Carried(), AppriseChats({ADDRESS: chat.address})):
        alert(town)
        assert chat.wait_for(lambda: bool(chat.read), PATIENCE)
    assert chat.words[0].startswith("Maple Tree: CONFIRMED")
    assert states(town.house) == ["done"]


def test_a_worker_stops_though_a_chat_hangs(tmp_path: Path, chat: GroupChat) -> None:
    chat.manner = Manner.HANGS
    carrier = Carried()
    with town_in(tmp_path) as town:
        with working(town.house, carrier, AppriseChats({ADDRESS: chat.address})):
            alert(town)
            assert chat.wait_for(lambda: bool(chat.asked), PATIENCE)
        assert states(town.house) == ["pending"]
    assert {text.recipient.e164 for text in carrier.carried if "CONFIRMED" in text.body} == {LEAD, MOTHER}


def test_web_and_worker_take_the_addresses_out_of_the_environment(tmp_path: Path, chat: GroupChat) -> None:
    with house_in(tmp_path) as house:
        environ = {ADDRESS: chat.address, "PATH": "/bin"}
        assert take_chats(house, environ) == {ADDRESS: chat.address}
        assert environ == {"PATH": "/bin"}
        for begins in (lambda: create_app(house.settings, environ), lambda: make_worker(house, environ)):
            environ[ADDRESS] = chat.address
            begins()
            assert environ == {"PATH": "/bin"}


def test_what_is_missing_is_told_by_name_at_the_start(tmp_path: Path) -> None:
    logged = StringIO()
    with house_in(tmp_path) as house:
        configure_logs(logged, json=True)
        make_worker(house, {})
    assert f'"variable": "{ADDRESS}"' in logged.getvalue()
    assert "not set" in logged.getvalue()
