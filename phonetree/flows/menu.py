"""The bare-digit menu, the same by text and by call, and what happens to words that are no command."""

from __future__ import annotations

from phonetree.dialogue.effects import ChooseSchool, LeaveMessage
from phonetree.dialogue.nodes import Context, Do, End, Flow, Menu, Node, Option, Step
from phonetree.flows import answers, join, language, leave, messages, news
from phonetree.words.i18n import Text, _

flow = Flow("menu")
which = Flow("which")


@flow.step
def choices(context: Context) -> Node:
    return Menu(_("{s}: Send a digit.", s=context.short), _options())


@flow.step
def unknown(context: Context) -> Node:
    """Words that are no command: the menu, whose 0 sends those words to the lead. Only then are they kept."""
    options = _options()
    if context.answers.get("words"):
        options["0"] = Option(_("send your words to the lead"), keep)
    return Menu(_("{s}: We read digits and a few words.", s=context.short), options)


@flow.step
def keep(context: Context) -> Node:
    return Do((LeaveMessage("message", context.answers["words"]),), messages.left)


@flow.step
def in_or_out(context: Context) -> Node:
    if not context.who.roles:
        return join.offer(context)
    return Menu(
        _("{s}: You are on the list.", s=context.short),
        {"1": Option(_("leave"), leave.everything), "2": Option(_("fewer calls"), leave.part)},
    )


@flow.step
def during_an_alert(context: Context) -> Node:
    """While an alert is open every text that is no command hears how things stand."""
    return End(news.how_it_stands(context))


@flow.step
def words_only(context: Context) -> Node:
    """A picture came. It is not fetched."""
    return End(_("{s}: Words only, please. We do not open pictures.", s=context.short))


@which.step
def school(context: Context) -> Node:
    """On a shared number, ask somebody we do not know which school they mean."""
    options = {
        str(digit): Option(name, chosen, (ChooseSchool(code),))
        for digit, (code, name) in enumerate(context.schools.items(), start=1)
    }
    return Menu(_("Which school?"), options)


@which.step
def chosen(context: Context) -> Node:
    return End(read_on=context.answers.get("words", ""))


DIGITS: dict[str, tuple[Text, Step]] = {
    "1": (_("news now"), news.now),
    "2": (_("talk to a person"), answers.numbers),
    "3": (_("aid: food, rent, rides"), answers.items),
    "4": (_("your rights"), answers.first),
    "5": (_("tell what you saw"), messages.seen),
    "6": (_("join or leave"), in_or_out),
    "7": (_("language"), language.choose),
    "0": (_("message to the lead"), messages.words),
}
"""What a bare digit outside a question means, by text and by call."""


def _options() -> dict[str, Option]:
    return {digit: Option(label, step) for digit, (label, step) in DIGITS.items()}
