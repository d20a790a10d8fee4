"""The languages' names, as a sentence of a call says them in the listener's own language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phonetree.words.i18n import Spoken, say

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
