"""How the code reads and what it may not do: each rule is fed something that offends before it judges the house."""

from __future__ import annotations

from statistics import median

import pytest
from house_rules import (
    PACKAGE,
    ROOT,
    called,
    calls_of,
    function_lengths,
    has_docstring,
    imports_of,
    keys_logged,
    loose_logs,
    odd_names,
    sources,
    waits_and_mocks,
)

from phonetree.words.logs import KEYS

CODE = sources(PACKAGE)
TESTS = sources(ROOT / "tests")

LONG_TABLES = frozenset({"phonetree/words/languages_table.py"})
NAMED_BY_OTHERS = {
    "process_bind_param": "SQLAlchemy's own name",
    "process_result_value": "SQLAlchemy's own name",
    "do_POST": "the standard library's own name",
    "_DataKey": "a data key is what cryptographers call it, beside a master key",
    "_QuietHandler": "a handler is what the standard library calls the end of a log",
    "client": "what implements the ports at the provider (architecture)",
    "common_vault": "the vault that all schools have in common, and the table of their numbers with it",
}


def test_functions_are_short() -> None:
    assert function_lengths("def f() -> None:\n    a = 1\n    b = 2\n") == {"f:1": 3}
    lengths = {f"{path}:{name}": n for path, code in CODE.items() for name, n in function_lengths(code).items()}
    assert median(lengths.values()) < 8
    assert not [name for name, length in lengths.items() if length > 45]
    assert sum(length > 25 for length in lengths.values()) < len(lengths) / 50, "seldom over 25"


def test_modules_are_short() -> None:
    lengths = {path: len(code.splitlines()) for path, code in CODE.items() if path not in LONG_TABLES}
    assert not [path for path, length in lengths.items() if length > 300]
    assert sum(length > 250 for length in lengths.values()) < len(lengths) / 20, "seldom over 250"
    assert set(CODE) >= LONG_TABLES


def test_flows_are_short() -> None:
    words = {"phonetree/flows/alerts.py", "phonetree/flows/announce.py", "phonetree/flows/answers.py"}
    words |= {"phonetree/flows/spoken_alerts.py", "phonetree/flows/take_words.py", "phonetree/flows/commands.py"}
    flows = {path: len(code.splitlines()) for path, code in CODE.items() if path.startswith("phonetree/flows/")}
    assert not [path for path, length in flows.items() if length > (190 if path in words else 125)]


def test_every_module_says_what_it_is() -> None:
    assert not has_docstring("import os\n")
    assert not [path for path, code in (CODE | sources(ROOT / "migrations")).items() if not has_docstring(code)]


@pytest.mark.parametrize(
    "code",
    [
        "def process_sms(): ...",
        "def _do_it(): ...",
        "def user_of(): ...",
        "class CallHandler: ...",
        "class DataInfo: ...",
        "async def send_blast(): ...",
    ],
)
def test_a_name_that_the_field_does_not_use_is_noticed(code: str) -> None:
    assert odd_names("phonetree/desk/people.py", code)


def test_names_are_the_fields_own() -> None:
    assert odd_names("phonetree/utils.py", "") == ["utils"]
    assert odd_names("phonetree/desk/processing.py", "def does_it(): ...\nclass Informed: ...") == []
    found = {name for path, code in CODE.items() for name in odd_names(path, code)}
    assert found <= set(NAMED_BY_OTHERS)


def test_nothing_is_pickled() -> None:
    forbidden = {"pickle", "shelve", "marshal", "dill", "cloudpickle"}
    assert imports_of("from pickle import loads\n") & forbidden
    assert imports_of("import a.pickle, pickle as p\n") & forbidden
    assert not [path for path, code in CODE.items() if imports_of(code) & forbidden]


def prints(code: str) -> bool:
    return any(called(call) in {"print", "pprint", "sys.stdout.write"} for call in calls_of(code))


def test_only_the_command_line_and_the_demo_print() -> None:
    assert prints("print('x')")
    quiet = {path: code for path, code in CODE.items() if not path.startswith(("phonetree/cli", "phonetree/demo/"))}
    assert not [path for path, code in quiet.items() if prints(code)]


@pytest.mark.parametrize(
    "code",
    [
        "log.info(f'from {number}')",
        "log.error('no', number=number)",
        "log.error('no', words=words)",
        "log.exception('no')",
        "log.error('no', exc_info=error)",
        "log.error('no', **values)",
        "logger.warning('%s', body)",
        "logging.info('from ' + number)",
        "self.log.info(what)",
    ],
)
def test_a_loose_log_is_noticed(code: str) -> None:
    assert loose_logs(code)


def test_logs_hold_no_number_and_no_words() -> None:
    assert loose_logs("log.error('a round failed', error=kind, where=place)") == []
    assert not {path: found for path, code in CODE.items() if (found := loose_logs(code))}


def test_everything_that_we_log_is_let_through() -> None:
    assert keys_logged("log.info('a', school=code)\nlog.warning('b', error=kind)") == {"school", "error"}
    used = {key for code in CODE.values() for key in keys_logged(code)}
    assert len(used) > 3
    assert used <= KEYS


@pytest.mark.parametrize(
    "code",
    [
        "import time\ntime.sleep(1)",
        "from time import sleep\nsleep(0.1)",
        "await asyncio.sleep(0.5)",
        "from unittest.mock import Mock",
        "from unittest import mock",
        "from phonetree.desk import people\nmonkeypatch.setattr(people, 'forget', None)",
        "import phonetree\nmonkeypatch.setattr(phonetree.app, 'open_house', None)",
        "monkeypatch.setattr('phonetree.app.open_house', None)",
    ],
)
def test_a_wait_or_a_mock_is_noticed(code: str) -> None:
    assert waits_and_mocks(code)


def test_tests_neither_wait_nor_mock_us() -> None:
    assert waits_and_mocks("monkeypatch.setenv('A', 'b')\nawait asyncio.sleep(0)\nevent.wait(5)") == []
    assert waits_and_mocks("import socket\nmonkeypatch.setattr(socket, 'getaddrinfo', unknown)") == []
    assert not {path: found for path, code in TESTS.items() if (found := waits_and_mocks(code))}
