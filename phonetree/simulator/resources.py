"""A text as the REST look-alike shows it, field by field as the provider does."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Any

from phonetree.simulator.messages import Message, Status


def message_uri(account_sid: str, sid: str) -> str:
    return f"/2010-04-01/Accounts/{account_sid}/Messages/{sid}"


def message_json(account_sid: str, message: Message) -> dict[str, Any]:
    uri = message_uri(account_sid, message.sid)
    is_unassigned = message.status is Status.ACCEPTED
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": "" if message.is_redacted else message.body,
        "date_created": format_datetime(message.created_at),
        "date_sent": _date(message.sent_at),
        "date_updated": _date(message.updated_at),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": None,
        "from": None if is_unassigned else message.sender,
        "messaging_service_sid": message.service,
        "num_media": str(message.media),
        "num_segments": "0" if is_unassigned else str(message.segments),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.recipient,
        "uri": f"{uri}.json",
    }


def _date(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment)
