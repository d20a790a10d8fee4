"""What the tests of group chats share: the school with its relays, a slice of a worker, rows to look at."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from stage import ANA, BOB, SCHOOL, all_of

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.posting import relay
from phonetree.models import PostState, RelayPost
from phonetree.relays.apprise_chats import AppriseChats
from phonetree.simulator.chat import GroupChat
from phonetree.words.chats import GroupChats

INTERNAL, EXTERNAL = "MAPLE_STAFF_URL", "MAPLE_NETWORK_URL"
STAFF_CHAT, NETWORK_CHAT = "staff Signal group", "network Signal group"
RELAYS = f"""
[[relays]]
name = "{STAFF_CHAT}"
url_env = "{INTERNAL}"

[[relays]]
name = "{NETWORK_CHAT}"
url_env = "{EXTERNAL}"
audience = "external"
"""
ONE = RELAYS.partition("\n\n")[0] + "\n"
PATIENCE = 30.0
"""Seconds: so long may a machine take until it asks, which is none of these tests' business."""
TEXTS = ("ALERT 2 1 2", "UPDATE", "CLEAR")


def school_with(relays: str = ONE, protocol: str = "", languages: str = "") -> str:
    """The school of the transcripts, with *relays*, and *protocol* in place of its line on drills."""
    words = SCHOOL.read_text(encoding="utf-8")
    words = words.replace('drill = ["staff"]', protocol or 'drill = ["staff"]')
    return words.replace('languages = ["en", "es"]', languages or 'languages = ["en", "es"]') + relays


def settle_in(tree: Rehearsal, relays: str = ONE, protocol: str = "") -> None:
    """Two families, and the school's group chats."""
    tree.load(school_with(relays, protocol))
    for who in (ANA, BOB):
        tree.enrol(who, "parent", "en")


def chats_of(internal: GroupChat, external: GroupChat | None = None, *, limit: float = 10.0) -> AppriseChats:
    """The real way to the chats, for a worker whose environment held their addresses."""
    addresses = {INTERNAL: internal.address} | ({EXTERNAL: external.address} if external else {})
    return AppriseChats(addresses, limit=timedelta(seconds=limit))


def post(tree: Rehearsal, chats: GroupChats) -> None:
    """What a worker does when it looks, on a machine that may be busy with other tests."""
    asyncio.run(relay(tree.database, tree.means, chats, asked_within=PATIENCE))


def post_until_settled(tree: Rehearsal, chats: GroupChats, pause: timedelta = timedelta(minutes=2)) -> None:
    """Until nothing waits any more, with a pause before each try."""
    for _try in range(10):
        post(tree, chats)
        if PostState.PENDING not in post_states(tree):
            return
        tree.clock.at += pause
    raise AssertionError(post_states(tree))


def posts(tree: Rehearsal) -> Sequence[RelayPost]:
    return all_of(tree, select(RelayPost).order_by(RelayPost.id))


def post_states(tree: Rehearsal) -> list[str]:
    return [str(row.state) for row in posts(tree)]


def told(tree: Rehearsal) -> list[str]:
    """Every text that now reaches a phone and is about a group chat."""
    return [text.body for text in tree.deliver() if "group chat" in text.body]
