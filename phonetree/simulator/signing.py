"""How a provider signs its webhooks, written apart from the product's own check so that each proves the other."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Mapping

Fields = Mapping[str, str] | Iterable[tuple[str, str]]


def without_fragment(url: str) -> str:
    """Connection overrides travel in the fragment, which is neither sent nor signed."""
    return url.partition("#")[0]


def signature(token: str, url: str, fields: Fields) -> str:
    """The value of ``X-Twilio-Signature``: behind the URL every name with every unique value, both in order."""
    pairs = sorted(set(fields.items() if isinstance(fields, Mapping) else fields))
    signed = without_fragment(url) + "".join(name + value for name, value in pairs)
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()
