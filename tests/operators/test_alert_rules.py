"""The rules for monitoring name figures that there are; each rule and each finding of doctor is in the documents."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it comes without types
from prometheus_client.parser import text_string_to_metric_families

from phonetree.desk.figures import Figures, Queue, Spending
from phonetree.operators.events import LABEL_OF
from phonetree.operators.exposition import exposition

ROOT = Path(__file__).resolve().parents[2]
RULES: list[dict[str, Any]] = yaml.safe_load((ROOT / "docs/operating/alerts.yml").read_text())["groups"][0]["rules"]
RUNBOOK = (ROOT / "docs/runbook.md").read_text()
DOCTOR = (ROOT / "docs/doctor.md").read_text()
SAID_BY = [*(ROOT / "phonetree/operators").glob("*_checks.py"), *(ROOT / "phonetree/cli").glob("doctor*.py")]
ONE_OF_EACH = Figures(
    queues={(channel, lane): Queue(1, 1.0) for channel, lane in (("sms", "alert"), ("voice", "hotline"))},
    deliveries={"in_doubt": 1},
    receipts=1,
    without_receipt=1.0,
    alerts={"MAPLE": 1},
    paused=1,
    proposals=1,
    callers=1,
    requests={"waiting": 1},
    messages=1,
    provider_copies=1,
    beats={"rounds": 1.0, "retention": 1.0},
    happened={},
    spending={"MAPLE": Spending(1.0, 2.0)},
    last_phone={"sms": 1.0},
)


def figures() -> set[str]:
    families = text_string_to_metric_families(exposition(lambda: ONE_OF_EACH).decode())
    return {sample.name for family in families for sample in family.samples}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_is_whole(rule: dict[str, Any]) -> None:
    named = set(re.findall(r"phonetree_\w+", rule["expr"]))
    assert named
    assert named <= figures()
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"
    for pattern in re.findall(r'event=~?"([^"]+)"', rule["expr"]):
        assert [label for label in LABEL_OF.values() if re.fullmatch(pattern, label)]


def test_every_alarm_has_its_entry_and_every_entry_its_alarm() -> None:
    alarms = RUNBOOK.split("## Alarms")[1].split("\n## ")[0]
    assert sorted(re.findall(r"^### (\w+)$", alarms, re.MULTILINE)) == sorted(rule["alert"] for rule in RULES)


def test_every_finding_is_in_the_document() -> None:
    found = set()
    for path in SAID_BY:
        found |= set(re.findall(r'\b(?:stops|warns|fine|found)\(\s*"([a-z-]+)"', path.read_text()))
    assert {"database", "door", "webhooks", "trial-call", "clock"} <= found
    written = set(re.findall(r"`([a-z-]+)`", DOCTOR.split("| about |")[1]))
    assert found - written - {"ledger", "languages"} == set(), "the two that are only ever fine"
