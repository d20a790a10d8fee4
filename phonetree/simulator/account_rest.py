"""The REST look-alike of the account: its standing and balance, its numbers and what they are set to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any

from aiohttp import web

from phonetree.simulator.answering import refuse
from phonetree.simulator.checks import is_callback_url
from phonetree.simulator.lines import Line
from phonetree.simulator.network import Network
from phonetree.simulator.refusals import REFUSALS
from phonetree.simulator.standing import (
    ADDRESSES,
    APPLICATIONS,
    METHODS,
    NumberTraits,
    changed_line,
)


def sid_of(number: str) -> str:
    """What the carrier calls one of its numbers."""
    return "PN" + number.removeprefix("+").zfill(32)


class AccountRest:
    """Below the account's own address, behind the same login as texts and calls."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._standing = network.standing

    def add_to(self, app: web.Application) -> None:
        account = f"/{self._network.account.sid}"
        app.router.add_get(f"{account}.json", self._account, allow_head=False)
        app.router.add_get(f"{account}/Balance.json", self._balance, allow_head=False)
        app.router.add_get(f"{account}/IncomingPhoneNumbers.json", self._list, allow_head=False)
        app.router.add_get(f"{account}/IncomingPhoneNumbers/{{sid}}.json", self._read, allow_head=False)
        app.router.add_post(f"{account}/IncomingPhoneNumbers/{{sid}}.json", self._change)

    async def _account(self, _: web.Request) -> web.StreamResponse:
        account, standing = self._network.account, self._standing
        told = {"sid": account.sid, "friendly_name": "Simulated", "status": standing.status, "type": standing.kind}
        return web.json_response(told, headers={"Date": format_datetime(self._network.clock(), usegmt=True)})

    async def _balance(self, _: web.Request) -> web.StreamResponse:
        told = {"account_sid": self._network.account.sid, "balance": self._standing.balance, "currency": "USD"}
        return web.json_response(told)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        numbers = [self._shown(number, line) for number, line in self._network.lines.items()]
        return web.json_response(
            {
                "incoming_phone_numbers": numbers,
                "page": 0,
                "page_size": max(50, len(numbers)),
                "next_page_uri": None,
                "uri": request.path,
            }
        )

    async def _read(self, request: web.Request) -> web.StreamResponse:
        number = self._find(request)
        return web.json_response(self._shown(number, self._network.lines[number]))

    async def _change(self, request: web.Request) -> web.StreamResponse:
        number = self._find(request)
        form = {name: str(value) for name, value in (await request.post()).items()}
        if any(form.get(name) and not is_callback_url(form[name]) for name in ADDRESSES):
            return refuse(REFUSALS[20001])
        self._network.set_line(number, changed_line(self._network.lines[number], form))
        traits = self._standing.number(number)
        traits.methods.update({name: form[name] for name in METHODS if name in form})
        traits.applications.update({name: form[name] for name in APPLICATIONS if name in form})
        self._network.tell()
        return web.json_response(self._shown(number, self._network.lines[number]))

    def _find(self, request: web.Request) -> str:
        for number in self._network.lines:
            if sid_of(number) == request.match_info["sid"]:
                return number
        raise web.HTTPNotFound

    def _shown(self, number: str, line: Line) -> dict[str, Any]:
        return number_json(self._network.account.sid, number, line, self._standing.number(number))


def number_json(account: str, number: str, line: Line, traits: NumberTraits) -> dict[str, Any]:
    """One number as the provider shows it."""
    addresses = {_snake(name): getattr(line, attribute) or "" for name, attribute in ADDRESSES.items()}
    return {
        "sid": sid_of(number),
        "account_sid": account,
        "phone_number": number,
        "friendly_name": number,
        "capabilities": {"voice": traits.can_call, "sms": traits.can_text, "mms": traits.can_text, "fax": False},
        **addresses,
        **_by_snake(traits.methods),
        **{_snake(name): traits.applications.get(name) or None for name in APPLICATIONS},
    }


def _by_snake(values: Mapping[str, str]) -> dict[str, str]:
    return {_snake(name): value for name, value in values.items()}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
