"""``REMOVE``: the other leads by the end of their numbers; one digit, then the preview of it, then the PIN."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.guards import AskToGuard, Guard, OtherLead
from phonetree.dialogue.nodes import Do, End, Menu, Node, Option, Perform, Step
from phonetree.flows import guarded
from phonetree.words.i18n import ByChannel, Sentences, Word, _, say

flow = guarded.flow


@flow.step
def which(context: Context) -> Node:
    """``REMOVE`` is a family's wish to leave; a lead reads how to do that as well."""
    if not context.other_leads:
        return End(ByChannel(_("There is no other lead. Nobody was removed."), say("There is no other lead.")))
    own = _("To stop texts to this phone send STOP.")
    asked = ByChannel(Sentences((_("Which lead is to be removed?"), own)), say("Which lead must go?"))
    return Menu(asked, {other.digit: Option(_named(other), choose) for other in context.other_leads}, save="digit")


@flow.step
def choose(context: Context) -> Node:
    return Perform(AskToGuard(Guard.REMOVE, context.answers.get("digit", "")), guarded.begun)


def _named(other: OtherLead) -> ByChannel:
    written = _("phone ends in {ending}, known since {day}", ending=other.ending, day=other.since)
    return ByChannel(written, say("For the lead whose phone ends in {ending}", ending=other.ending))


@flow.step
def by_call(context: Context) -> Node:
    """Voice only: what guards the voice, by key."""
    options: dict[str, tuple[Word, Step]] = {"1": (say("To freeze every alert"), guarded.freeze)}
    if context.frozen is not None:
        options = {"1": (say("To end the freeze"), guarded.thaw)}
    if context.other_leads:
        options["2"] = (say("To remove a lead"), which)
    if not context.other_leads and context.frozen is None:
        return Do((), guarded.freeze)
    return Menu(say("What must be stopped?"), {key: Option(label, step) for key, (label, step) in options.items()})
