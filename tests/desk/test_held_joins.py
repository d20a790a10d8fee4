"""Who may join: at once, after a lead's yes, or not at all; and that nobody gets an alert before."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from stage import (
    ANA,
    BOB,
    LEAD,
    NAMES,
    PIN,
    ROSA,
    SCHOOL,
    SUE,
    all_of,
    crowd,
    names_of,
    rows,
    say,
    send,
    set_bucket,
    tree_at,
)

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import held_joins
from phonetree.desk.counters import counted
from phonetree.models import Delivery, Lane, Membership, Sender, Site, State, reading, writing
from phonetree.words.numbers import PhoneNumber

HOLD = SCHOOL.read_text().replace('mode = "open"', 'mode = "hold"')
HELD, LISTED = "looks at your request", "on the list"
FAMILIES = {"ana": ANA, "bob": BOB, "sue": SUE}
WORDS = ("JOIN MAPLE", "1", "please stop", "COME BACK", "ERASE", "MAPLE", "6", "JOIN")


def join(tree: Rehearsal, who: PhoneNumber, words: str = "JOIN MAPLE") -> str:
    say(tree, who, words)
    return say(tree, who, "1")


def held(tree: Rehearsal) -> list[bool]:
    return list(all_of(tree, select(Membership.is_held).where(Membership.role == "parent").order_by(Membership.id)))


def test_the_school_of_these_tests_holds_joins() -> None:
    assert SCHOOL.read_text() != HOLD


ACTS = st.one_of(
    st.tuples(st.sampled_from(sorted(FAMILIES)), st.sampled_from(WORDS)),
    st.tuples(st.just("lead"), st.sampled_from(["ADMIT", "REFUSE"])),
    st.tuples(st.just("lead"), st.sampled_from(["ALERT 2 1 2", "CORRECT", "DRILL 2 1 2"])),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(ACTS, st.integers(0, 2)), max_size=25))
def test_whatever_happens_nobody_gets_an_alert_before_a_lead_let_them_in(
    acts: list[tuple[tuple[str, str], int]],
) -> None:
    admitted: set[str] = set()
    with tree_at(school=HOLD) as tree:
        set_bucket(tree, tokens=1e6, per_second=1e6)
        for (who, words), choice in acts:
            if who != "lead":
                before = _numbers(tree)
                say(tree, FAMILIES[who], words)
                if who in before and who not in _numbers(tree):
                    admitted.discard(who)  # erased: whoever joins again is asked about again
            elif words in ("ADMIT", "REFUSE"):
                waiting = sorted(_waiting(tree).items())
                if waiting:
                    number, name = waiting[choice % len(waiting)]
                    say(tree, LEAD, f"{words} {number}")
                    admitted |= {name} if words == "ADMIT" else set()
            else:
                already = _reached(tree)
                preview = say(tree, LEAD, words)
                code = next((word for word in preview.split() if word.isdigit() and len(word) == 4), "")
                if code:
                    say(tree, LEAD, f"{code} {PIN}")
                new = _reached(tree)[len(already) :]
                assert set(new) <= admitted | {"lead"}, "somebody heard of an alert whom no lead has let in"
            tree.clock.at += timedelta(minutes=4)


def _reached(tree: Rehearsal) -> list[str]:
    of_broadcasts = select(Delivery).where(Delivery.broadcast_id.is_not(None)).order_by(Delivery.id)
    return [name for each in all_of(tree, of_broadcasts) for name in names_of(tree, [each])]


def _waiting(tree: Rehearsal) -> dict[int, str]:
    with reading(tree.database) as session:
        found = session.scalars(select(Membership).where(Membership.is_held)).all()
        return {m.held_number or 0: NAMES[tree.means.number_of(m.person)] for m in found}


def _numbers(tree: Rehearsal) -> set[str]:
    with reading(tree.database) as session:
        return {NAMES[tree.means.number_of(m.person)] for m in session.scalars(select(Membership))}


def test_who_was_let_in_gets_the_next_alert_and_who_was_turned_away_does_not() -> None:
    with tree_at(school=HOLD) as tree:
        for who in (ANA, BOB, SUE):
            assert HELD in join(tree, who)
        say(tree, LEAD, "ADMIT 100")
        say(tree, LEAD, "REFUSE 101")
        send(tree, "ALERT 2 1 2")
        assert names_of(tree, rows(tree)) == ["ana", "lead"]


def test_who_asks_again_waits_under_the_same_number() -> None:
    with tree_at(school=HOLD) as tree:
        assert join(tree, ANA) == join(tree, ANA)
        assert held(tree) == [True]


def test_who_is_on_the_list_and_asks_again_reads_what_anybody_reads_and_stays_on_it() -> None:
    with tree_at(school=HOLD) as tree:
        tree.enrol(ANA, "parent", "en")
        known, unknown = join(tree, ANA), join(tree, BOB)
        assert known.replace("100", "101") == unknown
        assert "on the list" in say(tree, LEAD, "ADMIT 100")
        assert "Nobody" in say(tree, LEAD, "REFUSE 100")
        send(tree, "ALERT 2 1 2")
        assert names_of(tree, rows(tree)) == ["ana", "lead"]


def test_who_left_while_waiting_reads_nothing_when_let_in() -> None:
    with tree_at(school=HOLD) as tree:
        join(tree, ANA)
        say(tree, ANA, "please stop")
        tree.deliver()
        say(tree, LEAD, "ADMIT ALL")
        assert [text.number for text in tree.deliver()] == []


# --- the word ---------------------------------------------------------------------------------------------------------


def test_the_right_word_joins_at_once_and_any_other_waits_alike(tree: Rehearsal) -> None:
    say(tree, LEAD, "CODE NEW")
    assert LISTED in join(tree, ANA, "JOIN MAPLE4821")
    answers = [join(tree, who, words) for who, words in ((BOB, "JOIN MAPLE"), (SUE, "JOIN NOSUCHWORD"), (ROSA, "JOIN"))]
    assert [answer.replace(str(number), "n") for number, answer in enumerate(answers, start=100)] == [
        answers[0].replace("100", "n")
    ] * 3
    assert held(tree) == [False, True, True, True]
    say(tree, LEAD, "CODE NEW")
    assert LISTED in join(tree, BOB, "maple4858"), "who learns the new word needs no lead any more"
    assert held(tree) == [False, False, True, True]


def test_nobody_but_a_lead_learns_or_changes_the_word(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    tree.enrol(BOB, "staff", "en")
    for who in (ANA, BOB, SUE):
        assert "JOIN MAPLE" not in say(tree, who, "CODE NEW")
    assert LISTED in join(tree, ROSA)


def test_on_a_shared_number_an_old_word_is_answered_like_one_that_nobody_knows(tree: Rehearsal) -> None:
    tree.load(_other())
    say(tree, LEAD, "CODE NEW")
    assert say(tree, ANA, "JOIN MAPLE") == say(tree, BOB, "JOIN NOSUCHWORD")
    assert "Maple" in say(tree, SUE, "JOIN MAPLE4821")


def _other() -> str:
    return SCHOOL.read_text().replace('code = "MAPLE"', 'code = "ELM"').replace("Maple", "Elm")


# --- floods -----------------------------------------------------------------------------------------------------------


def test_beyond_so_many_an_hour_joins_wait_for_a_lead_who_is_told_once(tree: Rehearsal) -> None:
    phones = crowd()[: held_joins.MOST_IN_AN_HOUR + 5]
    answers = [join(tree, phone) for phone in phones]
    assert [HELD in answer for answer in answers] == [False] * held_joins.MOST_IN_AN_HOUR + [True] * 5
    told = [text.body for text in tree.wait(timedelta(seconds=1)) if text.number == LEAD]
    told += [text.body for text in tree.wait(timedelta(minutes=2)) if text.number == LEAD]
    assert ["5 wait to join" in body for body in told] == [True]
    with reading(tree.database) as session:
        assert counted(session)["joins held: too many"] == 5
    tree.clock.at += timedelta(hours=1)
    assert LISTED in join(tree, ANA)


def test_a_flood_of_joins_does_not_touch_what_an_alert_needs(tree: Rehearsal) -> None:
    set_bucket(tree, tokens=1.0, per_second=1.0)
    tree.enrol(ANA, "parent", "en")
    for phone in crowd()[:100]:
        say(tree, phone, "JOIN MAPLE")
    (sender,) = all_of(tree, select(Sender))
    assert sender.tokens >= -35, "an alert begins within half a minute"
    send(tree, "ALERT 2 1 2")
    waiting = all_of(tree, select(Delivery).where(Delivery.state == State.PENDING).order_by(Delivery.lane))
    assert waiting[0].lane == Lane.ALERT
    assert {each.lane for each in waiting} == {Lane.ALERT, Lane.ANSWER}


def test_all_schools_of_a_deployment_together_have_a_limit(tree: Rehearsal) -> None:
    hour = int(tree.clock.at.timestamp() // held_joins.AN_HOUR)
    tree.load(_other())
    with writing(tree.database) as session:
        elm = session.scalars(select(Site).where(Site.code == "ELM")).one()
        elm.join_hour, elm.joins_in_hour = hour, held_joins.MOST_OF_ALL_IN_AN_HOUR
    assert HELD in join(tree, ANA)


def test_a_day_has_a_limit_of_its_own(tree: Rehearsal) -> None:
    with writing(tree.database) as session:
        maple = session.scalars(select(Site)).one()
        maple.join_day = int(tree.clock.at.timestamp() // held_joins.A_DAY)
        maple.joins_in_day = held_joins.MOST_IN_A_DAY - 1
    assert LISTED in join(tree, ANA)
    assert HELD in join(tree, BOB)
    tree.clock.at += timedelta(days=1)
    assert LISTED in join(tree, SUE)
