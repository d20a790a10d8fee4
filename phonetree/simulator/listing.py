"""Listing texts and calls over REST, newest first: by recipient, sender, date or status, a page at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urlencode

from phonetree.simulator.call_forms import call_json
from phonetree.simulator.calls import Call
from phonetree.simulator.messages import Message
from phonetree.simulator.network import Network
from phonetree.simulator.resources import message_json

Listed = TypeVar("Listed", Message, Call)
USUAL_PAGE, LARGEST_PAGE = 50, 1000
Query = Mapping[str, str]


class QueryError(ValueError):
    """A filter that cannot be read."""


def page_of(network: Network, path: str, query: Query) -> dict[str, Any]:
    """One page. A text that was not sent yet has no date and matches no date filter. Raises QueryError."""
    return page("messages", path, query, lambda: _matching(network, query), partial(message_json, network.account.sid))


def page_of_calls(network: Network, calls: Iterable[Call], path: str, query: Query) -> dict[str, Any]:
    """One page of calls, newest first. Raises QueryError."""
    return page("calls", path, query, lambda: _matching_calls(calls, query), partial(call_json, network.account.sid))


def page(
    kind: str, path: str, query: Query, find: Callable[[], Iterator[Listed]], show: Callable[[Listed], dict[str, Any]]
) -> dict[str, Any]:
    """One page of what is found, in the provider's frame."""
    try:
        size = min(max(int(query.get("PageSize", USUAL_PAGE)), 1), LARGEST_PAGE)
        number = int(query.get("Page", 0))
        found = list(islice(find(), size + 1))
    except (ValueError, OverflowError):
        raise QueryError from None
    shown, more = found[:size], len(found) > size
    return {
        kind: [show(each) for each in shown],
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(len(shown) - 1, 0),
        "uri": _uri(path, query),
        "first_page_uri": _uri(path, query, PageSize=size, Page=0),
        "next_page_uri": _next(path, query, number, shown[-1].accepted_at, size) if more else None,
        "previous_page_uri": None,
    }


def _before(query: Query) -> float:
    # The token is a moment, not a place: deleting while paging skips nothing.
    return float(query["PageToken"].removeprefix("PA")) if "PageToken" in query else float("inf")


def _matching(network: Network, query: Query) -> Iterator[Message]:
    newest, before = time.monotonic() - network.behaviour.listing_lag, _before(query)
    earliest, latest = _dates(query)
    for message in network.ledger.newest_first(query.get("To")):
        if message.accepted_at > newest or message.accepted_at >= before:
            continue
        if query.get("From", message.sender) == message.sender and _is_between(message.sent_at, earliest, latest):
            yield message


def _matching_calls(calls: Iterable[Call], query: Query) -> Iterator[Call]:
    before = _before(query)
    for call in calls:
        shown = {"To": call.recipient, "From": call.sender, "Status": call.status.value}
        if call.accepted_at < before and all(query.get(name, value) == value for name, value in shown.items()):
            yield call


def _is_between(sent_at: datetime | None, earliest: datetime | None, latest: datetime | None) -> bool:
    if sent_at is None:
        return earliest is latest is None
    return (earliest is None or sent_at >= earliest) and (latest is None or sent_at <= latest)


def _dates(query: Query) -> tuple[datetime | None, datetime | None]:
    day = _moment(query.get("DateSent"))
    if day is not None:
        start = day.replace(hour=0, minute=0, second=0)
        return start, start + timedelta(days=1)
    return _moment(query.get("DateSent>")), _moment(query.get("DateSent<"))


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _next(path: str, query: Query, number: int, last: float, size: int) -> str:
    return _uri(path, query, PageSize=size, Page=number + 1, PageToken=f"PA{last!r}")


def _uri(path: str, query: Query, **changes: object) -> str:
    asked = {**query, **changes}
    return f"{path}?{urlencode(asked)}" if asked else path
