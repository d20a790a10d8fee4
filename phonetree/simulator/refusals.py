"""The carrier's refusals: code, HTTP status and words, for the REST look-alike and those who read its answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

_BAD, _UNAUTHORIZED, _NOT_FOUND = HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that says no: nothing was accepted."""

    code: int
    status: int
    message: str

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


_TABLE = (
    Refusal(20001, _BAD, "Bad request: this parameter cannot be changed so."),
    Refusal(20003, _UNAUTHORIZED, "Authenticate"),
    Refusal(20009, HTTPStatus.CONFLICT, "Cannot delete this resource before it is complete"),
    Refusal(20404, _NOT_FOUND, "The requested resource was not found"),
    Refusal(20429, HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests"),
    Refusal(20500, HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error"),
    Refusal(20503, HTTPStatus.SERVICE_UNAVAILABLE, "Service unavailable"),
    Refusal(21201, _BAD, "No 'To' number is specified"),
    Refusal(21205, _BAD, "Url parameter is required, and has to be a valid URL."),
    Refusal(21208, _BAD, "Invalid Timeout"),
    Refusal(21209, _BAD, "Invalid Method"),
    Refusal(21210, _BAD, "The source phone number provided is not yet verified for your account."),
    Refusal(21211, _BAD, "The 'To' number is not a valid phone number."),
    Refusal(21212, _BAD, "The 'From' number is not a valid phone number, shortcode, or alphanumeric sender ID."),
    Refusal(21213, _BAD, "A 'From' phone number is required."),
    Refusal(21214, _BAD, "The phone number you are attempting to call cannot be reached."),
    Refusal(21215, _BAD, "Your account is not authorized to call this number."),
    Refusal(21216, _BAD, "Your account is not authorized to call this number: it is blocked."),
    Refusal(21217, _BAD, "The phone number does not appear to be valid."),
    Refusal(21220, _BAD, "Call is not in-progress. Cannot redirect or end it."),
    Refusal(21266, _BAD, "'To' and 'From' number cannot be the same"),
    Refusal(21408, _BAD, "Permission to send an SMS has not been enabled for the region of the 'To' number."),
    Refusal(21602, _BAD, "Message body is required."),
    Refusal(21603, _BAD, "A 'From' phone number is required."),
    Refusal(21604, _BAD, "A 'To' phone number is required."),
    Refusal(21606, _BAD, "The 'From' phone number is not a valid, message-capable number of this account."),
    Refusal(21609, _BAD, "The 'StatusCallback' URL is not a valid URL."),
    Refusal(21610, _BAD, "Attempt to send to unsubscribed recipient"),
    Refusal(21611, _BAD, "This 'From' number has exceeded the maximum number of queued messages"),
    Refusal(21612, _BAD, "Message cannot be sent with the current combination of 'To' and 'From'."),
    Refusal(21614, _BAD, "The 'To' number is not a valid mobile number."),
    Refusal(21617, _BAD, "The concatenated message body exceeds the 1600 character limit"),
    Refusal(21626, _BAD, "The 'StatusCallbackEvent' is none of initiated, ringing, answered, completed."),
    Refusal(21703, _BAD, "The Messaging Service does not exist or contains no phone numbers."),
    Refusal(21712, _BAD, "The phone number is associated with another Messaging Service."),
    Refusal(22005, _BAD, "Call Queue Full"),
    Refusal(90007, _BAD, "The validity period is not between 1 and 36000 seconds."),
)
REFUSALS: Mapping[int, Refusal] = MappingProxyType({refusal.code: refusal for refusal in _TABLE})
