"""The part of the story that is read in a group chat: the same alert, level and site first, and all in order."""

from __future__ import annotations

from phonetree.demo.phones import NothingCame, Play

COMES_WITHIN = 30.0
NAME = "staff Signal group"
OPENINGS = ("CONFIRMADO", "AVISO NUEVO", "YA NO SE VEN", "CONFIRMADO")
"""What the group reads first of each post, in the school's first language: alert, update, end, and the next alert."""


def group_reads_the_alert(play: Play) -> None:
    words = _read(play, 1)[0]
    play.transcript.received(NAME, words)
    play.check("the group chat got the alert, with site and level", _begins(words, OPENINGS[0]))


def group_read_everything_in_order(play: Play) -> None:
    read = _read(play, len(OPENINGS))
    for words in read[1:]:
        play.transcript.received(NAME, words)
    is_in_order = all(_begins(words, level) for words, level in zip(read, OPENINGS, strict=False))
    play.check("the group chat got everything once and in order", is_in_order and len(read) == len(OPENINGS))


def _read(play: Play, count: int) -> list[str]:
    chat = play.stage.chat
    if not chat.wait_for(lambda: len(chat.read) >= count, COMES_WITHIN):
        raise NothingCame(f"the group chat waited for {count} posts and got {len(chat.read)}")
    return chat.words


def _begins(words: str, level: str) -> bool:
    return words.startswith(f"Maple Tree: {level}")
