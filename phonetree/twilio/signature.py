"""Whether a webhook really comes from Twilio: for the blueprint, before it reads anything else."""

from __future__ import annotations

from collections.abc import Sequence

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict


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
    return any(_signed_with(token, url, form, signature) for token in tokens if token)


def _signed_with(token: str, url: str, form: MultiDict[str, str], signature: str) -> bool:
    try:
        return bool(RequestValidator(token).validate(url, form, signature))
    except ValueError:  # what cannot be encoded or parsed was not signed by Twilio
        return False
