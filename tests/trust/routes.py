"""Every address of the application, who may knock there, and a request that its keeper would let in.

A new route needs a row: ``SIGNED`` for the provider's webhooks, ``KEYED`` for the networks', ``OPEN`` for what anybody
may ask, with the reason why. Routes with a sign-in of their own (the console's) are named in ``ELSEWHERE`` by their
prefix, together with the test that has their rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from phone import ACCOUNT, SCHOOL, Fields, new_sid, receipt_fields, text_fields
from phone_calls import call_fields, new_call_sid

ANA = "+12135550142"
ATTEMPT, HUNT = "a" * 32, "b" * 32


@dataclass(frozen=True, slots=True)
class Knock:
    """A request that is whole but for what lets it in; ``welcome``: the answers to it when it is let in."""

    path: str
    fields: Fields = ()
    method: str = "POST"
    welcome: frozenset[int] = frozenset({200})


def of_a_call(path: str, **more: str) -> Knock:
    return Knock(path, call_fields(new_call_sid(), ANA, SCHOOL, **more))


SIGNED: Mapping[str, Knock] = {
    "/twilio/sms": Knock("/twilio/sms", text_fields(ANA, "MENU")),
    "/twilio/status/message/<attempt>": Knock(
        f"/twilio/status/message/{ATTEMPT}", receipt_fields(new_sid(), "sent"), welcome=frozenset({204})
    ),
    "/twilio/check": Knock("/twilio/check", [("AccountSid", ACCOUNT), ("Nonce", "c" * 32)]),
    "/twilio/voice": of_a_call("/twilio/voice", CallStatus="ringing"),
    "/twilio/voice/turn/<int:turn>/<any(keys,sound,dial,queue,hold):kind>": of_a_call(
        "/twilio/voice/turn/1/keys", Digits="1"
    ),
    "/twilio/voice/answered/<attempt>": of_a_call(f"/twilio/voice/answered/{ATTEMPT}", Direction="outbound-api"),
    "/twilio/voice/wait/<hunt>": of_a_call(f"/twilio/voice/wait/{HUNT}", QueueTime="1"),
    "/twilio/status/call/<attempt>": Knock(
        f"/twilio/status/call/{ATTEMPT}",
        call_fields(new_call_sid(), SCHOOL, ANA, CallStatus="completed"),
        welcome=frozenset({204}),
    ),
    "/twilio/status/call": Knock(
        "/twilio/status/call",
        call_fields(new_call_sid(), ANA, SCHOOL, CallStatus="completed"),
        welcome=frozenset({204}),
    ),
}
"""The provider's, by its signature over address and fields."""

KEYED: Mapping[str, Knock] = {"/cap/<code>": Knock("/cap/MAPLE")}
"""The networks', by the bearer key of one network at one school."""

OPEN: Mapping[str, Knock] = {
    "/twilio/fallback": Knock("/twilio/fallback", text_fields(ANA, "MENU")),  # static, touches no database
    "/healthz": Knock("/healthz", method="GET"),  # says that it is alive
    "/readyz": Knock("/readyz", method="GET", welcome=frozenset({200, 503})),  # three words, true or false
    "/join/<code>": Knock("/join/MAPLE", method="GET"),  # what the school's poster says; of another code, nothing
    "/privacy": Knock("/privacy", method="GET"),
    "/terms": Knock("/terms", method="GET"),
    "/audio/<token>.wav": Knock("/audio/none.wav", method="GET", welcome=frozenset({404})),  # the token is the key
}
"""Anybody may ask; nothing is told that is somebody's, and nothing is written."""

ELSEWHERE: Mapping[str, str] = {
    "/console": "trust/test_console_routes.py",
    "/metrics": "trust/test_console_routes.py",
}
"""By prefix: the test file with the matrix of these routes, below ``tests``."""
