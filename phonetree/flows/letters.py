"""A phone that shows boxes: texts in letters that it has, or calls. Two squares say it in every language."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.letters import TakeCalls, TakeLatin
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Step
from phonetree.words.i18n import Sentences, Text, _
from phonetree.words.languages import LANGUAGES

flow = Flow("letters")

BOXES = "9"
_DRAWN = "[] []"
"""What such a phone shows: the one thing that its owner can read in the offer."""


def after_choosing(code: str, chosen: Step) -> Step:
    """By text, and where old phones may lack the letters of this language: the offer of others. Else *chosen*."""
    return chosen if LANGUAGES[code].script == "Latn" else offered


def in_this_language(context: Context) -> Text:
    return _("{s}: From now on in this language.", s=context.short)


@flow.step
def offered(context: Context) -> Node:
    """Whoever sees boxes sees the digit, and the boxes that are drawn beside it."""
    label = Sentences((_("boxes instead of letters?"), _DRAWN))
    return Menu(in_this_language(context), {BOXES: Option(label, boxes)}, may_pass=True)


@flow.step
def boxes(_context: Context) -> Node:
    return Do((TakeLatin(),), shown)


@flow.step
def shown(context: Context) -> Node:
    """The first text in the new letters. Calls are in their own language, where there is a voice for it."""
    words = _("{s}: From now on our texts are in letters that your phone shows.", s=context.short)
    if LANGUAGES[context.who.language].say is None or "parent" not in context.who.roles:
        return End(words)
    return Menu(words, {"1": Option(_("calls in your language instead"), called, (TakeCalls(),))}, may_pass=True)


@flow.step
def called(context: Context) -> Node:
    return End(_("{s}: From now on we call you. For texts again send JOIN.", s=context.short))
