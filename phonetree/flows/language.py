"""Change the language; each language is named in itself, and who names one is not asked."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import CallBack, SetLanguage
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Perform, Step
from phonetree.flows import letters
from phonetree.flows.confirming import coming
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import ByChannel, InLanguage, Sentences, Word, _, say
from phonetree.words.languages import LANGUAGES

flow = Flow("language")

ON_ONE_PAGE = 8
MORE = "9"


@flow.step
def choose(context: Context) -> Node:
    if context.is_call:
        return page(context, 0, "", chosen, (choose, more, last))
    codes = [code for code in context.school.site.languages if LANGUAGES[code].has_text]
    if (named := context.answers.get("named", "")) in codes:
        return Do((SetLanguage(named),), letters.after_choosing(named, chosen))
    return Menu(
        _("{s}: Language?", s=context.short),
        {
            str(digit): Option(LANGUAGES[code].endonym, letters.after_choosing(code, chosen), (SetLanguage(code),))
            for digit, code in enumerate(codes, start=1)
        },
    )


@flow.step
def more(context: Context) -> Node:
    """Voice only: the languages that have no key of their own on the first page."""
    return page(context, 1, "", chosen, (choose, more, last))


@flow.step
def last(context: Context) -> Node:
    return page(context, 2, "", chosen, (choose, more, last))


@flow.step
def chosen(context: Context) -> Node:
    now = say("We speak this language in this call.")
    if context.is_withheld:
        return End(Sentences((now, say("Your number is not shown, so we cannot keep it."))))
    if not context.is_proven and context.who.roles:
        # A shown number may be forged: for good only with the phone in hand.
        return Menu(now, {"1": Option(say("To keep it for every call and text"), keep)}, silent=not_kept, may_pass=True)
    return End(ByChannel(letters.in_this_language(context), say("From now on in this language.")))


@flow.step
def keep(context: Context) -> Node:
    """Voice only."""
    return Perform(CallBack("language", (("language", context.who.language),)), called)


@flow.step
def called(context: Context) -> Node:
    return coming(context.outcome, say("To keep it, text LANG to this number."))


@flow.step
def not_kept(_context: Context) -> Node:
    return End()


@flow.step
def confirm(context: Context) -> Node:
    """Voice only: a call of ours begins here, in the language of before, and knows which one was asked for."""
    wanted = context.answers.get("language", "")
    if wanted not in LANGUAGES:
        return End()
    return Menu(
        InLanguage(
            wanted,
            Sentences((who(context.school.site.program), say("We were asked to speak this language to this phone."))),
        ),
        {
            "1": Option(InLanguage(wanted, say("To keep this language, press 1.")), chosen, (SetLanguage(wanted),)),
            "2": Option(say("To change nothing"), unchanged),
        },
    )


@flow.step
def unchanged(_context: Context) -> Node:
    return End(say("Nothing was changed."))


def page(context: Context, number: int, prompt: Word, then: Step, pages: tuple[Step, ...]) -> Menu:
    """Each language says one short line in itself. Its digit is its place in the school's file, page by page."""
    every = context.school.site.languages
    offered = enumerate(every[number * ON_ONE_PAGE : (number + 1) * ON_ONE_PAGE], start=1)
    options = {
        str(digit): Option(line(code, digit), then, (SetLanguage(code),))
        for digit, code in offered
        if code in context.spoken
    }
    if len(every) > ON_ONE_PAGE:
        has_next = len(every) > (number + 1) * ON_ONE_PAGE
        options[MORE] = Option(say("For more languages"), pages[number + 1 if has_next else 0])
    return Menu(prompt, options)


def line(code: str, digit: int) -> InLanguage:
    """A language's own line of the first menu. Where it is not written, people record it."""
    written = LANGUAGES[code].press_self
    if written is None:
        return InLanguage(
            code, say("For this language, press {digit}.", clip=f"this-language-press-{digit}", digit=digit)
        )
    return InLanguage(code, written.format(n=digit))
