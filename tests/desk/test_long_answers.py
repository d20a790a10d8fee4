"""An answer longer than a carrier takes in one text comes as several, in order, and none is lost."""

from __future__ import annotations

from pathlib import Path

from phonetree.demo.rehearsal import Rehearsal
from phonetree.words.numbers import PhoneNumber
from phonetree.words.segments import LONGEST_TEXT

SCHOOL = (Path(__file__).parents[1] / "transcripts" / "school.toml").read_text(encoding="utf-8")
ANA = PhoneNumber("+12135550120")


def with_aid(items: int) -> str:
    before, _, after = SCHOOL.partition("[[aid]]")
    listed = "".join(
        f'[[aid]]\nkey = "item-{digit}"\ndigit = {digit}\nname = {{ en = "Something that helps families {digit}" }}\n\n'
        for digit in range(1, items + 1)
    )
    return f"{before}{listed}[plan]{after.partition('[plan]')[2]}"


def test_a_long_list_comes_in_several_texts() -> None:
    """The fourth page of aid lists all the rest."""
    with Rehearsal(with_aid(90)) as tree:
        for words in ("AID", "0", "0"):
            tree.text(ANA, words)
        arrived = [text.body for text in tree.text(ANA, "0")]
    assert len(arrived) == 2
    assert all(len(body) <= LONGEST_TEXT for body in arrived)
    lines = "\n".join(arrived).split("\n")
    assert lines[1:-1] == [f"{digit} Something that helps families {digit}" for digit in range(22, 91)]
