"""Which question a lead's code and PIN answer, by text and at the console: that of what waits for them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phonetree.desk.exchange import Exchange
from phonetree.desk.proposals import SEND_NOTHING, open_approval
from phonetree.dialogue.nodes import Step
from phonetree.flows import announce, erase_school, guarded
from phonetree.models import ERASE_ALL, Site


def step_that_weighs(session: Session, x: Exchange) -> Step:
    """From here on the conversation is about the school of what waits."""
    if approval := open_approval(session, x.means, x.person, x.weighed):
        x.choose(session.get_one(Site, approval.proposal.site_id))
        if approval.proposal.action == ERASE_ALL:
            return erase_school.answer
        if approval.proposal.action in SEND_NOTHING:
            return guarded.confirm
    return announce.confirm
