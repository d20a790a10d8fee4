"""Answers to the provider as TwiML, for the blueprint: replies to a text, silence, and the words of last resort."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from twilio.twiml import TwiML
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

CONTENT_TYPE = "text/xml; charset=utf-8"

MOST_MESSAGES = 10
LONGEST_MESSAGE = 1600
LARGEST_DOCUMENT = 64_000
"""Bytes. The provider refuses over 64 kB (11750) and does not say which kind."""

_BEGINS = '<?xml version="1.0" encoding="UTF-8"?><Response>'
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Machine-drafted except English: to be reviewed by native speakers. Nobody knows the reader's language here, so one
# text holds what GSM-7 can write (hence Spanish without accents) and a second one the rest.
_WORDS_OF_LAST_RESORT: tuple[tuple[str, ...], ...] = (
    (
        "The phone tree has a fault: your text was not read. Please text again in 10 minutes.",
        "Hay una falla y su mensaje no fue atendido. Escriba de nuevo en 10 minutos.",
        "May sira ang sistema: hindi nabasa ang text mo. Mag-text ulit pagkalipas ng 10 minuto.",
    ),
    (
        "시스템 장애로 문자를 읽지 못했습니다. 10분 후 다시 보내 주세요.",
        "系统故障，未读到您的短信。请10分钟后重发。",  # noqa: RUF001 - its own comma
        "Hệ thống bị lỗi, chưa đọc tin của quý vị. Xin nhắn lại sau 10 phút.",
        "Сбой: ваше сообщение не прочитано. Напишите снова через 10 минут.",
        "Խափանում. ձեր հաղորդագրությունը չի կարդացվել։ Կրկին գրեք 10 րոպեից։",  # noqa: RUF001 - its own full stop
        "عطل: لم تُقرأ رسالتك. أرسلها مرة أخرى بعد 10 دقائق.",
    ),
)

# (language, voice, words); the other languages have no provider voice or none that every account may use
_SPEECH_OF_LAST_RESORT: tuple[tuple[str, str, str], ...] = (
    ("en-US", "Polly.Joanna-Neural", "The phone tree has a fault. Please call again in ten minutes."),
    ("es-US", "Polly.Lupe-Neural", "Hay una falla en el sistema. Por favor, llame de nuevo en diez minutos."),
    ("ko-KR", "Polly.Seoyeon-Neural", "시스템에 장애가 있습니다. 십 분 후에 다시 전화해 주세요."),
    ("cmn-CN", "Polly.Zhiyu-Neural", "系统出现故障。请十分钟后再打电话。"),
    ("ru-RU", "Polly.Tatyana", "Произошёл сбой. Пожалуйста, позвоните снова через десять минут."),
    ("vi-VN", "Google.vi-VN-Wavenet-A", "Hệ thống bị lỗi. Xin gọi lại sau mười phút."),
)

_FAREWELL: tuple[tuple[str, str, str], ...] = (
    ("en-US", "Polly.Joanna-Neural", "This call cannot go on. Please call again. Goodbye."),
    ("es-US", "Polly.Lupe-Neural", "Esta llamada no puede seguir. Por favor, llame de nuevo. Adiós."),
)


class UnfitReply(ValueError):
    """A reply that the provider would refuse or cut (11750, 13511, 14103, 14109). Never holds its words."""


def message_reply(bodies: Sequence[tuple[str, str]]) -> str:
    """Answer a text with one message per ``(body, action URL)``; raises ``UnfitReply``.

    The action URL gets the receipts of that message, which is how its SID reaches the ledger.
    """
    if len(bodies) > MOST_MESSAGES:
        raise UnfitReply("over ten messages in one reply")
    return _whole(f"{_BEGINS}{''.join(_message(_fit(body), action) for body, action in bodies)}</Response>")


def _message(body: str, action: str) -> str:
    """As the provider's library writes it, which makes a tree of every document first (ADR 0011)."""
    address = escape(action, {'"': "&quot;"})
    return f'<Message action="{address}" method="POST">{escape(body)}</Message>'


def silence() -> str:
    """No answer at all."""
    return rendered(MessagingResponse())


def fallback(*, is_call: bool) -> str:
    """The answer when everything else failed: constant, in several languages, spoken or written."""
    return rendered(_spoken(_SPEECH_OF_LAST_RESORT) if is_call else _written_fallback())


def apology() -> str:
    """To a call that failed here: the words of last resort and nothing after them, wherever the call stood."""
    return _last_words(_SPEECH_OF_LAST_RESORT)


def farewell() -> str:
    """To a call that nobody knows of here."""
    return _last_words(_FAREWELL)


def leave_queue() -> str:
    """To a caller in a queue: the call goes on behind the queue."""
    response = VoiceResponse()
    response.leave()
    return rendered(response)


def _last_words(speech: Sequence[tuple[str, str, str]]) -> str:
    response = _spoken(speech)
    response.hangup()
    return rendered(response)


def _spoken(speech: Sequence[tuple[str, str, str]]) -> VoiceResponse:
    response = VoiceResponse()
    for language, voice, words in speech:
        response.say(words, language=language, voice=voice)
    return response


def _written_fallback() -> MessagingResponse:
    response = MessagingResponse()
    for lines in _WORDS_OF_LAST_RESORT:
        response.message("\n".join(lines))
    return response


def legal_xml(words: str) -> str:
    """What of some words XML can carry; one stray control character would make the whole answer unreadable (12100)."""
    return _NOT_XML.sub("", words)


def rendered(response: TwiML) -> str:
    """The document, or ``UnfitReply``."""
    return _whole(str(response))


def _whole(document: str) -> str:
    if len(document.encode()) > LARGEST_DOCUMENT:
        raise UnfitReply("the reply is over 64 kB")
    return document


def _fit(body: str) -> str:
    legal = legal_xml(body)
    if not legal.strip() or len(legal) > LONGEST_MESSAGE:
        raise UnfitReply("a message is empty or over 1,600 characters")
    return legal
