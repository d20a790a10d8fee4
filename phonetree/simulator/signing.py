"""How a provider signs its webhooks, written apart from the product's own check so that each proves the other."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Mapping

Fields = Mapping[str, str] | Iterable[tuple[str, str]]


def signature(token: str, url: str, fields: Fields) -> str:
    """The value of ``X-Twilio-Signature``: behind the URL every name with every unique value, both in order.

    Connection overrides travel in the URL's fragment, which is neither sent nor signed.
    """
    pairs = sorted(set(fields.items() if isinstance(fields, Mapping) else fields))
    signed = url.partition("#")[0] + "".join(name + value for name, value in pairs)
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()
