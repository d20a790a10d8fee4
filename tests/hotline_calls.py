"""Calls as the tests of the hotline make them: what a caller and the operators do, what each of them hears."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from sqlalchemy import Engine, select
from stage import ANA, SCHOOL, all_of, sender_id

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.call_answers import (
    AnsweredBy,
    CallAnswer,
    CallAnswered,
    CallBegan,
    CallEvent,
    CallOutcome,
    CallReceipt,
    HeardCall,
    KeysPressed,
    LeaveQueue,
    Queue,
    WaitOn,
)
from phonetree.desk.call_delivery import claim_calls
from phonetree.desk.call_progress import absorb_call
from phonetree.desk.calls import take_turn
from phonetree.desk.hunting import wait_in_queue
from phonetree.desk.means import Means
from phonetree.desk.outbox import body_row
from phonetree.models import Delivery, Hunt, Person, State, reading
from phonetree.words.numbers import PhoneNumber
from phonetree.words.speech import Said

_sids = count(1)


def school_with(*sections: str) -> str:
    """The school of the transcripts and more, instead of what it says of its hotline."""
    plain = re.sub(r"^\[hotline\]\n(?:.+\n)*", "", SCHOOL.read_text(), flags=re.MULTILINE)
    return "\n".join((plain, *sections))


@dataclass
class Phone:
    """One call at one phone, in or out."""

    tree: Rehearsal
    sid: str
    leg: Delivery | None = None
    turn: int = 0
    take_turn: Callable[[Engine, Means, HeardCall], CallAnswer] = take_turn

    def does(self, event: CallEvent) -> CallAnswer:
        said = self.take_turn(self.tree.database, self.tree.means, HeardCall(self.sid, self.turn, event))
        self.turn += 1
        return said

    def presses(self, *keys: str) -> CallAnswer:
        *before, last = keys
        for key in before:
            self.does(KeysPressed(key))
        return self.does(KeysPressed(last))

    def waits(self) -> CallAnswer:
        """What the caller hears in the queue."""
        (hunt,) = all_of(self.tree, select(Hunt.id).order_by(Hunt.began_at.desc()).limit(1))
        return wait_in_queue(self.tree.database, self.tree.means, hunt, self.sid)

    def picks_up(self, by: AnsweredBy = AnsweredBy.PERSON) -> CallAnswer:
        return self.does(CallAnswered(self.attempt, by))

    def ends(self, outcome: CallOutcome = CallOutcome.NO_ANSWER) -> None:
        absorb_call(self.tree.database, self.tree.means, CallReceipt(self.attempt, self.sid, 4, outcome))

    @property
    def attempt(self) -> str:
        assert self.leg is not None, "only a call of ours has an attempt"
        return self.leg.attempt or ""


def new_call() -> str:
    return f"CA{next(_sids):032x}"


def calls(tree: Rehearsal, who: PhoneNumber | None = ANA) -> Phone:
    """Somebody who has chosen a language calls, and hears the menu."""
    phone = Phone(tree, new_call())
    phone.does(CallBegan(who, tree.school.site.number))
    return phone


def asks_for_a_person(tree: Rehearsal, who: PhoneNumber = ANA) -> tuple[Phone, CallAnswer]:
    phone = calls(tree, who)
    return phone, phone.presses("2")


def rung(tree: Rehearsal) -> dict[PhoneNumber, Phone]:
    """The calls that go out now and ring, by the number they ring at."""
    return dict(all_rung(tree))


def all_rung(tree: Rehearsal) -> list[tuple[PhoneNumber, Phone]]:
    """The same where one telephone may ring twice."""
    placed = []
    for one in claim_calls(tree.database, tree.means, sender_id(tree)):
        sid = new_call()
        absorb_call(tree.database, tree.means, CallReceipt(one.call.attempt, sid, 2, CallOutcome.RINGING))
        (leg,) = all_of(tree, select(Delivery).where(Delivery.attempt == one.call.attempt))
        placed.append((one.call.recipient, Phone(tree, sid, leg)))
    return placed


def legs(tree: Rehearsal) -> Sequence[Delivery]:
    return all_of(tree, select(Delivery).where(Delivery.begins == "hotline.whisper").order_by(Delivery.id))


def hunt_of(tree: Rehearsal) -> Hunt:
    (found,) = all_of(tree, select(Hunt))
    return found


def texts(tree: Rehearsal, who: PhoneNumber) -> list[str]:
    """The texts that wait for this phone."""
    waiting = select(Delivery).where(Delivery.channel == "sms", Delivery.state == State.PENDING).order_by(Delivery.id)
    with reading(tree.database) as session:
        found = [(each, session.get_one(Person, each.person_id)) for each in session.scalars(waiting).all()]
        return [
            tree.means.vault(each.sender_id).open(each.body_sealed, row=body_row(each.id))
            for each, person in found
            if tree.means.number_of(person) == who and each.body_sealed is not None
        ]


def words(answer: CallAnswer) -> str:
    """What an answer says."""
    if isinstance(answer, LeaveQueue):
        return ""
    return " ".join(each.words for each in answer.said if isinstance(each, Said))


def is_queued(answer: CallAnswer) -> bool:
    return isinstance(answer, Queue)


def stays(answer: CallAnswer) -> bool:
    return isinstance(answer, WaitOn)
