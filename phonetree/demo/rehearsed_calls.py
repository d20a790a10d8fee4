"""Telephones without a provider, at the desk's own level: calls to the tree and calls of the tree, for a rehearsal."""

from __future__ import annotations

from dataclasses import dataclass

from phonetree.demo.notices import Notice
from phonetree.demo.rehearsed_lines import Board, Line, NobodyListens
from phonetree.desk.call_answers import CallBegan, HoldOn
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import Answering, OutgoingCall

__all__ = ["Board", "Exchange", "Line", "NobodyListens"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Every call that is under way."""

    board: Board

    def dial(self, phone: PhoneNumber, number: PhoneNumber, *, is_withheld: bool = False) -> Line:
        """Somebody calls the tree."""
        line = Line(self.board, phone, self.board.new_sid())
        self.board.lines.append(line)
        line.turn(0, CallBegan(None if is_withheld else phone, number))
        return line

    def place(self, call: OutgoingCall, sid: str) -> Line:
        """A call of the tree rings."""
        is_asked = call.answering is Answering.MACHINE_TOO
        line = Line(self.board, call.recipient, sid, call.attempt, detects_machines=is_asked)
        line.ring()
        return line

    def up(self, phone: PhoneNumber) -> Line:
        """The call that somebody has in hand."""
        return self._latest([line for line in self._on(phone) if not line.is_ringing])

    def ringing(self, phone: PhoneNumber) -> Line:
        return self._latest([line for line in self._on(phone) if line.is_ringing])

    def end(self, sid: str) -> None:
        """The carrier was asked to end this call."""
        for line in self.board.lines:
            if line.sid == sid and not line.is_over:
                line.be_cut_off()

    def pass_pauses(self) -> bool:
        """Who was asked to hold on goes on; whether there was anybody."""
        holding = [line for line in self.board.lines if isinstance(line.waits_for, HoldOn) and not line.is_over]
        for line in holding:
            line.hold_on()
        return bool(holding)

    def pass_time(self) -> None:
        """Who waits in a queue hears how it stands."""
        for line in [each for waiting in self.board.queues.values() for each in waiting]:
            line.wait()

    def notices(self) -> list[Notice]:
        """What there was to notice since the last time, in order."""
        noticed, self.board.notices = self.board.notices, []
        return noticed

    def _on(self, phone: PhoneNumber) -> list[Line]:
        return [line for line in self.board.lines if line.phone == phone and not line.is_over]

    def _latest(self, lines: list[Line]) -> Line:
        if not lines:
            raise NobodyListens("there is no such call")
        return lines[-1]
