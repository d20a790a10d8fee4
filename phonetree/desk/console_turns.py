"""What a lead does on a page: the same steps, effects and words as a text of theirs, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from phonetree.desk.console_doors import SignedIn
from phonetree.desk.exchange import Exchange, Incoming
from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED, queue_text
from phonetree.desk.people import LEAD, roles_at
from phonetree.desk.questions import context_for
from phonetree.desk.turns import perform_all
from phonetree.dialogue import engine as dialogue
from phonetree.dialogue.engine import Turn
from phonetree.dialogue.nodes import Ask, Menu, Step
from phonetree.models import TEXT, Conversation, Lane, Person, Site, writing
from phonetree.models.database import once_more
from phonetree.words.i18n import Word


class LeadNoMore(Exception):
    """Somebody took the role away between the door and the desk."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of it. *choices*: what is asked still, by digit; the chosen one is kept under *save*.

    *goes_on_by_phone*: a code and a PIN are wanted now; the preview went to the lead's own phone.
    """

    said: tuple[Word, ...] = ()
    choices: Mapping[str, Word] = field(default_factory=dict)
    save: str = ""
    goes_on_by_phone: bool = False


def act(engine: Engine, means: Means, lead: SignedIn, step: Step, answers: Mapping[str, str]) -> Answered:
    """Take *step* as if this lead had texted it, with *answers*."""
    return once_more(lambda: _act(engine, means, lead, step, answers))


def _act(engine: Engine, means: Means, lead: SignedIn, step: Step, answers: Mapping[str, str]) -> Answered:
    with writing(engine) as session:
        x = exchange_of(session, means, lead, is_locked=True)
        turn = perform_all(session, x, dialogue.begin(step, context_for(session, x, answers)))
        answered = _answered(session, x, turn)
        is_queued = QUEUED in session.info
    if is_queued:
        means.doorbell.ring()
    return answered


def exchange_of(session: Session, means: Means, lead: SignedIn, *, is_locked: bool = False) -> Exchange:
    """The lead at the desk, about their school; raises LeadNoMore. Nothing of it is kept as a conversation by text."""
    lock = {"key_share": True} if is_locked else None
    person, site = session.get(Person, lead.person_id, with_for_update=lock), session.get(Site, lead.site_id)
    if person is None or site is None or person.stopped_at is not None or LEAD not in roles_at(person, site):
        raise LeadNoMore
    counts = {"misses": 0, "turns": 0, "replies": 0, "menu_replies": 0}
    thread = Conversation(person_id=person.id, channel=TEXT, updated_at=means.now(), **counts)
    x = Exchange(means, Incoming("", ""), site.sender, person, site, thread, may_write=is_locked)
    x.choose(site)
    return x


def _answered(session: Session, x: Exchange, turn: Turn) -> Answered:
    """A secret is never typed into a page that sends: what would be answered with one goes to the phone."""
    match turn.wait:
        case Menu(prompt=prompt, options=options, save=save):
            labels = {digit: option.label for digit, option in options.items() if option.label is not None}
            return Answered((prompt,), labels, save)
        case Ask(prompt=prompt, secret=True):
            queue_text(session, x.means, x.person, x.site, prompt, lane=Lane.NOW)
            return Answered(goes_on_by_phone=True)
        case _:
            return Answered(turn.said)
