"""What the demo found: each step is a check with a name, for the table at its end and for its exit code."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that had to be so. ``detail`` says what was seen."""

    name: str
    passed: bool
    detail: str = ""


@dataclass(slots=True)
class Checks:
    """All that was checked so far, in order."""

    made: list[Check] = field(default_factory=list)

    def that(self, name: str, passed: bool, detail: str = "") -> Check:  # noqa: FBT001 - reads as a sentence
        """Note whether it is so; a check that fails does not stop the story."""
        check = Check(name, passed, detail)
        self.made.append(check)
        return check

    @property
    def all_passed(self) -> bool:
        """Whether something was checked and all of it is so."""
        return bool(self.made) and all(check.passed for check in self.made)
