"""A lead's turn at the console: the conversation that they would hold by text, with its words on a page.

The flow asks, the desk performs, and every rule is theirs. What differs is where the code is said: a page never shows
it. It goes to the lead's own phone, in the very text that the phone would have been answered with, and so proves it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from phonetree.desk import approvals, drafts, proposals
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.drafts import Draft
from phonetree.desk.exchange import Exchange, Incoming
from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED, queue_text
from phonetree.desk.pin_steps import step_that_weighs
from phonetree.desk.proposals import CODE_LIFE, open_approval, withdraw
from phonetree.desk.questions import context_for
from phonetree.desk.turns import perform_all
from phonetree.desk.weighing import CODE_DIGITS, ON_A_PAGE, PIN_DIGITS, weigh
from phonetree.dialogue import engine as dialogue
from phonetree.dialogue.effects import Action, Propose
from phonetree.dialogue.engine import Heard, Turn
from phonetree.dialogue.guards import Guard
from phonetree.dialogue.keywords import plain_digits
from phonetree.dialogue.nodes import Ask, Menu, Step
from phonetree.dialogue.outcomes import CallComing, Lapsed, NoCall, NotAnAnswer, NothingToPropose, Outcome, Released
from phonetree.dialogue.text_form import as_text
from phonetree.models import Approval, Conversation, Lane, Person, Site, new_id, reading, writing
from phonetree.models.database import once_more

PAGE = "page"
BE_CALLED = "0"
"""What a lead answers by text to be called for the PIN."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Begin:
    """With which step, and what was answered already: each answer under the name by which the flow saves it."""

    step: Step
    answers: Mapping[str, str]


def look_ahead(engine: Engine, means: Means, lead: SignedIn, begin: Begin) -> Menu | Draft | Outcome:
    """What is asked next; or all that would go, and nothing is proposed yet; or why nothing can be."""
    with reading(engine) as session:
        x = _exchange(session, means, lead)
        if (why_not := approvals.barred(session, means, x.person, x.site)) is not None:
            return why_not
        turn = dialogue.begin(begin.step, context_for(session, x, begin.answers))
        if isinstance(turn.wait, Menu):
            return turn.wait
        if turn.perform is None or not isinstance(turn.perform.effect, Propose):
            return NothingToPropose()
        proposal = proposals.draft(session, means, x.person, x.site, turn.perform.effect)
        if proposal is None or proposals.reaches_nobody(proposal):
            return NothingToPropose()
        return drafts.draft_of(session, means, x.person, x.site, proposal)


def ask(engine: Engine, means: Means, lead: SignedIn, begin: Begin, *, by_call: bool = False) -> Outcome:
    """Take the turn for what it does. Where it then asks a code and a PIN, this lead's phone is told the code.

    *by_call*: the phone is called for the PIN instead.
    """

    def take(session: Session) -> Outcome:
        x = _exchange(session, means, lead, may_write=True)
        turn = perform_all(session, x, dialogue.begin(begin.step, context_for(session, x, begin.answers)))
        if isinstance(turn.wait, Ask) and turn.wait.secret and not _is_called(x):
            if by_call:
                _resume(session, x, BE_CALLED)
            elif _is_told_a_code(session, x):
                words = as_text(turn.said, turn.wait)
                queue_text(session, means, x.person, x.site, words, lane=Lane.NOW, life=CODE_LIFE)
        return x.came_of[-1] if x.came_of else NothingToPropose()

    return _written(engine, means, take)


def be_called(engine: Engine, means: Means, lead: SignedIn) -> Outcome:
    """The tree calls this lead's phone for the PIN of what waits."""

    def take(session: Session) -> Outcome:
        x = _exchange(session, means, lead, may_write=True)
        if _own(session, x) is None:
            return Lapsed()
        _resume(session, x, BE_CALLED)
        return x.came_of[-1] if x.came_of else NoCall()

    return _written(engine, means, take)


def answer(engine: Engine, means: Means, lead: SignedIn, code: str, pin: str) -> Outcome:
    """Weigh a code and a PIN as those of a text are: counted first, verified outside any transaction, settled."""
    code, pin = _digits(code), _digits(pin)
    with reading(engine) as session:
        x = _exchange(session, means, lead)
        approval = _own(session, x)
        if approval is None:
            return _done_already(session, x) or Lapsed()
        needs = 0 if approval.proposal.action == Guard.FREEZE else CODE_DIGITS
    if len(pin) != PIN_DIGITS or (needs and len(code) != needs):
        return NotAnAnswer()
    sid, words = f"{ON_A_PAGE}{new_id()}", f"{code} {pin}" if needs else pin
    evidence = weigh(engine, means, lead.person_id, sid, words)

    def take(session: Session) -> Outcome:
        x = _exchange(session, means, lead, Incoming(sid, words), may_write=True)
        x.evidence = evidence
        _resume(session, x, words)
        return x.came_of[-1] if x.came_of else Lapsed()

    return _written(engine, means, take)


def done_just_now(engine: Engine, means: Means, lead: SignedIn) -> Released | None:
    """What this lead's last code stood for, if it went out a moment ago: by this page, by text or by the call."""
    with reading(engine) as session:
        return _done_already(session, _exchange(session, means, lead))


def let_go(engine: Engine, lead: SignedIn) -> None:
    """What waits for this lead's PIN is not wanted any more."""
    with writing(engine) as session:
        withdraw(session, session.get_one(Person, lead.person_id))


# --- how a turn is taken ---------------------------------------------------------------------------------------------


def _written(engine: Engine, means: Means, take: Callable[[Session], T]) -> T:
    def work() -> tuple[T, bool]:
        with writing(engine) as session:
            return take(session), QUEUED in session.info

    came_of, is_queued = once_more(work)
    if is_queued:
        means.doorbell.ring()
    return came_of


def _exchange(
    session: Session, means: Means, lead: SignedIn, heard: Incoming | None = None, *, may_write: bool = False
) -> Exchange:
    """The lead at their school. A page holds no open question: what was answered comes along with each form."""
    lock = {"key_share": True} if may_write else None
    person = session.get_one(Person, lead.person_id, with_for_update=lock)
    site = session.get_one(Site, lead.site_id)
    thread = Conversation(person_id=person.id, channel=PAGE, misses=0, turns=0, replies=0, menu_replies=0)
    x = Exchange(means, heard or Incoming("", ""), site.sender, person, site, thread, may_write=may_write)
    x.choose(site)
    return x


def _resume(session: Session, x: Exchange, words: str) -> Turn:
    """Answer the question that a code and a PIN answer."""
    step = step_that_weighs(session, x)
    turn = dialogue.resume(step, dialogue.Session(step.name), Heard(words), context_for(session, x, {}))
    return perform_all(session, x, turn)


def _is_called(x: Exchange) -> bool:
    return any(isinstance(outcome, CallComing | NoCall) for outcome in x.came_of)


def _is_told_a_code(session: Session, x: Exchange) -> bool:
    context = context_for(session, x, {})
    return bool((context.preview and context.preview.code) or (context.guard and context.guard.code))


def _own(session: Session, x: Exchange) -> Approval | None:
    """What waits for this lead's PIN, if it is of the school that they look at."""
    approval = open_approval(session, x.means, x.person)
    return approval if approval is not None and approval.proposal.site_id == x.site.id else None


def _done_already(session: Session, x: Exchange) -> Released | None:
    """The same form sent twice in haste: the first was right, and that is what the lead is to read."""
    chosen = select(Approval).where(Approval.person_id == x.person.id).order_by(Approval.id.desc()).limit(1)
    newest = session.scalar(chosen)
    if newest is None or newest.approved_at is None or newest.approved_at <= x.means.now() - CODE_LIFE:
        return None
    proposal = newest.proposal
    is_sent = proposal.site_id == x.site.id and proposal.state == "released" and proposal.action in set(Action)
    return Released(Action(proposal.action), proposal.phones) if is_sent else None


def _digits(written: str) -> str:
    return "".join(sign for sign in plain_digits(written) if sign in "0123456789")
