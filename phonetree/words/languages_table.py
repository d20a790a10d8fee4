"""The table of languages: the facts of each, for ``phonetree.words.languages`` and for nobody else.

Words that are not English were drafted and wait for native speakers; plural rules are those of CLDR, held by a test.
"""

# ruff: noqa: RUF001 - every script of ours has letters that look like Latin ones

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """One language, by the code that names its catalog.

    ``is_gsm7``: its catalog is written so that texts stay in GSM-7 (for Spanish: without á í ó ú).
    ``has_text``: false where it is reached by recordings alone.
    ``say``: the provider's language and voice, where it has any.
    ``press_self``: "for this language, press {n}", spoken in it; none where the community has not said it yet.
    ``plural_forms``: none where no rule is known, so its catalog has no plurals.
    """

    code: str
    bcp47: str
    english_name: str
    endonym: str
    endonym_ascii: str
    script: str
    rtl: bool = False
    plural_forms: str | None = None
    is_gsm7: bool = False
    has_text: bool = True
    say: tuple[str, str] | None = None
    press_self: str | None = None


_ONE_APART = "nplurals=2; plural=(n != 1);"
_ZERO_AND_ONE_APART = "nplurals=2; plural=(n > 1);"
_NO_PLURAL = "nplurals=1; plural=0;"
_FILIPINO = "nplurals=2; plural=(n != 1 && n != 2 && n != 3 && (n % 10 == 4 || n % 10 == 6 || n % 10 == 9));"
_EAST_SLAVIC = (
    "nplurals=3; plural="
    "(n % 10 == 1 && n % 100 != 11 ? 0 : "
    "n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 10 || n % 100 >= 20) ? 1 : "
    "2);"
)
_ARABIC = (
    "nplurals=6; plural="
    "(n == 0 ? 0 : "
    "n == 1 ? 1 : "
    "n == 2 ? 2 : "
    "n % 100 >= 3 && n % 100 <= 10 ? 3 : "
    "n % 100 >= 11 ? 4 : "
    "5);"
)
_POLISH = "nplurals=3; plural=(n == 1 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 10 || n % 100 >= 20) ? 1 : 2);"

TABLE = (
    Language(
        code="en",
        bcp47="en-US",
        english_name="English",
        endonym="English",
        endonym_ascii="English",
        script="Latn",
        plural_forms=_ONE_APART,
        is_gsm7=True,
        say=("en-US", "Polly.Joanna-Neural"),
        press_self="For English, press {n}.",
    ),
    Language(
        code="es",
        bcp47="es-419",
        english_name="Spanish",
        endonym="Español",
        endonym_ascii="Espanol",
        script="Latn",
        plural_forms=_ONE_APART,
        is_gsm7=True,
        say=("es-US", "Polly.Lupe-Neural"),
        press_self="Para español, oprima el {n}.",
    ),
    Language(
        code="hy",
        bcp47="hy",
        english_name="Armenian",
        endonym="Հայերեն",
        endonym_ascii="Hayeren",
        script="Armn",
        plural_forms=_ZERO_AND_ONE_APART,
        press_self="Հայերենի համար սեղմեք {n}։",
    ),
    Language(
        code="ko",
        bcp47="ko",
        english_name="Korean",
        endonym="한국어",
        endonym_ascii="Hangugeo",
        script="Kore",
        plural_forms=_NO_PLURAL,
        say=("ko-KR", "Polly.Seoyeon-Neural"),
        press_self="한국어는 {n}번을 누르세요.",
    ),
    Language(
        code="fil",
        bcp47="fil",
        english_name="Filipino (Tagalog)",
        endonym="Tagalog",
        endonym_ascii="Tagalog",
        script="Latn",
        plural_forms=_FILIPINO,
        is_gsm7=True,
        say=("fil-PH", "Google.fil-PH-Wavenet-A"),
        press_self="Para sa Tagalog, pindutin ang {n}.",
    ),
    Language(
        code="ru",
        bcp47="ru",
        english_name="Russian",
        endonym="Русский",
        endonym_ascii="Russkiy",
        script="Cyrl",
        plural_forms=_EAST_SLAVIC,
        say=("ru-RU", "Polly.Tatyana"),
        press_self="Для русского языка нажмите {n}.",
    ),
    Language(
        code="fa",
        bcp47="fa",
        english_name="Farsi",
        endonym="فارسی",
        endonym_ascii="Farsi",
        script="Arab",
        rtl=True,
        plural_forms=_ZERO_AND_ONE_APART,
        press_self="برای فارسی، {n} را فشار دهید.",
    ),
    Language(
        code="vi",
        bcp47="vi",
        english_name="Vietnamese",
        endonym="Tiếng Việt",
        endonym_ascii="Tieng Viet",
        script="Latn",
        plural_forms=_NO_PLURAL,
        say=("vi-VN", "Google.vi-VN-Wavenet-A"),
        press_self="Tiếng Việt, xin bấm số {n}.",
    ),
    Language(
        code="zh_Hans",
        bcp47="zh-Hans",
        english_name="Chinese, simplified (Mandarin)",
        endonym="普通话",
        endonym_ascii="Putonghua",
        script="Hans",
        plural_forms=_NO_PLURAL,
        say=("cmn-CN", "Polly.Zhiyu-Neural"),
        press_self="普通话请按{n}。",
    ),
    Language(
        code="zh_Hant",
        bcp47="zh-Hant",
        english_name="Chinese, traditional (Cantonese)",
        endonym="廣東話",
        endonym_ascii="Guangdonghua",
        script="Hant",
        plural_forms=_NO_PLURAL,
        say=("yue-HK", "Google.yue-HK-Standard-A"),
        press_self="廣東話請按{n}。",
    ),
    Language(
        code="ar",
        bcp47="ar",
        english_name="Arabic",
        endonym="العربية",
        endonym_ascii="Alarabiya",
        script="Arab",
        rtl=True,
        plural_forms=_ARABIC,
        say=("ar-XA", "Google.ar-XA-Wavenet-A"),
        press_self="للغة العربية، اضغط {n}.",
    ),
    Language(
        code="so",
        bcp47="so",
        english_name="Somali",
        endonym="Af-Soomaali",
        endonym_ascii="Af-Soomaali",
        script="Latn",
        plural_forms=_ONE_APART,
        is_gsm7=True,
        press_self="Haddii aad rabto Af-Soomaali, riix {n}.",
    ),
    Language(
        code="mww",
        bcp47="mww",
        english_name="Hmong",
        endonym="Hmoob",
        endonym_ascii="Hmoob",
        script="Latn",
        is_gsm7=True,
        press_self="Yog koj xav hais lus Hmoob, nias {n}.",
    ),
    Language(
        code="om",
        bcp47="om",
        english_name="Oromo",
        endonym="Afaan Oromoo",
        endonym_ascii="Afaan Oromoo",
        script="Latn",
        plural_forms=_ONE_APART,
        is_gsm7=True,
        press_self="Afaan Oromootiif, {n} tuqaa.",
    ),
    Language(
        code="am",
        bcp47="am",
        english_name="Amharic",
        endonym="አማርኛ",
        endonym_ascii="Amarigna",
        script="Ethi",
        plural_forms=_ZERO_AND_ONE_APART,
        say=("am-ET", "Google.am-ET-Wavenet-A"),
        press_self="ለአማርኛ {n}ን ይጫኑ።",
    ),
    Language(
        code="pl",
        bcp47="pl",
        english_name="Polish",
        endonym="Polski",
        endonym_ascii="Polski",
        script="Latn",
        plural_forms=_POLISH,
        say=("pl-PL", "Polly.Ola-Neural"),
        press_self="Aby wybrać język polski, naciśnij {n}.",
    ),
    Language(
        code="uk",
        bcp47="uk",
        english_name="Ukrainian",
        endonym="Українська",
        endonym_ascii="Ukrainska",
        script="Cyrl",
        plural_forms=_EAST_SLAVIC,
        say=("uk-UA", "Google.uk-UA-Wavenet-A"),
        press_self="Для української мови натисніть {n}.",
    ),
    Language(
        code="ur",
        bcp47="ur",
        english_name="Urdu",
        endonym="اردو",
        endonym_ascii="Urdu",
        script="Arab",
        rtl=True,
        plural_forms=_ONE_APART,
        press_self="اردو کے لیے {n} دبائیں۔",
    ),
    Language(
        code="quc",
        bcp47="quc",
        english_name="K'iche'",
        endonym="K'iche'",
        endonym_ascii="K'iche'",
        script="Latn",
        plural_forms=_NO_PLURAL,
        has_text=False,
    ),
    Language(
        code="mam",
        bcp47="mam",
        english_name="Mam",
        endonym="Mam",
        endonym_ascii="Mam",
        script="Latn",
        has_text=False,
    ),
    Language(
        code="kjb",
        bcp47="kjb",
        english_name="Q'anjob'al",
        endonym="Q'anjob'al",
        endonym_ascii="Q'anjob'al",
        script="Latn",
        has_text=False,
    ),
    Language(
        code="zpq",
        bcp47="zpq",
        english_name="Zapotec (Zoogocho)",
        endonym="Dilla Xhon",
        endonym_ascii="Dilla Xhon",
        script="Latn",
        has_text=False,
    ),
    Language(
        code="zab",
        bcp47="zab",
        english_name="Zapotec (Tlacolula Valley)",
        endonym="Dizhsa",
        endonym_ascii="Dizhsa",
        script="Latn",
        has_text=False,
    ),
)
