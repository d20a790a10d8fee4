"""The school's list of aid, page by page; one item and its note; and a request that somebody gets in touch."""

from __future__ import annotations

from phonetree.dialogue.aid_effects import OpenRequest
from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option, Perform
from phonetree.flows import aid_words
from phonetree.flows.confirming import withheld
from phonetree.school.schema import Aid
from phonetree.words.i18n import ByChannel, Named, Sentences, Word, say

flow = Flow("aid")

ON_ONE_PAGE = 7
MORE, MORE_WHERE_NINE_IS_A_ROW = "9", "0"


@flow.step
def items(context: Context) -> Node:
    """The list; or at once the item that a word named."""
    item = _named(context)
    if item is None or not item.has_ended(context.now.date()):
        return _page(context, 0) if item is None else _answer(context, item)
    return _page(context, 0, aid_words.is_over(context.short, item, _name(context, item)))


@flow.step
def more(context: Context) -> Node:
    return _page(context, 1)


@flow.step
def further(context: Context) -> Node:
    return _page(context, 2)


@flow.step
def last(context: Context) -> Node:
    return _page(context, 3)


PAGES = (items, more, further, last)


@flow.step
def item_text(context: Context) -> Node:
    item = _chosen(context)
    return _page(context, 0) if item is None else _answer(context, item)


@flow.step
def contact(context: Context) -> Node:
    """Somebody is to get in touch: a number and no name."""
    item = _chosen(context)
    if item is None:
        return _page(context, 0)
    return withheld() if context.is_withheld else Perform(OpenRequest(item.key), asked)


@flow.step
def asked(context: Context) -> Node:
    return End(aid_words.asked(context.short, context.outcome))


@flow.step
def enough(_context: Context) -> Node:
    """Voice only: who asks for nothing more is done."""
    return End()


def _listed(context: Context) -> list[Aid]:
    return [item for item in context.school.aid if not item.has_ended(context.now.date())]


def _page(context: Context, number: int, prompt: Word | None = None) -> Node:
    """Rows keep the digits of the file. Those of other pages are understood too, by call those of earlier pages."""
    listed, begins = _listed(context), number * ON_ONE_PAGE
    if not listed:
        return End(aid_words.no_list(context.short))
    ends = len(listed) if number == len(PAGES) - 1 else begins + ON_ONE_PAGE
    options = {str(item.digit): Option(_label(context, item), item_text) for item in listed[begins:ends]}
    unsaid = listed[:begins] if context.is_call else [*listed[:begins], *listed[ends:]]
    options |= {str(item.digit): Option(None, item_text) for item in unsaid}
    if len(listed) > ON_ONE_PAGE:
        key = MORE_WHERE_NINE_IS_A_ROW if any(str(item.digit) == MORE for item in listed) else MORE
        is_last = ends >= len(listed)
        label = aid_words.from_the_first() if is_last else aid_words.more()
        options[key] = Option(label, PAGES[0 if is_last else number + 1])
    which = aid_words.which(context.short, is_first=not number, has_long_keys=any(len(key) > 1 for key in options))
    return Menu(prompt or which, options, save="digit")


def _answer(context: Context, item: Aid) -> Menu:
    note = (aid_words.from_the_district(),) if item.enrolled_only else ()
    words = Named(item.text or item.name, context.school.site.languages[0])
    options = {"1": Option(aid_words.somebody_contacts_you(), contact)}
    return Menu(Sentences((words, *note)), options, may_pass=True, silent=enough)


def _name(context: Context, item: Aid) -> Named:
    return Named(item.name, context.school.site.languages[0])


def _label(context: Context, item: Aid) -> ByChannel:
    return ByChannel(_name(context, item), say("For {item}", item=_name(context, item)))


def _named(context: Context) -> Aid | None:
    """The item of this word. A file says "rides" where the word is known as "ride", or "child-care"."""
    word = context.answers.get("item", "")
    return next((item for item in context.school.aid if word and _plain(item.key) == _plain(word)), None)


def _plain(key: str) -> str:
    return key.replace("-", "").removesuffix("s")


def _chosen(context: Context) -> Aid | None:
    digit = context.answers.get("digit", "")
    item = context.school.aid_by_digit(int(digit)) if digit.isdecimal() else _named(context)
    return None if item is None or item.has_ended(context.now.date()) else item
