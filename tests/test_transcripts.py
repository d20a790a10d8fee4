"""Every file in transcripts/ is a conversation: it is replayed and must come out word for word as it stands there.

After a change that is meant: ``REWRITE_TRANSCRIPTS=1 pytest tests/test_transcripts.py``, then read every changed line
as the family or the lead who gets it. A transcript reads like this::

    # what it is about
    % mode = "hold"              a line of school.toml that reads otherwise here
    @ school: oak.toml           a second school on the same number
    @ lead: lead en 739152       name: role language [PIN] [code of the school]
    @ ana: stranger              nobody has enrolled her
    ana > JOIN MAPLE             she writes
    ana < Maple Parents ...      she gets; further lines of the same text are indented; silence is no line
    +20m                         time passes and the rounds are made
    ~ slow                       the number may send nothing more for a while, but what cannot wait
    ~ fast                       and now it may

Who writes is answered first; then the others, by name. A file is named after its flow; ``-es`` means in Spanish.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from phonetree.demo.rehearsal import Arrived, Rehearsal
from phonetree.flows import FLOWS, announce, follow_up
from phonetree.models import Sender, writing
from phonetree.words.numbers import PhoneNumber

FOLDER = Path(__file__).parent / "transcripts"
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))
REWRITES = os.environ.get("REWRITE_TRANSCRIPTS") == "1"
PERSON = re.compile(r"@ (?P<name>\w+): (?P<role>\w+)( (?P<language>\w\w))?( (?P<pin>\d{6}))?( (?P<code>[A-Z]+))?")
TEXT = re.compile(r"(?P<name>\w+) > (?P<words>.*)")
PASSED = re.compile(r"\+(?P<count>\d+)(?P<unit>[smh])")
UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


@dataclass
class Stage:
    """The people of one transcript and their phones."""

    tree: Rehearsal
    numbers: dict[str, PhoneNumber] = field(default_factory=dict)

    def number(self, name: str) -> PhoneNumber:
        return self.numbers.setdefault(name, PhoneNumber(f"+121355501{11 + len(self.numbers)}"))

    def play(self, line: str) -> Iterator[str]:
        """What reaches any phone because of this line of the transcript."""
        if line.startswith("@ school: "):
            self.tree.load((FOLDER / line.removeprefix("@ school: ")).read_text())
        elif said := PERSON.fullmatch(line):
            self._enrol(**{key: value or "" for key, value in said.groupdict().items()})
        elif said := TEXT.fullmatch(line):
            yield from self._told(self.tree.text(self.number(said["name"]), said["words"]), said["name"])
        elif said := PASSED.fullmatch(line):
            yield from self._told(self.tree.wait(int(said["count"]) * UNITS[said["unit"]]))
        elif line in {"~ slow", "~ fast"}:
            self._pace(-1e9 if line == "~ slow" else 1000.0)
            yield from self._told(self.tree.deliver())
        elif line and line[0] not in "#%":
            pytest.fail(f"not a line of a transcript: {line}")

    def _enrol(self, *, name: str, role: str, language: str, pin: str, code: str) -> None:
        number = self.number(name)
        if role != "stranger":
            self.tree.enrol(number, role, language, pin, code=code)

    def _told(self, arrived: list[Arrived], speaker: str = "") -> Iterator[str]:
        names = {number: name for name, number in self.numbers.items()}
        for text in sorted(arrived, key=lambda text: (names[text.number] != speaker, names[text.number])):
            yield f"{names[text.number]} < " + text.body.replace("\n", f"\n{names[text.number]} <   ")

    def _pace(self, tokens: float) -> None:
        with writing(self.tree.database) as session:
            session.execute(update(Sender).values(tokens=tokens))


def school_of(script: str) -> str:
    """The school file, with the lines that read otherwise in this transcript."""
    school = (FOLDER / "school.toml").read_text()
    for line in re.findall(r"^% (.+)$", script, re.MULTILINE):
        key = line.partition(" = ")[0]
        school, found = re.subn(rf"^{key} = .*$", line, school, flags=re.MULTILINE)
        assert found == 1, f"school.toml has no single line for {key}"
    return school


def replay(script: str) -> str:
    """The whole transcript anew: every line that somebody or time says, with everything that came of it."""
    spoken = [line for line in script.splitlines() if not re.match(r"\w+ <", line)]
    with Rehearsal(school_of(script)) as tree:
        tree.waits_for_segments = False
        stage = Stage(tree)
        return "".join(f"{said}\n" for line in spoken for said in (line, *stage.play(line)))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path: Path) -> None:
    script = path.read_text()
    played = replay(script)
    if REWRITES:
        path.write_text(played)
    assert REWRITES or played.splitlines() == script.splitlines()


def test_every_flow_has_a_transcript_that_is_named_after_it() -> None:
    told = {path.stem.partition("-")[0] for path in TRANSCRIPTS}
    assert {flow.name for flow in FLOWS} == told


def test_what_a_family_sees_is_told_in_spanish_too() -> None:
    told = {path.stem.partition("-")[0] for path in TRANSCRIPTS if path.stem.endswith("-es")}
    for_leads = (announce.flow, follow_up.flow, follow_up.promise, follow_up.abort, follow_up.status)
    assert {flow.name for flow in FLOWS if flow not in for_leads} - told == set()


def test_a_changed_word_is_noticed() -> None:
    script = "# one word\n@ ana: stranger\nana > NEWS\nana < Maple Tree: No alarm now, 8:00.\n"
    assert replay(script) == script.replace("No alarm", "No report")


def test_what_is_no_line_of_a_transcript_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="not a line"):
        replay("@ ana: stranger\nana: NEWS\n")
