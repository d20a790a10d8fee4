"""The desk's answers to a call as TwiML: for the blueprint of calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from twilio.twiml import TwiML
from twilio.twiml.voice_response import Pause, Play, Say, VoiceResponse

from phonetree.desk.call_answers import (
    CallAnswer,
    DialOut,
    Gather,
    HangUp,
    HoldOn,
    JoinNow,
    JoinQueue,
    LeaveQueue,
    Queue,
    TakeRecording,
    WaitOn,
)
from phonetree.twilio.call_requests import Kind
from phonetree.twilio.twiml import UnfitReply, legal_xml, rendered
from phonetree.words.languages import LANGUAGES
from phonetree.words.speech import Paused, Played, Said, Utterance

LONGEST_SAY = 3000
"""Characters, of the provider's strictest voices (13521 beyond)."""

FINISH_KEYS = "1234567890*#"
SILENCE_ENDS = 5
"""Seconds of silence after which a recording is over."""

EMPTY_QUEUE_WAIT = 10
"""Seconds. Who joins a queue that its caller has just left would else hear nothing for half a minute."""

_VOICES = frozenset(language.say for language in LANGUAGES.values() if language.say)
_SENTENCE_END = re.compile(r"[.!?…։።۔؟](?=\s)|[。！？]")  # noqa: RUF001 - the full stops of our languages
_PATH_PART = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the provider finds the rest of a call. *audio*: the absolute address of a recording, by its source."""

    public_url: str
    audio: Callable[[str], str]

    def turn(self, turn: int, kind: Kind) -> str:
        return f"{self.public_url}/twilio/voice/turn/{turn}/{kind}"

    def answered(self, attempt: str) -> str:
        return f"{self.public_url}/twilio/voice/answered/{_plain(attempt)}"

    def wait(self, hunt: str) -> str:
        return f"{self.public_url}/twilio/voice/wait/{_plain(hunt)}"


def sound_address(public_url: str, token: str) -> str:
    """Where a recording is fetched by its token."""
    return f"{public_url}/audio/{token}.wav"


def document(answer: CallAnswer, addresses: Addresses) -> str:
    """One answer as a document; raises ``UnfitReply`` for what the provider would refuse."""
    response = VoiceResponse()
    match answer:
        case Gather():
            _gather(response, answer, addresses)
        case LeaveQueue():
            response.leave()
        case _:
            _speak(response, answer.said, addresses)
            _go_on(response, answer, addresses)
    return rendered(response)


def _go_on(
    response: VoiceResponse,
    answer: TakeRecording | Queue | DialOut | JoinQueue | HoldOn | WaitOn | JoinNow | HangUp,
    addresses: Addresses,
) -> None:
    """What happens once everything is said."""
    match answer:
        case TakeRecording():
            _record(response, answer, addresses.turn(answer.turn, Kind.SOUND))
        case Queue():
            _enqueue(response, answer, addresses)
        case DialOut():
            _dial(response, answer, addresses)
        case JoinQueue():
            action = addresses.turn(answer.turn, Kind.DIAL)
            response.dial(action=action, method="POST", timeout=EMPTY_QUEUE_WAIT).queue(_plain(answer.hunt))
        case HoldOn():
            _pause(response, max(1, answer.seconds))
            response.redirect(addresses.turn(answer.turn, Kind.HOLD), method="POST")
        case WaitOn():
            _pause(response, max(1, answer.seconds))
        case JoinNow():
            pass  # the two are joined where the document ends
        case HangUp():
            response.hangup()
        case _:
            assert_never(answer)


def _gather(response: VoiceResponse, answer: Gather, addresses: Addresses) -> None:
    """One key alone may be ``#``; of several, ``#`` ends them."""
    gather = response.gather(
        input="dtmf",
        action=addresses.turn(answer.turn, Kind.KEYS),
        method="POST",
        action_on_empty_result=True,
        timeout=_seconds(answer.patience, 1, 600),
        finish_on_key="" if answer.keys == 1 else "#",
        num_digits=answer.keys or None,
    )
    _speak(gather, answer.said, addresses)


def _record(response: VoiceResponse, answer: TakeRecording, action: str) -> None:
    """An empty recording does not call its action, so the same address follows it."""
    response.record(
        action=action,
        method="POST",
        max_length=_seconds(answer.longest, 1, 3600),
        timeout=SILENCE_ENDS,
        finish_on_key=FINISH_KEYS,
        play_beep=True,
        trim="trim-silence",
    )
    response.redirect(action, method="POST")


def _enqueue(response: VoiceResponse, answer: Queue, addresses: Addresses) -> None:
    response.enqueue(
        _plain(answer.hunt),
        action=addresses.turn(answer.turn, Kind.QUEUE),
        method="POST",
        wait_url=addresses.wait(answer.hunt),
        wait_url_method="POST",
    )


def _dial(response: VoiceResponse, answer: DialOut, addresses: Addresses) -> None:
    dial = response.dial(
        action=addresses.turn(answer.turn, Kind.DIAL),
        method="POST",
        timeout=_seconds(answer.rings, 5, 600),
        caller_id=answer.sender.e164,
        answer_on_bridge=True,
    )
    whisper = {"url": addresses.answered(answer.whisper), "method": "POST"} if answer.whisper else {}
    dial.number(answer.number.e164, **whisper)


def _speak(verb: TwiML, said: Iterable[Utterance], addresses: Addresses) -> None:
    for each in said:
        match each:
            case Said(words, language, voice):
                if (language, voice) not in _VOICES:
                    raise UnfitReply("a voice that is not in the languages' table")
                for piece in _pieces(words):
                    verb.append(Say(piece, language=language, voice=voice))
            case Played(source):
                verb.append(Play(addresses.audio(source)))
            case Paused(seconds):
                _pause(verb, seconds)
            case _:
                assert_never(each)


def _pause(verb: TwiML, seconds: int) -> None:
    if seconds > 0:
        verb.append(Pause(length=seconds))


def _pieces(words: str) -> Iterator[str]:
    """Cut behind a sentence where there is one, else between two words. An empty ``<Say>`` is refused (13520)."""
    rest = legal_xml(words).strip()
    while len(rest) > LONGEST_SAY:
        ends = [end.end() for end in _SENTENCE_END.finditer(rest, 0, LONGEST_SAY)]
        cut = ends[-1] if ends else max(rest.rfind(" ", 0, LONGEST_SAY), 0) or LONGEST_SAY
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest


def _seconds(length: timedelta, least: int, most: int) -> int:
    return min(max(least, int(length.total_seconds())), most)


def _plain(part: str) -> str:
    """What may stand in an address and as a queue's name without being written otherwise."""
    if not _PATH_PART.fullmatch(part):
        raise UnfitReply("a name that cannot stand in an address")
    return part
