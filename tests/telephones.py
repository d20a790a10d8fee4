"""The demo's stage with few people: the phone tree runs, and its telephones lie on the page for whoever opens it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from phonetree.demo.cast import CODE, SCHOOL_FILE, SCHOOL_NUMBER, Cast, make_cast, roster_csv
from phonetree.demo.handsets import hand_over
from phonetree.demo.stage import Stage, open_stage

WELCOMED_WITHIN = 30.0


@contextmanager
def telephones(port: int = 0) -> Iterator[tuple[Stage, Cast]]:
    """The school of the demo, its staff, the network, and of the families a mother and the home with a wall phone."""
    cast = make_cast()
    people = [*cast.staff, cast.network, cast.homes.answers, cast.joining[1]]
    with open_stage(SCHOOL_NUMBER, port) as stage:
        home = stage.phone(cast.homes.answers.number)
        home.answers(cast.homes.answers.plan)
        roster = stage.papers / "people.csv"
        roster.write_text(roster_csv(people), encoding="utf-8", newline="")
        stage.operator("site", "load", str(SCHOOL_FILE))
        stage.operator("people", "import", str(roster), "--site", CODE)
        typed = [f"{person.number.e164}\n{person.pin}\n" for person in (cast.leads[0], cast.network)]
        with ThreadPoolExecutor(len(typed)) as operators:
            list(operators.map(lambda each: stage.operator("people", "set-pin", "-", typed=each), typed))
        stage.carrier.wait_for(lambda: bool(home.calls) and home.calls[-1].is_over, WELCOMED_WITHIN)
        hand_over(stage, cast)
        yield stage, cast
