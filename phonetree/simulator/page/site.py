"""The page's routes on the carrier: the page itself, what somebody does on it, and the stream of what happens."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from aiohttp import web

from phonetree.simulator.messages import E164
from phonetree.simulator.network import Network
from phonetree.simulator.page import rendering, switches, words
from phonetree.simulator.page.acts import Acts, NotNow
from phonetree.simulator.page.deck import MOST_DRAWN, Deck
from phonetree.simulator.page.faces import Face
from phonetree.simulator.page.lesson import Lesson, Step
from phonetree.simulator.page.stream import Stream, keys_now, training_now
from phonetree.simulator.switchboard import Switchboard
from phonetree.simulator.webhooks import WebhookError

_OURS = frozenset({"same-origin", "none"})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Page:
    """Over a network and its switchboard. Nobody on another site can act here: only this page's own forms can."""

    def __init__(self, network: Network, switchboard: Switchboard) -> None:
        self._network = network
        self._deck = Deck(network)
        self._acts = Acts(self._deck, switchboard)
        self._streams: set[Stream] = set()
        self._run = secrets.token_hex(8)
        self._is_chosen = False

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/", self._show)
        app.router.add_get("/handsets/events", self._stream, allow_head=False)
        app.router.add_get(r"/handsets/sound/{number:\d+}.wav", self._sound, allow_head=False)
        app.router.add_get(r"/handsets/{name:[a-z]+\.[a-z]+}", self._asset)
        app.router.add_post("/handsets/faults", self._set_faults)
        app.router.add_post("/handsets/training", self._begin_training)
        app.router.add_post("/handsets/draw", self._draw)
        app.router.add_post(r"/handsets/{index:\d+}", self._act)

    def draw(self, faces: Sequence[Face]) -> None:
        """These telephones, and no longer whichever were used last."""
        self._is_chosen = True
        for face in faces:
            self._deck.draw(face)

    def train(self, steps: Sequence[Step]) -> None:
        self._deck.lesson = Lesson(steps)

    def stir(self) -> None:
        """Something changed on the carrier."""
        self._deck.look()
        for stream in self._streams:
            stream.stirred.set()

    def close(self) -> None:
        """Let go of every browser."""
        for stream in self._streams:
            stream.stop()

    # --- what is asked ------------------------------------------------------------------------------------------------

    async def _show(self, request: web.Request) -> web.Response:
        _check_host(request)
        if not self._is_chosen:
            self._deck.draw_latest()
        deck, behaviour = self._deck, self._network.behaviour
        deck.look()
        html = rendering.page(
            run=self._run,
            drawn=[(drawn, keys_now(deck, drawn), deck.book.lines_of(drawn.index)) for drawn in deck.drawn],
            lines=list(self._network.lines),
            lesson=deck.lesson,
            training=training_now(deck.lesson),
            crossings=deck.book.crossings_since(0)[::-1],
            seen=deck.book.last,
            is_slow=switches.is_slow(behaviour),
            is_lossy=switches.is_lossy(behaviour),
        )
        return web.Response(text=html, content_type="text/html", headers=rendering.HEADERS)

    async def _asset(self, request: web.Request) -> web.Response:
        kind = rendering.ASSETS.get(name := request.match_info["name"])
        if kind is None:
            raise web.HTTPNotFound
        return web.Response(text=rendering.asset(name), content_type=kind, headers=rendering.HEADERS)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        _check_host(request)
        seen = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        stream = Stream(self._deck, self._run, int(seen) if seen.isdecimal() else 0)
        self._streams.add(stream)
        try:
            return await stream.flow(request)
        finally:
            self._streams.discard(stream)

    async def _sound(self, request: web.Request) -> web.Response:
        _check_host(request)
        url = self._deck.book.sound_of(int(request.match_info["number"]))
        try:
            found = await self._network.poster.fetch(url, {}, "GET")
        except WebhookError:
            raise web.HTTPNotFound from None
        return web.Response(body=found.body, content_type="audio/wav", headers=rendering.HEADERS)

    # --- what somebody does -------------------------------------------------------------------------------------------

    async def _act(self, request: web.Request) -> web.Response:
        form = await _form(request)
        drawn = self._deck.at(int(request.match_info["index"]))
        if drawn is None:
            raise web.HTTPNotFound
        try:
            await self._acts.perform(drawn, form)
        except NotNow as reason:
            return web.Response(status=409, text=str(reason))
        return _done(request, f"phone-{drawn.index}")

    async def _set_faults(self, request: web.Request) -> web.Response:
        form = await _form(request)
        self._network.behaviour = switches.switched(
            self._network.behaviour, is_slow="slow" in form, is_lossy="lost" in form
        )
        return _done(request, "tools")

    async def _begin_training(self, request: web.Request) -> web.Response:
        await _form(request)
        self._deck.lesson.begin()
        self._network.tell()
        return _done(request, "training")

    async def _draw(self, request: web.Request) -> web.Response:
        number = (await _form(request)).get("number", "").strip()
        if not E164.fullmatch(number):
            return web.Response(status=409, text=words.NOT_A_NUMBER)
        if len(self._deck.drawn) >= MOST_DRAWN:
            return web.Response(status=409, text=words.TOO_MANY)
        self.draw([Face(number, number)])
        return _done(request, f"phone-{len(self._deck.drawn)}")


async def _form(request: web.Request) -> dict[str, str]:
    """What one of this page's own forms says. Raises HTTPBadRequest where it comes from elsewhere."""
    _check_host(request)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in _OURS:
        raise web.HTTPBadRequest(text="Only this page's own forms may be sent here.")
    return {name: str(value) for name, value in (await request.post()).items()}


def _check_host(request: web.Request) -> None:
    """Another site that lets its name point to this machine is refused like any other site."""
    if urlsplit(f"//{request.host}").hostname not in _LOOPBACK:
        raise web.HTTPBadRequest(text="This page is only for this machine.")


def _done(request: web.Request, place: str) -> web.Response:
    """Back to the page, for a browser that sent the form by itself; the script needs no page."""
    if "text/html" in request.headers.get("Accept", ""):
        raise web.HTTPSeeOther(f"/#{place}")
    return web.Response(status=204)
