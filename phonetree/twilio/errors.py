"""The provider's error codes: what each means for the ledger, and in plain English for the runbook.

Codes are hints (the provider says that they may change), so whatever is not in the table is ``Verdict.UNKNOWN``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from phonetree.words.ports import Verdict


@dataclass(frozen=True, slots=True)
class Meaning:
    """``verdict`` is for the ledger, ``sentence`` for whoever is on duty."""

    verdict: Verdict
    sentence: str


_BUSY = Verdict.BUSY
_EXPIRED = Verdict.EXPIRED
_FILTERED = Verdict.FILTERED
_LANDLINE = Verdict.LANDLINE
_OURS = Verdict.MISCONFIGURED
_PERMANENT = Verdict.PERMANENT
_UNKNOWN = Verdict.UNKNOWN
_UNREACHABLE = Verdict.UNREACHABLE

ERRORS: Mapping[int, Meaning] = MappingProxyType(
    {
        10001: Meaning(_OURS, "The account is not active: look at its standing and balance in the console."),
        10002: Meaning(_OURS, "A trial account may not do this: upgrade it."),
        10004: Meaning(_BUSY, "Too many calls at once for this account: it is tried again."),
        13212: Meaning(_OURS, "A call was to be put through for an impossible time: a fault of this program."),
        13214: Meaning(_OURS, "A call showed a number that the carrier does not accept: it has to be the site's own."),
        13216: Meaning(_OURS, "A call was to last an impossible time: a fault of this program."),
        13223: Meaning(_PERMANENT, "This is not written as a phone number."),
        13224: Meaning(_PERMANENT, "The carrier cannot call this phone."),
        13225: Meaning(_PERMANENT, "The carrier blocks calls to this phone."),
        13226: Meaning(_PERMANENT, "This phone number begins with a country code that does not exist."),
        13227: Meaning(_OURS, "Calls to this country are turned off: see geographic permissions in the console."),
        13247: Meaning(_OURS, "A call showed a number that the carrier does not accept: it has to be the site's own."),
        14101: Meaning(_OURS, "A reply named a recipient that is not a phone number: a fault of this program."),
        14102: Meaning(_OURS, "A reply named a sender that is not ours: a fault of this program."),
        14103: Meaning(_OURS, "A reply was empty or over 1,600 characters: a fault of this program."),
        14106: Meaning(_OURS, "One message made the carrier fetch over 50 documents: a fault of this program."),
        14107: Meaning(_BUSY, "Over 30 replies went to one phone within 30 seconds: look for two machines in a loop."),
        14108: Meaning(_OURS, "The number that should reply cannot send texts."),
        14109: Meaning(_OURS, "A reply held over ten messages and the rest was dropped: a fault of this program."),
        14110: Meaning(_OURS, "A reply held a verb that texts do not know: a fault of this program."),
        20001: Meaning(_OURS, "The carrier does not know a field that was sent: a fault of this program."),
        20003: Meaning(_OURS, "The carrier refused our credentials: compare account SID, API key and token."),
        20005: Meaning(_OURS, "The account is not active: look at its standing in the console."),
        20006: Meaning(_OURS, "These credentials may not do this: look at the API key's permissions."),
        20009: Meaning(_UNKNOWN, "The text is still on its way and cannot be deleted yet: it is tried again later."),
        20404: Meaning(_OURS, "The carrier knows no such account, text or call: compare the account SID."),
        20429: Meaning(
            Verdict.THROTTLED, "Too many requests at once: nothing was sent, it is tried again more slowly."
        ),
        20500: Meaning(_UNKNOWN, "The carrier had a fault: whether the text was taken is looked up."),
        20503: Meaning(_UNKNOWN, "The carrier was not available: whether the text was taken is looked up."),
        21201: Meaning(_OURS, "A call had no recipient: a fault of this program."),
        21202: Meaning(_PERMANENT, "This is a premium number: it is never called."),
        21203: Meaning(_OURS, "Calls to this country are turned off: see geographic permissions in the console."),
        21205: Meaning(_OURS, "The address for answered calls is not accepted: check PHONETREE_PUBLIC_URL."),
        21208: Meaning(_OURS, "A call had an impossible time to ring: a fault of this program."),
        21210: Meaning(_OURS, "The calling number is not this account's: check the site's number."),
        21211: Meaning(_PERMANENT, "This is not a phone number that exists."),
        21212: Meaning(_OURS, "The sending number is not a valid number."),
        21213: Meaning(_OURS, "A call had no calling number: a fault of this program."),
        21214: Meaning(_PERMANENT, "The carrier has no way to this phone."),
        21215: Meaning(_OURS, "Calls to this country are turned off: see geographic permissions in the console."),
        21216: Meaning(_PERMANENT, "The carrier blocks this call; if it blocks all, the account's profile is missing."),
        21217: Meaning(_PERMANENT, "This is not a phone number that exists."),
        21219: Meaning(_OURS, "A trial account may only call verified phones: upgrade it."),
        21220: Meaning(_UNKNOWN, "The call was not under way any more."),
        21408: Meaning(_OURS, "Texts to this country are turned off: see geographic permissions in the console."),
        21602: Meaning(_OURS, "A text had no words: a fault of this program."),
        21603: Meaning(_OURS, "A text had no sender: a fault of this program."),
        21604: Meaning(_OURS, "A text had no recipient: a fault of this program."),
        21606: Meaning(_OURS, "The sending number is not this account's, or cannot text this destination."),
        21608: Meaning(_OURS, "A trial account may only text verified phones: upgrade it."),
        21609: Meaning(_OURS, "The address for receipts is not accepted: check PHONETREE_PUBLIC_URL."),
        21610: Meaning(Verdict.OPTED_OUT, "This person told the carrier STOP: only their own START lifts it."),
        21611: Meaning(_BUSY, "The sending number's queue is full: it is tried again as the queue empties."),
        21612: Meaning(_PERMANENT, "The carrier has no way from this sender to this phone."),
        21614: Meaning(_LANDLINE, "This is not a mobile phone: a call may reach it."),
        21617: Meaning(_OURS, "A text was over 1,600 characters: a fault of this program."),
        21635: Meaning(_LANDLINE, "This is a landline: a call may reach it."),
        21703: Meaning(_OURS, "The Messaging Service has no number that can send this: add the site's number to it."),
        21704: Meaning(_OURS, "The Messaging Service has no numbers: add the site's number to it."),
        21705: Meaning(_OURS, "The Messaging Service does not exist: check TWILIO_MESSAGING_SERVICE_SID."),
        21712: Meaning(_OURS, "The site's number belongs to another Messaging Service."),
        22005: Meaning(_BUSY, "The queue of calls is full: it is tried again as the queue empties."),
        30001: Meaning(_BUSY, "The sender's queue overflowed: it is tried again as the queue empties."),
        30002: Meaning(_OURS, "The account is suspended: nothing is being sent. Call the carrier."),
        30003: Meaning(_UNREACHABLE, "The phone is off or out of reach: tried once more, then called."),
        30004: Meaning(_PERMANENT, "The phone or its network blocks our texts."),
        30005: Meaning(_PERMANENT, "The network does not know this phone: the number may have been given up."),
        30006: Meaning(_LANDLINE, "This is a landline or its network takes no texts: a call may reach it."),
        30007: Meaning(_FILTERED, "A network took the text for spam: read its words again before sending more."),
        30008: Meaning(_UNREACHABLE, "The network lost the text and does not say why: tried once more, then called."),
        30017: Meaning(_BUSY, "The network is congested: it is tried again."),
        30018: Meaning(_OURS, "The destination's network wants the sender registered first."),
        30019: Meaning(_OURS, "The text is larger than the network takes: shorten it."),
        30022: Meaning(_BUSY, "The sender went over its registered rate: lower segments_per_second."),
        30023: Meaning(_BUSY, "The sender's daily limit is reached: it lifts after midnight Pacific time."),
        30024: Meaning(_OURS, "The network does not know our number yet: ask the carrier to provision it."),
        30025: Meaning(_UNKNOWN, "A notice: half of T-Mobile's daily limit is used."),
        30026: Meaning(_UNKNOWN, "A notice: 70 percent of T-Mobile's daily limit is used."),
        30027: Meaning(_BUSY, "T-Mobile's daily limit is reached: it lifts after midnight Pacific time."),
        30032: Meaning(_OURS, "The toll-free number is not verified: finish its verification."),
        30034: Meaning(_OURS, "The number is not in a registered campaign: finish the registration."),
        30036: Meaning(_EXPIRED, "The text was no longer worth sending when its turn came."),
        30047: Meaning(_OURS, "The carrier's quiet hours held the text back: see Compliance Toolkit in the console."),
        30410: Meaning(_UNREACHABLE, "The network did not answer in time: tried once more, it may arrive twice."),
        30450: Meaning(_FILTERED, "The carrier suspects fraud and blocks this for up to 30 minutes."),
        30610: Meaning(_OURS, "The carrier's quiet hours held the text back: see Compliance Toolkit in the console."),
        60728: Meaning(_BUSY, "The account's hourly limit is reached: it is tried again."),
        63017: Meaning(_BUSY, "The account sends faster than it may: it is tried again more slowly."),
        63038: Meaning(_BUSY, "The account's limit for 24 hours is reached: ask the carrier to raise it."),
        90007: Meaning(_OURS, "A text had an impossible validity period: a fault of this program."),
    }
)

_IN_DOUBT = frozenset({20500, 20503})
_OUR_FAULT = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    }
)


def verdict_of(status: int, code: int | None) -> Verdict | None:
    """What a refused request means; ``None`` when nobody knows whether the text was taken."""
    if is_in_doubt(status) or code in _IN_DOUBT:
        return None
    if code is not None and code in ERRORS:
        return ERRORS[code].verdict
    return _verdict_of_status(status)


def is_in_doubt(status: int) -> bool:
    """Whether an answer with this HTTP status leaves open what became of the request."""
    return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT


def verdict_of_receipt(code: int | None) -> Verdict:
    """What a receipt's error code means. The text was taken and is over: there is no doubt left."""
    return _meaning(code).verdict


def explain(code: int | None) -> str:
    """One sentence for the runbook."""
    return _meaning(code).sentence


def _verdict_of_status(status: int) -> Verdict:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Verdict.THROTTLED
    # a redirect is not followed: whoever sends one is not the carrier
    return _OURS if status < HTTPStatus.BAD_REQUEST or status in _OUR_FAULT else _UNKNOWN


def _meaning(code: int | None) -> Meaning:
    if code is None:
        return Meaning(_UNKNOWN, "The carrier does not say why.")
    return ERRORS.get(code) or Meaning(_UNKNOWN, f"Not in our table: see https://www.twilio.com/docs/errors/{code}.")
