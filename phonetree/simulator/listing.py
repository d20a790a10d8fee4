"""Listing texts over REST, newest first: by recipient, sender and date, a page at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from phonetree.simulator.messages import Message
from phonetree.simulator.network import Network
from phonetree.simulator.resources import message_json

USUAL_PAGE, LARGEST_PAGE = 50, 1000
Query = Mapping[str, str]


class QueryError(ValueError):
    """A filter that cannot be read."""


def page_of(network: Network, path: str, query: Query) -> dict[str, Any]:
    """One page. A text that was not sent yet has no date and matches no date filter. Raises QueryError."""
    try:
        size = min(max(int(query.get("PageSize", USUAL_PAGE)), 1), LARGEST_PAGE)
        found = list(islice(_matching(network, query), size + 1))
    except (ValueError, OverflowError):
        raise QueryError from None
    shown, more = found[:size], len(found) > size
    number = int(query.get("Page", 0))
    return {
        "messages": [message_json(network.account.sid, message) for message in shown],
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(len(shown) - 1, 0),
        "uri": _uri(path, query),
        "first_page_uri": _uri(path, query, PageSize=size, Page=0),
        "next_page_uri": _next(path, query, number, shown[-1], size) if more else None,
        "previous_page_uri": None,
    }


def _matching(network: Network, query: Query) -> Iterator[Message]:
    # The token is a moment, not a place: deleting while paging skips nothing.
    newest = time.monotonic() - network.behaviour.listing_lag
    before = float(query["PageToken"].removeprefix("PA")) if "PageToken" in query else float("inf")
    earliest, latest = _dates(query)
    for message in network.ledger.newest_first(query.get("To")):
        if message.accepted_at > newest or message.accepted_at >= before:
            continue
        if query.get("From", message.sender) == message.sender and _is_between(message.sent_at, earliest, latest):
            yield message


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


def _next(path: str, query: Query, number: int, last: Message, size: int) -> str:
    return _uri(path, query, PageSize=size, Page=number + 1, PageToken=f"PA{last.accepted_at!r}")


def _uri(path: str, query: Query, **changes: object) -> str:
    asked = {**query, **changes}
    return f"{path}?{urlencode(asked)}" if asked else path
