"""How a street address is written in English and in Spanish, for the blanking of what two parties write each other."""

from __future__ import annotations

import re

_NEVER_A_NAME = (
    "of|at|on|the|a|an|in|by|to|from|and|or|but|my|your|our|this|that|these|for|with|is|are|can|will|who|you|we|they|"
    "am|pm|min|mins|minutes?|hours?|days?|blocks?|kids?|children|bags?|boxes|people|families|parents?|o'?clock|"
    "en|a|el|que|y|con|por|para|desde|hasta|hay|es|est[aá]|son|mi|su|bolsas?|minutos?|horas?|d[ií]as|cuadras?|niñ[oa]s"
)
_WORD = rf"(?!(?:{_NEVER_A_NAME})\b)[^\W_][\w'-]*\.?"
_FIRST = rf"(?:(?:[NSEW]|north|south|east|west)\.? )?{_WORD}"
_SURE = "street|st|avenue|ave|boulevard|blvd|road|rd|highway|hwy|parkway|pkwy|freeway|terrace"
_OFTEN = "drive|dr|lane|ln|court|ct|place|pl|way|circle|cir|square|sq|alley|row|trail"
"""Words of other meanings too: only after a house number of three digits, or after a name with a capital."""
_CALLE = r"(?:calle|avenida|avda|av|bulevar|calzada|callej[oó]n|privada|camino|carretera|colonia|c/)"
_NUMBER = r"(?:#|no\.?|n[uú]m(?:ero)?\.?)"

ADDRESSES = (
    re.compile(rf"\b\d{{1,6}}[a-z]?,? (?:{_FIRST} )(?:{_WORD} ){{0,2}}(?:{_SURE})\b\.?", re.IGNORECASE),
    re.compile(rf"\b\d{{3,6}}[a-z]?,? (?:{_FIRST} )(?:{_WORD} ){{0,2}}(?:{_OFTEN})\b\.?", re.IGNORECASE),
    re.compile(rf"\b\d{{1,6}}[A-Za-z]?,? (?:[A-Z][\w'-]+\.? ){{1,3}}(?i:{_OFTEN})\b\.?"),
    re.compile(
        rf"\b{_CALLE}\.? ?(?:(?:\d{{1,3}} de |{_WORD} |{_WORD}, ){{1,4}}?)(?:{_NUMBER} ?\d{{1,6}}|\d{{2,6}})\b[a-z]?\b",
        re.IGNORECASE,
    ),
    re.compile(rf"\b\d{{1,6}}[a-z]?,? (?:de )?(?:la )?{_CALLE}\.? (?:{_WORD} ?){{1,3}}", re.IGNORECASE),
    re.compile(
        r"\b(?i:apt|apto|apartment|apartamento|depto|dpto|departamento|unit|unidad|suite|ste)\b\.?:? ?"
        rf"(?i:{_NUMBER})? ?(?:\d{{1,5}}[A-Za-z]?|[A-Z]-?\d{{0,4}})\b"
    ),
    re.compile(r"\bp\.? ?o\.? ?box \d+|\bapartado postal \d+", re.IGNORECASE),
    re.compile(r"\b[A-Z]{2},? \d{5}(?:-\d{4})?\b"),
)
"""Each blanks whatever it finds, whole."""
