"""What a telephone is told: words, recordings and pauses, cut short when somebody presses a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from phonetree.simulator.answer_plans import Heard
from phonetree.simulator.board import Board
from phonetree.simulator.legs import BREATH, Leg
from phonetree.simulator.sounds import length_of
from phonetree.simulator.voice_verbs import Pause, Play, Prompt, Say
from phonetree.simulator.webhooks import WebhookError

LETTERS_A_SECOND = 14


async def tell(board: Board, leg: Leg, prompt: Prompt, is_cut: Callable[[], bool] | None = None) -> None:
    """Let the telephone hear it. Raises as ``Leg.check``."""
    match prompt:
        case Say(words, language, voice):
            heard = Heard(words, language, voice, seconds=len(words) / LETTERS_A_SECOND)
        case Play(url):
            heard = await _recording(board, url)
        case Pause(seconds):
            await leg.pass_time(seconds, is_cut, least=BREATH)
            return
        case _:
            assert_never(prompt)
    leg.check()
    leg.hear(heard)
    await leg.pass_time(heard.seconds, is_cut)


async def _recording(board: Board, url: str) -> Heard:
    """A recording that cannot be played is silence, and a complaint."""
    try:
        answer = await board.network.poster.fetch(url, {}, "GET")
        return Heard(url=url, size=len(answer.body), seconds=_length(answer.content_type, answer.body))
    except WebhookError as failure:
        board.network.complain("Play", failure)
        return Heard(url=url)


def _length(content_type: str, sound: bytes) -> float:
    if not content_type.startswith("audio/"):
        raise WebhookError(13420, "the content type is not that of sound")
    try:
        return length_of(sound)
    except ValueError:
        raise WebhookError(13420, "sound that cannot be played") from None
