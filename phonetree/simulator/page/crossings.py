"""What crossed the wire, made readable: only what concerns telephones on the page, with its segments and its cost."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from phonetree.simulator.twiml import Reply, read_steps
from phonetree.simulator.webhooks import Answer, WebhookError
from phonetree.simulator.wire import Crossing, Way
from phonetree.words.prices import PRICES
from phonetree.words.segments import measure

_SID = re.compile(r"\b(?:SM|MM|CA|RE)[0-9a-f]{32}\b")
_LONG = re.compile(r"\b((?:[A-Z]{2})?[0-9a-f]{4})[0-9a-f]{28}\b")
MOST_SIDS = 2000
GOOD = range(200, 300)


@dataclass(frozen=True, slots=True)
class Price:
    """What one crossing is reckoned at; nothing of it where it costs nothing."""

    segments: int = 0
    minutes: int = 0

    @property
    def told(self) -> str:
        counted = [_count(self.segments, "segment"), _count(self.minutes, "minute")]
        dollars = self.segments * PRICES.segment + self.minutes * PRICES.call_minute
        return f"{', '.join(filter(None, counted))}, about ${dollars:.4f}" if dollars else ""


class Sieve:
    """Lets through what is about drawn telephones, also what names only the text or the call that was about one."""

    def __init__(self, is_drawn: Callable[[str], bool]) -> None:
        self._is_drawn = is_drawn
        self._sids: deque[str] = deque(maxlen=MOST_SIDS)

    def lets_through(self, crossing: Crossing) -> bool:
        if crossing.way is Way.TO_CARRIER and crossing.method == "GET":
            return False
        fields = crossing.fields
        is_about = any(self._is_drawn(fields.get(name, "")) for name in ("From", "To"))
        sids = _SID.findall(f"{crossing.address} {fields.get('MessageSid', '')} {fields.get('CallSid', '')}")
        if is_about:
            self._sids.extend(_SID.findall(crossing.answer) if crossing.way is Way.TO_CARRIER else sids)
        return is_about or any(sid in self._sids for sid in sids) or "/audio/" in crossing.address


def price_of(crossing: Crossing) -> Price:
    fields = crossing.fields
    if crossing.way is Way.TO_CARRIER:
        return Price(segments=_segments_sent(crossing))
    if "NumSegments" in fields:
        return Price(segments=int(fields["NumSegments"]) + _segments_answered(crossing))
    return Price(minutes=-(-int(fields.get("CallDuration", "0")) // 60))


def shown_address(crossing: Crossing) -> str:
    """The path, with the beginning of each identifier: the whole of it is among the parameters."""
    return _LONG.sub(r"\1…", crossing.address)


def readable(crossing: Crossing) -> str:
    """The answer, with each element, or each field, on its own line."""
    if crossing.answer.startswith("{"):
        with suppress(ValueError):
            return json.dumps(json.loads(crossing.answer), indent=1, ensure_ascii=False)
    return re.sub(r">\s*<", ">\n<", crossing.answer)


def _segments_sent(crossing: Crossing) -> int:
    if crossing.method != "POST" or crossing.status not in GOOD:
        return 0
    with suppress(ValueError, TypeError, AttributeError):
        return int(json.loads(crossing.answer).get("num_segments", 0))
    return 0


def _segments_answered(crossing: Crossing) -> int:
    """Of the texts in the TwiML; what cannot be read sends none."""
    if crossing.status not in GOOD:
        return 0
    try:
        steps = read_steps(Answer("http://localhost/", "text/xml", crossing.answer.encode()))
    except WebhookError:
        return 0
    return sum(measure(step.body).segments for step in steps if isinstance(step, Reply))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""
