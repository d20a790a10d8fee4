"""People record sentences by phone, for languages without a voice: a lead gives a code, the tree calls them back."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import CallBack
from phonetree.dialogue.nodes import Ask, End, Flow, Menu, Node, Option, Perform
from phonetree.dialogue.outcomes import CallComing, CodeGiven, CodeUsed
from phonetree.dialogue.prompt_effects import GiveCode, UseCode
from phonetree.flows import judge_prompts, say_prompts
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import Sentences, _, say
from phonetree.words.languages import LANGUAGES

flow = Flow("recording")

CODE_KEYS = 6


@flow.step
def give(context: Context) -> Node:
    """Text only: ``RECORD`` and the phone of an interpreter whom the school has enrolled."""
    return Perform(GiveCode(context.answers.get("phone", "")), given)


@flow.step
def given(context: Context) -> Node:
    """Text only."""
    match context.outcome:
        case CodeGiven(code, language) if code:
            called = LANGUAGES[language].endonym if language in LANGUAGES else language
            good_for = _("Code {code} for {language}, good for one day and one call.", code=code, language=called)
            return End(Sentences((good_for, _("They call this number and choose 8."))))
        case _:
            return End(_("That phone is no interpreter's of this school. Send RECORD and their number."))


@flow.step
def code(_context: Context) -> Node:
    """Voice only: an interpreter calls in. The code is never stored."""
    return Ask(say("Key the six digits of your code."), save="code", then=use, secret=True, keys=CODE_KEYS)


@flow.step
def use(context: Context) -> Node:
    return Perform(UseCode(context.answers.get("code", "")), used)


@flow.step
def used(context: Context) -> Node:
    if isinstance(context.outcome, CodeUsed) and context.outcome.is_right:
        return Perform(CallBack("code"), called)
    return End(say("That code is not good, or not good any more."))


@flow.step
def called(context: Context) -> Node:
    if isinstance(context.outcome, CallComing):
        return End(say("We call you now."), hangs_up=True)
    return End(say("We cannot call this phone now."))


@flow.step
def begin(context: Context) -> Node:
    """Voice only: a call of ours begins here. Whatever answers has to press a key before anything is recorded."""
    return Menu(
        Sentences((who(context.school.site.program), say("Thank you for lending us your voice."))),
        {
            "1": Option(say("To record what is missing"), say_prompts.bring_up),
            "2": Option(say("To check what another speaker recorded"), judge_prompts.bring_up),
            say_prompts.ANEW: Option(say("To record everything anew"), say_prompts.bring_up),
        },
        save="prompts",
    )
