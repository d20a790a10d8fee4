"""How a turn sounds in a call: what was said, then each choice before its key. Flows never say "press" themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from phonetree.dialogue.nodes import Menu, Option, Wait
from phonetree.words.i18n import ByChannel, InLanguage, Spoken, Word, say
from phonetree.words.speech import clip_of


def as_call(said: Sequence[Word], wait: Wait | None) -> tuple[Word, ...]:
    """Everything that a turn says, sentence by sentence."""
    return (*said, *(_choices(wait) if isinstance(wait, Menu) else ()))


def _choices(menu: Menu) -> Iterator[Word]:
    for key, option in menu.options.items():
        if option.label is not None:
            yield _choice(key, option)


def _choice(key: str, option: Option) -> Word:
    label = option.label.said if isinstance(option.label, ByChannel) else option.label
    match label:
        case InLanguage():
            return label
        case Spoken() if clip := clip_of(label):
            return say("{choice}, press {key}.", clip=f"{clip}-press-{key}", choice=label, key=key)
        case None:
            return ""
        case _:
            return say("{choice}, press {key}.", choice=label, key=key)
