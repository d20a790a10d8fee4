"""Where the provider calls us: texts, calls, the reports on both, and the fallback that touches nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from phonetree.desk.call_answers import UnknownCall
from phonetree.desk.conversations import NotOurNumber
from phonetree.desk.exchange import HeardText
from phonetree.desk.receipts import Receipt
from phonetree.desk.replies import Answer
from phonetree.models import State
from phonetree.twilio import twiml
from phonetree.twilio.call_webhooks import CALLS, WAIT, Telephone, add_call_webhooks
from phonetree.twilio.errors import verdict_of_receipt
from phonetree.twilio.forms import Malformed, named
from phonetree.twilio.requests import NotForUs, parse_receipt, parse_text
from phonetree.twilio.signature import is_signed, signed_url
from phonetree.twilio.statuses import read_status
from phonetree.words.logs import place_of

LARGEST_FORM = 64_000
REPORTS = "/status/"
CHECK = "/check"
SEEN, UNSIGNED = "phonetree saw ", "Not signed by the provider for this address."
RECEIPTS = f"{REPORTS}message/"
NO_ATTEMPT = "0" * 32
"""What an answer's address names where the ledger has no row for it."""
_ATTEMPT = re.compile("[0-9a-f]{32}")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Provider:
    """What a webhook needs to know of the account: who signs, and where we said we are."""

    public_url: str
    account_sid: str
    auth_tokens: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class TextDesk:
    """What webhooks of texts ask for. ``keep_receipt`` returns once the receipt is durable."""

    answer: Callable[[HeardText], Answer]
    keep_receipt: Callable[[Receipt], None]


def webhooks(provider: Provider, desk: TextDesk, telephone: Telephone) -> Blueprint:
    """The blueprint under ``/twilio``: what is not signed is refused before anything is read."""
    blueprint = Blueprint("twilio", __name__, url_prefix="/twilio")
    blueprint.before_request(_guard(provider))
    blueprint.errorhandler(Malformed)(_refuse)
    blueprint.errorhandler(UnknownCall)(_part)
    blueprint.errorhandler(Exception)(_apologise)
    blueprint.add_url_rule("/sms", view_func=_sms(provider, desk), methods=["POST"])
    view = _message_status(provider, desk)
    blueprint.add_url_rule(f"{RECEIPTS}<attempt>", view_func=view, methods=["POST"])
    blueprint.add_url_rule(CHECK, view_func=_check(provider), methods=["POST"])
    add_call_webhooks(blueprint, provider.account_sid, telephone)
    return blueprint


def fallback() -> Blueprint:
    """``POST /twilio/fallback``: static, in several languages; it needs no signature, for it tells and does nothing."""
    blueprint = Blueprint("fallback", __name__, url_prefix="/twilio")

    @blueprint.post("/fallback")
    def say_sorry() -> Response:
        return _xml(twiml.fallback(is_call="CallSid" in request.form))

    return blueprint


def _guard(provider: Provider) -> Callable[[], Response | None]:
    def guard() -> Response | None:
        raw_query = request.environ.get("QUERY_STRING", "")
        url = signed_url(provider.public_url, request.path, raw_query)
        signature = request.headers.get("X-Twilio-Signature")
        if is_signed(provider.auth_tokens, url, request.form, signature):
            return None
        return Response(UNSIGNED, status=403, mimetype="text/plain")

    return guard


def _sms(provider: Provider, desk: TextDesk) -> Callable[[], Response]:
    def sms() -> Response:
        try:
            text = parse_text(request.form, provider.account_sid)
        except NotForUs:
            return _xml(twiml.silence())
        heard = HeardText(text.sid, text.sender, text.recipient, text.words, text.has_media, text.opt_out)
        try:
            said = desk.answer(heard)
        except NotOurNumber:
            raise Malformed("To is no number of a school here") from None
        if not said.body:
            return _xml(twiml.silence())
        action = f"{provider.public_url}/twilio{RECEIPTS}{said.attempt or NO_ATTEMPT}"
        return _xml(twiml.message_reply([(said.body, action)]))

    return sms


def _message_status(provider: Provider, desk: TextDesk) -> Callable[[str], Response]:
    def message_status(attempt: str) -> Response:
        told = parse_receipt(request.form, provider.account_sid)
        progress = read_status(told.status)
        if progress is not None and _ATTEMPT.fullmatch(attempt):
            verdict = verdict_of_receipt(told.error_code) if told.error_code else None
            state = State(progress.state)
            desk.keep_receipt(Receipt(attempt, told.sid, progress.rank, state, told.error_code, verdict))
        return Response(status=204)

    return message_status


def _check(provider: Provider) -> Callable[[], Response]:
    """``doctor`` knocks here: who is let in came by the very address and with the very fields that were signed."""

    def check() -> Response:
        nonce = named(request.form, provider.account_sid, "Nonce", _ATTEMPT)
        return Response(f"{SEEN}{nonce}", mimetype="text/plain", headers={"Cache-Control": "no-store"})

    return check


def _refuse(malformed: Malformed) -> Response:
    """The provider may change what it sends, and then somebody still waits on the line for words."""
    if _is_call():
        log.error("a webhook of a call was refused", why=str(malformed))
        return _last_words()
    return Response(f"Refused: {malformed}.", status=400, mimetype="text/plain")


def _part(_: UnknownCall) -> Response:
    """A call that nobody knows of here is told to call again; a report on one is no use to anybody."""
    return _xml(twiml.farewell()) if _is_call() else Response(status=204)


def _apologise(error: Exception) -> Response | HTTPException:
    """No trace to a telephone: who texted or called gets several languages; a report that was not kept is told as such.

    The log gets the kind of the error and its place. Its words stay out: they may quote what somebody wrote.
    """
    if isinstance(error, HTTPException):
        return error
    log.error("a webhook failed", error=type(error).__qualname__, where=place_of(error))
    if request.path.startswith(f"/twilio{REPORTS}"):
        return Response("Not kept.", status=503, mimetype="text/plain")
    return _last_words() if _is_call() else _xml(twiml.fallback(is_call=False))


def _is_call() -> bool:
    return request.path.startswith(f"/twilio{CALLS}")


def _last_words() -> Response:
    """Who waits in a queue is not turned away for a fault of ours: the call goes on behind the queue."""
    in_queue = request.path.startswith(f"/twilio{WAIT}")
    return _xml(twiml.leave_queue() if in_queue else twiml.apology())


def _xml(document: str) -> Response:
    return Response(document, content_type=twiml.CONTENT_TYPE)
