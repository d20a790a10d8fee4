"""How the tests of reports tell one: the answers to its five questions, by text."""

from __future__ import annotations

from sqlalchemy import select
from stage import ANA, all_of, say

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.report_words import words_of
from phonetree.models import Report, Site, reading
from phonetree.words.numbers import PhoneNumber

AT_THE_GATE = ("1", "1", "1", "4", "0")


def tells(tree: Rehearsal, who: PhoneNumber = ANA, answers: tuple[str, ...] = AT_THE_GATE) -> str:
    """What the last answer is answered with."""
    said = say(tree, who, "REPORT")
    for answer in answers:
        said = say(tree, who, answer)
    return said


def reports(tree: Rehearsal) -> list[Report]:
    return list(all_of(tree, select(Report).order_by(Report.id)))


def kept_words(tree: Rehearsal, report: Report) -> dict[str, str]:
    with reading(tree.database) as session:
        return words_of(tree.means, session.get_one(Site, report.site_id), report)
