"""Which step a text begins or answers: stops first, then the open question, then commands, digits, and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from phonetree.desk import addressing, erasures
from phonetree.desk.command_answers import alert_answers, answers_in
from phonetree.desk.contexts import open_alert
from phonetree.desk.exchange import Exchange
from phonetree.desk.masked import open_requests
from phonetree.desk.network_texts import words_and_digits
from phonetree.desk.people import LEAD, NETWORK, roles_at
from phonetree.desk.pin_steps import step_that_weighs
from phonetree.desk.proposals import CODE_LIFE, open_approval
from phonetree.desk.questions import answers_so_far, has_parked
from phonetree.desk.weighing import looks_like_an_answer
from phonetree.desk.yearly import step_of_digit
from phonetree.dialogue.keywords import (
    Carrier,
    Command,
    Digits,
    Either,
    Ignored,
    Meaning,
    Said,
    Unknown,
    WishToStop,
    names_removal,
    plain_digits,
)
from phonetree.dialogue.nodes import Ask, Menu, Node, Step
from phonetree.flows import (
    STEPS,
    announce,
    commands,
    either,
    erase_school,
    forget,
    leave,
    masked,
    menu,
    network,
    network_code,
    remove,
    rights,
    vouch,
)
from phonetree.flows.commands import step_for
from phonetree.models import VOUCH, Site

STORM_PAUSE = timedelta(minutes=10)
BREAKS_INTO_WRITING = frozenset({Command.HELP, Command.MENU, Command.ALERT, Command.ABORT, Command.FIND, Command.BACK})
"""The few commands that are not taken for an answer where somebody is writing in their own words."""
WHOLE_SCHOOL = frozenset({"ERASE ALL", "OLVIDAR TODO"})
"""Of a lead, and nothing else beside it."""
QUICK_ALERT = "00"
BE_CALLED = "0"
"""Of a lead who has a preview and no newer question: the tree calls for the PIN."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin here, with what the words already answered."""

    step: Step
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resume:
    """The words answer the open question."""

    step: Step


@dataclass(frozen=True, slots=True)
class Unpark:
    """``BACK``: the question that a safety text had parked."""


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer at all."""


Next = Begin | Resume | Unpark | Silence


def what_next(session: Session, x: Exchange, meaning: Meaning, question: Node | None) -> Next:
    """Decide for one text. *question* is the node of the open question, if there is one."""
    words = x.heard.words
    if x.heard.opt_out is None and names_removal(words) and any(m.role == LEAD for m in x.person.memberships):
        return Begin(remove.which)  # from anyone else it is a wish to stop
    if stopped := _stop_or_carrier(x, meaning, question):
        return stopped
    if ending := _of_the_end(session, x, meaning):
        return Begin(ending)
    if isinstance(meaning, Digits) and (asked := _from_a_lead(session, x, meaning.groups, question)):
        return asked
    if numbered := addressing.by_number(session, x, meaning):
        return Begin(*numbered)
    if isinstance(meaning, Unknown) and words.strip() and not _is_written_to(question) and _is_of_network(x):
        return _report_of_network(x, question)
    if question is not None and (amid := addressing.amid_a_question(session, x, meaning, question)):
        return Begin(*amid)
    if question is not None and _answers(question, meaning):
        return Resume(STEPS[x.conversation.step or ""])
    if x.heard.has_media and not words.strip():
        return Begin(menu.words_only)
    match meaning:
        case Ignored():
            return Silence()
        case Said(Command.BACK, _, _, _):
            return Unpark() if has_parked(x) else Begin(menu.choices)
        case Said() as said:
            return _command(session, x, said)
        case Either(meant):
            named = " ".join(m.command if isinstance(m, Said) else Command.STOP for m in meant)
            return Begin(either.meaning, {"commands": named, "words": words})
        case Digits(_, groups):
            return _digits(session, x, groups)
        case Unknown() | Carrier() | WishToStop():
            return _unknown(session, x)


def _stop_or_carrier(x: Exchange, meaning: Meaning, question: Node | None) -> Next | None:
    """Stops come before everything. To a word that the carrier takes we add nothing."""
    match x.heard.opt_out, meaning:
        case ("STOP", _) | (None, Carrier(kind="stop")):
            return Begin(leave.silently)
        case "START", _:
            return Begin(leave.silently_again)
        case ("HELP", _) | (None, Carrier(kind="help")):
            return Silence()
        case None, Carrier(kind="start") if x.person.stopped_at is not None:
            return Begin(leave.silently_again)
        case None, Carrier(kind="start") if x.heard.words.strip().upper() != "YES":
            return Begin(leave.silently_again)  # who left long ago is nobody to us, but for the hash that START lifts
        case None, WishToStop():
            in_a_question = question is not None and STEPS[x.conversation.step or ""].flow is not menu.flow
            return Begin(leave.in_a_question if in_a_question else leave.everything)
        case _:
            return None


def _answers(question: Node, meaning: Meaning) -> bool:
    """Whether a text is heard as an answer to the open question rather than as a command."""
    match question, meaning:
        case _, Ignored():
            return False
        case Ask(secret=False), Said(Command.TAKE | Command.DONE | Command.PASS, _, arguments, _) if arguments:
            return False  # nothing about a request goes to the lead by mistake
        case ((Ask(secret=False) | Menu()), Said(command, _, _, _)) if _takes_words(question):
            return command not in BREAKS_INTO_WRITING
        case _, Either() if _takes_words(question):
            return True
        case _, Said() | Either():
            return False
        case Menu(options=options, may_pass=True), Digits(digits, _):
            return digits in options or digits not in menu.DIGITS
        case _:
            return True


def _takes_words(question: Node) -> bool:
    """Whether somebody may be writing in their own words."""
    return isinstance(question, Ask) or (isinstance(question, Menu) and bool(question.own_words))


def _command(session: Session, x: Exchange, said: Said) -> Next:
    if meant := _between_two(session, x, said):
        return Begin(*meant)
    step = step_for(said.command, roles_at(x.person, x.site))
    if step is None or _is_just_a_word(session, x, said):  # it is no command for them: LISTO, ON
        return _unknown(session, x)
    if step is network.begin:
        return Begin(step, words_and_digits(x.heard.words))
    return Begin(step, answers_in(said))


def _of_the_end(session: Session, x: Exchange, meaning: Meaning) -> Step | None:
    """A lead forgets the whole school; any lead stops that, unless it is an alert that ABORT pauses."""
    if LEAD not in roles_at(x.person, x.site):
        return None
    if " ".join(x.heard.words.upper().split()) in WHOLE_SCHOOL:
        return erase_school.begin
    is_abort = isinstance(meaning, Said) and meaning.command is Command.ABORT
    is_saved = is_abort and open_alert(session, x.site) is None and erasures.is_due(session, x.site)
    return erase_school.stop if is_saved else None


def _is_just_a_word(session: Session, x: Exchange, said: Said) -> bool:
    """A family that writes "done" to whoever helps it closes nothing by that; with the number it does."""
    if said.command is not Command.DONE or said.arguments:
        return False
    is_family = commands.TAKERS.isdisjoint(roles_at(x.person, x.site))
    return is_family and bool(open_requests(session, x.means, x.person))


def _between_two(session: Session, x: Exchange, said: Said) -> addressing.Beginning | None:
    """What a command means between the two sides of a request."""
    match said.command:
        case Command.MUTE:
            return addressing.muting(session, x, plain_digits(said.arguments))
        case Command.LEAD:
            return addressing.to_the_lead(session, x, said.arguments)
        case _:
            return None


def _is_written_to(question: Node | None) -> bool:
    """Whether free words answer it. A code and a PIN are no words."""
    return question is not None and _takes_words(question) and not (isinstance(question, Ask) and question.secret)


def _is_of_network(x: Exchange) -> bool:
    """A lead who is of the network as well is a lead here."""
    roles = roles_at(x.person, x.site)
    return network.ROLE in roles and LEAD not in roles


def _report_of_network(x: Exchange, question: Node | None) -> Next:
    """Free words of the network's phone are a report; amid its questions they belong to what it reports."""
    is_asked = question is not None and STEPS[x.conversation.step or ""].flow is network.flow
    return Begin(network.begin, {**(answers_so_far(x) if is_asked else {}), **words_and_digits(x.heard.words)})


def _from_a_lead(session: Session, x: Exchange, groups: tuple[str, ...], question: Node | None) -> Next | None:
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


def _digits(session: Session, x: Exchange, groups: tuple[str, ...]) -> Next:
    if len(groups) == 1 and (step := step_of_digit(session, x, groups[0])):
        return Begin(step)
    return _unknown(session, x)


def _unknown(session: Session, x: Exchange) -> Next:
    """Words that are no command: for the other side of a request, else the menu.

    While an alert is open: how things stand, once in ten minutes, and nothing is passed on without a number.
    """
    is_quiet = open_alert(session, x.site) is None
    if is_quiet and (meant := addressing.by_itself(session, x)):
        return Begin(*meant)
    if is_quiet or LEAD in roles_at(x.person, x.site):
        return Begin(menu.unknown, {"words": x.heard.words})
    last, now = x.conversation.storm_answered_at, x.means.now()
    if last is not None and last > now - STORM_PAUSE:
        return Silence()
    x.conversation.storm_answered_at = now
    return Begin(menu.during_an_alert)


def needs_school(step: Step) -> bool:
    """Whether *step* cannot begin before we know which school it is about."""
    return step.flow not in (leave.stop, leave.start, forget.flow, rights.flow, masked.flow)
