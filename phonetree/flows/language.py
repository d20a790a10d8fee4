"""Change the language; each language is named in itself, and who names one is not asked."""

from __future__ import annotations

from phonetree.dialogue.effects import SetLanguage
from phonetree.dialogue.nodes import Context, Do, End, Flow, Menu, Node, Option
from phonetree.words.i18n import _
from phonetree.words.languages import LANGUAGES

flow = Flow("language")


@flow.step
def choose(context: Context) -> Node:
    codes = [code for code in context.school.site.languages if LANGUAGES[code].has_text]
    if (named := context.answers.get("named", "")) in codes:
        return Do((SetLanguage(named),), chosen)
    return Menu(
        _("{s}: Language?", s=context.short),
        {
            str(digit): Option(LANGUAGES[code].endonym, chosen, (SetLanguage(code),))
            for digit, code in enumerate(codes, start=1)
        },
    )


@flow.step
def chosen(context: Context) -> Node:
    return End(_("{s}: From now on in this language.", s=context.short))
