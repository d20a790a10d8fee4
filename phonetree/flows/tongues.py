"""The languages' names in the reader's or listener's own language: one table, of the catalogs of calls, serves both."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phonetree.words.i18n import ByChannel, Named, Spoken, say
from phonetree.words.languages import LANGUAGES
from phonetree.words.segments import plain
from phonetree.words.speech import in_language

_ENGLISH = "en"

TONGUES: Mapping[str, Spoken] = MappingProxyType(
    {
        "en": say("English"),
        "es": say("Spanish"),
        "hy": say("Armenian"),
        "ko": say("Korean"),
        "fil": say("Tagalog"),
        "ru": say("Russian"),
        "fa": say("Farsi"),
        "vi": say("Vietnamese"),
        "zh_Hans": say("Mandarin"),
        "zh_Hant": say("Cantonese"),
        "ar": say("Arabic"),
        "so": say("Somali"),
        "mww": say("Hmong"),
        "om": say("Oromo"),
        "am": say("Amharic"),
        "pl": say("Polish"),
        "uk": say("Ukrainian"),
        "ur": say("Urdu"),
        "quc": say("K'iche'"),
        "mam": say("Mam"),
        "kjb": say("Q'anjob'al"),
        "zpq": say("Zapotec of Zoogocho"),
        "zab": say("Zapotec of the Tlacolula Valley"),
    }
)


def tongue(code: str) -> ByChannel:
    """A language by its name: as a call says it, and in a text with no letter that would make it dearer."""
    name = TONGUES[code]
    found = {reader: words for reader in LANGUAGES if (words := in_language(name, reader)) is not None}
    written = {reader: plain(words) if LANGUAGES[reader].is_gsm7 else words for reader, words in found.items()}
    return ByChannel(Named(written, _ENGLISH), name)
