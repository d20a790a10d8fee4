"""I3: two thousand families text in the same moment."""

from __future__ import annotations

from http import HTTPStatus

from bench.figures import Figure, Sizes
from bench.ground import Ground
from bench.inbound import forget_heard, heard_on, text_post, warm_up
from bench.load import post_all
from bench.serving import served

LONGEST_WAIT, GOAL_WAIT = 6.0, 3.0
"""Seconds, for 99 of 100. The provider gives up after fifteen."""


def measure(ground: Ground, sizes: Sizes) -> list[Figure]:
    """Each on a line of its own. Every text has to be answered, and heard once."""
    forget_heard(ground)
    requests = [text_post(ground, turn) for turn in range(1, sizes.storm + 1)]
    with served(ground):
        warm_up(ground)
        answers = post_all(ground.port, requests, len(requests))
    heard = heard_on(ground)
    good = answers.statuses[HTTPStatus.OK] - answers.sorry
    if (good, answers.texts, heard) != (sizes.storm, sizes.storm, sizes.storm):
        raise RuntimeError(f"{good} of {sizes.storm} were answered well, {heard} heard; {dict(answers.statuses)}")
    slowest = answers.percentile(0.99)
    note = f"{sizes.storm:,} at once, {answers.per_second:,.0f} per second, p50 {answers.percentile(0.5):.2f} s; no 5xx"
    what = f"I3 p99 wait in a storm of texts, {ground.name}"
    bound = GOAL_WAIT / LONGEST_WAIT
    return [Figure(what, "s", slowest, LONGEST_WAIT, "six seconds", 1.0, bound, at_most=True, note=note)]
