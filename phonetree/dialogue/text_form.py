"""How a turn reads as a text: what was said, then the choices with their digits. Flows never say "reply" themselves."""

from __future__ import annotations

from collections.abc import Sequence

from phonetree.dialogue.nodes import Menu, Wait
from phonetree.words.i18n import Lines, Word, _


def as_text(said: Sequence[Word], wait: Wait | None) -> Lines:
    """One text for everything that a turn says."""
    return Lines((*said, *(_choices(wait) if isinstance(wait, Menu) else ())))


def _choices(menu: Menu) -> list[Word]:
    listed = [(digit, option.label) for digit, option in menu.options.items() if option.label is not None]
    if len(listed) == 1:
        ((digit, label),) = listed
        return [_("Reply {digit}: {choice}", digit=digit, choice=label)]
    return [_("{digit} {choice}", digit=digit, choice=label) for digit, label in listed]
