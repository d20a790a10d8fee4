"""A call as the provider shows it: the form of its webhooks, of the reports on its progress, and its REST resource."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Any

from phonetree.simulator.calls import Call, CallDirection, CallStatus

_PLACES = ("City", "State", "Zip", "Country")


def call_form(account_sid: str, call: Call) -> dict[str, str]:
    """What every webhook of a call carries."""
    form = {
        "CallSid": call.sid,
        "AccountSid": account_sid,
        "From": call.sender,
        "To": call.recipient,
        "Caller": call.sender,
        "Called": call.recipient,
        "CallStatus": call.status.value,
        "Direction": call.direction.value,
        "ApiVersion": "2010-04-01",
    }
    for side in ("From", "To", "Caller", "Called"):
        form |= {f"{side}{place}": "US" if place == "Country" else "" for place in _PLACES}
    if call.parent is not None:
        form["ParentCallSid"] = call.parent
    if call.direction is CallDirection.INBOUND:
        form["StirVerstat"] = "TN-Validation-Passed-A"
    if call.answered_by is not None:
        form["AnsweredBy"] = call.answered_by
    return form


def report_form(account_sid: str, call: Call, now: datetime) -> dict[str, str]:
    """What a report on a call's progress carries."""
    form = call_form(account_sid, call) | {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(call.sequence),
        "Timestamp": format_datetime(now),
    }
    if call.is_final:
        form |= {"CallDuration": str(call.duration or 0), "Duration": str(-(-(call.duration or 0) // 60))}
    if call.is_final and call.direction is not CallDirection.INBOUND:
        form["SipResponseCode"] = _SIP.get(call.status, "200")
    return form


_SIP = {
    CallStatus.BUSY: "486",
    CallStatus.NO_ANSWER: "487",
    CallStatus.CANCELED: "487",
    CallStatus.FAILED: "404",
}


def call_uri(account_sid: str, sid: str) -> str:
    return f"/2010-04-01/Accounts/{account_sid}/Calls/{sid}"


def call_json(account_sid: str, call: Call) -> dict[str, Any]:
    uri = call_uri(account_sid, call.sid)
    return {
        "account_sid": account_sid,
        "annotation": None,
        "answered_by": call.answered_by,
        "api_version": "2010-04-01",
        "caller_name": None,
        "date_created": format_datetime(call.created_at),
        "date_updated": _date(call.updated_at),
        "direction": call.direction,
        "duration": None if call.duration is None else str(call.duration),
        "end_time": _date(call.ended_at),
        "forwarded_from": None,
        "from": call.sender,
        "from_formatted": call.sender,
        "group_sid": None,
        "parent_call_sid": call.parent,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": _date(call.started_at),
        "status": call.status,
        "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
        "to": call.recipient,
        "to_formatted": call.recipient,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def _date(moment: datetime | None) -> str | None:
    return None if moment is None else format_datetime(moment)
