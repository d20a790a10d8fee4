"""Who hears: by the school's protocol, one copy per phone, nobody who left or still waits to be let in."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from catalogs import TEXTS, catalog, compile_into, in_use
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from stage import ANA, BOB, LEAD, ROSA, SUE, all_of, claim_all, crowd, names_of, rows, say, send, set_bucket, tree_at

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import people, schools
from phonetree.desk.delivery import Claimed
from phonetree.models import Delivery, Membership, Person, Rendering, Site, writing
from phonetree.words.numbers import PhoneNumber


@pytest.mark.parametrize(
    ("words", "action", "heard"),
    [
        ("ALERT 2 1 1", "alert", ["lead", "rosa", "sue"]),
        ("ALERT 2 1 2", "alert", ["ana", "lead", "rosa", "sue"]),
        ("ALERT 4", "alert", ["ana", "lead", "rosa", "sue"]),
        ("DRILL 2 1 2", "drill", ["lead", "sue"]),
    ],
)
def test_the_protocol_names_who_hears(words: str, action: str, heard: list[str]) -> None:
    with tree_at() as tree:
        for who, role in ((ANA, "parent"), (SUE, "staff"), (ROSA, "network"), (BOB, "volunteer")):
            tree.enrol(who, role, "en")
        send(tree, words)
        assert names_of(tree, rows(tree, action)) == heard


def test_a_parent_who_also_works_there_gets_one_copy(tree: Rehearsal) -> None:
    for role in ("parent", "staff", "counselor"):
        tree.enrol(ANA, role, "en")
    send(tree, "ALERT 2 1 2")
    assert names_of(tree, rows(tree)) == ["ana", "lead"]


def test_who_left_who_waits_and_who_chose_calls_get_no_text(tree: Rehearsal) -> None:
    for who in (ANA, BOB, SUE, ROSA):
        tree.enrol(who, "parent", "en")
    say(tree, ANA, "no more messages")
    change_membership(tree, BOB, is_held=True)
    change_membership(tree, SUE, channel="voice")
    send(tree, "ALERT 2 1 2")
    assert names_of(tree, [row for row in rows(tree) if row.channel == "sms"]) == ["lead", "rosa"]


def test_everyone_reads_their_own_language_and_it_is_rendered_once_each(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "es")
    tree.enrol(BOB, "parent", "es")
    tree.enrol(SUE, "parent", "en")
    send(tree, "ALERT 2 1 2")
    assert sorted(rendering.language for rendering in all_of(tree, select(Rendering))) == ["en", "es"]
    heard = {arrived.number: arrived.body for arrived in tree.deliver()}
    assert "puerta principal" in heard[ANA]
    assert heard[ANA] == heard[BOB]
    assert "front gate" in heard[SUE]


@pytest.mark.parametrize("language", ["quc", "so"], ids=["recorded only", "no catalog yet"])
def test_who_cannot_read_us_in_their_language_reads_the_second_one_else_the_schools(
    tree: Rehearsal, language: str, tmp_path: Path
) -> None:
    compile_into(tmp_path, "es", TEXTS, catalog("es"))
    tree.enrol(ANA, "parent", language)
    tree.enrol(BOB, "parent", language)
    with writing(tree.database) as session:
        person_of(tree, session, ANA).second_language = "es"
    with in_use(tmp_path):
        send(tree, "ALERT 2 1 2")
        heard = {arrived.number: arrived.body for arrived in tree.deliver()}
    assert "puerta principal" in heard[ANA]
    assert "front gate" in heard[BOB]


def test_a_thousand_phones_get_one_row_each_and_one_text_each(tree: Rehearsal) -> None:
    numbers = crowd()
    enrol_at_once(tree, numbers)
    assert send(tree, "ALERT 2 1 2").startswith("SENT to 1,001 phones.")
    assert len({row.person_id for row in rows(tree)}) == len(rows(tree)) == 1001
    set_bucket(tree, tokens=1e6, per_second=1e6)
    claimed: list[Claimed] = []
    while some := claim_all(tree):
        claimed += some
    assert sorted(one.text.recipient.e164 for one in claimed) == sorted(n.e164 for n in (*numbers, LEAD))
    assert Counter(one.text.body for one in claimed).most_common()[0][1] == 501


def test_nobody_gets_a_follow_up_of_a_text_they_did_not_get(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    send(tree, "ALERT 2 1 1")
    tree.deliver()
    tree.enrol(SUE, "staff", "en")
    send(tree, "CLEAR")
    assert names_of(tree, rows(tree, "clear")) == ["lead"]


def test_the_number_of_phones_in_the_preview_is_the_number_of_rows(tree: Rehearsal) -> None:
    for who in (ANA, BOB, SUE):
        tree.enrol(who, "parent", "en")
    assert "To 4 phones" in say(tree, LEAD, "ALERT 2 1 2")
    send(tree, "ALERT 2 1 2")
    assert all_of(tree, select(func.count()).select_from(Delivery).where(Delivery.broadcast_id.is_not(None))) == [4]


def change_membership(tree: Rehearsal, who: PhoneNumber, **values: object) -> None:
    with writing(tree.database) as session:
        person = person_of(tree, session, who)
        session.execute(update(Membership).where(Membership.person_id == person.id).values(**values))


def enrol_at_once(tree: Rehearsal, numbers: list[PhoneNumber]) -> None:
    with writing(tree.database) as session:
        site = session.scalars(select(Site)).one()
        for place, number in enumerate(numbers):
            person = people.enrol(session, tree.means, site.sender, number, "es" if place % 2 else "en")
            person.memberships.append(Membership(site_id=site.id, role="parent"))


def person_of(tree: Rehearsal, session: Session, who: PhoneNumber) -> Person:
    sender = schools.find_sender(session, tree.means, tree.school.site.number)
    person = people.find_person(session, tree.means, sender, who) if sender else None
    assert person is not None
    return person
