"""An operator's terminal for the tests of the command line: a folder, its settings, and an eye on what is printed."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import Select, func, select

from phonetree.cli import main
from phonetree.models import Base, open_database, reading
from phonetree.words.crypto import new_master_key

ROOT = Path(__file__).resolve().parents[2]
MAPLE = ROOT / "docs" / "examples" / "maple.toml"
PEOPLE = ROOT / "docs" / "examples" / "people.csv"
LEAD, PIN = "213-555-0110", "739152"
SOMEBODYS_NUMBER = re.compile(r"555\D{0,3}01[1-8]\d")
"""Of the people here. The school's own numbers, which families are told, are outside of this range."""


def settings_in(folder: Path) -> dict[str, str]:
    """Whole settings, with everything in *folder* and a carrier that nobody is."""
    return {
        "DATABASE_URL": f"sqlite:///{folder}/phonetree.db",
        "PHONETREE_KEYS": new_master_key(),
        "PHONETREE_KEY_DIR": str(folder / "keys"),
        "PHONETREE_PUBLIC_URL": "http://127.0.0.1:8765",
        "TWILIO_ACCOUNT_SID": "AC" + "7" * 32,
        "TWILIO_AUTH_TOKEN": "a-token",
        "TWILIO_API_BASE_URL": "http://127.0.0.1:9",
    }


@dataclass(frozen=True)
class OperatorDesk:
    """Runs commands as an operator would; nothing they print may hold somebody's number or a trace."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, folder: Path) -> OperatorDesk:
        return cls(folder, settings_in(folder))

    @property
    def account(self) -> tuple[str, str]:
        return self.settings["TWILIO_ACCOUNT_SID"], self.settings["TWILIO_AUTH_TOKEN"]

    def run(self, *words: str | Path, typed: str = "", **settings: str) -> Result:
        result = CliRunner(env={**self.settings, **settings}).invoke(main, [str(word) for word in words], input=typed)
        check_printed(result.output)
        return result

    def done(self, *words: str | Path, typed: str = "") -> list[str]:
        """The lines of a command that must succeed."""
        result = self.run(*words, typed=typed)
        assert result.exit_code == 0, result.output
        return result.stdout.splitlines()

    def fails(self, *words: str | Path, typed: str = "", **settings: str) -> list[str]:
        """The lines on the error stream of a command that must fail."""
        result = self.run(*words, typed=typed, **settings)
        assert result.exit_code == 1, result.output
        return result.stderr.splitlines()

    def in_terminal(self, *words: str, typed: str) -> tuple[list[str], int]:
        """The lines that somebody at a real terminal sees, and the exit code."""
        outer, inner = pty.openpty()
        run = subprocess.Popen(command(*words), stdin=inner, stdout=inner, stderr=inner, env=self.environment())  # noqa: S603 - our own interpreter
        os.close(inner)
        os.write(outer, typed.encode())
        seen = b"".join(iter(lambda: _read(outer), b"")).decode()
        os.close(outer)
        check_printed(seen)
        return seen.replace("\r", "").splitlines(), run.wait(60)

    def file(self, name: str, words: str) -> Path:
        path = self.folder / name
        path.write_text(words, encoding="utf-8")
        return path

    def count(self, chosen: Select[int]) -> int:
        database = open_database(self.settings["DATABASE_URL"])
        with reading(database) as session:
            found = session.scalars(chosen).one()
        database.dispose()
        return found

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        tables = Base.metadata.sorted_tables
        return {table.name: self.count(select(func.count()).select_from(table)) for table in tables}

    def environment(self) -> dict[str, str]:
        """For a process of its own."""
        return {**os.environ, **self.settings, "PYTHONPATH": str(ROOT)}


def command(*words: str) -> Sequence[str]:
    return (sys.executable, "-m", "phonetree", *words)


def _read(terminal: int) -> bytes:
    """What comes next; nothing once the process has gone and the terminal with it."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def check_printed(output: str) -> None:
    assert not SOMEBODYS_NUMBER.search(output), "somebody's number was printed"
    assert "Traceback" not in output
