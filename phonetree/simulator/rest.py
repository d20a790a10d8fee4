"""The REST look-alike: messages are created, listed, read, redacted and deleted as at the provider."""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from phonetree.simulator.answering import Answering, refuse, status_told
from phonetree.simulator.checks import Form
from phonetree.simulator.listing import QueryError, page_of
from phonetree.simulator.messages import Message
from phonetree.simulator.network import Account, Network
from phonetree.simulator.refusals import REFUSALS, Refusal
from phonetree.simulator.resources import message_json
from phonetree.simulator.wire import Crossing, Way

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True, eq=False, repr=False)
class Submission:
    """One request to send. ``started_at`` is monotonic seconds; ``status`` None means that no answer was given."""

    started_at: float
    recipient: str
    body: str
    status: int | None = None
    sid: str | None = None


class Rest:
    """The resources of one account over a network."""

    def __init__(self, network: Network, answering: Answering) -> None:
        self.submissions: list[Submission] = []
        self.most_in_flight = 0
        self._network = network
        self._in_flight = 0
        self._answering = answering
        self._logins = logins(network.account)

    def application(self, *more: Callable[[web.Application], None]) -> web.Application:
        """The texts' resources, with what *more* adds, behind one login and one limit."""
        app = web.Application(middlewares=[self._guard])
        messages = f"/{self._network.account.sid}/Messages"
        app.router.add_post(f"{messages}.json", self._create)
        app.router.add_get(f"{messages}.json", self._list, allow_head=False)
        app.router.add_get(f"{messages}/{{sid}}.json", self._read, allow_head=False)
        app.router.add_post(f"{messages}/{{sid}}.json", self._redact)
        app.router.add_delete(f"{messages}/{{sid}}.json", self._delete)
        for add in more:
            add(app)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        started_at = time.monotonic()
        self._in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            response = await self._admit(request, handler)
            if self._network.wire.is_tapped:
                self._network.wire.tell(await _crossing(request, response))
            response.headers["Twilio-Concurrent-Requests"] = str(self._in_flight)
            response.headers["Twilio-Request-Duration"] = f"{time.monotonic() - started_at:.3f}"
            return response
        finally:
            self._in_flight -= 1

    async def _admit(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode()
        if not any(hmac.compare_digest(given, login) for login in self._logins):
            return refuse(REFUSALS[20003])
        limit = self._network.behaviour.concurrency_limit
        if limit is not None and self._in_flight > limit:
            return refuse(REFUSALS[20429])
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return refuse(REFUSALS[20404])

    async def _create(self, request: web.Request) -> web.StreamResponse:
        form = await _form(request)
        submission = Submission(time.monotonic(), form.get("To", ""), form.get("Body", ""))
        self.submissions.append(submission)
        self._network.tell()
        plan = self._network.behaviour.fault_plan
        response = await self._answering.answer(
            request, plan(form) if plan else None, lambda: self._take(form, submission)
        )
        submission.status = status_told(request, response)
        self._network.tell()
        return response

    def _take(self, form: Form, submission: Submission) -> web.Response:
        taken = self._network.accept(form)
        if isinstance(taken, Refusal):
            return refuse(taken)
        shown = message_json(self._network.account.sid, taken)
        submission.sid = taken.sid
        self._network.submit(taken)
        return web.json_response(shown, status=201)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(page_of(self._network, request.path, request.query))
        except QueryError:
            return refuse(REFUSALS[20001])

    async def _read(self, request: web.Request) -> web.StreamResponse:
        return self._show(self._find(request))

    async def _redact(self, request: web.Request) -> web.StreamResponse:
        message = self._find(request)
        if (await _form(request)).get("Body") != "":
            return refuse(REFUSALS[20001])
        message.is_redacted = True
        return self._show(message)

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        message = self._find(request)
        age = time.monotonic() - message.accepted_at
        if not message.is_final or age < self._network.behaviour.deletable_after:
            return refuse(REFUSALS[20009])
        self._network.ledger.delete(message)
        self._network.tell()
        return web.Response(status=204)

    def _find(self, request: web.Request) -> Message:
        message = self._network.ledger.find(request.match_info["sid"])
        if message is None:
            raise web.HTTPNotFound
        return message

    def _show(self, message: Message) -> web.Response:
        return web.json_response(message_json(self._network.account.sid, message))


async def _form(request: web.Request) -> dict[str, str]:
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


async def _crossing(request: web.Request, response: web.StreamResponse) -> Crossing:
    body = response.body if isinstance(response, web.Response) and isinstance(response.body, bytes) else b""
    is_sound = response.content_type.startswith("audio/")
    answer = f"{len(body)} bytes of sound" if is_sound else body.decode(errors="replace")
    fields = await _form(request)
    return Crossing(Way.TO_CARRIER, request.method, request.path, fields, status_told(request, response), answer)


def logins(account: Account) -> list[bytes]:
    """The values of ``Authorization`` that open the account."""
    pairs = {account.sid: account.auth_token, **account.api_keys}
    return [b"Basic " + base64.b64encode(f"{name}:{secret}".encode()) for name, secret in pairs.items()]
