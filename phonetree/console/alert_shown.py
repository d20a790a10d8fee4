"""What the pages of an alert have in common: their words, and a draft as it is shown on them."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from phonetree.console.alert_words import ALERT_WORDS, DEEDS
from phonetree.console.rendering import page
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.drafts import Draft, InLanguage
from phonetree.desk.page_words import direction
from phonetree.flows.preview import what_goes
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import Printed, printed


def alert_page(template: str, lead: SignedIn, *, status: int = 200, live: str = "", **values: Any) -> Response:
    words = {"aw": ALERT_WORDS, "deeds": DEEDS}
    return page(template, lead.languages, status=status, live=live, school=lead.school, **{**words, **values})


def shown(draft: Draft) -> dict[str, Any]:
    """What the pages show of it."""
    preview = draft.preview
    texts = [
        (LANGUAGES[each.language].endonym, LANGUAGES[each.language].bcp47, direction(each.language), each, _size(each))
        for each in draft.texts
    ]
    late = printed("{n} of {all} phones will not be texted in time.", n=preview.too_late, all=preview.phones)
    return {
        "draft": draft,
        "what": what_goes(preview),
        "texts": texts,
        "untranslated": ", ".join(LANGUAGES[code].endonym for code in draft.untranslated),
        "dollars": f"{draft.dollars:.2f}",
        "late": late if preview.too_late else None,
    }


def _size(each: InLanguage) -> Printed:
    return printed("Segments for each phone: {segments}. Phones: {phones}.", segments=each.segments, phones=each.phones)
