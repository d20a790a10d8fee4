"""The REST look-alike for calls and recordings: placed, listed, changed and deleted as at the provider."""

from __future__ import annotations

import time

from aiohttp import web

from phonetree.simulator.answering import Answering, refuse, status_told
from phonetree.simulator.call_checks import CallForm
from phonetree.simulator.call_forms import call_json
from phonetree.simulator.calls import Call
from phonetree.simulator.listing import QueryError, page_of_calls
from phonetree.simulator.network import Network
from phonetree.simulator.refusals import REFUSALS, Refusal
from phonetree.simulator.rest import Submission
from phonetree.simulator.sounds import Recording, tone
from phonetree.simulator.switchboard import Switchboard


class CallRest:
    """The calls and recordings of one account, behind the same login and the same fault plan as its texts."""

    def __init__(self, network: Network, switchboard: Switchboard, answering: Answering) -> None:
        self.submissions: list[Submission] = []
        self._network = network
        self._switchboard = switchboard
        self._answering = answering

    def add_to(self, app: web.Application) -> None:
        calls = f"/{self._network.account.sid}/Calls"
        recordings = f"/{self._network.account.sid}/Recordings"
        app.router.add_post(f"{calls}.json", self._create)
        app.router.add_get(f"{calls}.json", self._list, allow_head=False)
        app.router.add_get(f"{calls}/{{sid}}.json", self._read, allow_head=False)
        app.router.add_post(f"{calls}/{{sid}}.json", self._change)
        app.router.add_delete(f"{calls}/{{sid}}.json", self._delete)
        app.router.add_get(f"{recordings}/{{sid}}.wav", self._sound, allow_head=False)
        app.router.add_delete(f"{recordings}/{{sid}}.json", self._delete_recording)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        form = await _form(request)
        submission = Submission(time.monotonic(), form.get("To", ""), "")
        self.submissions.append(submission)
        self._network.tell()
        plan = self._network.behaviour.fault_plan
        response = await self._answering.answer(
            request, plan(form) if plan else None, lambda: self._take(form, submission)
        )
        submission.status = status_told(request, response)
        return response

    def _take(self, form: CallForm, submission: Submission) -> web.Response:
        taken = self._switchboard.accept(form)
        if isinstance(taken, Refusal):
            return refuse(taken)
        submission.sid = taken.sid
        self._switchboard.submit(taken)
        return self._show(taken, status=201)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        calls = self._switchboard.board.ledger.newest_first()
        try:
            return web.json_response(page_of_calls(self._network, calls, request.path, request.query))
        except QueryError:
            return refuse(REFUSALS[20001])

    async def _read(self, request: web.Request) -> web.StreamResponse:
        return self._show(self._find(request))

    async def _change(self, request: web.Request) -> web.StreamResponse:
        call = self._find(request)
        refusal = self._switchboard.change(call, await _form(request))
        return self._show(call) if refusal is None else refuse(refusal)

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        call = self._find(request)
        if not call.is_final or time.monotonic() - call.accepted_at < self._network.behaviour.deletable_after:
            return refuse(REFUSALS[20009])
        self._switchboard.board.ledger.delete(call)
        self._network.tell()
        return web.Response(status=204)

    async def _sound(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=tone(self._recording(request).seconds), content_type="audio/x-wav")

    async def _delete_recording(self, request: web.Request) -> web.StreamResponse:
        self._switchboard.board.recordings.delete(self._recording(request))
        self._network.tell()
        return web.Response(status=204)

    def _find(self, request: web.Request) -> Call:
        call = self._switchboard.board.ledger.find(request.match_info["sid"])
        if call is None:
            raise web.HTTPNotFound
        return call

    def _recording(self, request: web.Request) -> Recording:
        recording = self._switchboard.board.recordings.find(request.match_info["sid"])
        if recording is None:
            raise web.HTTPNotFound
        return recording

    def _show(self, call: Call, status: int = 200) -> web.Response:
        return web.json_response(call_json(self._network.account.sid, call), status=status)


async def _form(request: web.Request) -> dict[str, str]:
    """Repeated fields come as one, with blanks between."""
    posted = await request.post()
    return {name: " ".join(str(value) for value in posted.getall(name)) for name in posted}
