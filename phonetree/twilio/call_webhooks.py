"""Where the provider asks what happens next in a call, reports on calls, and fetches what is played in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, request

from phonetree.desk.call_answers import CallAnswer, CallEvent, CallReceipt, HeardCall, UnknownCall
from phonetree.desk.conversations import NotOurNumber
from phonetree.twilio.call_requests import (
    Kind,
    call_sid,
    parse_answered,
    parse_call_began,
    parse_call_receipt,
    parse_caller_gone,
    parse_turn,
)
from phonetree.twilio.forms import Malformed
from phonetree.twilio.twiml import CONTENT_TYPE
from phonetree.twilio.voice_twiml import Addresses, document

CALLS = "/voice"
WAIT = f"{CALLS}/wait/"
CALL_REPORTS = "/status/call"

SOUND_KEPT = 3600
"""Seconds for which the provider may keep a recording that it fetched."""

_ATTEMPT = re.compile("[0-9a-f]{32}")
_KINDS = ",".join(Kind)


@dataclass(frozen=True, slots=True)
class CallDesk:
    """What the desk does for a call. Each may raise ``UnknownCall``.

    *wait_in_queue* takes a hunt and the SID of the call that waits for it, *caller_gone* the SID of an incoming call
    that is over, *audio* the token of a recording: ``None`` where there is none, or no longer.
    """

    take_turn: Callable[[HeardCall], CallAnswer]
    wait_in_queue: Callable[[str, str], CallAnswer]
    absorb_call: Callable[[CallReceipt], None]
    caller_gone: Callable[[str], None]
    audio: Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Telephone:
    """What the webhooks of calls need: who answers, and where the provider finds the rest."""

    desk: CallDesk
    addresses: Addresses


def add_call_webhooks(blueprint: Blueprint, account_sid: str, telephone: Telephone) -> None:
    """The paths of calls, for the blueprint that guards them and answers for their failures."""
    views: dict[str, Callable[..., Response]] = {
        CALLS: _began(account_sid, telephone),
        f"{CALLS}/turn/<int:turn>/<any({_KINDS}):kind>": _went_on(account_sid, telephone),
        f"{CALLS}/answered/<attempt>": _answered(account_sid, telephone),
        f"{WAIT}<hunt>": _waits(account_sid, telephone),
        f"{CALL_REPORTS}/<attempt>": _call_status(account_sid, telephone.desk),
        CALL_REPORTS: _caller_status(account_sid, telephone.desk),
    }
    for path, view in views.items():
        blueprint.add_url_rule(path, endpoint=view.__name__, view_func=view, methods=["POST"])


def sounds(audio: Callable[[str], bytes | None]) -> Blueprint:
    """``GET /audio/<token>.wav``: the token is all that it takes, so it is in no log."""
    blueprint = Blueprint("sounds", __name__, url_prefix="/audio")

    @blueprint.get("/<token>.wav")
    def sound(token: str) -> Response:
        found = audio(token)
        if found is None:
            return Response("Not here.", status=404, mimetype="text/plain")
        kept = {"Cache-Control": f"private, max-age={SOUND_KEPT}"}
        return Response(found, content_type="audio/wav", headers=kept)

    return blueprint


def _began(account_sid: str, telephone: Telephone) -> Callable[[], Response]:
    def call_began() -> Response:
        sid, event = parse_call_began(request.form, account_sid)
        return _turn(telephone, sid, 0, event)

    return call_began


def _went_on(account_sid: str, telephone: Telephone) -> Callable[[int, str], Response]:
    def call_went_on(turn: int, kind: str) -> Response:
        sid, event = parse_turn(request.form, account_sid, Kind(kind))
        return _turn(telephone, sid, turn, event)

    return call_went_on


def _answered(account_sid: str, telephone: Telephone) -> Callable[[str], Response]:
    def call_answered(attempt: str) -> Response:
        if not _ATTEMPT.fullmatch(attempt):
            raise UnknownCall
        sid, event = parse_answered(request.form, account_sid, attempt)
        return _turn(telephone, sid, 0, event)

    return call_answered


def _waits(account_sid: str, telephone: Telephone) -> Callable[[str], Response]:
    def call_waits(hunt: str) -> Response:
        sid = call_sid(request.form, account_sid)
        return _spoken(telephone, telephone.desk.wait_in_queue(hunt, sid))

    return call_waits


def _call_status(account_sid: str, desk: CallDesk) -> Callable[[str], Response]:
    def call_status(attempt: str) -> Response:
        receipt = parse_call_receipt(request.form, account_sid, attempt)
        if receipt is not None and _ATTEMPT.fullmatch(attempt):
            desk.absorb_call(receipt)
        return Response(status=204)

    return call_status


def _caller_status(account_sid: str, desk: CallDesk) -> Callable[[], Response]:
    def caller_status() -> Response:
        gone = parse_caller_gone(request.form, account_sid)
        if gone is not None:
            desk.caller_gone(gone)
        return Response(status=204)

    return caller_status


def _turn(telephone: Telephone, sid: str, turn: int, event: CallEvent) -> Response:
    try:
        return _spoken(telephone, telephone.desk.take_turn(HeardCall(sid, turn, event)))
    except NotOurNumber:
        raise Malformed("To is no number of a school here") from None


def _spoken(telephone: Telephone, answer: CallAnswer) -> Response:
    return Response(document(answer, telephone.addresses), content_type=CONTENT_TYPE)
