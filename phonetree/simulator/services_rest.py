"""The REST look-alike of what lies beside the account: Messaging Services, registrations, permissions by country."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from phonetree.simulator.account_rest import sid_of
from phonetree.simulator.answering import refuse
from phonetree.simulator.network import Network
from phonetree.simulator.refusals import REFUSALS
from phonetree.simulator.rest import logins
from phonetree.simulator.standing import SERVICE_FIELDS, ServiceTraits

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ServicesRest:
    """At the provider on hosts of their own; on this machine all on one."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._standing = network.standing
        self._logins = logins(network.account)

    def add_to(self, app: web.Application) -> None:
        service = "/v1/Services/{sid}"
        for path, answer in (
            (service, self._service),
            (f"{service}/PhoneNumbers", self._pool),
            (f"{service}/Compliance/Usa2p", self._registrations),
            ("/v1/Tollfree/Verifications", self._verifications),
            ("/v1/Messaging/GeoPermissions", self._text_permissions),
            ("/v1/DialingPermissions/Countries/{country}", self._call_permissions),
        ):
            app.router.add_get(path, self._admitted(answer), allow_head=False)
        app.router.add_post(service, self._admitted(self._change))
        app.router.add_post(f"{service}/PhoneNumbers", self._admitted(self._put))
        app.router.add_patch("/v1/Messaging/GeoPermissions", self._admitted(self._permit_texts))
        app.router.add_post("/v1/DialingPermissions/BulkCountryUpdates", self._admitted(self._permit_calls))

    def _admitted(self, answer: Answer) -> Answer:
        async def admitted(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("Authorization", "").encode()
            if not any(hmac.compare_digest(given, login) for login in self._logins):
                return refuse(REFUSALS[20003])
            try:
                return await answer(request)
            except web.HTTPNotFound:
                return refuse(REFUSALS[20404])

        return admitted

    async def _service(self, request: web.Request) -> web.StreamResponse:
        return self._show(*self._find(request))

    async def _change(self, request: web.Request) -> web.StreamResponse:
        sid, traits = self._find(request)
        form = {name: str(value) for name, value in (await request.post()).items()}
        traits.fields.update({name: form[name] for name in SERVICE_FIELDS if name in form})
        traits.validity = int(form.get("ValidityPeriod", traits.validity))
        if "UseInboundWebhookOnNumber" in form:
            traits.defers_to_number = form["UseInboundWebhookOnNumber"].lower() == "true"
        return self._show(sid, traits)

    async def _pool(self, request: web.Request) -> web.StreamResponse:
        sid, _traits = self._find(request)
        numbers = [number for number, line in self._network.lines.items() if line.service == sid]
        return _page("phone_numbers", [{"sid": sid_of(number), "phone_number": number} for number in numbers])

    async def _put(self, request: web.Request) -> web.StreamResponse:
        sid, _traits = self._find(request)
        wanted = str((await request.post()).get("PhoneNumberSid", ""))
        number = next((number for number in self._network.lines if sid_of(number) == wanted), None)
        if number is None:
            raise web.HTTPNotFound
        if self._network.service_of(number) not in {None, sid}:
            return refuse(REFUSALS[21712])
        self._network.put_into_service(number, sid)
        return web.json_response({"sid": wanted, "phone_number": number, "service_sid": sid}, status=201)

    async def _registrations(self, request: web.Request) -> web.StreamResponse:
        sid, traits = self._find(request)
        told = [{"messaging_service_sid": sid, "campaign_status": traits.registration}] if traits.registration else []
        return _page("compliance", told)

    async def _verifications(self, request: web.Request) -> web.StreamResponse:
        wanted = request.query.get("TollfreePhoneNumberSid")
        told = [
            {"tollfree_phone_number_sid": sid_of(number), "status": traits.verification}
            for number, traits in self._standing.numbers.items()
            if traits.verification and wanted in {None, sid_of(number)}
        ]
        return _page("verifications", told)

    async def _text_permissions(self, request: web.Request) -> web.StreamResponse:
        return self._permissions(request.query.get("CountryCode", "US"))

    async def _permit_texts(self, request: web.Request) -> web.StreamResponse:
        asked = [json.loads(str(each)) for each in (await request.post()).getall("Permissions", [])]
        for each in asked:
            countries = self._standing.text_countries
            (countries.add if each["enabled"] else countries.discard)(each["country_code"])
        return self._permissions(asked[0]["country_code"] if asked else "US")

    def _permissions(self, country: str) -> web.Response:
        is_on = country in self._standing.text_countries
        return web.json_response({"permissions": [{"country_code": country, "type": "country", "enabled": is_on}]})

    async def _call_permissions(self, request: web.Request) -> web.StreamResponse:
        country, standing = request.match_info["country"], self._standing
        at_risk = country in standing.countries_at_risk
        told = {
            "iso_code": country,
            "low_risk_numbers_enabled": country in standing.call_countries,
            "high_risk_special_numbers_enabled": at_risk,
            "high_risk_tollfraud_numbers_enabled": at_risk,
        }
        return web.json_response(told)

    async def _permit_calls(self, request: web.Request) -> web.StreamResponse:
        asked = json.loads(str((await request.post()).get("UpdateRequest", "[]")))
        for each in asked:
            countries = self._standing.call_countries
            (countries.add if each["low_risk_numbers_enabled"] == "true" else countries.discard)(each["iso_code"])
        return web.json_response({"update_count": len(asked), "update_request": "accepted"}, status=201)

    def _find(self, request: web.Request) -> tuple[str, ServiceTraits]:
        sid = request.match_info["sid"]
        if sid not in self._standing.services and sid not in {line.service for line in self._network.lines.values()}:
            raise web.HTTPNotFound
        return sid, self._standing.service(sid)

    def _show(self, sid: str, traits: ServiceTraits) -> web.Response:
        return web.json_response(
            {
                "sid": sid,
                "account_sid": self._network.account.sid,
                "friendly_name": "Simulated service",
                "inbound_request_url": traits.fields.get("InboundRequestUrl") or None,
                "inbound_method": traits.fields["InboundMethod"],
                "fallback_url": traits.fields.get("FallbackUrl") or None,
                "fallback_method": traits.fields["FallbackMethod"],
                "use_inbound_webhook_on_number": traits.defers_to_number,
                "validity_period": traits.validity,
            }
        )


def _page(key: str, rows: list[dict[str, Any]]) -> web.Response:
    meta = {"key": key, "page": 0, "page_size": 50, "next_page_url": None, "previous_page_url": None}
    return web.json_response({key: rows, "meta": meta})
