"""Logs, for operators: every line, of ours and of the libraries, passes one redactor that lets through what is known.

Of the values those under a name on a list; of an error its kind and its places; of any words no phone number.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

KEYS = frozenset(
    {
        *("event", "level", "logger", "timestamp", "exception", "stack"),  # what every line has
        *("error", "where", "status", "why", "variable"),  # kinds, places and names of ours
        *("place", "head", "texts", "tree"),  # counts; where the record of what was done ends; a number's random name
    }
)
"""The names whose values are written. What stands under any other is not, whatever it looks like."""
_HELD_AT_WARNING = (
    *("alembic", "twilio", "sqlalchemy", "aiohttp", "huey", "werkzeug", "granian"),
    *("flask_wtf", "psycopg", "redis"),
)
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
_BETWEEN = r"(?:[\s().+\u2010-\u2015\u2212-]|%20|%2[89D]|\\{1,4}(?:x[0-9a-f]{2}|u[0-9a-f]{4}|[tnr])){0,4}"
"""What stands between digits as it is written, in an address, or escaped by a ``repr``."""
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
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _HELD_AT_WARNING:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def log_what_nobody_catches() -> None:
    """What ends a program or a thread is a line like any other: the interpreter would print its words as they are."""
    sys.excepthook = _last_line
    threading.excepthook = lambda end: _last_line(end.exc_type, end.exc_value, end.exc_traceback)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Let through what is known, without what looks like a phone number. Stands last before the line is written."""
    return {_redacted_text(str(key)): _redacted(value) if key in KEYS else _REDACTED for key, value in event.items()}


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
            structlog.processors.ExceptionRenderer(_kinds_and_places),
            redact,
            structlog.processors.JSONRenderer() if json else console,
        ],
    )


def _last_line(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is not None and not issubclass(kind, KeyboardInterrupt | SystemExit):
        logging.getLogger("phonetree").critical("an error was caught by nobody", exc_info=(kind, error, trace))


def _kinds_and_places(exc_info: ExcInfo) -> str:
    """Each error of the chain by its kind, with the lines of code that it came through, the first cause first.

    Their own words stay out: they may quote what somebody wrote. Only what the system says of a failure stays.
    """
    told = []
    for error in reversed(list(_chain(exc_info[1]))):
        lines = "".join(traceback.format_tb(error.__traceback__))
        reason = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
        told.append(f"{lines}{type(error).__qualname__}{reason}")
    return "\n".join(told)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what a group holds, and what each came from; each once."""
    waiting, seen = [error], set[int]()
    while waiting:
        at = waiting.pop(0)
        if at is None or id(at) in seen:
            continue
        seen.add(id(at))
        yield at
        held = at.exceptions if isinstance(at, BaseExceptionGroup) else ()
        waiting += [*held, at.__cause__ or (None if at.__suppress_context__ else at.__context__)]


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
        case BaseException():
            return type(value).__qualname__
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
