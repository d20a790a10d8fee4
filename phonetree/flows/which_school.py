"""Which school a conversation on a shared number is about, before anything else can be said."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import ChooseSchool
from phonetree.dialogue.engine import REPEAT
from phonetree.dialogue.nodes import Ask, Do, End, Flow, Menu, Node, Option
from phonetree.words.i18n import ByChannel, Sentences, _, say

flow = Flow("which")


@flow.step
def school(context: Context) -> Node:
    """On a shared number, ask somebody we do not know which school they mean."""
    if context.is_call and set(context.keypad_codes) >= set(context.schools):
        prompt = Sentences((say("Which school?"), say("Key in the number of your school, then press pound.")))
        return Ask(prompt, "keyed", keyed, accepts=set(context.keypad_codes.values()).__contains__)
    options = {
        str(digit): Option(ByChannel(name, say("For {school}", school=name)), chosen, (ChooseSchool(code),))
        for digit, (code, name) in enumerate(context.schools.items(), start=1)
    }
    return Menu(ByChannel(_("Which school?"), say("Which school?")), options)


@flow.step
def keyed(context: Context) -> Node:
    """Voice only: the digits by which a school is known on a keypad."""
    asked = context.answers.get("keyed", "")
    meant = next((code for code, digits in context.keypad_codes.items() if digits == asked), None)
    return Do(() if meant is None else (ChooseSchool(meant),), chosen)


@flow.step
def chosen(context: Context) -> Node:
    """By call it goes on with that school's menu, whatever is to be read on."""
    return End(read_on=REPEAT if context.is_call else context.answers.get("words", ""))
