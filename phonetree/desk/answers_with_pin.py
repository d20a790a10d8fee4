"""What may be a code and a PIN, of a lead or of the network: it comes before any other question, and is no message."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phonetree.desk.command_answers import alert_answers
from phonetree.desk.exchange import Exchange
from phonetree.desk.next_steps import Begin, Next, Resume
from phonetree.desk.people import LEAD, NETWORK
from phonetree.desk.pin_steps import step_that_weighs
from phonetree.desk.proposals import CODE_LIFE, open_approval
from phonetree.desk.weighing import looks_like_an_answer
from phonetree.dialogue.nodes import Ask, Node
from phonetree.flows import announce, network_code, vouch
from phonetree.models import VOUCH, Site

QUICK_ALERT = "00"
BE_CALLED = "0"
"""Of a lead who has a preview and no newer question: the tree calls for the PIN."""


def from_a_lead(session: Session, x: Exchange, groups: tuple[str, ...], question: Node | None) -> Next | None:
    """A lead's quick alert, and what may be a code and a PIN, come before any other question: a PIN is no message."""
    if not any(m.role == LEAD for m in x.person.memberships):
        return _code_of_network(session, x, question)
    if groups[0] == QUICK_ALERT:
        return Begin(announce.kind, alert_answers(list(groups[1:])))
    asks_for_a_call = groups == (BE_CALLED,) and (question is None or _is_older_than_the_preview(session, x))
    if asks_for_a_call and open_approval(session, x.means, x.person) is None:
        return None
    is_answer = asks_for_a_call or looks_like_an_answer(x.heard.words)
    if not is_answer or (isinstance(question, Ask) and question.secret):
        return None
    return Resume(step_that_weighs(session, x))


def _is_older_than_the_preview(session: Session, x: Exchange) -> bool:
    """Whether another lead's preview came to this phone after the open question: then ``0`` answers what came last."""
    approval = open_approval(session, x.means, x.person)
    if approval is None or approval.proposal.person_id == x.person.id:
        return False
    return approval.expires_at - CODE_LIFE >= x.conversation.updated_at


def _code_of_network(session: Session, x: Exchange, question: Node | None) -> Next | None:
    """The same for a phone of the network: what may be a code and a PIN is no message."""
    is_theirs = any(m.role == NETWORK for m in x.person.memberships) and looks_like_an_answer(x.heard.words)
    if not is_theirs or (isinstance(question, Ask) and question.secret):
        return None
    approval = open_approval(session, x.means, x.person, x.weighed)
    if approval is None:
        return Resume(vouch.answer)
    x.choose(session.get_one(Site, approval.proposal.site_id))
    return Resume(vouch.answer if approval.proposal.action == VOUCH else network_code.confirm)
