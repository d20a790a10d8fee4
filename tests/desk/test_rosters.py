"""A roster at the desk: all of it or nothing, the same twice changes nothing, what people chose since stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from stage import ANA, BOB, LEAD, SUE, all_of, rows, say

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import people, schools
from phonetree.desk.enrolment import set_pin
from phonetree.desk.roster_records import source_row
from phonetree.desk.rosters import Imported, import_people
from phonetree.flows import join
from phonetree.models import (
    AuditEntry,
    Base,
    CallLane,
    Consent,
    Delivery,
    Lane,
    Membership,
    Person,
    State,
    reading,
    writing,
)
from phonetree.school.problems import RosterRefused
from phonetree.school.roster import read_roster
from phonetree.words.numbers import PhoneNumber

HEADER = "phone,language,second_language,role,channel,calls,consent"
SCHOOL = "+12135550100"


def line(number: PhoneNumber, words: str = "es,,parent,sms,yes,paper form 2026-09-03") -> str:
    return f"{number.e164},{words}"


def import_(tree: Rehearsal, *lines: str, watched: list[int] | None = None) -> Imported:
    roster = read_roster("\n".join([HEADER, *lines]).encode())
    with writing(tree.database) as session:
        site = schools.find_site(session, tree.school.site.code)
        assert site is not None
        return import_people(session, tree.means, site, roster, (watched if watched is not None else []).append)


def counts(imported: Imported) -> tuple[int, int, int, int, int]:
    return imported.added, imported.changed, imported.unchanged, imported.stopped, imported.welcomed


def dump(tree: Rehearsal) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with reading(tree.database) as session:
        return {t.name: [tuple(row) for row in session.execute(select(t)).all()] for t in Base.metadata.sorted_tables}


def person(tree: Rehearsal, number: PhoneNumber) -> Person:
    with reading(tree.database) as session:
        site = schools.find_site(session, tree.school.site.code)
        assert site is not None
        found = people.find_person(session, tree.means, site.sender, number)
        assert found is not None
        assert found.memberships is not None
        return found


def problems(tree: Rehearsal, *lines: str) -> Sequence[str]:
    before = dump(tree)
    with pytest.raises(RosterRefused) as refused:
        import_(tree, *lines)
    assert dump(tree) == before
    assert not re.search(r"\d{4}", str(refused.value)), "a report holds no number"
    return str(refused.value).splitlines()


def test_new_people_are_added_and_new_parents_welcomed(tree: Rehearsal) -> None:
    staff = line(BOB, "en,es,staff,voice,no,")
    assert counts(import_(tree, line(ANA), staff)) == (2, 0, 0, 0, 1)
    ana, bob = person(tree, ANA), person(tree, BOB)
    assert (ana.language, ana.language_is_chosen, ana.memberships[0].calls) == ("es", True, "all")
    assert (bob.second_language, bob.memberships[0].calls, bob.memberships[0].channel) == ("es", "all", "voice")
    assert [tree.means.number_of(p) for p in (ana, bob)] == [ANA, BOB]
    (welcome,) = rows(tree, "welcome")
    assert (welcome.person_id, welcome.lane, welcome.state) == (ana.id, Lane.LATER, State.PENDING)
    (entry,) = all_of(tree, select(AuditEntry).where(AuditEntry.what == "imported people"))
    assert entry.about == "2 added, 0 changed"


def test_who_chose_calls_is_welcomed_by_call_and_by_day(tree: Rehearsal) -> None:
    tree.clock.at += timedelta(hours=14)  # ten in the evening
    assert import_(tree, line(ANA, "es,,parent,voice,,paper form 2026-09-03")).welcomed == 1
    (call,) = all_of(tree, select(Delivery))
    assert (call.channel, call.begins, call.lane) == ("voice", join.welcome_by_call.name, CallLane.LATER)
    assert call.not_before == tree.clock.at + timedelta(hours=11)
    assert person(tree, ANA).memberships[0].calls == "all"


def test_the_consent_is_kept_sealed(tree: Rehearsal) -> None:
    import_(tree, line(ANA))
    (consent,) = all_of(tree, select(Consent))
    assert (consent.what, consent.how) == ("imported", "roster")
    sender = person(tree, ANA).sender_id
    opened = tree.means.vault(sender).open(consent.source_sealed or b"", row=source_row(consent.person_id))
    assert '"consent": "paper form 2026-09-03"' in opened
    assert ANA.e164[2:] not in opened


def test_the_welcome_says_what_a_join_says(tree: Rehearsal) -> None:
    import_(tree, line(ANA, "en,,parent,sms,yes,form"))
    (text,) = [arrived.body for arrived in tree.deliver() if arrived.number == ANA]
    for words in (
        "Maple Tree: The school's list has your number",
        "Maple Parents Phone Tree, run by the Maple parents' committee",
        "practice drills",
        "About 4 texts a month",
        "LANG",
        "HELP",
        "STOP",
    ):
        assert words in text


def test_the_same_again_changes_nothing(tree: Rehearsal) -> None:
    lines = [line(ANA), line(BOB, "en,,staff,sms,no,"), line(BOB, "en,,parent,sms,no,form")]
    assert counts(import_(tree, *lines)) == (3, 0, 0, 0, 2)
    before = dump(tree)
    assert counts(import_(tree, *lines)) == (0, 0, 3, 0, 0)
    assert dump(tree) == before


def test_a_phone_with_two_roles_is_one_person_with_one_welcome(tree: Rehearsal) -> None:
    import_(tree, line(BOB, "en,,staff,sms,no,"), line(BOB, "en,,parent,sms,no,form"))
    assert {m.role for m in person(tree, BOB).memberships} == {"staff", "parent"}
    assert len(rows(tree, "welcome")) == 1


def test_what_the_roster_says_anew_is_taken(tree: Rehearsal) -> None:
    import_(tree, line(ANA))
    assert counts(import_(tree, line(ANA, "en,,parent,voice,no,new form"))) == (0, 1, 0, 0, 0)
    ana = person(tree, ANA)
    assert (ana.language, ana.memberships[0].channel, ana.memberships[0].calls) == ("en", "voice", "all")
    assert len(all_of(tree, select(Consent))) == 2


def test_what_people_chose_since_stays(tree: Rehearsal) -> None:
    """Neither the same file nor one that corrects something else takes back a person's own word."""
    import_(tree, line(ANA))
    with writing(tree.database) as session:
        ana = session.get_one(Person, person(tree, ANA).id)
        ana.language, ana.memberships[0].calls = "en", "danger"
    import_(tree, line(ANA))
    import_(tree, line(ANA, "es,,parent,sms,yes,the same form again"))
    ana = person(tree, ANA)
    assert (ana.language, ana.memberships[0].calls) == ("en", "danger")


def test_who_joined_by_text_keeps_what_they_chose_and_is_not_welcomed(tree: Rehearsal) -> None:
    say(tree, ANA, "JOIN")
    say(tree, ANA, "1")
    before = person(tree, ANA)
    assert counts(import_(tree, line(ANA, "es,,parent,sms,no,form"))) == (0, 1, 0, 0, 0)
    after = person(tree, ANA)
    assert (after.language, after.memberships[0].calls) == (before.language, before.memberships[0].calls)
    assert counts(import_(tree, line(ANA, "es,,parent,sms,no,form"))) == (0, 0, 1, 0, 0)


def test_a_stranger_who_once_wrote_gets_the_language_of_the_roster(tree: Rehearsal) -> None:
    say(tree, ANA, "hello?")
    assert not person(tree, ANA).language_is_chosen
    assert counts(import_(tree, line(ANA))) == (1, 0, 0, 0, 1)
    assert (person(tree, ANA).language, person(tree, ANA).language_is_chosen) == ("es", True)


def test_who_waited_for_a_lead_is_let_in_and_welcomed(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "es")
    with writing(tree.database) as session:
        session.get_one(Membership, person(tree, ANA).memberships[0].id).is_held = True
    assert counts(import_(tree, line(ANA))) == (0, 1, 0, 0, 1)
    assert not person(tree, ANA).memberships[0].is_held


def test_who_left_stays_out(tree: Rehearsal) -> None:
    import_(tree, line(ANA))
    say(tree, ANA, "ALTO")
    stopped_at = person(tree, ANA).stopped_at
    assert stopped_at is not None
    lines = [line(ANA, "es,,staff,sms,no,"), line(ANA, "es,,parent,sms,yes,another form")]
    assert counts(import_(tree, *lines)) == (1, 1, 0, 1, 0)
    assert person(tree, ANA).stopped_at == stopped_at


def test_the_forgotten_refuse_the_whole_file_by_line(tree: Rehearsal) -> None:
    import_(tree, line(ANA))
    with writing(tree.database) as session:
        people.forget(session, tree.means, session.get_one(Person, person(tree, ANA).id))
    assert problems(tree, line(BOB), line(ANA)) == [
        "line 3: phone asked to be forgotten; only the person can join again, by text. Take the line out"
    ]
    say(tree, ANA, "JOIN")
    say(tree, ANA, "1")
    assert import_(tree, line(BOB), line(ANA)).added == 1


def test_two_languages_for_one_phone_are_refused(tree: Rehearsal) -> None:
    assert problems(tree, line(BOB, "en,,staff,sms,no,"), line(ANA), line(BOB)) == [
        "line 4: language is another one than on line 2 for the same phone"
    ]


def test_numbers_that_are_never_texted_are_refused(tree: Rehearsal) -> None:
    reason = "phone is not in the United States or Canada, or costs extra to call; the tree never calls or texts it"
    elsewhere = [line(PhoneNumber(number)) for number in ("+525555550142", "+18765550142", "+19005550142")]
    assert problems(tree, *elsewhere) == [f"line {n}: {reason}" for n in (2, 3, 4)]
    assert problems(tree, line(PhoneNumber(SCHOOL))) == ["line 2: phone is the tree's own number"]


def test_a_lead_of_the_roster_sends_once_there_is_a_pin(tree: Rehearsal) -> None:
    import_(tree, line(SUE, "en,,lead,sms,yes,agreement"), line(ANA))
    assert "no PIN" in say(tree, SUE, "ALERT 2 1 2")


def test_a_welcome_lives_as_long_as_the_list_takes(tree: Rehearsal) -> None:
    imported = import_(tree, *(line(PhoneNumber(f"+1323555{n:04}")) for n in range(100, 200)))
    assert imported.welcomed == 100
    assert imported.welcomed_by is not None
    (lives_until,) = set(all_of(tree, select(Delivery.expires_at)))
    assert lives_until - imported.welcomed_by == timedelta(hours=9)


def test_ten_thousand_in_one_go(tree: Rehearsal) -> None:
    """Over several batches, with every other one known already."""
    phones = [
        PhoneNumber(f"+1{area}{exchange}{n:04}") for area in (213, 323) for exchange in (555,) for n in range(5000)
    ]
    half = import_(tree, *(line(phone) for phone in phones[::2] if phone.e164 not in {SCHOOL, LEAD.e164}))
    watched: list[int] = []
    others = (line(phone) for phone in phones if phone.e164 not in {SCHOOL, LEAD.e164})
    whole = import_(tree, *others, watched=watched)
    assert sum(watched) == len(phones) - 2
    assert len(watched) > 1
    assert half.added + whole.added == len(phones) - 2
    assert whole.unchanged == half.added
    with reading(tree.database) as session:
        assert session.scalar(select(func.count(Delivery.id.distinct()))) == len(phones) - 2
        assert session.scalar(select(func.count(Delivery.person_id.distinct()))) == len(phones) - 2


def test_nobody_becomes_a_lead_by_a_roster_unheard(tree: Rehearsal) -> None:
    added = import_(tree, line(SUE, "en,,lead,sms,yes,staff meeting"), line(ANA)).added
    assert added == 2
    told = [arrived for arrived in tree.deliver() if "new leads were added on the server" in arrived.body]
    assert [arrived.number for arrived in told] == [LEAD]
    import_(tree, line(SUE, "en,,lead,sms,yes,staff meeting"), line(ANA))
    assert not [arrived for arrived in tree.deliver() if "new leads" in arrived.body]


def test_the_pin_of_a_lead_is_not_changed_unheard(tree: Rehearsal) -> None:
    tree.enrol(SUE, "lead", "en")
    for pin, told in (("274859", []), ("918273", [LEAD, SUE])):
        with writing(tree.database) as session:
            assert set_pin(session, tree.means, SUE, pin)
        arrived = [text for text in tree.deliver() if "PIN was changed on the server" in text.body]
        assert sorted(text.number.e164 for text in arrived) == [number.e164 for number in told]
