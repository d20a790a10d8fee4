"""The figures in the words of Prometheus, in a registry of our own: nothing of the process, nothing of anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from phonetree.desk.figures import Figures
from phonetree.operators.events import labelled

LABELS = frozenset({"channel", "lane", "state", "school", "job", "event"})
"""Every label there is. None of them can name a person."""


def exposition(look: Callable[[], Figures]) -> bytes:
    """One look, as text."""
    collected = CollectorRegistry(auto_describe=False)
    collected.register(_Once(look()))
    return generate_latest(collected)


class _Once(Collector):
    """Figures that were gathered already, so that all of one answer are of one moment."""

    def __init__(self, found: Figures) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        found = self._found
        yield from _queues(found)
        yield _by("deliveries", "Deliveries in the ledger, by state.", "state", found.deliveries)
        yield _one(
            "in_doubt", "Deliveries of which nobody knows whether the carrier took them.", found.deliveries["in_doubt"]
        )
        yield _one("receipts_waiting", "Receipts that were kept and are not in the ledger yet.", found.receipts)
        yield _one(
            "receipt_missing_seconds",
            "How long the oldest text that was handed over within the hour has been without a receipt.",
            found.without_receipt,
        )
        yield _by("alerts_open", "Open alerts, by the code of the school.", "school", found.alerts)
        yield _one("broadcasts_paused", "Broadcasts that are paused and not yet too old.", found.paused)
        yield _one("proposals_open", "Previews that wait for code and PIN.", found.proposals)
        yield _one("callers_waiting", "Callers who wait on the hotline.", found.callers)
        yield _by("requests", "Requests, by state.", "state", found.requests)
        yield _one("messages_untold", "Messages that the leads were not told of yet.", found.messages)
        yield _one("provider_copies_due", "Records that the provider is to delete now.", found.provider_copies)
        yield _happened(found)
        yield _by("spent_dollars", "What this number spent today.", "school", _part(found, "spent"))
        yield _by("budget_dollars", "What this number may spend in a day.", "school", _part(found, "budget"))
        yield _by(
            "last_phone_seconds",
            "Of the newest alert or correction: until the last phone's turn, or so far.",
            "channel",
            found.last_phone,
        )
        yield _by(
            "heartbeat_timestamp_seconds",
            "When this job of the workers was last done, in Unix time.",
            "job",
            found.beats,
        )


def _queues(found: Figures) -> Iterator[Metric]:
    names = ("channel", "lane")
    length = GaugeMetricFamily("phonetree_queue_length", "Deliveries that wait to go.", labels=names)
    age = GaugeMetricFamily("phonetree_queue_age_seconds", "Since when the oldest that may go now waits.", labels=names)
    for labels, queue in found.queues.items():
        length.add_metric(labels, queue.length)
        age.add_metric(labels, queue.age)
    yield from (length, age)


def _happened(found: Figures) -> Metric:
    family = CounterMetricFamily("phonetree_events", "What happened, since the beginning.", labels=("event",))
    for event, times in labelled(found.happened).items():
        family.add_metric((event,), times)
    return family


def _part(found: Figures, name: str) -> dict[str, float]:
    return {school: getattr(each, name) for school, each in found.spending.items()}


def _one(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"phonetree_{name}", meaning, value=value)


def _by(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"phonetree_{name}", meaning, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family
