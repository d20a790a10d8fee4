"""Posts to group chats through Apprise, for the worker: no post takes longer than its limit, whatever its address does.

Apprise asks with sockets that block, so each post has a thread of its own, which nobody waits for at the end. Of one
chat there is never more than one: a service that hangs is asked again only when its earlier request has ended, and so
nothing overtakes it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from phonetree.words.chats import NotPosted, OutgoingPost, Posted, PostOutcome, PostTrouble

if TYPE_CHECKING:
    from apprise import AppriseAsset
    from apprise.plugins.base import NotifyBase

LIMIT = timedelta(seconds=5)
CONNECTS_WITHIN, LINGERS = 3.0, 5.0
"""Seconds: to connect; and how much longer than our limit a thread waits for the next byte before it ends."""
log = structlog.get_logger()


class AppriseChats:
    """Group chats by the names under which the environment held their addresses.

    Apprise is loaded here, and only where there is an address: it takes half a second and reads a hundred services.
    *look_up* is asked for a name that is not there: a school may be loaded while a worker runs.
    """

    def __init__(
        self,
        addresses: Mapping[str, str],
        look_up: Callable[[list[str]], Mapping[str, str]] = lambda _names: {},
        limit: timedelta = LIMIT,
    ) -> None:
        self._addresses, self._look_up, self._limit = dict(addresses), look_up, limit.total_seconds()
        self._asked: set[str] = set()
        for chat in self._addresses:
            if self._service(chat) is None:
                log.warning("not understood: no address of a group chat", variable=chat)

    async def post(self, post: OutgoingPost) -> PostOutcome:
        """Post it. Returns within the limit, also while its thread still waits."""
        if post.chat not in self._addresses:
            self._addresses |= self._look_up([post.chat])
        if post.chat not in self._addresses:
            return NotPosted(PostTrouble.NOT_SET)
        if post.chat in self._asked:
            return NotPosted(PostTrouble.STILL_ASKED)
        self._asked.add(post.chat)
        loop = asyncio.get_running_loop()
        answer: Future[PostOutcome] = loop.create_future()
        threading.Thread(target=self._ask, args=(post, loop, answer), name="relay", daemon=True).start()
        with suppress(TimeoutError):
            return await asyncio.wait_for(answer, self._limit)
        return NotPosted(PostTrouble.NO_ANSWER)

    def _ask(self, post: OutgoingPost, loop: AbstractEventLoop, answer: Future[PostOutcome]) -> None:
        outcome: PostOutcome = NotPosted(PostTrouble.REFUSED)
        try:
            outcome = self._asked_for(post)
        except Exception as error:  # noqa: BLE001 - one of a hundred services of others; its words may hold the address
            log.warning("a group chat's service failed", error=type(error).__qualname__, variable=post.chat)
        finally:
            self._asked.discard(post.chat)
            with suppress(RuntimeError):  # the loop has ended already
                loop.call_soon_threadsafe(_settle, answer, outcome)

    def _asked_for(self, post: OutgoingPost) -> PostOutcome:
        service = self._service(post.chat)
        if service is None:
            return NotPosted(PostTrouble.NOT_UNDERSTOOD)
        if time.monotonic() > post.ask_by:
            return NotPosted(PostTrouble.TOO_LATE)
        return Posted() if service.notify(body=post.words) else NotPosted(PostTrouble.REFUSED)

    def _service(self, chat: str) -> NotifyBase | None:
        """A new one for each post, for it counts and waits between its own; None: the address is not understood."""
        from apprise import Apprise

        service = Apprise.instantiate(self._addresses[chat], asset=_asset())
        if service is not None:
            # Also where the address itself asks for something else.
            service.redirects = False
            service.request_rate_per_sec = 0.0
            service.socket_connect_timeout = min(CONNECTS_WITHIN, self._limit)
            service.socket_read_timeout = self._limit + LINGERS
        return service


def _settle(answer: Future[PostOutcome], outcome: PostOutcome) -> None:
    if not answer.done():
        answer.set_result(outcome)


def _asset() -> AppriseAsset:
    """Nothing of Apprise's own: no store on the disk, no plugins from elsewhere, nobody followed."""
    from apprise import AppriseAsset
    from apprise.common import PersistentStoreMode

    return AppriseAsset(
        storage_mode=PersistentStoreMode.MEMORY,
        plugin_paths=[],
        secure_logging=True,
        app_id="phonetree",
        app_desc="phonetree",
        http_redirects=False,
    )
