"""What a step of a call may look at beside what every step may: who placed it, and what the call is about."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from phonetree.desk import family_calls, hunting, interpreters, lead_calls
from phonetree.desk.clips import ClipStore
from phonetree.desk.exchange import Exchange
from phonetree.desk.schools import school_of
from phonetree.dialogue.context import Context
from phonetree.flows.language import ON_ONE_PAGE, line
from phonetree.models import Site
from phonetree.school.schema import School
from phonetree.words.i18n import CALLS, Spoken, catalog
from phonetree.words.languages import LANGUAGES
from phonetree.words.speech import clip_of, key_of


def in_call(session: Session, x: Exchange, context: Context) -> Context:
    """The same context, as this call knows more."""
    call = x.call
    if call is None:
        return context
    has_waited, is_passed_on = hunting.has_waited(session, x)
    return replace(
        context,
        who=replace(context.who, language=call.language),
        channel="voice",
        call="out" if x.delivery is not None else "in",
        is_machine=call.is_machine,
        is_withheld=x.is_withheld,
        has_school=x.has_chosen_site,
        spoken=spoken_languages(session, x),
        has_waited=has_waited,
        is_passed_on=is_passed_on,
        waiting_caller=hunting.waiting_caller(session, x),
        preview=lead_calls.preview_at_hand(session, x, context),
        guard=lead_calls.guard_at_hand(session, x, context),
        duress=lead_calls.duress_at_hand(session, x),
        prompt=interpreters.prompt_at_hand(session, x, context),
        family=family_calls.family_at_hand(session, x),
    )


def spoken_languages(session: Session, x: Exchange) -> tuple[str, ...]:
    """The school's languages that can be offered by call: with a voice and a catalog, or with a line of their own."""
    return spoken_by(session, x.site, school_of(x.means, x.site))


def spoken_by(session: Session, site: Site, school: School) -> tuple[str, ...]:
    """The same, for who prints which key is whose."""
    offered = enumerate(school.site.languages)
    recorded = ClipStore(session, site)
    return tuple(code for place, code in offered if _is_spoken(code) or _has_line(recorded, code, place))


def _has_line(recorded: ClipStore, code: str, place: int) -> bool:
    own = line(code, place % ON_ONE_PAGE + 1)
    return bool(recorded.find(code, clip_of(own.word) if isinstance(own.word, Spoken) else key_of(str(own.word))))


def _is_spoken(code: str) -> bool:
    return LANGUAGES[code].say is not None and (code == "en" or catalog(code, CALLS).is_there)
