"""How a command fails, for every command: one line or a list on the error stream, exit code 1, never a traceback."""

from __future__ import annotations

from pathlib import Path
from traceback import extract_tb
from typing import IO, Any

import click


class Failed(click.ClickException):
    """The work failed. The message is what the operator reads: no number, no secret."""

    exit_code = 1

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=file is None)


class Commands(click.Group):
    """The commands. Whatever goes wrong in one of them is told in plain words."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # noqa: BLE001 - a trace helps no organiser, and may show what it should not
            raise Failed(in_plain_words(error)) from None


def in_plain_words(error: Exception) -> str:
    """What an operator can do about *error*."""
    from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

    from phonetree.desk.plans import PlanChanged
    from phonetree.desk.schools import NumberTaken
    from phonetree.school.problems import RosterRefused, SchoolRefused
    from phonetree.words.keyfiles import WrongKey
    from phonetree.words.settings import WrongSetting

    match error:
        case WrongSetting() | SchoolRefused() | RosterRefused():
            return str(error)
        case WrongKey():
            return f"PHONETREE_KEYS: {error}"
        case NumberTaken():
            return "site.number is not the one that this school was loaded with; its families know it by the old number"
        case PlanChanged(version=version, what=what):
            return (
                f"plan.version {version} was loaded before with {what}; a version is a record: "
                "give the changed plan a version of its own"
            )
        case IntegrityError():
            return "somebody else changed the same rows at this moment; nothing was changed, run it again"
        case DatabaseError() if type(error) in {DatabaseError, OperationalError}:  # the others are mistakes of ours
            return "DATABASE_URL: the database cannot be used; is it running, is it one, and is there room on the disk?"
        case OSError(strerror=str() as reason):
            return f"a file cannot be used: {reason}"
        case _:
            at = extract_tb(error.__traceback__)[-1]
            return (
                f"a mistake of ours, please report it: {type(error).__name__} in {Path(at.filename).name}:{at.lineno}"
            )
