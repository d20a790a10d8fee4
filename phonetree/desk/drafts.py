"""What would go, before anybody asks for a code: every language's words, what they cost, who hears by when."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import body_of
from phonetree.desk.contexts import preview_of
from phonetree.desk.means import Means
from phonetree.desk.proposals import is_by_call_alone, recipients_of
from phonetree.desk.schools import school_of
from phonetree.dialogue.context import Preview
from phonetree.dialogue.effects import Action
from phonetree.models import TEXT, Person, Proposal, Site
from phonetree.words.i18n import Text, reader, translated
from phonetree.words.prices import PRICES
from phonetree.words.segments import measure

PAUSING = (Action.RESUME, Action.ABORT)
"""What has no words of its own: it lets go on, or holds, what has."""


@dataclass(frozen=True, slots=True)
class InLanguage:
    """The words as they are read in one language, in how many segments, on how many phones."""

    language: str
    body: str
    segments: int
    phones: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal in full. *untranslated*: languages of the school whose phones read the school's first instead."""

    preview: Preview
    texts: tuple[InLanguage, ...] = ()
    untranslated: tuple[str, ...] = ()
    calls: int = 0
    is_by_call: bool = False
    """No PIN is taken by text: the tree calls this lead for it."""

    @property
    def segments(self) -> int:
        return sum(each.segments * each.phones for each in self.texts)

    @property
    def dollars(self) -> float:
        """A call is reckoned as one minute: it lasts half of one at most."""
        return self.segments * PRICES.segment + self.calls * PRICES.call_minute


def draft_of(session: Session, means: Means, person: Person, site: Site, proposal: Proposal) -> Draft:
    """Of a proposal that is no row yet, or that waits for this lead's PIN. Their code is not in it."""
    preview = preview_of(session, means, person, site, proposal)
    is_by_call = is_by_call_alone(session, means, proposal)
    if preview.action in PAUSING:
        return Draft(preview, is_by_call=is_by_call)
    texts, calls = _counts(session, means, site, proposal)
    languages = school_of(means, site).site.languages
    here = translated()
    shown = [code for code in dict.fromkeys((*languages, *texts)) if code in here or code in texts]
    body = body_of(session, means, site, proposal)
    return Draft(
        preview,
        texts=tuple(_read(body, code, languages[0], texts.get(code, 0)) for code in shown),
        untranslated=tuple(code for code in languages if code not in here),
        calls=calls,
        is_by_call=is_by_call,
    )


def _counts(session: Session, means: Means, site: Site, proposal: Proposal) -> tuple[dict[str, int], int]:
    """Phones by language of their text, and those that are called."""
    rows = recipients_of(session, means, site, proposal).subquery()
    grouped = select(rows.c.channel, rows.c.language, func.count()).group_by(rows.c.channel, rows.c.language)
    texts, calls = dict[str, int](), 0
    for channel, language, phones in session.execute(grouped):
        if channel == TEXT:
            texts[language] = phones
        else:
            calls += phones
    return texts, calls


def _read(body: Text, language: str, default: str, phones: int) -> InLanguage:
    words = reader(language, None, default).read(body)
    return InLanguage(language, words, measure(words).segments, phones)
