"""What texts, calls and the number itself cost, with the day on which somebody looked, for reckoning what is spent."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars."""

    segment: float
    call_minute: float
    number_month: float
    program_month: float
    registration_once: float
    as_of: date
    source: str


def read_prices(toml: str) -> Prices:
    """Raises TypeError where one is missing or is none that we know."""
    return Prices(**tomllib.loads(toml))


PRICES = read_prices((Path(__file__).parent / "prices.toml").read_text(encoding="utf-8"))
