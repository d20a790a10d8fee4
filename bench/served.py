"""What the bench's web server loads: the real application, and beside it the constants that it is compared with."""

from __future__ import annotations

import os

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from phonetree.app import create_app
from phonetree.twilio import twiml
from phonetree.twilio.requests import parse_receipt, parse_text
from phonetree.twilio.signature import is_signed, signed_url
from phonetree.words.settings import Settings, take_settings

CONSTANT, OURS, BARE = "/bench/constant", "/bench/signed", "/bench/bare"
RECEIPT = "/bench/receipt/<attempt>"
WORDS = "Maple Tree: nothing is reported at the moment."


def _with_baselines(app: Flask, settings: Settings) -> Flask:
    constant = twiml.message_reply([(WORDS, settings.public_url)])
    token = settings.auth_tokens[0]

    @app.post(CONSTANT)
    def say_the_same() -> Response:
        return Response(constant, content_type=twiml.CONTENT_TYPE)

    def check() -> None:
        given = request.headers.get("X-Twilio-Signature")
        if not is_signed(settings.auth_tokens, signed_url(settings.public_url, request.path, ""), request.form, given):
            abort(403)

    @app.post(OURS)
    def signed() -> Response:
        check()
        parse_text(request.form, settings.account_sid)
        return Response(twiml.message_reply([(WORDS, settings.public_url)]), content_type=twiml.CONTENT_TYPE)

    @app.post(RECEIPT)
    def receipt(attempt: str) -> Response:  # noqa: ARG001 - it is in the address
        check()
        parse_receipt(request.form, settings.account_sid)
        return Response(status=204)

    @app.post(BARE)
    def bare() -> Response:
        given = request.headers.get("X-Twilio-Signature", "")
        if not RequestValidator(token).validate(settings.public_url + request.path, request.form, given):
            abort(403)
        response = MessagingResponse()
        response.message(WORDS, action=settings.public_url)
        return Response(str(response), content_type=twiml.CONTENT_TYPE)

    return app


_settings = take_settings(os.environ)
app = _with_baselines(create_app(_settings), _settings)
