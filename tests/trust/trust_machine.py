"""A machine over who may send: leads, thieves, families and a clock; nothing goes out without a right code and PIN.

The machine knows every code from the moment it is made, as if all phones were tapped, and keeps its own account of
which of them is still good. What is released is held against that account and never against the desk's.
"""

from __future__ import annotations

import asyncio
import re
import sys
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar

from hotline_calls import Phone, all_rung, calls, words
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import Engine, select
from stage import ANA, BOB, LEAD, PIN, ROSA, SCHOOL, SUE, claim_all, new_sid

from phonetree.demo.rehearsal import EIGHT_IN_THE_MORNING, Rehearsal
from phonetree.desk import conversations, settling
from phonetree.desk.call_answers import AnsweredBy, CallAnswer, HangUp, HeardCall, KeysPressed, UnknownCall
from phonetree.desk.call_ledger import FOR_A_PIN
from phonetree.desk.calls import take_turn
from phonetree.desk.delivery import hand_over
from phonetree.desk.exchange import HeardText
from phonetree.desk.means import Means
from phonetree.desk.proposals import code_of
from phonetree.desk.replies import Answer
from phonetree.desk.rounds import make_rounds
from phonetree.models import Approval, Broadcast, Person, Proposal, reading
from phonetree.words.numbers import PhoneNumber
from phonetree.words.pins import PinHasher

PAT, DAN, NET = (PhoneNumber(f"+1213555011{n}") for n in (5, 6, 7))
"""A lead of both schools, a lead of the other school alone, a phone of the network."""
PINS = {LEAD: PIN, ROSA: "481516", PAT: "260413", DAN: "905127", NET: "334870"}
LEADS = {LEAD: "MAPLE", ROSA: "MAPLE", PAT: "", DAN: "OAK"}
"""The school of each; empty: both."""
OTHERS = (SUE, ANA, BOB, NET)
WITH_CODE, WITHOUT = timedelta(minutes=3), timedelta(minutes=10)
"""How long a code is good; that of a pause, which sends nothing new, longer."""
SOLO_AFTER, KEYED_FOR, AN_HOUR = timedelta(minutes=2), timedelta(minutes=2), timedelta(hours=1)
TRIES, MOST_WRONG, MOST_CALLS = 3, 5, 10
MANY_WRONG = 10
"""Of anybody, by text or by key: from then on a school may take PINs by call alone."""
PAUSING = frozenset({"resume", "abort"})

BEGUN = (
    *("ALERT 2 1 2", "ALERT 2 1 1", "ALERT 4", "00 2 1 2", "ALERT", "DRILL 2 1 2", "ALERTA 2 1 2"),
    *("UPDATE", "CLEAR", "CORRECT", "SEND", "SEND", "ABORT", "ABORT"),
)
SAID = (
    "REPORT",
    "CONFIRM",
    "CHECK 100",
    "STATUS",
    "NEWS",
    "LEAD hello",
    "TAKE",
    "LANG es",
    "no more messages",
    "START",
)
KEYS = tuple("0123456789")
FORMS = (
    *("{code} {pin}",) * 4,
    *(
        "{code}{pin}",
        "{code}. {pin}.",
        "{code}\n{pin}",
        "{pin} {code}",
        "{pin}",
        "{code}",
        "{code} {pin} 1",
        "{pin}{code}",
    ),
    *("my code is {code} {pin}", "{code}  -  {pin}", "0{code} {pin}"),
)
PASSES = st.sampled_from((1, 20, 61, 61, 119, 121, 121, 179, 181, 181, 599, 601, 3601))


class Broken(AssertionError):
    """A promise about who may send does not hold: T1, nothing without a right answer; T2, a right answer sends."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk as phones meet it: a planted bug takes the place of one of these."""

    answer: Callable[[Engine, Means, HeardText], Answer] = conversations.answer
    take_turn: Callable[[Engine, Means, HeardCall], CallAnswer] = take_turn
    rounds: Callable[[Engine, Means, str], bool] = make_rounds


@dataclass(slots=True)
class Code:
    """One lead's code for one proposal, by the machine's own account. ``until``: it is good before then."""

    approval: int
    who: PhoneNumber = field(repr=False)
    digits: str
    proposal: int
    proposer: PhoneNumber = field(repr=False)
    action: str
    needed: int
    takes_text: bool
    until: datetime
    wrong: int = 0
    is_dead: bool = False


@dataclass(slots=True)
class Keyed:
    """A call of ours into which a PIN may be keyed, and how that went. Of a call to us it stays empty."""

    phone: Phone
    who: PhoneNumber | None = field(repr=False)
    wrong: int = 0
    right: tuple[datetime, Code] | None = None
    is_over: bool = False


class PowerCutError(Exception):
    """The process dies while the PIN is being verified."""


@dataclass(frozen=True, slots=True)
class DyingHasher(PinHasher):
    """Never finishes verifying."""

    def verify(self, hashed: str, pin: str) -> bool:
        raise PowerCutError(len(hashed), len(pin))


@contextmanager
def two_schools(*, approvals: int = 1, confirm: str = "text") -> Iterator[Rehearsal]:
    """Maple with this protocol and Oak as it is, on one number, and everybody who plays."""
    protocol = f'approvals = {approvals}\nconfirm = "{confirm}"'
    with Rehearsal(SCHOOL.read_text().replace("approvals = 1", protocol)) as tree:
        tree.load((SCHOOL.parent / "oak.toml").read_text())
        tree.waits_for_segments = False
        for who, code in LEADS.items():
            for each in (code,) if code else ("MAPLE", "OAK"):
                tree.enrol(who, "lead", "en", "" if each == "OAK" and not code else PINS[who], code=each)
        tree.enrol(SUE, "staff", "en", code="MAPLE")
        tree.enrol(ANA, "parent", "en", code="MAPLE")
        tree.enrol(NET, "network", "en", PINS[NET], code="MAPLE")
        yield tree


class Trees:
    """One tree for each protocol, put back to how it was for each example: setting one up takes longer than a play."""

    def __init__(self, kept: ExitStack) -> None:
        self._kept = kept
        self._made: dict[tuple[int, str], tuple[Rehearsal, bytes]] = {}

    def __call__(self, *, approvals: int, confirm: str) -> Rehearsal:
        if (approvals, confirm) not in self._made:
            tree = self._kept.enter_context(two_schools(approvals=approvals, confirm=confirm))
            tree.database.dispose()
            self._made[approvals, confirm] = tree, Path(tree.database.url.database or "").read_bytes()
        tree, file = self._made[approvals, confirm]
        tree.database.dispose()
        Path(tree.database.url.database or "").write_bytes(file)
        digits = count(4821, 37)
        tree.means = replace(tree.means, new_code=lambda: str(next(digits) % 9000 + 1000))
        tree.clock.at = EIGHT_IN_THE_MORNING
        return tree


class TrustMachine(RuleBasedStateMachine):
    """Every example has a tree of its own, on one of the four protocols."""

    open_tree: ClassVar[Callable[..., Rehearsal]]
    desk: ClassVar[Desk] = Desk()
    protocols: ClassVar[Sequence[tuple[int, str]]] = ((1, "text"), (2, "text"), (1, "call"), (2, "call"))
    """Approvals, and how they are given."""
    steps_taken: ClassVar[int] = 0
    """Texts, turns of calls, rounds and passes of workers; after each the promise is looked at."""
    released: ClassVar[int] = 0
    """How often something went out: a machine in which nothing ever does proves nothing."""

    @initialize(data=st.data())
    def opens(self, data: st.DataObject) -> None:
        approvals, confirm = self.approvals, self.confirm = data.draw(st.sampled_from(self.protocols))
        self.tree = type(self).open_tree(approvals=approvals, confirm=confirm)
        self.codes: dict[tuple[int, str], Code] = {}
        self.seals: dict[int, bytes] = {}
        self.people: dict[str, PhoneNumber] = {}
        self.said_yes: dict[int, dict[PhoneNumber, datetime]] = {}
        self.wrongs: list[tuple[PhoneNumber, datetime]] = []
        self.asked: list[tuple[PhoneNumber, datetime]] = []
        self.pressed: list[datetime] = []
        self.lines: deque[Keyed] = deque(maxlen=6)
        self.heard: deque[HeardText] = deque(maxlen=6)
        self.keyed: deque[HeardCall] = deque(maxlen=6)
        self.died: dict[str, tuple[HeardText, Code | None]] = {}
        self.stopped: set[PhoneNumber] = set()
        self.is_over = False
        self.gone, self.held = self.what_went()

    # --- by text ------------------------------------------------------------------------------------------------------

    @rule(who=st.sampled_from((*LEADS, *LEADS, *OTHERS)), said=st.sampled_from((*BEGUN, *BEGUN, *SAID, *KEYS)))
    def somebody_texts(self, who: PhoneNumber, said: str) -> None:
        self.texts(who, said)

    @precondition(lambda self: self.codes)
    @rule(who=st.sampled_from((*LEADS, *LEADS, *OTHERS)), form=st.sampled_from(FORMS), data=st.data())
    def somebody_answers(self, who: PhoneNumber, form: str, data: st.DataObject) -> None:
        """Any code of anybody, also an old one, with any PIN, in any form, from any phone."""
        code = data.draw(st.sampled_from(list(self.codes.values())[-6:])).digits
        own = PINS.get(who, "000000")
        pins = (own, own, swapped(own), *PINS.values(), "111111", own[:-1], "")
        code = data.draw(st.sampled_from((code, code, code, swapped(code), "0000")))
        self.texts(who, form.format(code=code, pin=data.draw(st.sampled_from(pins))))

    @rule(who=st.sampled_from(tuple(LEADS)), said=st.sampled_from(BEGUN), wrong=st.integers(0, 4), passes=PASSES)
    def a_lead_sends(self, who: PhoneNumber, said: str, wrong: int, passes: int) -> None:
        """Words, perhaps wrong answers, mostly time that passes, then the right answer."""
        self.texts(who, said)
        mine = [code for code in self.codes.values() if code.who == who]
        if not mine:
            return
        for _try in range(wrong):
            self.texts(who, f"{mine[-1].digits} {swapped(PINS[who])}")
        if passes > 1:
            self.time_passes(passes, rounds=False)
        self.texts(who, f"{mine[-1].digits} {PINS[who]}")

    @rule(who=st.sampled_from(tuple(LEADS)), wrong=st.sampled_from((2, 3, 3)))
    def somebody_guesses(self, who: PhoneNumber, wrong: int) -> None:
        """Wrong answers in a row; the right one after the third comes too late."""
        self.a_lead_sends(who, "ALERT 2 1 2", wrong, 1)

    @rule(who=st.sampled_from(tuple(LEADS)), passes=st.sampled_from((179, 181, 601)))
    def a_lead_is_slow(self, who: PhoneNumber, passes: int) -> None:
        """Words, time, the right answer: in the last second, or too late."""
        self.a_lead_sends(who, "ALERT 2 1 2", 0, passes)

    @precondition(lambda self: self.said_yes)
    @rule(who=st.sampled_from(tuple(LEADS)))
    def another_lead_answers(self, who: PhoneNumber) -> None:
        """With two approvals each lead has a code."""
        mine = [code for code in self.codes.values() if code.who == who and code.proposal in self.said_yes]
        if mine:
            self.texts(who, f"{mine[-1].digits} {PINS[who]}")

    @precondition(lambda self: self.heard)
    @rule(data=st.data())
    def a_text_is_repeated(self, data: st.DataObject) -> None:
        """The same webhook again: no second effect, whatever it was."""
        again = data.draw(st.sampled_from(list(self.heard)))
        self.watch(lambda: self.desk.answer(self.tree.database, self.tree.means, again).body, None)

    @precondition(lambda self: self.codes)
    @rule(who=st.sampled_from(tuple(LEADS)), is_right=st.booleans())
    def a_process_dies_while_weighing(self, who: PhoneNumber, is_right: bool) -> None:  # noqa: FBT001 - drawn
        mine = [code for code in self.codes.values() if code.who == who]
        if not mine:
            return
        pin = PINS[who] if is_right else swapped(PINS[who])
        heard = HeardText(new_sid(), who, self.tree.school.site.number, f"{mine[-1].digits} {pin}")
        dying = replace(self.tree.means, pins=DyingHasher(self.tree.means.pins.pepper))
        right = self.right_answer(who, heard.words)
        try:
            self.watch(lambda: conversations.answer(self.tree.database, dying, heard).body, None)
        except PowerCutError:
            self.died[heard.sid] = heard, right
            self.wrongs.append((who, self.now))  # until it comes again

    @precondition(lambda self: self.died)
    @rule()
    def it_comes_again(self) -> None:
        """The provider posts what it had no answer to: it came in time if it did the first time."""
        sid = next(iter(self.died))
        heard, right = self.died.pop(sid)
        self.take(heard, right)

    # --- by call ------------------------------------------------------------------------------------------------------

    @rule(who=st.sampled_from((*LEADS, *OTHERS, None)), keys=st.lists(st.sampled_from((*KEYS, "#", "*")), max_size=4))
    def somebody_calls(self, who: PhoneNumber | None, keys: list[str]) -> None:
        phone = self.by_desk(calls(self.tree, who))
        self.lines.append(Keyed(phone, None))
        self.presses(self.lines[-1], keys)

    @rule(who=st.sampled_from(tuple(LEADS)))
    def a_lead_asks_to_be_called(self, who: PhoneNumber) -> None:
        self.texts(who, "0")

    @rule(who=st.sampled_from(tuple(LEADS)))
    def a_lead_calls(self, who: PhoneNumber) -> None:
        self.lines.append(Keyed(self.by_desk(calls(self.tree, who)), None))
        self.presses(self.lines[-1], ["#"])

    @rule(by=st.sampled_from((AnsweredBy.PERSON, AnsweredBy.PERSON, AnsweredBy.MACHINE)))
    def our_calls_ring(self, by: AnsweredBy) -> None:
        for who, phone in all_rung(self.tree):
            line = Keyed(self.by_desk(phone), who)
            self.lines.append(line)
            self.watch(lambda line=line: words(line.phone.picks_up(by)), None)  # type: ignore[misc]

    @precondition(lambda self: self.lines)
    @rule(keys=st.lists(st.sampled_from((*KEYS, "pin", "pin", "wrong", "another", "#")), min_size=1, max_size=6))
    def keys_are_pressed(self, keys: list[str]) -> None:
        line = self.lines[-1]
        own = PINS.get(line.who or BOB, "000000")
        known = {"pin": own, "wrong": swapped(own), "another": PINS[LEAD] if line.who != LEAD else PINS[ROSA]}
        self.presses(line, [known.get(key, key) for key in keys])

    @rule(who=st.sampled_from(tuple(LEADS)), wrong=st.integers(0, 3), passes=PASSES)
    def a_lead_sends_by_call(self, who: PhoneNumber, wrong: int, passes: int) -> None:
        self.texts(who, "ALERT 2 1 2")
        self.texts(who, "0")
        self.our_calls_ring(AnsweredBy.PERSON)
        mine = [line for line in self.lines if line.who == who and self.matter_of(line)]
        if mine:
            self.presses(mine[-1], [swapped(PINS[who])] * wrong)
            self.time_passes(passes, rounds=False)
            self.presses(mine[-1], [PINS[who], "1"])

    @precondition(lambda self: self.keyed)
    @rule(data=st.data())
    def a_turn_is_repeated(self, data: st.DataObject) -> None:
        again = data.draw(st.sampled_from(list(self.keyed)))
        self.watch(lambda: words(self.desk.take_turn(self.tree.database, self.tree.means, again)), None)

    # --- time, workers, processes -------------------------------------------------------------------------------------

    @rule(seconds=PASSES, rounds=st.booleans())
    def time_passes(self, seconds: int, rounds: bool) -> None:  # noqa: FBT001 - drawn
        self.tree.clock.at += timedelta(seconds=seconds)
        if rounds:
            self.watch(lambda: str(self.desk.rounds(self.tree.database, self.tree.means, "one")), None)

    @precondition(lambda self: self.codes)
    @rule()
    def a_worker_works(self) -> None:
        """All texts that wait are taken by the carrier."""
        self.watch(self.works, None)

    def works(self) -> str:
        claimed = claim_all(self.tree)
        settling.record(self.tree.database, self.tree.means, asyncio.run(hand_over(self.tree.carrier, claimed)))
        self.tree.carrier.carried.clear()
        return ""

    @precondition(lambda self: self.codes)
    @rule()
    def a_new_process_takes_over(self) -> None:
        """The database and the keys are what is left."""
        self.tree.database.dispose()
        for name, module in list(sys.modules.items()):
            if name.startswith(("phonetree.desk", "phonetree.models")):
                for kept in vars(module).values():
                    getattr(kept, "cache_clear", lambda: None)()

    # --- the account --------------------------------------------------------------------------------------------------

    def texts(self, who: PhoneNumber, said: str) -> str:
        heard = HeardText(new_sid(), who, self.tree.school.site.number, said)
        return self.take(heard, self.right_answer(who, said))

    def take(self, heard: HeardText, right: Code | None) -> str:
        who = heard.sender
        self.heard.append(heard)
        said = self.watch(lambda: self.desk.answer(self.tree.database, self.tree.means, heard).body, right)
        if right and said.startswith("Your part is done"):
            self.said_yes.setdefault(right.proposal, {})[who] = self.now
        if re.match(r"NOT (SENT|CONFIRMED)\. (The code or the PIN|Three wrong)", said):
            self.wrongs.append((who, self.now))
            if mine := [code for code in self.codes.values() if code.who == who]:
                newest = max((code for code in mine if not code.is_dead), key=lambda c: c.approval, default=mine[-1])
                newest.wrong += 1
        if "We call you now for the PIN" in said:
            self.extend(who)
            self.asked.append((who, self.now))
        match heard.words:
            case "no more messages":
                self.stopped.add(who)
            case "START":
                self.stopped.discard(who)
        return said

    def extend(self, who: PhoneNumber) -> None:
        """A call for the PIN keeps what it is for open for as long as a code is good."""
        for code in self.codes.values():
            if code.who == who and self.now < code.until:
                code.until = max(code.until, self.now + WITH_CODE)

    def presses(self, line: Keyed, keys: list[str]) -> str:
        said = ""
        for key in keys:
            if line.is_over:
                break
            said = self.presses_one(line, key)
        return said

    def presses_one(self, line: Keyed, keys: str) -> str:
        matter = self.matter_of(line)
        is_pin = line.who in PINS and keys == PINS[line.who] and line.wrong < TRIES
        right = None
        if keys == "1" and line.right is not None:
            at, code = line.right
            right = code if self.now < at + KEYED_FOR and not code.is_dead else None
        heard = HeardCall(line.phone.sid, line.phone.turn, KeysPressed(keys))
        self.keyed.append(heard)
        if len(keys) == len(PIN):
            self.pressed.append(self.now)
        try:
            said = self.watch(lambda: self.keyed_into(line, keys), right)
        except UnknownCall:
            line.is_over = True
            return ""
        if right and said.startswith("Your part is done"):
            self.said_yes.setdefault(right.proposal, {})[right.who] = self.now
        if "That PIN is wrong" in said:
            line.wrong += 1
        if is_pin and matter and not matter.is_dead and self.now < matter.until:
            line.right = self.now, matter
        return said

    def by_desk(self, phone: Phone) -> Phone:
        phone.take_turn = self.desk.take_turn
        return phone

    def keyed_into(self, line: Keyed, keys: str) -> str:
        answered = line.phone.does(KeysPressed(keys))
        line.is_over = isinstance(answered, HangUp)
        return words(answered)

    def matter_of(self, line: Keyed) -> Code | None:
        """What the PIN of a call of ours is for, as the call was told."""
        if line.who is None or line.phone.leg is None:
            return None
        with reading(self.tree.database) as session:
            matter = session.get_one(type(line.phone.leg), line.phone.leg.id).matter or ""
        if not matter.startswith(FOR_A_PIN):
            return None
        named = [code for code in self.codes.values() if code.approval == int(matter.removeprefix(FOR_A_PIN))]
        return named[-1] if named and named[-1].who == line.who else None

    def right_answer(self, who: PhoneNumber, said: str) -> Code | None:
        """The code that this would be a right and timely answer to."""
        digits = "".join(str(unicodedata.digit(sign)) for sign in said if sign.isdigit())
        if self.wrong_within_the_hour(who) >= MOST_WRONG:
            return None
        for code in self.codes.values():
            is_good = not code.is_dead and code.takes_text and code.wrong < TRIES and self.now < code.until
            if is_good and code.who == who and who in LEADS and digits == code.digits + PINS[who]:
                return code
        return None

    def wrong_within_the_hour(self, who: PhoneNumber) -> int:
        return len([at for one, at in self.wrongs if one == who and at > self.now - AN_HOUR])

    def watch(self, act: Callable[[], str], right: Code | None) -> str:
        """Let it happen; whatever went out must have had a right answer."""
        try:
            said = act()
        except (PowerCutError, UnknownCall):
            self.look(None)
            raise
        self.look(right)
        return said

    def look(self, right: Code | None) -> None:
        type(self).steps_taken += 1
        gone, held = self.what_went()
        new, let_go = gone - self.gone, self.held - held
        self.gone, self.held = gone, held
        if new or let_go:
            self.promise(right is not None, "T1: something was sent without a right answer")
            assert right is not None
            self.promise(bool(let_go) is (right.action == "resume"), "T1: something else was sent than proposed")
            self.promise(
                all(action == right.action for _id, action in new), "T1: something else was sent than proposed"
            )
            self.promise(self.is_enough(right), "T1: one approval was enough")
            type(self).released += 1
            for code in self.codes.values():
                code.is_dead = code.is_dead or code.proposal == right.proposal
        self.learn()

    def is_enough(self, right: Code) -> bool:
        said_yes = self.said_yes.get(right.proposal, {})
        if len({*said_yes, right.who}) >= right.needed:
            return True
        return right.who in said_yes and self.now >= said_yes[right.who] + SOLO_AFTER

    def what_went(self) -> tuple[set[tuple[int, str]], set[int]]:
        """The broadcasts that ever were released, and those that are paused."""
        with reading(self.tree.database) as session:
            found = session.execute(select(Broadcast.id, Broadcast.action, Broadcast.paused_at)).all()
        return {(row.id, row.action) for row in found}, {row.id for row in found if row.paused_at is not None}

    def learn(self) -> None:
        """Every code that was made since, and which ones it takes the place of."""
        with reading(self.tree.database) as session:
            found = session.execute(select(Approval.id, Approval.code_sealed).order_by(Approval.id))
            seals = {row.id: row.code_sealed for row in found}
            for new in [each for each, seal in seals.items() if self.seals.get(each) != seal]:
                approval = session.get_one(Approval, new)
                person = session.get_one(Person, approval.person_id)
                proposer = session.get_one(Person, approval.proposal.person_id)
                digits = code_of(self.tree.means, person, approval)
                self.know(approval, digits, approval.proposal, self.number_of(person), self.number_of(proposer))
        self.seals = seals

    def know(
        self, approval: Approval, digits: str, proposal: Proposal, who: PhoneNumber, proposer: PhoneNumber
    ) -> None:
        is_maples, is_pausing = proposal.site_id == 1, proposal.action in PAUSING
        for code in self.codes.values():
            begins_again = code.proposal != proposal.id and proposer == who == code.proposer and not is_pausing
            is_renewed = code.approval == approval.id
            code.is_dead = code.is_dead or is_renewed or (begins_again and code.action != "resume")
        self.codes[approval.id, digits] = Code(
            approval.id,
            who,
            digits,
            proposal.id,
            proposer,
            proposal.action,
            needed=self.approvals if is_maples and not is_pausing else 1,
            takes_text=not (is_maples and self.confirm == "call") and proposal.action != "vouch",
            until=self.now + (WITHOUT if proposal.action == "resume" else WITH_CODE),
        )

    def number_of(self, person: Person) -> PhoneNumber:
        if person.id not in self.people:
            self.people[person.id] = self.tree.means.number_of(person)
        return self.people[person.id]

    @property
    def now(self) -> datetime:
        return self.tree.clock.at

    def promise(self, holds: bool, what: str) -> None:  # noqa: FBT001 - the promise comes first
        if not holds:
            self.is_over = True
            raise Broken(what)

    def teardown(self) -> None:
        if not self.is_over:
            self.at_the_end()

    def at_the_end(self) -> None:
        """Here nothing; see ``AlwaysSends``."""


class AlwaysSends(TrustMachine):
    """And whatever happened before: a lead who is not locked, with the right code and PIN, does send."""

    @rule(who=st.sampled_from((LEAD, ROSA)), times=st.integers(1, MOST_WRONG + 1))
    def a_lead_sends_in_a_row(self, who: PhoneNumber, times: int) -> None:
        """Right answers are never too many."""
        for _time in range(times):
            if self.may_send(who):
                self.sends_now(who)

    @rule(locked=st.sampled_from((LEAD, ROSA)))
    def one_lead_is_locked(self, locked: PhoneNumber) -> None:
        """Five wrong answers of one lead are nothing to another."""
        for _time in range(2):
            self.somebody_guesses(locked, TRIES)
        other = ROSA if locked == LEAD else LEAD
        if self.may_send(other):
            self.sends_now(other)

    def at_the_end(self) -> None:
        for who in (LEAD, ROSA):
            if self.may_send(who):
                self.sends_now(who)

    def may_send(self, who: PhoneNumber) -> bool:
        return who not in self.stopped and self.may_answer(who)

    def may_answer(self, who: PhoneNumber) -> bool:
        """By text: not five wrong answers within the hour. By call: not ten calls for a PIN within the hour."""
        if not self.by_call():
            return self.wrong_within_the_hour(who) < MOST_WRONG
        return len([at for one, at in self.asked if one == who and at > self.now - AN_HOUR]) < MOST_CALLS

    def by_call(self) -> bool:
        """Where the school says so, or where so many were wrong that it may: a call is always good."""
        wrong = [at for at in (*self.pressed, *(at for _who, at in self.wrongs)) if at > self.now - AN_HOUR]
        return self.confirm == "call" or len(wrong) >= MANY_WRONG

    def sends_now(self, who: PhoneNumber) -> None:
        before, alerts = len(self.gone), len(self.codes)
        self.texts(who, "ALERT 2 1 2")
        self.promise(len(self.codes) > alerts, "T2: a lead got no preview")
        proposal = self.newest_of(who).proposal
        self.answers_rightly(who)
        if self.approvals > 1:
            other = next((one for one in (LEAD, ROSA) if one != who), who)
            if other not in self.stopped and self.may_answer(other) and self.newest_of(other).proposal == proposal:
                self.answers_rightly(other)
            else:
                self.time_passes(121, rounds=True)
                self.answers_rightly(who)
        self.promise(len(self.gone) > before, "T2: a right answer of a lead who is not locked sent nothing")

    def newest_of(self, who: PhoneNumber) -> Code:
        return max((code for code in self.codes.values() if code.who == who), key=lambda code: code.approval)

    def answers_rightly(self, who: PhoneNumber) -> None:
        if not self.by_call():
            newest = [code for code in self.codes.values() if code.approval == self.newest_of(who).approval][-1]
            self.texts(who, f"{newest.digits} {PINS[who]}")
            return
        self.texts(who, "0")
        self.our_calls_ring(AnsweredBy.PERSON)
        mine = [line for line in self.lines if line.who == who and not line.is_over and self.matter_of(line)]
        self.promise(bool(mine), "T2: a lead was not called")
        self.presses(mine[-1], [PINS[who], "1"])


def swapped(digits: str) -> str:
    """The same with its last two digits in each other's place, or one that is near."""
    near = digits[:-2] + digits[-1:] + digits[-2:-1]
    return near if near != digits else digits[:-1] + str((int(digits[-1]) + 1) % 10)
