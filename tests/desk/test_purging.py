"""A school is forgotten whole, and nothing else with it; cut short, it is forgotten the next time."""

from __future__ import annotations

from itertools import islice

from sqlalchemy import func, select
from stage import ANA, BOB, LEAD, ROSA, SCHOOL, SUE, all_of, say, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.audit_chain import link_round
from phonetree.desk.audit_export import export, verify
from phonetree.desk.purging import STAYS_WITH_ALL, left_at_provider, purge_all, purge_school
from phonetree.models import AuditEntry, Base, Forgotten, Membership, Person, Site, reading, writing
from phonetree.models.upkeep import rewrite
from phonetree.words.numbers import PhoneNumber

OAK = SCHOOL.parent / "oak.toml"


def writes(tree: Rehearsal, who: PhoneNumber, words: str) -> None:
    """A text, and everything that it leads to is delivered."""
    say(tree, who, words)
    tree.deliver()


def a_full_school(tree: Rehearsal) -> None:
    """People of all kinds, an alert, a report, a message, somebody who left."""
    for number, role in ((ANA, "parent"), (BOB, "parent"), (ROSA, "staff")):
        tree.enrol(number, role, "en")
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    for words in ("5", "1", "by the gate", "0", "0", "0"):
        writes(tree, ANA, words)
    send(tree, "CLEAR")
    tree.deliver()
    for words in ("0", "When does it open?"):
        writes(tree, SUE, words)
    line = tree.call(BOB)
    line.hang_up()
    say(tree, BOB, "STOP")
    say(tree, ANA, "ERASE")
    say(tree, ANA, "1")


def counts(tree: Rehearsal) -> dict[str, int]:
    """How many rows every table has, where there are any."""
    with reading(tree.database) as session:
        found = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }
    return {name: count for name, count in found.items() if count}


def site_called(tree: Rehearsal, code: str) -> int:
    (found,) = all_of(tree, select(Site.id).where(Site.code == code))
    return found


def test_everything_goes_but_what_the_provider_is_still_to_delete(tree: Rehearsal) -> None:
    a_full_school(tree)
    assert len(counts(tree)) > 15
    assert sum(purge_all(tree.database, tree.means.now())) > 50
    assert set(counts(tree)) <= STAYS_WITH_ALL
    assert left_at_provider(tree.database) > 5
    assert rewrite(tree.database)


def test_the_last_school_on_a_number_takes_the_number_with_it(tree: Rehearsal) -> None:
    a_full_school(tree)
    list(purge_school(tree.database, tree.means, site_called(tree, "MAPLE")))
    kept = counts(tree)
    assert not {"people", "senders", "forgotten"} & set(kept)
    assert set(kept) <= STAYS_WITH_ALL | {"heard", "marks", "audit"}, kept


def test_a_school_beside_it_on_the_same_number_keeps_its_people(tree: Rehearsal) -> None:
    tree.load(OAK.read_text())
    (oak,) = all_of(tree, select(Site.code).where(Site.code != "MAPLE"))
    a_full_school(tree)
    tree.enrol(ROSA, "parent", "en", code=oak)
    before = len(all_of(tree, select(Person)))
    list(purge_school(tree.database, tree.means, site_called(tree, "MAPLE")))
    assert before > 3
    assert [m.role for m in all_of(tree, select(Membership))] == ["parent"]
    assert all_of(tree, select(Site.code)) == [oak]
    assert len(all_of(tree, select(Forgotten))) == 2, "who erased themselves, and who had left"
    for table in Base.metadata.sorted_tables:
        if "site_id" in table.c and table.name != "memberships":
            with reading(tree.database) as session:
                assert session.scalars(select(table.c.site_id).where(table.c.site_id.is_not(None))).all() == []


def test_the_chain_of_what_was_done_holds_without_the_content_of_the_school(tree: Rehearsal) -> None:
    tree.load(OAK.read_text())
    a_full_school(tree)
    with writing(tree.database) as session:
        session.add(AuditEntry(what="keys were changed", at=tree.means.now()))
        session.flush()
        link_round(session, tree.means)
    list(purge_school(tree.database, tree.means, site_called(tree, "MAPLE")))
    with writing(tree.database) as session:
        link_round(session, tree.means)
    lines = list(export(tree.database, tree.means, None, lambda _n: None))
    found = verify(lines)
    assert 1 == found.told < len(lines) - 2, "those of the school are digests"
    assert "MAPLE" not in "".join(lines)


def test_cut_short_it_goes_on_where_it_was(tree: Rehearsal) -> None:
    a_full_school(tree)
    site = site_called(tree, "MAPLE")
    for cut in (1, 2, 3, 5, 8):
        list(islice(purge_school(tree.database, tree.means, site), cut))
    list(purge_school(tree.database, tree.means, site))
    assert all_of(tree, select(Site)) == []
    assert all_of(tree, select(Person)) == []


def test_the_school_that_is_forgotten_answers_nobody(tree: Rehearsal) -> None:
    tree.load(OAK.read_text())
    list(purge_school(tree.database, tree.means, site_called(tree, "MAPLE")))
    assert "MAPLE" not in say(tree, LEAD, "NEWS")
