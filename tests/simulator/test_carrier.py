"""The carrier as a thing to start and stop, and to watch."""

from __future__ import annotations

import asyncio
import socket
import threading
import time

import aiohttp
import pytest
from listening_school import ACCOUNT, MARIA, SCHOOL, TOKEN, twilio_client

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.handsets import HandsetKind
from phonetree.simulator.lines import Line


def new_carrier(port: int = 0) -> SimulatedCarrier:
    return SimulatedCarrier(ACCOUNT, TOKEN, numbers={SCHOOL: Line()}, port=port)


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def test_it_leaves_no_thread_behind_and_comes_back_on_its_port() -> None:
    carrier = new_carrier()
    carrier.start()
    address = carrier.base_url
    assert "simulated-carrier" in threads()
    carrier.stop()
    carrier.stop()
    assert "simulated-carrier" not in threads()
    with carrier, twilio_client(carrier) as client:
        assert carrier.base_url == address
        assert client.messages.list() == []


def test_starting_twice_is_an_error() -> None:
    with new_carrier() as carrier, pytest.raises(RuntimeError, match="already"):
        carrier.start()


def test_a_port_in_use_is_told_to_who_starts_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        carrier = new_carrier(taken.getsockname()[1])
        with pytest.raises(OSError, match="address already in use"):
            carrier.start()
    assert "simulated-carrier" not in threads()


def test_a_handset_cannot_write_while_it_is_down() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        new_carrier().handset(MARIA).text("menu")


def test_a_handset_has_a_number_and_remembers_its_kind() -> None:
    carrier = new_carrier()
    carrier.handset(MARIA, HandsetKind.LANDLINE)
    with carrier, twilio_client(carrier) as client:
        client.messages.create(to=MARIA, from_=SCHOOL, body="one")
        carrier.handset(MARIA).becomes(HandsetKind.MOBILE)
        client.messages.create(to=MARIA, from_=SCHOOL, body="two")
        assert carrier.handset(MARIA).bodies == ("two",)
    with pytest.raises(ValueError, match=r"E\.164"):
        carrier.handset("12135550142")


def test_waiting_is_ended_by_a_change_from_elsewhere_or_by_time() -> None:
    with new_carrier() as carrier, twilio_client(carrier) as client:
        assert not carrier.wait_for(lambda: bool(carrier.accepted), timeout=0.01)
        sender = threading.Thread(
            target=client.messages.create, kwargs={"to": MARIA, "from_": SCHOOL, "body": "Hi"}, daemon=True
        )
        sender.start()
        assert carrier.handset(MARIA).wait_for_text("Hi")
        sender.join()


def test_many_at_once_are_each_carried_once() -> None:
    async def send_all(carrier: SimulatedCarrier, count: int) -> list[int]:
        url = f"{carrier.base_url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}

        async def send(session: aiohttp.ClientSession, number: int) -> int:
            form = {"To": f"+1{302 + number // 100}55501{number % 100:02}", "From": SCHOOL, "Body": "Hi"}
            async with session.post(url, data=form, headers=headers) as answer:
                await answer.read()
                return answer.status

        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)) as session:
            return await asyncio.gather(*(send(session, number) for number in range(count)))

    with new_carrier() as carrier:
        started_at = time.monotonic()
        assert set(asyncio.run(send_all(carrier, 500))) == {201}
        assert len({message.recipient for message in carrier.accepted}) == 500
        assert all(started_at <= message.accepted_at <= time.monotonic() for message in carrier.accepted)
        assert len(carrier.submissions) == 500
