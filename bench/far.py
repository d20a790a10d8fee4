"""Another process of the bench that is asked one thing at a time, so that what it costs does not count as ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Far:
    """A process that was started with its address, and answers questions."""

    base_url: str
    process: subprocess.Popen[str]

    def ask(self, question: str, **given: Any) -> Any:
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("it cannot be asked")
        self.process.stdin.write(json.dumps({"question": question, **given}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def far(module: str) -> Iterator[Far]:
    """Run *module* until the end of the block; its first line is where it listens."""
    command, pipe = [sys.executable, "-m", module], subprocess.PIPE
    with subprocess.Popen(command, cwd=HOME, env=os.environ, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603
        base_url = process.stdout.readline().strip() if process.stdout else ""
        if not base_url:
            raise RuntimeError(f"{module} did not start")
        yield Far(base_url, process)


def answer_questions(base_url: str, answers: Mapping[str, Callable[..., Any]]) -> None:
    """The other side: until there are no more questions."""
    _say(base_url)
    for line in sys.stdin:
        given = json.loads(line)
        _say(json.dumps(answers[given.pop("question")](**given)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
