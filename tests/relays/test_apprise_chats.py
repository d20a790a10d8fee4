"""The way to the group chats keeps its time, follows nobody elsewhere, and writes no address and no word into a log."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from chat_scenes import INTERNAL, chats_of

from phonetree.relays.apprise_chats import AppriseChats
from phonetree.simulator.chat import GROUP, NUMBER, GroupChat, Manner
from phonetree.words.chats import NotPosted, OutgoingPost, Posted, PostOutcome, PostTrouble
from phonetree.words.logs import configure_logs

WORDS = "agents at the blue gate"


def ask(chats: AppriseChats, words: str = WORDS, ask_by: float = float("inf")) -> PostOutcome:
    return asyncio.run(chats.post(OutgoingPost(INTERNAL, words, ask_by)))


@pytest.fixture
def chat() -> Iterator[GroupChat]:
    with GroupChat() as chat:
        yield chat


@pytest.mark.parametrize(
    ("manner", "outcome", "read"),
    [
        (Manner.TAKES, Posted(), 1),
        (Manner.REFUSES, NotPosted(PostTrouble.REFUSED), 0),
        (Manner.FAILS, NotPosted(PostTrouble.REFUSED), 0),
        (Manner.HANGS, NotPosted(PostTrouble.NO_ANSWER), 0),
        (Manner.LOSES_ANSWERS, NotPosted(PostTrouble.NO_ANSWER), 1),
    ],
)
def test_what_came_of_a_post(chat: GroupChat, manner: Manner, outcome: PostOutcome, read: int) -> None:
    chat.manner = manner
    limit = 0.2 if manner in {Manner.HANGS, Manner.LOSES_ANSWERS} else 10
    assert ask(chats_of(chat, limit=limit)) == outcome
    assert chat.wait_for(lambda: chat.asked == 1, 10)
    assert len(chat.read) == read


def test_whatever_hangs_is_not_waited_for_at_the_end(chat: GroupChat) -> None:
    chat.manner = Manner.HANGS
    before = set(threading.enumerate())
    ask(chats_of(chat, limit=0.2))
    left = [thread for thread in threading.enumerate() if thread not in before and thread.name == "relay"]
    assert [thread.daemon for thread in left] == [True]


def test_a_post_that_waited_too_long_for_its_turn_is_not_asked_for(chat: GroupChat) -> None:
    assert ask(chats_of(chat), ask_by=0.0) == NotPosted(PostTrouble.TOO_LATE)
    assert chat.asked == 0


@pytest.mark.parametrize("address", ["", "nonsense://x", "http://127.0.0.1/", "signal://127.0.0.1/"])
def test_what_is_no_address_is_not_understood(address: str) -> None:
    assert ask(AppriseChats({INTERNAL: address})) == NotPosted(PostTrouble.NOT_UNDERSTOOD)


def test_a_school_that_is_loaded_later_is_looked_up_once(chat: GroupChat) -> None:
    looked_up: list[str] = []

    def look_up(names: list[str]) -> Mapping[str, str]:
        looked_up.extend(names)
        return dict.fromkeys(names, chat.address)

    chats = AppriseChats({}, look_up)
    assert [ask(chats), ask(chats)] == [Posted(), Posted()]
    assert looked_up == [INTERNAL]


def test_words_go_out_as_they_are(chat: GroupChat) -> None:
    words = ":warning: *no* _style_ \\n <b> ¿qué? 학교"
    assert ask(AppriseChats({INTERNAL: f"{chat.address}?emojis=yes&format=text"}), words) == Posted()
    assert chat.words == [words]


@contextmanager
def elsewhere(chat: GroupChat) -> Iterator[int]:
    """A service that sends whoever asks it to *chat*; its port."""

    class Sends(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(307)
            self.send_header("Location", chat.address.replace("signal:", "http:").split("/+")[0] + "/v2/send")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Nobody reads it."""

    server = HTTPServer(("127.0.0.1", 0), Sends)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("asks", ["", "?redirect=yes"])
def test_no_post_is_sent_on_to_somewhere_else(chat: GroupChat, asks: str) -> None:
    with elsewhere(chat) as port:
        address = f"signal://127.0.0.1:{port}/{NUMBER}/{GROUP}{asks}"
        assert ask(AppriseChats({INTERNAL: address})) == NotPosted(PostTrouble.REFUSED)
    assert chat.asked == 0


@pytest.mark.parametrize("manner", [Manner.TAKES, Manner.REFUSES, Manner.HANGS])
def test_no_log_holds_the_address_the_group_or_a_word(chat: GroupChat, manner: Manner) -> None:
    logged = StringIO()
    configure_logs(logged, json=True)
    logging.getLogger().setLevel(logging.DEBUG)
    chat.manner = manner
    address = chat.address.replace("signal://", "signal://somebody:pass" + "word@")
    ask(
        AppriseChats(
            {INTERNAL: address, "OTHER_URL": "nonsense://secret-host/secret-token"}, limit=timedelta(seconds=1)
        )
    )
    assert "OTHER_URL" in logged.getvalue()
    for secret in (NUMBER[1:], GROUP[6:], "somebody", "password", "secret", "blue gate", "127.0.0.1", "v2/send"):
        assert secret not in logged.getvalue()
