"""A call comes in: its language, the menu of digits, and what becomes of who stays silent."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import LeaveRecording
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Record
from phonetree.flows import hotline, menu, which_school
from phonetree.flows.language import page
from phonetree.flows.messages import press_when_done, say_no_names
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import Sentences, Word, say

flow = Flow("call")


@flow.step
def hello(context: Context) -> Node:
    """Who has chosen a language before is greeted in it; everyone else chooses."""
    if context.who.has_chosen_language or len(context.spoken) <= 1:
        return Do((), home)
    return Do((), languages)


@flow.step
def languages(context: Context) -> Node:
    return page(context, 0, greeting(context), home, (languages, more_languages, last_languages))


@flow.step
def more_languages(context: Context) -> Node:
    return page(context, 1, "", home, (languages, more_languages, last_languages))


@flow.step
def last_languages(context: Context) -> Node:
    return page(context, 2, "", home, (languages, more_languages, last_languages))


@flow.step
def home(context: Context) -> Node:
    """The menu of digits, the same as by text; what is going on at the school comes before it."""
    if not context.has_school and len(context.schools) > 1:
        return Do((), which_school.school)
    # As a choice it would have to name the key by a sign.
    repeat = say("To hear this again, press star.")
    return Menu(Sentences((greeting(context), *_going_on(context), repeat)), menu.by_call(context))


@flow.step
def again(context: Context) -> Node:
    """After an answer: the digits are open and not told again."""
    options = {digit: Option(None, option.then, option.effects) for digit, option in menu.by_call(context).items()}
    return Menu(
        Sentences((say("For the menu, press star."), say("If that is all, you can hang up."))),
        {**options, "*": Option(None, home)},
        silent=goodbye,
    )


@flow.step
def lost(context: Context) -> Node:
    """Three silences or wrong keys: a member goes on to a person, an unknown number to voicemail."""
    return Do((), hotline.talk if context.who.roles else voicemail)


@flow.step
def voicemail(_context: Context) -> Node:
    return Record(
        Sentences(
            (
                say("Nobody can take your call now."),
                say("Leave a message after the tone."),
                say_no_names(),
                press_when_done(),
            )
        ),
        save="recording",
        then=keep,
        silent=goodbye,
    )


@flow.step
def keep(context: Context) -> Node:
    return Do((LeaveRecording("voicemail", context.answers["recording"]),), kept)


@flow.step
def kept(_context: Context) -> Node:
    return End(say("Thank you. Somebody on the next shift hears your message."), hangs_up=True)


@flow.step
def goodbye(_context: Context) -> Node:
    return End(say("Goodbye."), hangs_up=True)


def greeting(context: Context) -> Word:
    return who(context.school.site.program)


def _going_on(context: Context) -> tuple[Word, ...]:
    return (say("There is news about the school."),) if context.open_alerts else ()
