"""What anybody may read about a phone tree, on its pages and posters: short sentences, the same in both places."""

from __future__ import annotations

from collections.abc import Mapping

from phonetree.school.schema import School
from phonetree.words.pages import Printed, printed

WORDS: Mapping[str, Printed] = {
    "texts": printed("They come as texts. If a text fails, a recorded call comes."),
    "ask": printed("You can ask for news, your rights, help, or a person to talk to."),
    "rates": printed("Message and data rates may apply. We charge nothing."),
    "what": printed("What you get"),
    "how": printed("How to join"),
    "reply": printed("You get this text. Reply 1 to join:"),
    "agree": printed("By replying 1 you agree to get these texts and calls."),
    "then": printed("Then you get this one:"),
    "by_call": printed("Or by a call"),
    "call_back": printed("Hang up. We call you back: press 1."),
    "held": printed("A person at the school looks at each request first."),
    "leave": printed("How to leave"),
    "stop": printed("To leave, text STOP at any time, or call and press 6."),
    "help_word": printed("For help, text HELP."),
    "good": printed("Good to know"),
    "choice": printed("Joining is your choice. Nothing at the school depends on it."),
    "no_name": printed("We ask for no name and no address."),
    "not_sold": printed("Your number is not shared or sold to third parties or affiliates for marketing."),
    "no_link": printed("Our texts never hold a link."),
    "privacy": printed("Privacy"),
    "terms": printed("Terms"),
    # what is kept
    "kept": printed("What we keep"),
    "number": printed("Your phone number, your language, and that you agreed. Numbers are encrypted."),
    "for_how_long": printed("For how long"),
    "after": printed("After you leave, only a code made from your number stays. It keeps you off the list."),
    "erase": printed("Text ERASE to be forgotten at once."),
    "who": printed("Who sees it"),
    "people": printed("No page and no message shows your number to other families, or to staff."),
    "carrier": printed("The company that carries our texts and calls sees numbers and words on the way."),
    "deleted": printed("We ask that company to delete its copies."),
    "court": printed("We give nothing to anyone else unless a court orders it. That is why we keep little."),
    "cookie": printed("This page sets no cookie and follows nobody."),
    # what may be expected
    "expect": printed("What to expect"),
    "late": printed("A message can come late or not at all. Carriers are not liable for that."),
    "not_911": printed("The phone tree does not replace 911."),
    "age": printed("It is for families and staff of the school. If you are under 18, ask a parent first."),
    "own_phone": printed("Join only with a phone that is yours."),
    "many": printed("Each school here has its own phone tree. Its poster says who runs it and how to reach them."),
    # on paper
    "text_this": printed("Text this"),
    "to_number": printed("to this number"),
    "scan": printed("Or point your camera here"),
    "or_call": printed("Or call"),
    "then_press": printed("Then press, in this order:"),
}


def about(school: School, word: str) -> Mapping[str, Printed]:
    """The sentences that name the school, its people or its number. *word*: what joins it."""
    site = school.site
    number, contact = site.number.national(), site.contact.national()
    return {
        "alerts": printed("Safety alerts for {name}, and practice drills.", name=site.name),
        "run_by": printed("Run by: {run_by}", run_by=site.run_by),
        "often": printed("About {n} messages a month.", n=site.messages_per_month),
        "text": printed("Text {word} to {number}.", word=word, number=number),
        "call": printed("Call {number}.", number=number),
        "help": printed("For help, text HELP or call {contact}.", contact=contact),
        "questions": printed("Questions? Call {contact}.", contact=contact),
    }


def more_at(address: str) -> Printed:
    return printed("More: {address}", address=address)


def as_of(day: str) -> Printed:
    return printed("As of {day}.", day=day)


def days(count: int) -> Printed:
    return printed("1 day") if count == 1 else printed("{n} days", n=count)


def press_for_language(digit: str, language: str) -> Printed:
    return printed("{digit} for {language}", digit=digit, language=language)


def press_for_school(digits: str) -> Printed:
    return printed("{digits} and # for this school", digits=digits)


PRESS_TO_JOIN: Mapping[str, Printed] = {"6": printed("6 to join or leave"), "1": printed("1 to join")}
"""The keys of the menu, and what they are for."""
KEPT_FOR: Mapping[str, Printed] = {
    "an open question, its answers": printed("What you answer to our questions"),
    "recordings, dealt with": printed("Your voice messages, once heard"),
    "requests, closed": printed("Your requests for help, once closed"),
    "messages, told or not": printed("Your messages to the school"),
    "words of reports": printed("The words in which you told us what you saw"),
    "delivery details": printed("Which texts went to you, and when"),
    "calls": printed("Which calls there were, and when"),
    "alerts": printed("The alerts themselves, with nobody's number"),
    "who left": printed("Your number, after you leave"),
}
"""By the name of a retention rule: what a family would call it. The days come from the rule itself."""
