"""What lies in the repository: no real number, no registry, no machine's folder, nothing packed, everything pinned."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from house_rules import (
    PACKAGE,
    ROOT,
    files_of,
    is_packed,
    out_of_place,
    real_numbers,
    texts,
    undocumented,
    warnings_are_errors,
    without_hash,
    without_reason,
)
from sqlalchemy import Column, Engine, Integer, MetaData, Table

from phonetree.dialogue.keyword_tables import CARRIER_WORDS, Key, Senses, keyword_tables
from phonetree.dialogue.keywords import Carrier, understand
from phonetree.models import Base, open_database
from phonetree.models.migrations import FOLDER, migrate
from phonetree.words.settings import SETTINGS

WRITTEN = texts({".py", ".toml", ".csv", ".md", ".txt", ".po", ".pot", ".json", ".html", ".js", ".css", ".in", ".ini"})
PLUMBING = texts({"Makefile", "run", ".yml", ".yaml", ".cfg", ".sh"})
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "+1310" + "5551212",
        "310-" + "867-5309",
        "(310) " + "867-5309",
        "310." + "867.5309",
        "1310" + "8675309",
        "+5255" + "12345678",
    ],
)
def test_a_real_number_is_noticed(text: str) -> None:
    assert real_numbers(f"call {text}, please") == [text]


def test_no_number_is_anybodys() -> None:
    assert real_numbers("+12135550142 (213) 555-0142 213-555-0142 +15005550006 2026-11-16 SM00000000001234567890") == []
    assert not {path: found for path, text in WRITTEN.items() if (found := real_numbers(text))}


@pytest.mark.parametrize(
    "text", ["https://py" + "pi.org/simple", "--index" + "-url x", "/ro" + "ot/.cache", "/wo" + "rk/main"]
)
def test_a_host_or_a_folder_of_one_machine_is_noticed(text: str) -> None:
    assert out_of_place(text)


def test_no_registry_and_no_machine_is_named() -> None:
    assert not {path: found for path, text in (WRITTEN | PLUMBING).items() if (found := out_of_place(text))}


def test_nothing_is_copied_in_or_packed() -> None:
    assert is_packed("phonetree/console/static/x.min.js", "")
    assert is_packed("phonetree/vendor/x.py", "")
    assert is_packed("x.js", "a" * 500)
    assert not [path for path, text in WRITTEN.items() if is_packed(path, text)]


def test_generated_files_are_not_kept() -> None:
    assert not [path for path in files_of(ROOT) if path.suffix in {".mo", ".pyc", ".db", ".key", ".log"}]


@pytest.mark.parametrize(
    "line",
    [
        "flask",
        "flask==3.1.0",
        "flask>=3 --hash=sha256:" + "0" * 64,
        "-r other.txt",
        "flask==3.1.0 --hash=md5:" + "0" * 32,
    ],
)
def test_a_loose_requirement_is_noticed(line: str) -> None:
    assert without_hash(f"# flask\n{line}\n") == [line]


def test_every_requirement_is_pinned_with_hashes() -> None:
    pinned = "a==1 \\\n    --hash=sha256:" + "0" * 64 + " \\\n    --hash=sha256:" + "1" * 64 + "\n    # via b\n"
    assert without_hash(pinned) == []
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert without_hash((ROOT / name).read_text(encoding="utf-8")) == [], name


def test_lint_rules_are_ignored_for_a_reason() -> None:
    assert without_reason('ignore = [\n  "D100",\n  "D101",  # a reason\n]\n') == ["D100"]
    assert without_reason('"tests/**" = ["S101"]\n') == ["S101"]
    assert without_reason('ignore = [\n  "D100",  # a reason\n]\n"tests/**" = ["S101"]') == ["S101"]
    assert without_reason(PYPROJECT) == []


def test_warnings_are_errors() -> None:
    assert not warnings_are_errors('[tool.pytest.ini_options]\naddopts = "-q"\n')
    assert warnings_are_errors(PYPROJECT)


def test_every_setting_is_documented() -> None:
    names = [name for name, _, _ in SETTINGS]
    assert undocumented(["PHONETREE_KEYS"], ["PHONETREE_KEYS_OLD", "APHONETREE_KEYS"]) == ["PHONETREE_KEYS"]
    documents = [text for path, text in WRITTEN.items() if path == "README.md" or path.startswith("docs/")]
    assert undocumented(names, documents) == []


# --- imports ----------------------------------------------------------------------------------------------------------


def broken_contracts(folder: Path) -> str:
    """What the import contracts say of the package in this folder; nothing where all hold."""
    program = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program, "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout if done.returncode else ""


def test_lower_floors_never_import_higher_ones() -> None:
    assert broken_contracts(ROOT) == ""


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("flows/join.py", "import flask", "decide and do nothing else"),
        ("desk/people.py", "from phonetree.twilio import twiml", "floors"),
        ("stray.py", '"""On no floor."""', "floors"),
        ("app.py", "from phonetree.simulator import rest", "does not know the simulator"),
    ],
)
def test_an_import_that_breaks_a_contract_is_noticed(tmp_path: Path, module: str, line: str, contract: str) -> None:
    shutil.copytree(PACKAGE, tmp_path / "phonetree", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "phonetree" / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    said = broken_contracts(tmp_path)
    assert "BROKEN" in said
    assert contract in said


# --- migrations -------------------------------------------------------------------------------------------------------


def heads(folder: Path) -> list[str]:
    return list(ScriptDirectory(str(folder)).get_heads())


def differences(database: Engine, models: MetaData) -> list[object]:
    with database.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), models))


def test_migrations_have_one_head(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "two", ignore=shutil.ignore_patterns("__pycache__"))
    other = 'revision = "9999"\ndown_revision = None\n'
    (tmp_path / "two/versions/9999_other.py").write_text(other, encoding="utf-8")
    assert len(heads(tmp_path / "two")) == 2
    assert len(heads(FOLDER)) == 1


def test_migrations_lead_to_the_models(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/phonetree.db")
    migrate(database)
    more = MetaData()
    Table("forgotten_table", more, Column("id", Integer, primary_key=True))
    assert differences(database, more)
    assert differences(database, Base.metadata) == []
    database.dispose()


# --- keywords ---------------------------------------------------------------------------------------------------------


def taken_by_the_carrier(spellings: dict[Key, Senses]) -> list[str]:
    """Carrier words that a language gives another meaning: the carrier takes them before we see them."""
    return [
        word
        for word, sense in CARRIER_WORDS.items()
        for meant in spellings.get((word,), {}).values()
        if meant.command != sense.command
    ]


def test_no_command_is_a_word_of_the_carrier() -> None:
    spellings = dict(keyword_tables().whole.exact)
    assert taken_by_the_carrier({**spellings, ("end",): {"en": CARRIER_WORDS["help"]}}) == ["end"]
    assert taken_by_the_carrier(spellings) == []
    for word in CARRIER_WORDS:
        for written in (word, word.upper(), f" {word.title()} "):
            assert isinstance(understand(written, language=None), Carrier), written
