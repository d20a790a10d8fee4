"""One call at one rehearsed telephone: it follows what the desk answers, and does what somebody does there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import assert_never

from sqlalchemy import Engine

from phonetree.demo.notices import IsJoined, IsOver, Notice, Rings, hearing, language_of
from phonetree.desk.call_answers import (
    AnsweredBy,
    CallAnswer,
    CallAnswered,
    CallEvent,
    CallOutcome,
    CallReceipt,
    DialEnded,
    DialOut,
    DialResult,
    Gather,
    HangUp,
    HeardCall,
    HeldOn,
    HoldOn,
    JoinNow,
    JoinQueue,
    KeysPressed,
    LeaveQueue,
    Queue,
    QueueLeft,
    QueueResult,
    SoundRecorded,
    TakeRecording,
    UnknownCall,
    WaitOn,
)
from phonetree.desk.call_progress import absorb_call, caller_gone
from phonetree.desk.calls import take_turn
from phonetree.desk.hunting import wait_in_queue
from phonetree.desk.means import Means
from phonetree.words.numbers import PhoneNumber

LONGEST_PATIENCE = 12
"""How often a machine that records is asked something before its tape is full."""
RANKS = {CallOutcome.RINGING: 2, CallOutcome.ANSWERED: 3}
LAST_RANK = 4


class NobodyListens(RuntimeError):
    """What somebody does at a telephone makes no sense there now: no such call, or it waits for something else."""


@dataclass(slots=True)
class Board:
    """What all calls share: the desk, the queues in which callers wait, and what nobody has noticed yet."""

    database: Engine
    means: Means
    spoken: dict[str, int]
    """The carrier's recordings: seconds by sid."""
    lines: list[Line] = field(default_factory=list)
    queues: dict[str, list[Line]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    sids: Iterator[int] = field(default_factory=lambda: count(1))

    def new_sid(self, kind: str = "CA") -> str:
        return f"{kind}{next(self.sids):032x}"

    def ask(self, sid: str, turn: int, event: CallEvent) -> CallAnswer:
        """What the desk says to it. A call that it does not know ends."""
        try:
            return take_turn(self.database, self.means, HeardCall(sid, turn, event))
        except UnknownCall:
            return HangUp()


@dataclass(slots=True, eq=False)
class Line:
    """What this call waits for, and with whom it is joined."""

    board: Board = field(repr=False)
    phone: PhoneNumber
    sid: str
    attempt: str | None = None
    """Of a call of ours: by which the ledger knows it."""
    parent: Line | None = field(default=None, repr=False)
    """Of a leg that another call dialled."""
    language: str = ""
    detects_machines: bool = False
    is_ringing: bool = False
    is_over: bool = False
    waits_for: CallAnswer | None = field(default=None, repr=False)
    partner: Line | None = field(default=None, repr=False)
    callee: Line | None = field(default=None, repr=False)

    # --- what somebody does -------------------------------------------------------------------------------------------

    def pick_up(self, by: AnsweredBy = AnsweredBy.PERSON) -> None:
        self.is_ringing = False
        if self.parent is None:
            self._report(CallOutcome.ANSWERED)
            self.turn(0, CallAnswered(self.attempt or "", by))
        elif isinstance(dialled := self.parent.waits_for, DialOut) and dialled.whisper:
            self.turn(0, CallAnswered(dialled.whisper, by))
        else:
            self.parent.join(self)

    def let_machine_answer(self) -> None:
        """A machine picks up and records whatever is said, to the end."""
        self.pick_up(AnsweredBy.MACHINE if self.detects_machines else AnsweredBy.PERSON)
        for _question in range(LONGEST_PATIENCE):
            if self.is_over or not isinstance(self.waits_for, Gather | TakeRecording):
                return
            self.be_silent()

    def decline(self, outcome: CallOutcome) -> None:
        """Busy, or nobody answers."""
        self.is_over = True
        self._report(outcome)
        if self.parent is not None:
            result = DialResult.BUSY if outcome is CallOutcome.BUSY else DialResult.NO_ANSWER
            self.parent.go_on(DialEnded(result))

    def press(self, keys: str) -> None:
        """Keys beyond those wanted stay for the next question, as long as there is one at once."""
        if not isinstance(self.waits_for, Gather | TakeRecording):
            raise NobodyListens("no key is waited for")
        while keys:
            match self.waits_for:
                case Gather(turn=turn, keys=wanted):
                    taken, keys = _taken(keys, wanted)
                    self.turn(turn, KeysPressed(taken))
                case TakeRecording(turn=turn):
                    keys = keys[1:]
                    self.turn(turn, SoundRecorded(None, 0))
                case _:
                    return

    def be_silent(self) -> None:
        match self.waits_for:
            case Gather(turn=turn):
                self.turn(turn, KeysPressed(""))
            case TakeRecording(turn=turn):
                self.turn(turn, SoundRecorded(None, 0))
            case Queue():
                self.wait()
            case _:
                raise NobodyListens("nobody waits for an answer")

    def speak(self, seconds: int, *, hangs_up: bool = False) -> None:
        """Into a recording; then silence, or the end."""
        if not isinstance(asked := self.waits_for, TakeRecording):
            raise NobodyListens("nothing is recorded now")
        sid, length = self.board.new_sid("RE"), min(seconds, int(asked.longest.total_seconds()))
        self.board.spoken[sid] = length
        said = SoundRecorded(sid, length, hangs_up)
        if hangs_up:
            self.board.ask(self.sid, asked.turn, said)
            self._part(CallOutcome.COMPLETED)
        else:
            self.turn(asked.turn, said)

    def hang_up(self) -> None:
        self._part(CallOutcome.COMPLETED)

    # --- what the carrier does ----------------------------------------------------------------------------------------

    def ring(self) -> None:
        self.is_ringing = True
        self.board.lines.append(self)
        self.board.notices.append(Rings(self.phone))
        self._report(CallOutcome.RINGING)

    def turn(self, turn: int, event: CallEvent) -> None:
        """Tell the desk, and do as it says."""
        self._follow(self.board.ask(self.sid, turn, event))

    def go_on(self, event: CallEvent) -> None:
        """Whoever this call waited for, or was joined to, is not there any more."""
        self.partner = self.callee = None
        match self.waits_for:
            case Queue(turn=turn) | DialOut(turn=turn) | JoinQueue(turn=turn):
                self.turn(turn, event)
            case _:
                raise NobodyListens("it waits for nobody")

    def join(self, other: Line) -> None:
        self.partner, other.partner = other, self
        self.board.notices.append(IsJoined(self.phone, other.phone))

    def wait(self) -> None:
        """In a queue: ask how it stands."""
        if not isinstance(queue := self.waits_for, Queue):
            return
        told = wait_in_queue(self.board.database, self.board.means, queue.hunt, self.sid)
        if isinstance(told, WaitOn):
            self._hear(told)
        else:
            self.board.queues[queue.hunt].remove(self)
            self.go_on(QueueLeft(QueueResult.LEFT))

    def hold_on(self) -> None:
        """The pause is over."""
        if isinstance(held := self.waits_for, HoldOn):
            self.turn(held.turn, HeldOn())

    def be_cut_off(self) -> None:
        """The carrier was asked to end it."""
        self.board.notices.append(IsOver(self.phone))
        self._part(CallOutcome.CANCELLED if self.is_ringing else CallOutcome.COMPLETED)

    def _follow(self, answer: CallAnswer) -> None:
        self.waits_for = answer
        self._hear(answer)
        match answer:
            case Gather() | TakeRecording() | HoldOn():
                pass
            case Queue(hunt=hunt):
                self.board.queues.setdefault(hunt, []).append(self)
                self.wait()
            case DialOut(number=number):
                self.callee = Line(self.board, number, self.board.new_sid(), parent=self)
                self.callee.ring()
            case JoinQueue(hunt=hunt):
                self._take(self.board.queues.get(hunt, []))
            case JoinNow():
                if self.parent is not None:
                    self.parent.join(self)
            case HangUp():
                self.board.notices.append(IsOver(self.phone))
                self._part(CallOutcome.COMPLETED)
            case WaitOn() | LeaveQueue():
                raise NobodyListens("nobody waits in a queue here")
            case _:
                assert_never(answer)

    def _take(self, waiting: list[Line]) -> None:
        if waiting:
            waiting.pop(0).join(self)
        else:
            self.go_on(DialEnded(DialResult.NO_ANSWER))

    def _part(self, outcome: CallOutcome) -> None:
        """This call is over: the desk is told, and whoever was joined to it goes on."""
        self.is_over = True
        partner, self.partner = self.partner, None
        match self.waits_for:
            case Queue(turn=turn, hunt=hunt):
                if self in self.board.queues[hunt]:
                    self.board.queues[hunt].remove(self)
                self.board.ask(self.sid, turn, QueueLeft(QueueResult.BRIDGED if partner else QueueResult.HUNG_UP))
            case DialOut(turn=turn) | JoinQueue(turn=turn):
                self.board.ask(self.sid, turn, DialEnded(DialResult.ANSWERED if partner else DialResult.NO_ANSWER))
            case _:
                pass
        self._report(outcome)
        self._leave_others(partner)

    def _leave_others(self, partner: Line | None) -> None:
        """A leg that this one dialled ends with it; who dialled this one, or was joined to it, goes on."""
        if self.callee is not None:
            self.callee.is_over = True
            self.board.notices.append(IsOver(self.callee.phone))
        elif self.parent is not None and not self.parent.is_over:
            self.parent.go_on(DialEnded(DialResult.ANSWERED if partner else DialResult.NO_ANSWER))
        elif partner is not None and not partner.is_over:
            is_waiting = isinstance(partner.waits_for, Queue)
            partner.go_on(QueueLeft(QueueResult.BRIDGED) if is_waiting else DialEnded(DialResult.ANSWERED))

    def _report(self, outcome: CallOutcome) -> None:
        """What the carrier tells the desk: how a call of ours goes, and of any other that we know only its end."""
        database, means = self.board.database, self.board.means
        if self.attempt is not None:
            receipt = CallReceipt(self.attempt, self.sid, RANKS.get(outcome, LAST_RANK), outcome)
            absorb_call(database, means, receipt)
        elif self.parent is None:
            caller_gone(database, means, self.sid)

    def _hear(self, answer: CallAnswer) -> None:
        database = self.board.database
        self.language = language_of(database, self.sid) or self.language
        if not isinstance(answer, LeaveQueue):
            self.board.notices += hearing(database, self.phone, self.language, answer.said)


def _taken(keys: str, wanted: int) -> tuple[str, str]:
    """The keys that answer this question, and what is left for the next. ``#`` ends more than one."""
    if wanted == 1:
        return keys[0], keys[1:]
    before, _ended, rest = keys.partition("#")
    return (keys[:wanted], keys[wanted:]) if wanted and len(before) >= wanted else (before, rest)
