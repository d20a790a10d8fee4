"""What is allowed in a school file and still worth a second look before the first alert, for whoever loads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from phonetree.school.checks import named_words
from phonetree.school.document import dotted
from phonetree.school.problems import Problem
from phonetree.school.schema import Audience, Confirm, School
from phonetree.words.languages import LANGUAGES
from phonetree.words.segments import first_not_gsm7, measure

_MOST_SEGMENTS = 2
_FEWEST_HOTLINES = 2
_PLAN_HEAD = " " * 110
"""Who approved the plan and until when, before its first text."""


def notices(school: School) -> tuple[Problem, ...]:
    """Advice, not errors. The lines are None: a school no longer knows where its file said what."""
    advice = [*_words(school), *_lengths(school), *_protocol(school), *_help(school), *_plan(school)]
    return tuple(Problem(None, path, reason) for path, reason in advice)


def unset(school: School, environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """The group chats whose address is not in this environment. A worker with another one may have it."""
    return tuple(
        Problem(None, f"relays[{position}].url_env", f"{relay.url_env} is not set: “{relay.name}” gets no alert")
        for position, relay in enumerate(school.relays)
        if not environ.get(relay.url_env, "").strip()
    )


def _words(school: School) -> Iterator[tuple[str, str]]:
    first = school.site.languages[0]
    texts = [code for code in school.site.languages if LANGUAGES[code].has_text]
    for path, words in named_words(school.places, school.aid, school.plan):
        if missing := [code for code in texts if code not in words]:
            yield dotted(path), f"has no words in {', '.join(missing)}; {first} stands in"
        if unused := [code for code in words if code not in texts]:
            yield dotted(path), f"has words in {', '.join(unused)}, which site.languages does not name"


def _lengths(school: School) -> Iterator[tuple[str, str]]:
    if (costly := first_not_gsm7(school.site.short)) is not None:
        yield "site.short", f"holds “{costly}”, which makes every text twice as long"
    for position, item in enumerate(school.aid):
        for code, words in item.text.items():
            yield from _long_texts(f"aid[{position}].text.{code}", code, words)


def _long_texts(path: str, code: str, words: str, head: str = "") -> Iterator[tuple[str, str]]:
    """*head*: as long as what stands before the words."""
    costly = first_not_gsm7(words) if LANGUAGES[code].is_gsm7 else None
    if costly is not None:
        yield path, f"holds “{costly}”, which makes the text twice as long"
    elif (segments := measure(head + words).segments) > _MOST_SEGMENTS:
        yield path, f"takes {segments} segments"


def _protocol(school: School) -> Iterator[tuple[str, str]]:
    protocol = school.protocol
    if protocol.confirm is Confirm.TEXT:
        found = "who holds a lead's unlocked phone may find the PIN in it"
        yield "protocol.confirm", f'is "text": {found}; choose "call"'
    if protocol.approvals > 1 and protocol.solo_after is not None:
        yield "protocol.solo_after", 'lets one phone and its PIN send alone after that; "never" forbids it'
    if protocol.duress:
        needs = "needs two leads with PINs at least: the others are called"
        yield "protocol.duress", f"{needs}; each sets a second PIN with people set-pin --duress"
    if Audience.PARENTS in protocol.unconfirmed:
        yield "protocol.unconfirmed", "names parents: every rumor will reach every family"
    if Audience.PARENTS not in protocol.confirmed:
        yield "protocol.confirmed", "does not name parents: no alert will ever reach a family"
    if protocol.call_after >= protocol.expires:
        yield "protocol.call_after", "is not before expires: the calls would bring an alert that is out of date"
    if school.relays and Audience.RELAYS not in {*protocol.unconfirmed, *protocol.confirmed, *protocol.drill}:
        yield "relays", "are named nowhere in the protocol: no group chat will get anything"


def _help(school: School) -> Iterator[tuple[str, str]]:
    if len(school.hotlines) < _FEWEST_HOTLINES:
        yield "hotlines", f"has {len(school.hotlines)}; with two, one may be busy"
    if not school.network:
        yield "network", "is empty: no Rapid Response Network is named"
    if not school.shifts:
        yield "shifts", "is empty: every caller goes straight to the outside hotlines"
    if not school.aid:
        yield "aid", "is empty: who asks for help gets no menu"
    if not school.aid_rules.meeting_places and any(item.waits_for_yes for item in school.aid):
        yield "aid_rules.meeting_places", "is empty: rides and child care may begin at every place of the file"


def _plan(school: School) -> Iterator[tuple[str, str]]:
    if school.plan is None:
        yield "plan", "is missing: PLAN answers that there is none yet"
        return
    yield "plan.summary", "can be read by anyone, also by those whom the plan is about"
    for code, texts in school.plan.summary.items():
        for position, words in enumerate(texts):
            head = _PLAN_HEAD if position == 0 else ""
            yield from _long_texts(f"plan.summary.{code}[{position}]", code, words, head)
