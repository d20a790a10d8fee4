"""The group chat of this machine takes what the real service takes, and nothing else."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from phonetree.simulator.chat import GROUP, LARGEST, NUMBER, GroupChat, GroupMessage, Manner

WHOLE = {"number": NUMBER, "recipients": [GROUP], "message": "hello", "text_mode": "normal"}


def ask(chat: GroupChat, body: str, path: str = "/v2/send") -> tuple[int, dict[str, str]]:
    address = urlsplit(chat.address)
    connection = HTTPConnection(str(address.hostname), address.port, timeout=20)
    try:
        connection.request("POST", path, body.encode())
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_a_post_is_read_by_the_group() -> None:
    with GroupChat() as chat:
        status, said = ask(chat, json.dumps(WHOLE))
        assert (status, list(said)) == (201, ["timestamp"])
        assert chat.read == [GroupMessage(NUMBER, GROUP, "hello")]


@pytest.mark.parametrize(
    "body",
    ["", "no json", "[]", "{}", *[json.dumps({**WHOLE, name: ""}) for name in ("number", "recipients", "message")]],
)
def test_what_is_not_whole_is_refused(body: str) -> None:
    with GroupChat() as chat:
        assert ask(chat, body)[0] == 400
        assert chat.read == []


def test_other_places_and_too_much_are_nobodys() -> None:
    with GroupChat() as chat:
        assert ask(chat, json.dumps(WHOLE), "/v1/send")[0] == 404
        assert ask(chat, json.dumps({**WHOLE, "message": "x" * LARGEST}))[0] == 404
        assert chat.asked == 0


def test_it_refuses_when_it_is_told_to() -> None:
    with GroupChat() as chat:
        chat.manner = Manner.REFUSES
        assert ask(chat, json.dumps(WHOLE)) == (400, {"error": "Bad Request"})
        assert chat.read == []
