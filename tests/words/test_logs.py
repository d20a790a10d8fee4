"""No phone number gets into a log line, whatever brings it there; and what operators need stays readable."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from phonetree.models import open_database
from phonetree.words.logs import configure_logs, redact

FORMS = [
    "+12135550142",
    "12135550142",
    "2135550142",
    "213-555-0142",
    "(213) 555-0142",
    "(213)555-0142",
    "213.555.0142",
    "213 555 0142",
    "+1 (213) 555-0142",
    "1-213-555-0142",
    "%2B12135550142",
    "%2b12135550142",
    "%252B12135550142",
    "+1%20213%20555%200142",
    "%28213%29%20555%2D0142",
    "213+555+0142",
    "213\u2011555\u20110142",
    "213\u00a0555\u00a00142",
    "\u0662\u0661\u0663\u0665\u0665\u0665\u0660\u0661\u0664\u0662",
    "2410555312",  # reversed
    "tel:2135550142",
    "x2135550142y",
    "+5255550142",
    "0.2135550142",
    "2026-11-23 22:24:00,2135550142",
]
SENTINEL = "+12135550142"
TIME = "2026-11-23 22:24:00"
HELD = ["twilio", "sqlalchemy", "aiohttp", "huey"]
TIMES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
"""When each line was written: digits of no telephone."""
TRACES = ("2135550142", "555-0142", "5550142", "0142")


@dataclass(frozen=True, slots=True)
class Log:
    stream: io.StringIO

    def said(self) -> str:
        return self.stream.getvalue()

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.said().splitlines()]

    def is_clean(self) -> bool:
        said = TIMES.sub("", self.said())
        return not any(trace in said for trace in TRACES)


@dataclass(frozen=True)
class Shown:
    """Something whose own words hold a number."""

    number: str


@pytest.fixture(autouse=True)
def unchanged_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers = root.handlers[:]
    levels = {logger: logger.level for logger in (root, *map(logging.getLogger, HELD))}
    yield
    root.handlers[:] = handlers
    for logger, level in levels.items():
        logger.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture(params=[True, False], ids=["json", "console"])
def log(request: pytest.FixtureRequest) -> Log:
    stream = io.StringIO()
    configure_logs(stream, json=request.param)
    return Log(stream)


@pytest.fixture
def json_log() -> Log:
    stream = io.StringIO()
    configure_logs(stream, json=True)
    return Log(stream)


@pytest.mark.parametrize("form", FORMS)
def test_every_usual_form_is_hidden(json_log: Log, form: str) -> None:
    structlog.get_logger("phonetree").info(f"sent to {form}, accepted")
    (line,) = json_log.lines()
    assert str(line["event"]).startswith("sent to ")
    assert "[redacted]" in str(line["event"])
    assert sum(character.isdigit() for character in str(line["event"]).removeprefix(f"sent to {TIME}")) == 0


def in_keywords() -> None:
    structlog.get_logger("phonetree").warning("text", to=SENTINEL, by=Shown(SENTINEL), octets=SENTINEL.encode())


def in_nested_values() -> None:
    structlog.get_logger("phonetree").warning("text", page={"rows": [{"to": ("213-555-0142", {"a": {SENTINEL}})}]})


def in_names() -> None:
    structlog.get_logger("phonetree").warning("text", **{SENTINEL: 1}, page={SENTINEL: 1})


def as_a_whole_number() -> None:
    structlog.get_logger("phonetree").warning("text", to=12135550142, rate=12135550142.0)


def in_bound_values() -> None:
    structlog.contextvars.bind_contextvars(sender=SENTINEL)
    structlog.get_logger("phonetree").bind(to=SENTINEL).warning("text")


def in_arguments() -> None:
    structlog.get_logger("phonetree").warning("text to %s", SENTINEL)


def in_a_cycle() -> None:
    page: dict[str, object] = {"to": SENTINEL}
    page["page"] = page
    structlog.get_logger("phonetree").warning("text", page=page)


def fail() -> None:
    try:
        dict[str, str]()[SENTINEL]
    except KeyError as error:
        raise RuntimeError(f"cannot {'text'} (213) 555-0142") from error


def in_an_exception() -> None:
    try:
        fail()
    except RuntimeError:
        structlog.get_logger("phonetree").exception("text")


def in_an_exception_that_is_a_value() -> None:
    structlog.get_logger("phonetree").warning("text", error=ValueError(SENTINEL))


def in_an_exception_of_a_library() -> None:
    try:
        fail()
    except RuntimeError:
        logging.getLogger("some.library").exception("text")


def in_a_message_of_a_library() -> None:
    logging.getLogger("some.library").warning("GET /Messages?To=%%2B12135550142 %s", {"To": SENTINEL})


def in_a_warning_of_the_provider_library() -> None:
    logging.getLogger("twilio.http_client").warning("Query Params: {'To': '%s'}", SENTINEL)


@pytest.mark.parametrize(
    "speak",
    [
        in_keywords,
        in_nested_values,
        in_names,
        as_a_whole_number,
        in_bound_values,
        in_arguments,
        in_a_cycle,
        in_a_message_of_a_library,
        in_a_warning_of_the_provider_library,
    ],
)
def test_a_number_is_hidden_wherever_it_stands(log: Log, speak: Callable[[], None]) -> None:
    speak()
    assert "[redacted]" in log.said()
    assert log.is_clean()


@pytest.mark.parametrize("speak", [in_an_exception, in_an_exception_that_is_a_value, in_an_exception_of_a_library])
def test_an_exception_is_told_without_its_words(log: Log, speak: Callable[[], None]) -> None:
    speak()
    assert "Error" in log.said()
    assert log.is_clean()
    assert "cannot text" not in log.said()


def test_an_exception_still_says_where(json_log: Log) -> None:
    in_an_exception()
    (line,) = json_log.lines()
    assert str(line["exception"]).endswith("RuntimeError")
    assert "KeyError" in str(line["exception"]), "what it came from"
    assert "cannot text" not in str(line["exception"])
    assert "in fail" in str(line["exception"])


@pytest.mark.parametrize(
    "text",
    [
        "SM0123456789abcdef0123456789abcdef",
        "SM01234567890123456789012345678901",
        "0f9a8b7c-1234-4123-8123-123456789012",
        "2026-11-23T22:24:00.123456Z",
        "2026-11-23 22:24:00,123",
        "took 0.0040321 s",
        "127.0.0.1:8000",
        "error 30006",
        "3 of 2000 texts, 4 segments",
        "text 555",
    ],
)
def test_what_operators_need_stays(json_log: Log, text: str) -> None:
    structlog.get_logger("phonetree").info(text, why=text, where=[text])
    (line,) = json_log.lines()
    assert (line["event"], line["why"], line["where"]) == (text, text, [text])


def test_small_values_keep_their_kind(json_log: Log) -> None:
    structlog.get_logger("phonetree").info("drained", status=312, why=0.004032184123, where=True, error=None)
    (line,) = json_log.lines()
    assert (line["status"], line["why"], line["where"], line["error"]) == (312, 0.004032184123, True, None)


def test_every_line_says_when_who_and_how_grave(json_log: Log) -> None:
    structlog.get_logger("phonetree.desk").warning("paused")
    logging.getLogger("some.library").warning("slow")
    ours, theirs = json_log.lines()
    assert (ours["logger"], ours["level"]) == ("phonetree.desk", "warning")
    assert (theirs["logger"], theirs["level"]) == ("some.library", "warning")
    assert str(ours["timestamp"]).endswith("Z")


@pytest.mark.parametrize("name", ["twilio", "twilio.http_client", "sqlalchemy.engine.Engine", "aiohttp.access", "huey"])
def test_talkative_libraries_are_held_even_when_told_to_talk(log: Log, name: str) -> None:
    library = logging.getLogger(name)
    before = library.level
    library.setLevel(logging.DEBUG)
    library.info("-- BEGIN Request --")
    library.warning("refused")
    library.setLevel(before)
    assert "BEGIN" not in log.said()
    assert "refused" in log.said()


def test_they_are_held_by_level_too(log: Log) -> None:
    held = ["twilio.http_client", "sqlalchemy.engine", "aiohttp.server", "huey.consumer"]
    assert not any(logging.getLogger(name).isEnabledFor(logging.INFO) for name in held)
    assert logging.getLogger("phonetree").isEnabledFor(logging.INFO)
    assert log.said() == ""


def test_a_line_that_cannot_be_written_is_named_and_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    configure_logs(stream, json=True)  # here, so that pytest's own handlers are gone: they raise
    logging.getLogger("some.library").warning("%d texts", SENTINEL)
    assert "a log line of some.library (test_logs:" in stream.getvalue()
    assert Log(stream).is_clean()
    assert capfd.readouterr() == ("", "")


def test_configuring_again_replaces_the_stream(log: Log) -> None:
    second = io.StringIO()
    configure_logs(second, json=True)
    structlog.get_logger("phonetree").warning("once")
    assert log.said() == ""
    assert len(second.getvalue().splitlines()) == 1


BETWEEN = st.sampled_from(["", " ", "-", ".", ") ", " (", "%20", " - ", "\u00a0", "\u2013"])
WORDS = st.text(alphabet="abcdefghijklm :,;=&?/\"'<>\n", max_size=10)


@given(WORDS, st.lists(st.tuples(st.integers(0, 9), BETWEEN), min_size=10, max_size=15), WORDS)
def test_ten_digits_however_parted_are_hidden(before: str, digits: list[tuple[int, str]], after: str) -> None:
    written = before + "".join(f"{digit}{between}" for digit, between in digits) + after
    line = redact(None, "info", {"event": written})
    assert sum(character.isdigit() for character in str(line["event"]).replace("%20", "")) == 0


# --- every logger, every form, every way ------------------------------------------------------------------------------

LOGGERS = [
    *("phonetree", "phonetree.desk.people", "", "asyncio", "py.warnings", "some.library"),
    *("twilio.http_client", "aiohttp.client", "sqlalchemy.engine.Engine", "sqlalchemy.pool", "huey", "alembic"),
    *("granian", "werkzeug", "flask_wtf.csrf", "apprise", "requests", "urllib3.connectionpool", "psycopg", "redis"),
]
EIGHT = [FORMS[place] for place in (0, 1, 2, 3, 4, 6, 10, 17)]

SAID = "the cousin behind Alder Street"
CODES = ("739152", "482148")
"""A PIN and a code: too short for any pattern, so only a name that is not on the list keeps them out."""


def fail_with(error: Exception) -> None:
    raise error


def raised(words: str) -> Exception:
    """A chain and a group of errors that quote, in frames whose locals hold the same."""
    local = f"{words} {SAID}"
    chained, error = ExceptionGroup(local, [ValueError(local), OSError(f"no {local}")]), RuntimeError(local)
    chained.__cause__, error.__context__ = KeyError(local), chained
    error.add_note(local)
    with suppress(RuntimeError):
        fail_with(error)
    return error


WAYS: dict[str, Callable[[logging.Logger, str], None]] = {
    "message": lambda to, words: to.error("text to " + words),
    "arguments": lambda to, words: to.error("text to %s and %s", words, {"To": [words]}),
    "named arguments": lambda to, words: to.error("text to %(to)s", {"to": words}),
    "extra": lambda to, words: to.error("text", extra={"to": words, "words": SAID, "pin": CODES[0]}),
    "exception": lambda to, words: to.error("text", exc_info=raised(words)),
    "an exception as message": lambda to, words: to.error(ValueError(words)),
    "stack": lambda to, words: to.error("text to %s", words, stack_info=True),
    "ours": lambda to, words: structlog.get_logger(to.name or "phonetree").error(
        "text", to=words, words=SAID, pin=CODES
    ),
    "ours, an exception": lambda to, words: structlog.get_logger(to.name).error("text", exc_info=raised(words)),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", LOGGERS)
def test_no_logger_lets_a_number_out_in_any_form_or_way(log: Log, name: str, way: str) -> None:
    before = logging.getLogger(name).level
    logging.getLogger(name).setLevel(logging.DEBUG)
    for words in EIGHT:
        WAYS[way](logging.getLogger(name), words)
    logging.getLogger(name).setLevel(before)
    assert log.is_clean(), log.said()
    for secret in (SAID, *CODES):
        assert secret not in log.said()
    is_silent = name.partition(".")[0] in {"apprise", "requests", "urllib3"}
    assert bool(log.said()) != is_silent


def test_the_sentinels_would_be_noticed() -> None:
    stream = io.StringIO()
    out = logging.StreamHandler(stream)
    plain = logging.getLogger("a plain one")
    plain.addHandler(out)
    for way in ("message", "arguments", "named arguments", "exception", "an exception as message", "stack"):
        stream.truncate(0)
        WAYS[way](plain, SENTINEL)
        assert not Log(stream).is_clean(), way
    plain.removeHandler(out)


def test_what_is_on_no_list_is_not_written(json_log: Log) -> None:
    structlog.contextvars.bind_contextvars(pin=CODES[0])
    structlog.get_logger("phonetree").bind(code=CODES[1]).warning("text", words=SAID, school="MAPLE", error="KeyError")
    (line,) = json_log.lines()
    assert {key: line[key] for key in ("pin", "code", "words", "school")} == dict.fromkeys(
        ("pin", "code", "words", "school"), "[redacted]"
    )
    assert line["error"] == "KeyError"


def test_an_error_of_the_system_keeps_its_reason(json_log: Log) -> None:
    logging.getLogger("some.library").error("no", exc_info=FileNotFoundError(2, "No such file or directory", SENTINEL))
    (line,) = json_log.lines()
    assert str(line["exception"]).endswith("FileNotFoundError: No such file or directory")


def test_a_warning_is_a_line_too() -> None:
    logging.captureWarnings(capture=False)  # as in a process of ours that begins; pytest took it back after a test
    stream = io.StringIO()
    configure_logs(stream, json=True)
    warnings.showwarning(f"odd {SENTINEL}", UserWarning, "odd.py", 1)
    logging.captureWarnings(capture=False)
    (line,) = Log(stream).lines()
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")
    assert Log(stream).is_clean()


PROGRAM = """
import sys, threading
from phonetree.words.logs import configure_logs, log_what_nobody_catches
configure_logs(sys.stderr, json=True)
log_what_nobody_catches()
number = "+1213" + "5550142"
def fail():
    raise ValueError("cannot text " + number)
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""


def test_what_nobody_catches_is_a_line_without_words() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["an error was caught by nobody"] * 2
    assert all(line["exception"].endswith("ValueError") for line in lines)
    assert not any(trace in done.stderr for trace in TRACES)


def test_a_database_never_tells_what_it_was_asked(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/phonetree.db")
    assert not engine.echo
    assert engine.hide_parameters
    with engine.connect() as connection, pytest.raises(OperationalError) as raised:
        connection.execute(text("SELECT * FROM nothing WHERE number = :number"), {"number": SENTINEL})
    engine.dispose()
    assert not any(trace in str(raised.value) for trace in TRACES)
