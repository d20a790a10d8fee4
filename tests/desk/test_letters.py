"""Phones that show boxes: what goes to one and what goes to many comes in letters that they have, or as a call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from catalogs import as_written
from sqlalchemy import select
from stage import ANA, BOB, SCHOOL, all_of, names_of, rows, say, send, tree_at

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import people
from phonetree.models import Consent, Membership, Person, Sender, TextForm, writing
from phonetree.words.numbers import PhoneNumber

SQUARES = "[] []"


@pytest.fixture(scope="module", autouse=True)
def _catalogs_as_they_are_written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with as_written(tmp_path_factory.mktemp("locales")):
        yield


def change(tree: Rehearsal, who: PhoneNumber, **values: object) -> None:
    with writing(tree.database) as session:
        person = people.find_person(session, tree.means, session.scalars(select(Sender)).one(), who)
        assert person is not None
        for name, value in values.items():
            setattr(person, name, value)


def reads(tree: Rehearsal, who: PhoneNumber) -> str:
    """The alert that this phone got last."""
    return [text.body for text in tree.deliver() if text.number == who][-1]


@pytest.mark.parametrize(
    ("language", "second", "form", "word"),
    [
        ("ko", None, TextForm.NATIVE, "확인"),
        ("ko", None, TextForm.LATIN, "CONFIRMED"),
        ("ko", "es", TextForm.LATIN, "CONFIRMADO"),
        ("ko", "hy", TextForm.LATIN, "CONFIRMED"),
        ("es", None, TextForm.LATIN, "CONFIRMADO"),
        ("vi", None, TextForm.LATIN, "XÁC NHẬN"),
        ("mam", "ru", TextForm.LATIN, "CONFIRMED"),
    ],
)
def test_an_alert_comes_in_letters_that_the_phone_has(
    tree: Rehearsal, language: str, second: str | None, form: TextForm, word: str
) -> None:
    tree.enrol(ANA, "parent", language)
    change(tree, ANA, second_language=second, text_form=form)
    send(tree, "ALERT 2 1 2")
    assert word in reads(tree, ANA).upper()


@pytest.fixture
def korean_school() -> Iterator[Rehearsal]:
    """A school whose first language is Korean."""
    school = SCHOOL.read_text().replace('languages = ["en", "es"]', 'languages = ["ko", "en", "es"]')
    with tree_at(school=school.replace("{ en = ", "{ ko = ")) as tree:
        yield tree


def test_a_school_whose_first_language_has_other_letters_falls_back_on_english(korean_school: Rehearsal) -> None:
    korean_school.enrol(ANA, "parent", "ru")
    change(korean_school, ANA, text_form=TextForm.LATIN)
    assert say(korean_school, ANA, "NEWS") == "Maple Tree: No report now, 8:00."
    send(korean_school, "ALERT 2 1 2")
    assert "CONFIRMED" in reads(korean_school, ANA)


def test_only_where_a_phone_may_lack_the_letters_is_it_asked(korean_school: Rehearsal) -> None:
    korean_school.enrol(ANA, "parent", "en")
    assert SQUARES in say(korean_school, ANA, "LANG Korean")
    assert SQUARES not in say(korean_school, ANA, "LANG English")


def test_who_chooses_calls_is_called_until_they_join_by_text(korean_school: Rehearsal) -> None:
    tree = korean_school
    tree.enrol(ANA, "parent", "ko")
    for words in ("LANG Korean", "9", "1"):
        answer = say(tree, ANA, words)
    assert answer == "Maple Tree: From now on we call you. For texts again send JOIN."
    (member,) = [each for each in all_of(tree, select(Membership)) if each.role == "parent"]
    assert (member.channel, member.calls) == ("voice", "all")
    assert [(each.what, each.how) for each in all_of(tree, select(Consent))] == [("calls", "sms")]
    send(tree, "ALERT 2 1 2")
    assert [row.channel for row in rows(tree) if names_of(tree, [row]) == ["ana"]] == ["voice"]
    say(tree, ANA, "JOIN MAPLE")
    say(tree, ANA, "1")
    (member,) = [each for each in all_of(tree, select(Membership)) if each.role == "parent"]
    assert member.channel == "sms"


def test_who_works_at_the_school_goes_on_getting_texts(korean_school: Rehearsal) -> None:
    korean_school.enrol(BOB, "staff", "ko")
    say(korean_school, BOB, "LANG Korean")
    assert "1" not in say(korean_school, BOB, "9"), "calls are not offered"


def test_who_chooses_a_language_anew_sees_its_letters_again(korean_school: Rehearsal) -> None:
    korean_school.enrol(ANA, "parent", "ko")
    say(korean_school, ANA, "LANG Korean")
    say(korean_school, ANA, "9")
    assert say(korean_school, ANA, "NEWS") == "Maple Tree: No report now, 8:00."
    say(korean_school, ANA, "LANG Korean")
    assert "No report" not in say(korean_school, ANA, "NEWS")
    (ana,) = [each for each in all_of(korean_school, select(Person)) if each.language == "ko"]
    assert ana.text_form == TextForm.NATIVE
