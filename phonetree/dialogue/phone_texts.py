"""Texts that a phone writes by itself, reactions and automatic replies; for the matching, which ignores them."""

from __future__ import annotations

import re
import unicodedata

from phonetree.dialogue.folding import Words, cut
from phonetree.dialogue.keyword_tables import KeywordTables
from phonetree.dialogue.meanings import Ignored

_QUOTED = re.compile(r"(?P<before>[^\"“”„«»「『]{1,40})[\"“”„«»「『].*[\"“”«»」』]\W*", re.DOTALL)
_NODS = frozenset("👍👎❤♥💕🙏👌✅💯😂🤣😮😢😡🎉👏‼❗❓")
_LONGEST_EMOJI_REACTION = 2


def written_by_phone(raw: str, words: Words, tables: KeywordTables) -> Ignored | None:
    """A reaction ("Liked “…”", "👍 to “…”", a bare thumb) or an automatic reply; nobody waits for an answer."""
    if words.folded in tables.reactions or _is_quoted_reaction(raw, tables) or _is_nod(raw):
        return Ignored("reaction")
    if words.folded in tables.automatic or tables.automatic_start.begins(words.folded):
        return Ignored("automatic reply")
    return None


def _is_quoted_reaction(raw: str, tables: KeywordTables) -> bool:
    quoted = _QUOTED.fullmatch(raw)
    if quoted is None:
        return False
    before = cut(quoted["before"]).folded
    return before in tables.before_a_quote or (_has_emoji(quoted["before"]) and len(before) <= _LONGEST_EMOJI_REACTION)


def _is_nod(raw: str) -> bool:
    return not _NODS.isdisjoint(raw) and all(char in _NODS or char.isspace() or _adorns(char) for char in raw)


def _adorns(char: str) -> bool:
    """A skin tone, a variation selector, a joiner."""
    return unicodedata.category(char) in {"Sk", "Mn", "Cf"}


def _has_emoji(words: str) -> bool:
    return any(unicodedata.category(char) == "So" for char in words)
