"""Logs, for operators: every line, of ours and of the libraries, passes one redactor that hides phone numbers."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_HELD_AT_WARNING = ("alembic", "twilio", "sqlalchemy", "aiohttp", "huey")
"""Below warnings these write whole URLs, parameters and rows."""
_SILENT = ("apprise", "requests", "urllib3")
"""At whatever level, these name a group chat's address, or those who are in it."""

_PACKAGE = Path(__file__).parents[1]
_REDACTED = "[redacted]"
_DEEPEST = 8
_TEN_DIGITS = 1_000_000_000

_KEPT = (
    r"\b[A-Z]{2}[0-9a-f]{32}\b"  # the provider's own names
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"  # ours
    r"|\b(?:19|20)\d\d-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9}(?!\d))?)?"  # times
)
_BETWEEN = r"(?:[\s().+\u2010-\u2015\u2212-]|%20|%2[89D]){0,4}"
_PLUS = r"(?:\+|%(?:25)?2[Bb])"
_NUMBER = rf"(?:{_PLUS}{_BETWEEN}\d(?:{_BETWEEN}\d){{6,}}|(?:\(|%28)?\d(?:{_BETWEEN}\d){{9,}})"
_KEPT_OR_NUMBER = re.compile(rf"(?P<kept>{_KEPT})|{_NUMBER}")


def configure_logs(stream: TextIO, *, json: bool) -> None:
    """Send every log line to *stream*, as JSON or for people; replaces what was configured before."""
    first = _first_steps()
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *first, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _QuietHandler(stream)
    handler.addFilter(_is_wanted)
    handler.setFormatter(_formatter(first, json=json))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _HELD_AT_WARNING:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide what looks like a phone number, wherever in the line it is. Stands last before the line is written."""
    return {_redacted_text(str(key)): _redacted(value) for key, value in event.items()}


def place_of(error: Exception) -> str:
    """Where in our own code it came about, and where it was raised: files, functions and lines.

    For errors that may quote what somebody wrote: their own words stay out of the log.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames[:-1] if _PACKAGE in Path(frame.filename).parents]
    return " > ".join(f"{Path(at.filename).name}:{at.lineno} {at.name}" for at in (*ours, *frames[-1:]))


def _first_steps() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(first: list[Processor], *, json: bool) -> logging.Formatter:
    console = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=first,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer() if json else console,
        ],
    )


def _redacted(value: object, depth: int = 0) -> object:
    """The value in words, lists and dictionaries alone: what a renderer would print by itself might hold a number."""
    if depth > _DEEPEST:
        return _REDACTED
    match value:
        case Mapping():
            return {_redacted_text(str(key)): _redacted(each, depth + 1) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_redacted(each, depth + 1) for each in value]
        case None | bool():
            return value
        case int() | float() if abs(value) < _TEN_DIGITS:
            return value
    return _redacted_text(value if isinstance(value, str) else repr(value))


def _redacted_text(text: str) -> str:
    return _KEPT_OR_NUMBER.sub(lambda match: match["kept"] or _REDACTED, text)


def _is_wanted(record: logging.LogRecord) -> bool:
    """Hold the talkative libraries even where one of their own loggers was given another level."""
    family = record.name.split(".")[0]
    return family not in _SILENT and (record.levelno >= logging.WARNING or family not in _HELD_AT_WARNING)


class _QuietHandler(logging.StreamHandler[TextIO]):
    """The standard one prints the message and its values beside our stream when a line cannot be written."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        with suppress(OSError, ValueError):
            self.stream.write(f"a log line of {record.name} ({record.module}:{record.lineno}) could not be written\n")
