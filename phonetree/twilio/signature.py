"""Whether a webhook really comes from Twilio: for the blueprint, before it reads anything else (ADR 0011)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from urllib.parse import ParseResult, urlparse

from twilio.request_validator import add_port, remove_port
from werkzeug.datastructures import MultiDict

AS_SIGNED: tuple[Callable[[ParseResult], str], ...] = (remove_port, add_port)
"""Twilio signs an address without its port, or with the one of its scheme."""


def signed_url(origin: str, path: str, raw_query: str) -> str:
    """The address as Twilio called it.

    Built from the configured origin, the route's own path and the query string as it arrived: a framework's idea of
    the URL decodes the query, and a proxy changes scheme and host, and either breaks the signature.
    """
    return f"{origin}{path}?{raw_query}" if raw_query else f"{origin}{path}"


def is_signed(tokens: Sequence[str], url: str, form: MultiDict[str, str], signature: str | None) -> bool:
    """Whether one of our auth tokens (two while they rotate) signed this URL and this form."""
    if not signature:
        return False
    try:
        given, fields, address = signature.encode(), _in_order(form), urlparse(url)
        return any(
            hmac.compare_digest(_signature(token, as_signed(address) + fields), given)
            for token in tokens
            if token
            for as_signed in AS_SIGNED
        )
    except ValueError:  # what cannot be encoded or parsed was not signed by Twilio
        return False


def signature_of(token: str, url: str, form: MultiDict[str, str]) -> str:
    """How the provider would sign this address and form: for whoever knocks in its place."""
    return _signature(token, url + _in_order(form)).decode()


def _in_order(form: MultiDict[str, str]) -> str:
    """Names in order, each with its different values in order, and nothing between them."""
    return "".join(name + value for name in sorted(form) for value in sorted(set(form.getlist(name))))


def _signature(token: str, text: str) -> bytes:
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1))
