"""No phone number gets into a log line, whatever brings it there; and what operators need stays readable."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

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
TRACES = ("2135550142", "555-0142", "5550142", "0142")


@dataclass(frozen=True, slots=True)
class Log:
    stream: io.StringIO

    def said(self) -> str:
        return self.stream.getvalue()

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.said().splitlines()]

    def is_clean(self) -> bool:
        return not any(trace in self.said() for trace in TRACES)


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
        raise RuntimeError("cannot text (213) 555-0142") from error


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
        in_an_exception,
        in_an_exception_that_is_a_value,
        in_an_exception_of_a_library,
        in_a_message_of_a_library,
        in_a_warning_of_the_provider_library,
    ],
)
def test_a_number_is_hidden_wherever_it_stands(log: Log, speak: Callable[[], None]) -> None:
    speak()
    assert "[redacted]" in log.said()
    assert log.is_clean()


def test_an_exception_still_says_where(json_log: Log) -> None:
    in_an_exception()
    (line,) = json_log.lines()
    assert "RuntimeError: cannot text [redacted]" in str(line["exception"])
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
    structlog.get_logger("phonetree").info(text, about=text, pages=[text])
    (line,) = json_log.lines()
    assert (line["event"], line["about"], line["pages"]) == (text, text, [text])


def test_small_values_keep_their_kind(json_log: Log) -> None:
    structlog.get_logger("phonetree").info("drained", sent=312, took=0.004032184123, done=True, code=None)
    (line,) = json_log.lines()
    assert (line["sent"], line["took"], line["done"], line["code"]) == (312, 0.004032184123, True, None)


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
