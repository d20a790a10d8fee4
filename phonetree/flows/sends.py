"""``SEND``: what the network confirmed, by its number; any other is about the preview that is open."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import ShareProposal
from phonetree.dialogue.nodes import Do, Node, Perform
from phonetree.dialogue.outcomes import NothingToPropose
from phonetree.flows import announce, forward, verdict
from phonetree.flows.open_reports import at_hand, by_network, listed

flow = verdict.flow


@flow.step
def send(context: Context) -> Node:
    """What the network reported by itself has its number too."""
    report = at_hand(context)
    if context.answers.get("number") and report is not None and report.by_network:
        return Do((), verdict.confirm)
    if context.answers.get("number") or context.reported:
        return Do((), forward.which)
    return Perform(ShareProposal(), shared) if by_network(context) else Do((), announce.share)


@flow.step
def shared(context: Context) -> Node:
    """Where no preview is open, what the network confirmed is offered."""
    return Do((), networks if isinstance(context.outcome, NothingToPropose) else announce.proposed)


@flow.step
def networks(context: Context) -> Node:
    """What the network confirmed and no lead has sent yet."""
    return (
        listed(context, by_network(context), verdict.confirm) if by_network(context) else Do((), verdict.nothing_open)
    )
