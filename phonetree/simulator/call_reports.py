"""Reports on calls on their way to the school: in order for each call, unless the plan says otherwise."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from phonetree.simulator.callbacks import arrivals
from phonetree.simulator.network import Network
from phonetree.simulator.webhooks import WebhookError


@dataclass(frozen=True, slots=True, repr=False)
class CallReport:
    """One form to post. ``where`` names it in complaints."""

    where: str
    url: str
    method: str = "POST"
    form: dict[str, str] = field(default_factory=dict)


class CallReports:
    """Follows ``behaviour.callbacks``. Where reports are shuffled, those of one call wait for its end."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._held: dict[str, list[CallReport]] = {}
        self._latest: dict[str, asyncio.Task[None]] = {}

    def send(self, sid: str, report: CallReport, *, is_last: bool) -> None:
        plan = self._network.behaviour.callbacks
        self._held.setdefault(sid, []).append(report)
        if plan.shuffle and not is_last:
            return
        due = list(arrivals(plan, self._network.chance, self._held.pop(sid)))
        self._latest[sid] = self._network.spawn(self._post(due, plan.delay, self._latest.pop(sid, None)))
        if is_last:
            del self._latest[sid]

    def send_later(self, report: CallReport, seconds: float) -> None:
        """One that belongs to no order."""
        self._network.spawn(self._post([report], seconds, None))

    async def _post(self, reports: list[CallReport], delay: float, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        for report in reports:
            await asyncio.sleep(delay)
            try:
                await self._network.poster.fetch(report.url, report.form, report.method)
            except WebhookError as failure:
                self._network.complain(report.where, failure)
