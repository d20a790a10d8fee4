"""A machine over the ledger: leads, families, workers that die or come late, a carrier that does what carriers do.

Time is the rehearsal's held clock. Leases and buckets go by the database's own clock, which nobody can hold: so where
time passes, what was written by that clock is moved back by as much.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, deque
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import BigInteger, ColumnElement, Engine, select, type_coerce, update
from stage import ANA, BOB, LEAD, PIN, ROSA, SUE, all_of, new_sid, say, sender_id

from phonetree.demo.rehearsal import MemoryCarrier, Rehearsal
from phonetree.desk import call_delivery, delivery, receipts, reconciliation, settling
from phonetree.desk.call_answers import CallOutcome, CallReceipt
from phonetree.desk.call_progress import absorb_call
from phonetree.desk.delivery import ASKED_WITHIN, Claimed, ClaimedCall, as_repeat, hand_over
from phonetree.desk.means import Means
from phonetree.desk.receipts import Receipt
from phonetree.desk.rounds import make_rounds
from phonetree.models import (
    CALL,
    FINAL,
    Alert,
    Broadcast,
    Delivery,
    Lease,
    Person,
    Sender,
    State,
    reading,
    writing,
)
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import (
    Accepted,
    Carrier,
    FoundText,
    HandOver,
    InDoubt,
    OutgoingCall,
    OutgoingText,
    Refused,
    Verdict,
)

ACKNOWLEDGED = timedelta(seconds=1)
"""After it an ABORT or a STOP holds everywhere (decisions 12)."""
MOST_BROADCASTS = 4
"""After so many no new alert begins: each makes every step slower."""
LISTED_AFTER = timedelta(seconds=20)
"""How late a list may be: less than the grace that it is given."""
MARKS = tuple(as_repeat("", language) for language in ("en", "es"))
STANDS = frozenset((*FINAL, State.SUBMITTED))
"""Only a higher receipt leads on from here."""
OPEN = (State.PENDING, State.SENDING, State.IN_DOUBT)
STAFF, FAMILIES = (LEAD, SUE), (ANA, BOB)
EVERYBODY = (*STAFF, *FAMILIES, ROSA)


PASSES = st.sampled_from((1, 2, 10, 31, 31, 45, 45, 100, 300, 660, 3600))
COMES_AND_GOES = {"ana": ANA, "bob": BOB, "rosa": ROSA, "sue": SUE}
STOP = "no more messages"
NEW, FOLLOWS = ("ALERT 2 1 2", "ALERT 2 1 1", "ALERT 4", "DRILL 2 1 2"), ("UPDATE", "CLEAR", "CORRECT")


class Broken(AssertionError):
    """A promise of the ledger does not hold. Named as in the table of invariants: I1 to I10."""


class Fate(StrEnum):
    """What becomes of one request."""

    TAKEN = "taken"
    TAKEN_UNHEARD = "taken, and the answer is lost"
    UNHEARD = "not taken, and the answer is lost"
    BUSY = "busy"
    PERMANENT = "permanent"
    OPTED_OUT = "opted out"
    LANDLINE = "landline"
    OURS = "our fault"
    SPAM = "spam"
    UNKNOWN = "unknown"


REFUSALS = {
    Fate.BUSY: Refused(Verdict.BUSY, 20429),
    Fate.PERMANENT: Refused(Verdict.PERMANENT, 21211),
    Fate.OPTED_OUT: Refused(Verdict.OPTED_OUT, 21610),
    Fate.LANDLINE: Refused(Verdict.LANDLINE, 21614),
    Fate.OURS: Refused(Verdict.MISCONFIGURED, 21606),
    Fate.SPAM: Refused(Verdict.FILTERED, 30007),
    Fate.UNKNOWN: Refused(Verdict.UNKNOWN),
}
# Weighed: mostly things go well, or nobody knows; what pauses everything is rare.
USUAL = (Fate.TAKEN, Fate.TAKEN_UNHEARD, Fate.UNHEARD, Fate.BUSY)
FATES = st.lists(st.sampled_from((*USUAL, *USUAL, *USUAL, *Fate)), min_size=1, max_size=6)


class Listing(StrEnum):
    """What the carrier says when it is asked which texts it took."""

    RIGHT = "right"
    LATE = "late"
    MISSING = "missing"
    REDACTED = "redacted"


Told = tuple[int, State, int | None, Verdict | None]
"""A receipt: its rank, state, code and verdict."""
ON_THE_WAY: tuple[Told, ...] = tuple((rank, State.SUBMITTED, None, None) for rank in (0, 1, 2, 3))
DELIVERED: Told = (4, State.DELIVERED, None, None)
LAST_WORDS: tuple[Told, ...] = (
    DELIVERED,
    DELIVERED,
    (4, State.UNDELIVERED, 30003, Verdict.UNREACHABLE),
    (4, State.UNDELIVERED, 30006, Verdict.LANDLINE),
    (4, State.UNDELIVERED, 30005, Verdict.PERMANENT),
    (4, State.UNDELIVERED, 30007, Verdict.FILTERED),
    (4, State.UNDELIVERED, 30034, Verdict.MISCONFIGURED),
    (4, State.FAILED, 21610, Verdict.OPTED_OUT),
    (4, State.FAILED, 30001, Verdict.BUSY),
    (4, State.FAILED, None, Verdict.UNKNOWN),
)
LAST_OF_CALLS = (CallOutcome.COMPLETED, CallOutcome.BUSY, CallOutcome.NO_ANSWER, CallOutcome.FAILED)


@dataclass(frozen=True, slots=True)
class Taken:
    """A text or a call that the carrier took, whether or not it said so."""

    attempt: str
    number: PhoneNumber = field(repr=False)
    body: str = field(repr=False)
    sid: str
    at: datetime


@dataclass
class StagedCarrier(MemoryCarrier):
    """Does with each request what was drawn for it, and knows the truth."""

    now: Callable[[], datetime] = field(kw_only=True)
    fates: deque[Fate] = field(default_factory=deque)
    texts: list[Taken] = field(default_factory=list)
    calls: list[Taken] = field(default_factory=list)
    listing: Listing = Listing.RIGHT

    async def send(self, text: OutgoingText) -> HandOver:
        return self._answer(self.texts, Taken(text.attempt, text.recipient, text.body, new_sid(), self.now()))

    async def call(self, call: OutgoingCall) -> HandOver:
        return self._answer(self.calls, Taken(call.attempt, call.recipient, "", f"CA{new_sid()[2:]}", self.now()))

    def _answer(self, taken: list[Taken], request: Taken) -> HandOver:
        fate = self.fates.popleft() if self.fates else Fate.TAKEN
        if refused := REFUSALS.get(fate):
            return refused
        if fate is not Fate.UNHEARD:
            taken.append(request)
        return Accepted(request.sid) if fate is Fate.TAKEN else InDoubt("TimeoutError")

    async def find(self, recipient: PhoneNumber, since: datetime) -> Sequence[FoundText] | None:
        """As the client does: what was made before *since* is left out."""
        if self.listing is Listing.MISSING:
            return None
        until = self.now() - (LISTED_AFTER if self.listing is Listing.LATE else timedelta(0))
        is_bare = self.listing is Listing.REDACTED
        return [
            FoundText(text.sid, "sent", "" if is_bare else text.body, text.at)
            for text in reversed(self.texts)
            if text.number == recipient and since <= text.at <= until
        ]


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk as workers and the carrier's reports meet it: a planted bug takes the place of one of these."""

    record: Callable[[Engine, Means, Sequence[tuple[Claimed | ClaimedCall, HandOver]]], None] = settling.record
    absorb: Callable[[Engine, Means, Receipt], None] = receipts.absorb
    look: Callable[[Engine, Means, Carrier], Coroutine[Any, Any, object]] = reconciliation.reconcile


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger, as far as a promise is about it. ``number``: of whom it is for."""

    id: int
    number: PhoneNumber = field(repr=False)
    broadcast: int | None
    alert: int | None
    channel: str
    state: State
    rank: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A row that a worker claimed and has not asked for."""

    claimed: Claimed | ClaimedCall
    at: datetime


class LedgerMachine(RuleBasedStateMachine):
    """``open_tree`` gives each example a tree of its own."""

    open_tree: ClassVar[Callable[[], AbstractContextManager[Rehearsal]]]
    desk: ClassVar[Desk] = Desk()
    steps_taken: ClassVar[int] = 0

    @initialize()
    def opens(self) -> None:
        self.stage = type(self).open_tree()
        self.tree = self.stage.__enter__()
        self.carrier = StagedCarrier(now=self.tree.clock)
        self.tree.enrol(SUE, "staff", "en")
        self.tree.enrol(ANA, "parent", "en")
        self.tree.enrol(BOB, "parent", "es")
        self.sender = sender_id(self.tree)
        self.held: list[Held] = []
        self.told: list[tuple[Claimed | ClaimedCall, HandOver]] = []
        self.last_words: dict[str, Told] = {}
        self.absorbed: list[Receipt] = []
        self.heard: list[tuple[PhoneNumber, str, str]] = []
        self.stopped: dict[PhoneNumber, datetime] = {}
        self.paused: dict[int, datetime] = {}
        self.released: dict[int, Collection[PhoneNumber]] = {}
        self.row_of: dict[str, int] = {}
        self.numbers: dict[str, PhoneNumber] = {}
        self.before: dict[int, Row] = {}
        self.is_over = False
        self.remember()
        self.sends("ALERT 2 1 2")

    # --- people -------------------------------------------------------------------------------------------------------

    @rule(who=st.sampled_from(sorted(COMES_AND_GOES)), wish=st.sampled_from(("JOIN", "START", STOP, STOP)))
    def somebody_texts(self, who: str, wish: str) -> None:
        number = COMES_AND_GOES[who]
        self.says(number, wish)
        if wish == STOP:
            self.stopped.setdefault(number, self.now)
        else:
            self.says(number, "1")
            self.stopped.pop(number, None)

    @precondition(lambda self: self.heard)
    @rule(data=st.data())
    def a_webhook_is_repeated(self, data: st.DataObject) -> None:
        """I9: neither the texts to us nor the receipts change anything a second time."""
        who, words, sid = data.draw(st.sampled_from(self.heard[-5:]))
        before = self.ledger()
        say(self.tree, who, words, sid=sid)
        for receipt in data.draw(st.permutations(self.absorbed[-6:])):
            self.desk.absorb(self.tree.database, self.tree.means, receipt)
        self.promise(self.ledger() == before, "I9: a repeated webhook changed the ledger")

    # --- leads --------------------------------------------------------------------------------------------------------

    @rule(words=st.sampled_from((*NEW, *FOLLOWS, "ABORT", "ABORT", "SEND")), data=st.data())
    def a_lead_texts(self, words: str, data: st.DataObject) -> None:
        if words == "ABORT":
            self.aborts()
        elif words == "SEND":
            self.goes_on()
        elif words in FOLLOWS:
            alerts = all_of(self.tree, select(Alert.number).where(Alert.is_drill.is_(False)).order_by(Alert.id.desc()))
            self.sends(f"{words} {data.draw(st.sampled_from(alerts[:2]))}")
        elif len(self.released) < MOST_BROADCASTS:
            self.sends(words)

    def aborts(self) -> None:
        """I4 begins here: what waits of the newest alert is called off."""
        ledger = self.ledger().values()
        alert = max((row.alert for row in ledger if row.alert and row.state == State.PENDING), default=None)
        said = self.says(LEAD, "ABORT")
        if said.startswith("Pause the same alert again?"):
            said = self.says(LEAD, f"{code_of(said)} {PIN}")
        if said.startswith("PAUSED"):
            of_it = all_of(self.tree, select(Broadcast.id).where(Broadcast.alert_id == alert))
            self.promise(bool(of_it), "I4: something was paused of which nothing waited")
            self.paused |= dict.fromkeys(of_it, self.now)

    def goes_on(self) -> None:
        if code := code_of(self.says(LEAD, "SEND")):
            self.says(LEAD, f"{code} {PIN}")
        self.let_go()

    def sends(self, words: str) -> None:
        """The words, then code and PIN. What goes out is for those whom the lead meant, and for nobody else."""
        code = code_of(self.says(LEAD, words))
        if not code:
            return
        had, may_have = self.who_has(), self.who_may_have()
        self.says(LEAD, f"{code} {PIN}")
        new = select(Broadcast).where(Broadcast.id.not_in(self.released)).order_by(Broadcast.id)
        for broadcast in all_of(self.tree, new):
            meant = self.meant_by(words, may_have.get(broadcast.alert_id or 0, set()))
            self.released[broadcast.id] = meant
            if broadcast.action in {"update", "clear", "correct"}:
                self.everybody_hears(broadcast, had.get(broadcast.alert_id or 0, set()))
        self.let_go()

    def meant_by(self, words: str, had: Collection[PhoneNumber]) -> Collection[PhoneNumber]:
        if words.startswith("DRILL") or words == "ALERT 2 1 1":
            return STAFF
        return EVERYBODY if words.startswith("ALERT") else had

    def everybody_hears(self, broadcast: Broadcast, had: Collection[PhoneNumber]) -> None:
        """I5: whoever has the alert is told how it goes on, but for those who left."""
        left = {self.number_of(person) for person in all_of(self.tree, select(Person)) if person.stopped_at}
        told = {row.number for row in self.ledger().values() if row.broadcast == broadcast.id}
        self.promise(set(had) - left <= told, "I5: somebody has the alert and is not told what follows")

    # --- workers ------------------------------------------------------------------------------------------------------

    @rule(most=st.integers(1, 8))
    def a_worker_claims(self, most: int) -> None:
        self.take(delivery.claim(self.tree.database, self.tree.means, self.sender, most))
        self.take(call_delivery.claim_calls(self.tree.database, self.tree.means, self.sender, most))

    @precondition(lambda self: self.held)
    @rule(fates=FATES)
    def a_worker_asks(self, fates: list[Fate]) -> None:
        asked, self.held = self.held[: len(fates)], self.held[len(fates) :]
        self.ask(asked, fates)

    @precondition(lambda self: self.told)
    @rule(which=st.lists(st.integers(0, 7), min_size=1, max_size=8))
    def a_worker_writes_down(self, which: list[int]) -> None:
        """Any of what was told, in any order; also long after the lease."""
        self.write_down({each % len(self.told) for each in which})

    @rule(fates=FATES)
    def a_worker_works(self, fates: list[Fate]) -> None:
        """All at once, as mostly it is."""
        self.a_worker_claims(8)
        held, self.held = self.held, []
        self.ask(held, fates)
        self.write_down(range(len(self.told)))

    @precondition(lambda self: self.held or self.told)
    @rule(asked=st.booleans(), unasked=st.booleans())
    def a_worker_dies(self, asked: bool, unasked: bool) -> None:  # noqa: FBT001 - drawn
        self.told = [] if asked else self.told
        self.held = [] if unasked else self.held

    def take(self, claimed: Sequence[Claimed | ClaimedCall]) -> None:
        self.held += [Held(one, self.now) for one in claimed]
        self.row_of |= {one.attempt: one.delivery_id for one in claimed}
        ledger = self.ledger()
        of_paused = [one for one in claimed if ledger[one.delivery_id].broadcast in self.paused]
        self.promise(not of_paused, "I4: something paused was claimed")

    def ask(self, held: Sequence[Held], fates: Sequence[Fate]) -> None:
        """As the window does: what waited for its turn for too long goes back unasked."""
        patience = timedelta(seconds=ASKED_WITHIN)
        fresh = [one.claimed for one in held if self.now - one.at <= patience]
        self.told += [(one.claimed, Refused(Verdict.LATE)) for one in held if self.now - one.at > patience]
        self.may_be_asked(fresh)
        texts = [one for one in fresh if isinstance(one, Claimed)]
        calls = [one for one in fresh if isinstance(one, ClaimedCall)]
        self.carrier.fates = deque(fates)
        self.told += asyncio.run(hand_over(self.carrier, texts))
        self.told += asyncio.run(call_delivery.place(self.carrier, calls))
        self.carrier.fates.clear()
        self.nobody_has_it_twice()

    def write_down(self, which: Collection[int]) -> None:
        written = [told for place, told in enumerate(self.told) if place in which]
        self.told = [told for place, told in enumerate(self.told) if place not in which]
        self.desk.record(self.tree.database, self.tree.means, written)

    # --- time, rounds, the carrier ------------------------------------------------------------------------------------

    @rule(seconds=PASSES, listing=st.sampled_from(Listing))
    def time_goes_on(self, seconds: int, listing: Listing) -> None:
        """While other workers are there, as mostly they are."""
        self.time_passes(seconds)
        self.rounds_are_made()
        self.a_worker_looks(listing)

    @rule(seconds=PASSES)
    def time_passes(self, seconds: int) -> None:
        long = timedelta(seconds=seconds)
        self.tree.clock.at += long
        with writing(self.tree.database) as session:
            leased = update(Delivery).where(Delivery.lease_until.is_not(None))
            session.execute(leased.values(lease_until=earlier(Delivery.lease_until, long)))
            session.execute(update(Lease).values(until=earlier(Lease.until, long)))
            filled = {name: earlier(getattr(Sender, name), long) for name in ("refilled_at", "calls_refilled_at")}
            session.execute(update(Sender).values(filled))

    @rule()
    def rounds_are_made(self) -> None:
        make_rounds(self.tree.database, self.tree.means, "one")

    @rule(listing=st.sampled_from(Listing))
    def a_worker_looks(self, listing: Listing) -> None:
        self.carrier.listing = listing
        asyncio.run(self.desk.look(self.tree.database, self.tree.means, self.carrier))

    @precondition(lambda self: self.carrier.texts)
    @rule(data=st.data(), told=st.lists(st.sampled_from((*ON_THE_WAY, *LAST_WORDS)), min_size=1, max_size=3))
    def a_receipt_comes(self, data: st.DataObject, told: list[Told]) -> None:
        """Up to three, in any order; the carrier's last word is one."""
        text = data.draw(st.sampled_from(self.carrier.texts[-8:]))
        for each in told:
            self.report(text, self.last_words.setdefault(text.attempt, each) if each in LAST_WORDS else each)

    @precondition(lambda self: self.carrier.calls)
    @rule(data=st.data(), last=st.sampled_from(LAST_OF_CALLS))
    def a_call_ends(self, data: st.DataObject, last: CallOutcome) -> None:
        call = data.draw(st.sampled_from(self.carrier.calls[-8:]))
        absorb_call(self.tree.database, self.tree.means, CallReceipt(call.attempt, call.sid, 4, last))

    def report(self, text: Taken, told: Told) -> None:
        rank, state, code, verdict = told
        receipt = Receipt(text.attempt, text.sid, rank, state, code, verdict)
        self.desk.absorb(self.tree.database, self.tree.means, receipt)
        self.absorbed.append(receipt)

    # --- promises -----------------------------------------------------------------------------------------------------

    @invariant()
    def states_only_rise(self) -> None:
        """I8: no rank falls, and only a higher receipt leads on from what stands."""
        type(self).steps_taken += 1
        now = self.ledger()
        for row in self.before.values():
            later = now.get(row.id, row)
            self.promise(later.rank >= row.rank, "I8: the rank of a receipt fell")
            is_settled = row.state in STANDS and later.rank == row.rank
            is_late_call = row.channel == CALL  # what a call comes to is told by the call itself as well
            self.promise(later.state == row.state or not is_settled or is_late_call, "I8: something came back")
        self.before = now

    def may_be_asked(self, fresh: Sequence[Claimed | ClaimedCall]) -> None:
        ledger = self.ledger()
        for one in fresh:
            row = ledger[one.delivery_id]
            if row.broadcast is not None:
                meant = self.released.get(row.broadcast, ())
                self.promise(row.number in meant, "I1, I7: somebody is told what nobody released to them")
                paused_at = self.paused.get(row.broadcast, self.now)
                self.promise(self.now <= paused_at + ACKNOWLEDGED, "I4: asked for after the ABORT")
            left_at = self.stopped.get(row.number)
            is_old = left_at is not None and row.created_at < left_at < self.now - ACKNOWLEDGED
            self.promise(not is_old, "I6: asked for after the STOP")

    def nobody_has_it_twice(self) -> None:
        """I3: one text of each row unmarked and one marked; one call of each."""
        texts = Counter((self.row_of[text.attempt], is_marked(text)) for text in self.carrier.texts)
        calls = Counter(self.row_of[call.attempt] for call in self.carrier.calls)
        self.promise(max([0, *texts.values(), *calls.values()]) <= 1, "I3: somebody has it twice")
        ledger = self.ledger()
        lost = {a for a, (_rank, state, _code, _verdict) in self.last_words.items() if state != State.DELIVERED}
        had = Counter(
            (ledger[self.row_of[text.attempt]].broadcast, text.number)
            for text in self.carrier.texts
            if text.attempt not in lost and not is_marked(text)
        )
        broadcasts = [count for (broadcast, _number), count in had.items() if broadcast is not None]
        self.promise(max([0, *broadcasts]) <= 1, "I3: a new attempt though the first one may have come")

    def who_has(self) -> dict[int, set[PhoneNumber]]:
        """By alert: who has a text about it, by the carrier's account."""
        lost = {a for a, (_rank, state, _code, _verdict) in self.last_words.items() if state != State.DELIVERED}
        ledger, found = self.ledger(), dict[int, set[PhoneNumber]]()
        for text in self.carrier.texts:
            alert = ledger[self.row_of[text.attempt]].alert
            if alert is not None and text.attempt not in lost:
                found.setdefault(alert, set()).add(text.number)
        return found

    def who_may_have(self) -> dict[int, set[PhoneNumber]]:
        """By alert: for whom a worker ever took a text or a call about it."""
        ledger, found = self.ledger(), dict[int, set[PhoneNumber]]()
        for row in (ledger[each] for each in set(self.row_of.values())):
            if row.alert is not None:
                found.setdefault(row.alert, set()).add(row.number)
        return found

    def teardown(self) -> None:
        try:
            if not self.is_over:
                self.everything_settles()
        finally:
            self.stage.__exit__(None, None, None)

    def everything_settles(self) -> None:
        """I10: the workers start again, the carrier is well, and some hours later nothing is open any more."""
        self.held, self.told = [], []
        self.reported = 0, 0
        for seconds in (31, 31, 36_000, 31, 31):
            self.time_goes_on(seconds, Listing.RIGHT)
            self.works_until_nothing_waits()
        left = [row for row in self.ledger().values() if row.state in OPEN and not is_lost_call(row)]
        self.promise(not left, f"I10: {Counter((row.channel, row.state.value) for row in left)} never end")
        self.states_only_rise()
        self.nobody_is_lost()

    def works_until_nothing_waits(self) -> None:
        for _pass in range(8):
            before = len(self.carrier.texts) + len(self.carrier.calls)
            self.a_worker_works([Fate.TAKEN])
            for text in self.carrier.texts[self.reported[0] :]:
                self.report(text, self.last_words.setdefault(text.attempt, DELIVERED))
            for call in self.carrier.calls[self.reported[1] :]:
                ended = CallReceipt(call.attempt, call.sid, 4, CallOutcome.COMPLETED)
                absorb_call(self.tree.database, self.tree.means, ended)
            self.reported = len(self.carrier.texts), len(self.carrier.calls)
            if len(self.carrier.texts) + len(self.carrier.calls) == before:
                return

    def nobody_is_lost(self) -> None:
        """I2: who is listed as reached has it; everybody else is listed with why not."""
        rows_with = {self.row_of[taken.attempt] for taken in (*self.carrier.texts, *self.carrier.calls)}
        for row in self.ledger().values():
            if row.broadcast is not None and row.state in {State.SUBMITTED, State.DELIVERED}:
                self.promise(row.id in rows_with, "I2: listed as reached, and nothing was ever taken for them")

    # --- the machine's own --------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.tree.clock.at

    def promise(self, holds: bool, what: str) -> None:  # noqa: FBT001 - the promise comes first
        if not holds:
            self.is_over = True
            raise Broken(what)

    def says(self, who: PhoneNumber, words: str) -> str:
        sid = new_sid()
        self.heard.append((who, words, sid))
        return say(self.tree, who, words, sid=sid)

    def let_go(self) -> None:
        """What goes on by code and PIN is not held any more."""
        paused = set(all_of(self.tree, select(Broadcast.id).where(Broadcast.paused_at.is_not(None))))
        self.paused = {broadcast: at for broadcast, at in self.paused.items() if broadcast in paused}

    def remember(self) -> None:
        for person in all_of(self.tree, select(Person)):
            self.numbers[person.id] = self.tree.means.number_of(person)

    def number_of(self, person: Person) -> PhoneNumber:
        return self.numbers[person.id]

    def ledger(self) -> dict[int, Row]:
        d = Delivery
        chosen = select(d.id, d.person_id, d.broadcast_id, Broadcast.alert_id, d.channel, d.state, d.rank, d.created_at)
        with reading(self.tree.database) as session:
            found = session.execute(chosen.outerjoin(Broadcast, Broadcast.id == d.broadcast_id)).all()
        if any(row.person_id not in self.numbers for row in found):
            self.remember()
        return {
            row.id: Row(row.id, self.numbers[row.person_id], *row[2:5], State(row.state), *row[6:]) for row in found
        }


def earlier(column: Any, long: timedelta) -> ColumnElement[datetime]:
    """The moment in this column, so much earlier."""
    return type_coerce(type_coerce(column, BigInteger) - long // timedelta(milliseconds=1), column.type)


def code_of(preview: str) -> str:
    """A preview's code; nothing where there is none."""
    found = re.search(r"\b\d{4}\b", preview)
    return found.group() if found else ""


def is_marked(text: Taken) -> bool:
    return text.body.startswith(MARKS)


def is_lost_call(row: Row) -> bool:
    """A call in doubt is let be: a telephone that rings twice frightens twice (ADR 5)."""
    return row.channel == CALL and row.state == State.IN_DOUBT
