"""Whatever workers, services and leads do: no group reads an alert after its end, nor anything three times."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from chat_scenes import settle_in
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, delete, exists, select, update
from sqlalchemy.orm import aliased
from stage import tree_at

from phonetree.demo.rehearsal import EIGHT_IN_THE_MORNING, Rehearsal
from phonetree.desk.means import Means
from phonetree.desk.posting import LEASE, ClaimedPost, claim_posts, record_post
from phonetree.desk.relaying import ENDS, queue_posts
from phonetree.dialogue.effects import Action
from phonetree.models import Alert, Broadcast, Delivery, Lane, RelayPost, Site, reading, writing
from phonetree.words.chats import NotPosted, Posted, PostOutcome, PostTrouble

MOST_ALERTS = 2
MANY = 400
"""Examples within which a planted bug is found; mostly it takes a few."""
NEWS = frozenset({Action.ALERT, Action.UPDATE})
TROUBLES = (
    *(PostTrouble.REFUSED, PostTrouble.REFUSED, PostTrouble.NO_ANSWER),
    *(PostTrouble.STILL_ASKED, PostTrouble.TOO_LATE, PostTrouble.NOT_SET),
)
OUTCOMES = st.sampled_from((Posted(), *(NotPosted(trouble) for trouble in TROUBLES)))
STEPS = settings(
    database=None,
    deadline=None,
    derandomize=True,
    report_multiple_bugs=False,
    max_examples=25,
    stateful_step_count=40,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@dataclass
class Asked:
    """A request under way, and whether the group has read what it brings."""

    claimed: ClaimedPost
    alert: int
    action: str
    is_read: bool = False


class Broken(AssertionError):
    """The group read what it must not."""


class Group(RuleBasedStateMachine):
    """Workers claim, ask, die and write down; the group reads what is asked for at any moment while it is asked."""

    claim = staticmethod(claim_posts)
    record = staticmethod(record_post)

    tree: ClassVar[Rehearsal]
    most_alerts = MOST_ALERTS

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self.read: list[Asked] = []

    @initialize()
    def another_morning(self) -> None:
        self.alerts: list[int] = []
        self.tree.clock.at = EIGHT_IN_THE_MORNING
        with writing(self.tree.database) as session:
            session.execute(delete(RelayPost))
            session.execute(delete(Delivery))

    @precondition(lambda self: len(self.alerts) < self.most_alerts)
    @rule(looks=st.booleans())
    def a_lead_alerts(self, *, looks: bool) -> None:
        now = self.tree.clock.at
        with writing(self.tree.database) as session:
            site = session.scalars(select(Site)).one()
            times = {"opened_at": now, "level_at": now, "latest_at": now}
            alert = Alert(site_id=site.id, number=100, kind="2", place="1", level="2", reaches_families=True, **times)
            session.add(alert)
            session.flush()
            self.alerts.append(alert.id)
        self._release(alert.id, Action.ALERT)
        if looks:
            self._a_worker_looks()

    @precondition(lambda self: self.alerts)
    @rule(
        which=st.integers(0, MOST_ALERTS),
        action=st.sampled_from([Action.UPDATE, Action.CLEAR, Action.CORRECT]),
        looks=st.booleans(),
    )
    def a_lead_follows(self, which: int, action: Action, *, looks: bool) -> None:
        self._release(self.alerts[which % len(self.alerts)], action)
        if looks:
            self._a_worker_looks()

    def _release(self, alert_id: int, action: Action) -> None:
        """What is released, without the conversation that leads to it. What has ended is not updated any more."""
        now = self.tree.clock.at
        with writing(self.tree.database) as session:
            alert = session.get_one(Alert, alert_id)
            if action is Action.UPDATE and alert.closed_at is not None:
                return
            alert.closed_at = alert.closed_at or (now if action in ENDS else None)
            sender = session.get_one(Site, alert.site_id).sender_id
            over = {"created_at": now, "expires_at": now + timedelta(minutes=30)}
            broadcast = Broadcast(
                site_id=alert.site_id, sender_id=sender, alert_id=alert.id, action=action, lane=Lane.ALERT, **over
            )
            session.add(broadcast)
            session.flush()
            queue_posts(session, self.tree.means, broadcast, f"{action} of {alert.id}")

    def _a_worker_looks(self) -> None:
        for claimed in self.claim(self.tree.database, self.tree.means):
            with reading(self.tree.database) as session:
                row = session.get_one(RelayPost, claimed.post_id)
                action = session.get_one(Broadcast, row.broadcast_id).action
            self.asked.append(Asked(claimed, row.alert_id, action))

    @precondition(lambda self: self.asked)
    @rule(which=st.integers(0, MOST_ALERTS))
    def the_group_reads(self, which: int) -> None:
        self._read(self.asked[which % len(self.asked)])

    @precondition(lambda self: self.asked)
    @rule(which=st.integers(0, MOST_ALERTS), outcome=OUTCOMES)
    def a_worker_writes_down(self, which: int, outcome: PostOutcome) -> None:
        one = self.asked.pop(which % len(self.asked))
        if outcome == Posted():
            self._read(one)
        elif one.is_read:
            outcome = NotPosted(PostTrouble.NO_ANSWER)
        self.record(self.tree.database, self.tree.means, one.claimed, outcome)
        self._a_worker_looks()

    @rule(seconds=st.sampled_from([5, 5, 20]))
    def time_passes(self, seconds: int) -> None:
        """No request of ours lasts as long as a lease; leases go by the database's clock, so they are moved back."""
        passed = timedelta(seconds=seconds)
        self.tree.clock.at += passed
        if passed > LEASE:
            self.asked.clear()
        with writing(self.tree.database) as session:
            for row in session.scalars(select(RelayPost).where(RelayPost.lease_until.is_not(None))):
                row.lease_until = row.lease_until and row.lease_until - passed
        self._a_worker_looks()

    def _read(self, one: Asked) -> None:
        if not one.is_read:
            one.is_read = True
            self.read.append(one)

    @invariant()
    def nothing_new_after_the_end(self) -> None:
        for alert in {one.alert for one in self.read}:
            actions = [one.action for one in self.read if one.alert == alert]
            first_end = next((place for place, action in enumerate(actions) if action in ENDS), len(actions))
            if NEWS & set(actions[first_end:]):
                raise Broken(actions)

    @invariant()
    def in_the_order_in_which_it_was_sent(self) -> None:
        for alert in {one.alert for one in self.read}:
            rows = [one.claimed.post_id for one in self.read if one.alert == alert]
            if rows != sorted(rows):
                raise Broken(rows)

    @invariant()
    def nothing_more_than_twice_and_the_second_says_so(self) -> None:
        times = Counter(one.claimed.post_id for one in self.read)
        marked = Counter(one.claimed.post_id for one in self.read if "(Repeat)" in one.claimed.post.words)
        if max(times.values(), default=0) > 2 or any(not marked[row] for row, count in times.items() if count > 1):
            raise Broken(times)


def mornings(tree: Rehearsal, **planted: object) -> type[Group]:
    settle_in(tree)
    return type("Mornings", (Group,), {"tree": tree, **planted})


def test_no_group_reads_an_alert_after_its_end(tree: Rehearsal) -> None:
    run_state_machine_as_test(mornings(tree), settings=STEPS)


# --- planted ----------------------------------------------------------------------------------------------------------


def claim_without_lease(engine: Engine, means: Means) -> list[ClaimedPost]:
    """Whoever asks is taken for dead at once."""
    with writing(engine) as session:
        session.execute(update(RelayPost).values(lease_until=EIGHT_IN_THE_MORNING - timedelta(days=9000)))
    return claim_posts(engine, means)


def claim_the_newest(engine: Engine, means: Means) -> list[ClaimedPost]:
    """What is newer overtakes what waits."""
    later = aliased(RelayPost)
    behind = exists().where(later.alert_id == RelayPost.alert_id, later.id > RelayPost.id, later.state == "pending")
    with writing(engine) as session:
        older = list(session.scalars(select(RelayPost.id).where(RelayPost.state == "pending", behind)))
        session.execute(update(RelayPost).where(RelayPost.id.in_(older)).values(state="aside"))
    claimed = claim_posts(engine, means)
    with writing(engine) as session:
        session.execute(update(RelayPost).where(RelayPost.id.in_(older)).values(state="pending"))
    return claimed


def record_without_doubt(engine: Engine, means: Means, claimed: ClaimedPost, outcome: PostOutcome) -> None:
    """No answer is taken for a refusal."""
    taken_for = NotPosted(PostTrouble.REFUSED) if outcome == NotPosted(PostTrouble.NO_ANSWER) else outcome
    record_post(engine, means, claimed, taken_for)


@pytest.mark.parametrize(
    "planted",
    [
        {"claim": staticmethod(claim_without_lease)},
        {"claim": staticmethod(claim_the_newest), "most_alerts": 1},
        {"record": staticmethod(record_without_doubt)},
    ],
    ids=["no lease", "the newest first", "no doubt"],
)
def test_a_planted_bug_is_found(planted: dict[str, object]) -> None:
    with tree_at() as tree, pytest.raises(Broken):
        run_state_machine_as_test(mornings(tree, **planted), settings=settings(STEPS, max_examples=MANY))
