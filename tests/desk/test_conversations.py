"""One text in, one answer out: once, whatever is repeated, and nothing kept that must not be."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import create_engine, select, text
from stage import ANA, BOB, LEAD, PIN, ROSA, all_of, code_in, new_sid, say, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.receipts import Receipt, keep
from phonetree.models import Consent, Conversation, Delivery, Heard, Note, Person, State, reading
from phonetree.words.crypto import Vault


def test_the_same_text_again_gets_the_same_answer_and_has_no_second_effect(tree: Rehearsal) -> None:
    say(tree, ANA, "JOIN MAPLE")
    sid = new_sid()
    answers = {say(tree, ANA, "1", sid=sid) for _again in range(3)}
    assert len(answers) == 1
    assert answers.pop().startswith("Maple Tree: You are on the list")
    assert [consent.what for consent in all_of(tree, select(Consent))] == ["opt_in"]


def test_a_repeat_keeps_its_answer_after_the_conversation_went_on(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    sid = new_sid()
    menu = say(tree, ANA, "AID", sid=sid)
    say(tree, ANA, "1")
    assert say(tree, ANA, "AID", sid=sid) == menu
    assert say(tree, ANA, "2").startswith("Maple Tree: To talk to a person")


def test_the_same_text_from_eight_sides_at_once_is_heard_once(tree: Rehearsal) -> None:
    sid = new_sid()
    with ThreadPoolExecutor(8) as side:
        answers = set(side.map(lambda _n: say(tree, ANA, "JOIN MAPLE", sid=sid), range(8)))
    assert len(answers) == 1
    assert len(all_of(tree, select(Heard))) == 1
    assert len(all_of(tree, select(Person))) == 2


def test_code_and_pin_from_eight_sides_at_once_send_one_alert(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    words, sid = f"{code_in(say(tree, LEAD, 'ALERT 2 1 2'))} {PIN}", new_sid()
    with ThreadPoolExecutor(8) as side:
        answers = set(side.map(lambda _n: say(tree, LEAD, words, sid=sid), range(8)))
    assert len(answers) == 1
    assert len(all_of(tree, select(Delivery).where(Delivery.broadcast_id.is_not(None)))) == 2


def test_two_leads_at_once_send_one_alert(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", "481516")
    first = f"{code_in(say(tree, LEAD, 'ALERT 2 1 2'))} {PIN}"
    second = f"{code_in(say(tree, ROSA, 'SEND'))} 481516"
    with ThreadPoolExecutor(2) as side:
        answers = list(side.map(lambda turn: say(tree, *turn), [(LEAD, first), (ROSA, second)]))
    assert sorted(answer.startswith("SENT") for answer in answers) == [False, True]
    assert len(all_of(tree, select(Delivery).where(Delivery.broadcast_id.is_not(None)))) == 2


def test_a_picture_is_not_opened(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    assert say(tree, ANA, "", has_media=True) == "Maple Tree: Words only, please. We do not open pictures."


def test_a_picture_with_words_is_read_for_its_words(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    assert say(tree, ANA, "NEWS", has_media=True).startswith("Maple Tree: No report now")


def test_words_that_are_no_command_are_kept_only_when_the_family_sends_them_on(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    say(tree, ANA, "my kid is late")
    assert not all_of(tree, select(Note))
    say(tree, ANA, "0")
    assert len(all_of(tree, select(Note))) == 1


def test_a_pin_is_stored_nowhere_whatever_is_asked_when_it_comes(tree: Rehearsal) -> None:
    for question in ("ALERT 2 1 2", "LEAD", "AID", "ERASE", "something else", "STATUS"):
        code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
        say(tree, LEAD, question)
        say(tree, LEAD, f"0000 {PIN}")
        say(tree, LEAD, PIN)
        say(tree, LEAD, f"{code} {PIN}")
    assert all(PIN not in words for words in kept_words(tree))


def test_no_code_is_kept_among_the_answers_of_a_conversation(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    code = code_in(say(tree, LEAD, "ALERT 2 1 2"))
    say(tree, LEAD, f"{code} 000000")
    answers = [json.dumps(kept) for kept in kept_answers(tree)]
    assert answers
    assert all(code not in kept for kept in answers)


def test_who_is_forgotten_leaves_a_keyed_hash_and_nothing_else(tree: Rehearsal) -> None:
    say(tree, BOB, "JOIN MAPLE")
    say(tree, BOB, "1")
    say(tree, BOB, "ERASE")
    assert say(tree, BOB, "1").startswith("Maple Tree: You are forgotten")
    assert len(all_of(tree, select(Person))) == 1
    assert not all_of(tree, select(Consent))
    assert not all_of(tree, select(Heard).where(Heard.person_id.is_not(None)))


def test_an_answer_waits_behind_an_alert_but_a_leads_does_not(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    send(tree, "ALERT 2 1 2")
    assert say(tree, ANA, "RIGHTS") == ""
    assert say(tree, LEAD, "STATUS").startswith("100: CONFIRMED")
    assert [arrived.body[:12] for arrived in tree.deliver() if arrived.number == ANA] == [
        "Maple Tree: ",
        "You can stay",
    ]


def kept_words(tree: Rehearsal) -> list[str]:
    """Every word of ours in the database, opened."""
    words = [json.dumps(kept) for kept in kept_answers(tree)]
    vault = vault_of(tree)
    with reading(tree.database) as session:
        words += [
            vault.open(heard.answer_sealed, row=f"heard|{heard.sid}")
            for heard in session.scalars(select(Heard))
            if heard.answer_sealed
        ]
        words += [
            vault.open(note.words_sealed, row=f"notes|{note.id}|words")
            for note in session.scalars(select(Note))
            if note.words_sealed
        ]
        words += [
            vault.open(delivery.body_sealed, row=f"deliveries|{delivery.id}|body")
            for delivery in session.scalars(select(Delivery))
            if delivery.body_sealed
        ]
    return words


def kept_answers(tree: Rehearsal) -> list[dict[str, str]]:
    """What conversations remember, also what a safety text parked."""
    vault = vault_of(tree)
    with reading(tree.database) as session:
        return [
            json.loads(vault.open(sealed, row=f"conversations|{c.person_id}|answers"))
            for c in session.scalars(select(Conversation))
            for sealed in (c.answers_sealed, c.parked_answers_sealed)
            if sealed
        ]


def vault_of(tree: Rehearsal) -> Vault:
    with reading(tree.database) as session:
        return tree.means.vault(session.scalars(select(Person.sender_id)).first() or "")


def test_a_connection_that_broke_off_is_no_fault_of_whoever_texts(tree: Rehearsal) -> None:
    """PostgreSQL was restarted while nobody texted: the first text finds it out, and is answered all the same."""
    before = say(tree, ANA, "MENU")
    break_off(tree)
    assert say(tree, ANA, "MENU") == before
    break_off(tree)
    keep(tree.database, [Receipt("a" * 32, "SM" + "1" * 32, 4, State.DELIVERED)])
    assert len(all_of(tree, select(Heard))) == 2


def break_off(tree: Rehearsal) -> None:
    if tree.database.dialect.name == "postgresql":
        other = create_engine(tree.database.url, isolation_level="AUTOCOMMIT")
        with other.connect() as connection:
            of_ours = "datname = current_database() AND pid <> pg_backend_pid()"
            connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {of_ours}"))  # noqa: S608 - ours
        other.dispose()


def test_a_text_that_only_asks_waits_for_nobody_and_one_that_wants_something_is_taken_under_lock(
    tree: Rehearsal,
) -> None:
    """Both see each other's writing: of two at once one is taken anew, and neither is lost."""
    tree.enrol(ANA, "parent", "en")
    sids = [new_sid() for _turn in range(12)]
    words = ["NEWS", "AID", "LANG", "1", "RIGHTS", "MENU"] * 2
    with ThreadPoolExecutor(6) as side:
        answers = list(side.map(lambda turn: say(tree, ANA, words[turn], sid=sids[turn]), range(12)))
    assert all(answers)
    assert len(all_of(tree, select(Heard))) == 12
    (conversation,) = all_of(tree, select(Conversation))
    assert conversation.turns == 12
