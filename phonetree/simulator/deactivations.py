"""The look-alike of the provider's list of numbers that were given up: first its address, then the list itself."""

from __future__ import annotations

import hmac
import secrets
from datetime import date

from aiohttp import web

from phonetree.simulator.answering import refuse
from phonetree.simulator.network import Account
from phonetree.simulator.refusals import REFUSALS
from phonetree.simulator.rest import logins


class Deactivations:
    """By day: which numbers were given up. A day that is not known has no list yet."""

    def __init__(self, account: Account) -> None:
        self.by_day: dict[date, list[str]] = {}
        self._logins = logins(account)
        self._signed = secrets.token_hex(8)

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/v1/Deactivations", self._address, allow_head=False)
        app.router.add_get("/deactivated/{day}/{signed}.txt", self._list, allow_head=False)

    async def _address(self, request: web.Request) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").encode()
        if not any(hmac.compare_digest(given, login) for login in self._logins):
            return refuse(REFUSALS[20003])
        day = _day(request.query.get("Date", ""))
        if day not in self.by_day:
            return refuse(REFUSALS[20404])
        address = f"http://{request.host}/deactivated/{day}/{self._signed}.txt"
        return web.json_response({"redirect_to": address}, status=307, headers={"Location": address})

    async def _list(self, request: web.Request) -> web.StreamResponse:
        """Like the provider's storage it takes a signed address alone, and refuses a login beside it."""
        listed = self.by_day.get(_day(request.match_info["day"]) or date.min)
        if request.match_info["signed"] != self._signed or "Authorization" in request.headers or listed is None:
            return web.Response(status=403)
        return web.Response(text="\n".join(number.removeprefix("+") for number in listed))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
