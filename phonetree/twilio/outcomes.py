"""What became of one request to the provider, for the client: what it made, a definite no, or doubt."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from http import HTTPStatus
from typing import TypeVar

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.response import Response

from phonetree.twilio.errors import verdict_of
from phonetree.twilio.network import NeverSent, NoAnswer
from phonetree.words.ports import InDoubt, Refused

_LOWEST_CODE = 10_000

# what the library's own objects raise on an answer that is not what it should be
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)

T = TypeVar("T")


async def outcome_of(asked: Awaitable[T]) -> T | Refused | InDoubt:
    """Never raises for what the network or the provider does."""
    try:
        return await asked
    except NeverSent as fault:
        return Refused(fault.verdict)
    except NoAnswer as fault:
        return InDoubt(str(fault))
    except (TwilioRestException, TwilioServiceException) as refusal:
        return _refusal(refusal.status, refusal.code)
    except TwilioException as fault:
        return _refused_list(fault)
    except _UNREADABLE:
        return InDoubt("unreadable answer")


def _refused_list(fault: TwilioException) -> Refused | InDoubt:
    """A list that is refused: the library hands on the answer as it came."""
    answer = fault.args[1] if len(fault.args) > 1 else None
    if not isinstance(answer, Response) or answer.status_code < HTTPStatus.BAD_REQUEST:
        return InDoubt("unreadable answer")
    try:
        told = json.loads(answer.text)
    except ValueError:
        told = None
    return _refusal(answer.status_code, told.get("code") if isinstance(told, dict) else None)


def _refusal(status: object, code: object) -> Refused | InDoubt:
    """Read a definite no. The library fills in the HTTP status where the provider gave no code of its own."""
    known = code if isinstance(code, int) and code >= _LOWEST_CODE else None
    verdict = verdict_of(status if isinstance(status, int) else HTTPStatus.BAD_REQUEST, known)
    return InDoubt(f"refused in doubt, code {known}") if verdict is None else Refused(verdict, known)
