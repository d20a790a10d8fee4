"""An alert reaches the group chats that the school named: level and site, in order, and no text waits for them.

Through the real Apprise, to a real service on loopback that speaks the API of signal-cli's REST service.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from chat_scenes import (
    EXTERNAL,
    INTERNAL,
    NETWORK_CHAT,
    RELAYS,
    STAFF_CHAT,
    chats_of,
    post,
    post_states,
    post_until_settled,
    posts,
    school_with,
    settle_in,
    told,
)
from sqlalchemy import select, update
from stage import ANA, BOB, LEAD, PIN, all_of, code_in, say, send

from phonetree.demo.rehearsal import EIGHT_IN_THE_MORNING, Arrived, Rehearsal
from phonetree.desk.posting import MOST_TRIES, claim_posts, record_post, relay
from phonetree.models import Broadcast, PostState, RelayPost, Sender, writing
from phonetree.relays.apprise_chats import AppriseChats
from phonetree.school.reading import SchoolRefused, read_school
from phonetree.simulator.chat import GROUP, NUMBER, GroupChat, Manner
from phonetree.words.chats import NoChats, NotPosted, Posted, PostTrouble
from phonetree.words.ports import system_clock

NOT_TOLD = f'The group chat "{STAFF_CHAT}" did not get the alert. Texts are not affected.'
UNKNOWN = f'We do not know whether the group chat "{STAFF_CHAT}" got the alert. Texts are not affected.'


@pytest.fixture
def chat() -> Iterator[GroupChat]:
    with GroupChat() as chat:
        yield chat


def first_words(chat: GroupChat) -> list[str]:
    return [" ".join(words.split()[:3]) for words in chat.words]


# --- what a group reads -----------------------------------------------------------------------------------------------


def test_an_alert_reaches_the_group_with_level_and_site(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    post(tree, chats_of(chat))
    (read,) = chat.read
    assert (read.number, read.group) == (NUMBER, GROUP)
    family = next(text.body for text in tree.deliver() if "CONFIRMED" in text.body)
    assert family.startswith("Maple Tree: CONFIRMED 8:00")
    assert read.words.startswith(family)
    assert read.words.endswith("Nobody at the phone tree reads this chat. To answer, text its number.")
    assert post_states(tree) == ["done"]


def test_nobody_and_no_number_is_named(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    for words in ("ALERT 2 1 2", "UPDATE", "CORRECT"):
        send(tree, words)
        tree.deliver()
        post(tree, chats_of(chat))
    assert not re.search(r"\d{5}|\d{3}[ -]\d{3,4}|lead|[Aa]na", " ".join(chat.words))


def test_update_and_correction_come_in_order(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    for words in ("ALERT 2 1 2", "UPDATE", "CORRECT"):
        send(tree, words)
        tree.deliver()
        post(tree, chats_of(chat))
    assert first_words(chat) == ["Maple Tree: CONFIRMED", "Maple Tree: UPDATE", "Maple Tree: CORRECTION"]
    assert chat.words[-1].endswith("We are sorry.")


def test_what_follows_waits_for_what_was_before(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    send(tree, "UPDATE")
    for _look in range(2):
        post(tree, chats_of(chat))
    assert first_words(chat) == ["Maple Tree: CONFIRMED", "Maple Tree: UPDATE"]


def test_nothing_overtakes_an_alert_that_is_to_be_tried_again(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    chat.manner = Manner.REFUSES
    send(tree, "ALERT 2 1 2")
    post(tree, chats_of(chat))
    tree.deliver()
    send(tree, "UPDATE")
    chat.manner = Manner.TAKES
    post(tree, chats_of(chat))
    assert chat.read == []
    tree.clock.at += timedelta(seconds=2)
    for _look in range(2):
        post(tree, chats_of(chat))
    assert first_words(chat) == ["Maple Tree: CONFIRMED", "Maple Tree: UPDATE"]


def test_a_correction_before_the_alert_was_posted_goes_alone(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    send(tree, "CORRECT")
    post(tree, chats_of(chat))
    post(tree, chats_of(chat))
    assert first_words(chat) == ["Maple Tree: CORRECTION"]
    assert post_states(tree) == ["cancelled", "done"]


def test_a_correction_waits_while_the_alert_is_asked_for(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    (claimed,) = claim_posts(tree.database, tree.means)
    send(tree, "CORRECT")
    assert claim_posts(tree.database, tree.means) == []
    record_post(tree.database, tree.means, claimed, Posted())
    post(tree, chats_of(chat))
    assert first_words(chat) == ["Maple Tree: CORRECTION"]


def test_two_alerts_do_not_wait_for_one_another(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    chat.manner = Manner.REFUSES
    send(tree, "ALERT 2 1 2")
    post(tree, chats_of(chat))
    chat.manner = Manner.TAKES
    send(tree, "ALERT 4")
    post(tree, chats_of(chat))
    assert first_words(chat) == ["Maple Tree: SCHOOL"]


# --- which groups -----------------------------------------------------------------------------------------------------


def groups(tree: Rehearsal) -> list[str]:
    return [row.relay for row in posts(tree)]


@pytest.mark.parametrize(
    ("protocol", "words", "expected"),
    [
        ("", "ALERT 2 1 2", [STAFF_CHAT, NETWORK_CHAT]),
        ("", "ALERT 2 1 1", []),
        ('unconfirmed = ["staff", "relays"]', "ALERT 2 1 1", [STAFF_CHAT]),
        ('unconfirmed = ["staff", "parents", "relays"]', "ALERT 2 1 1", [STAFF_CHAT, NETWORK_CHAT]),
        ('confirmed = ["staff", "parents"]', "ALERT 2 1 2", []),
        ('confirmed = ["staff", "relays"]', "ALERT 4", [STAFF_CHAT]),
        ("", "DRILL 2 1 2", []),
        ('drill = ["staff", "relays"]', "DRILL 2 1 2", [STAFF_CHAT]),
        ('drill = ["staff", "parents", "relays"]', "DRILL 2 1 2", [STAFF_CHAT]),
    ],
)
def test_who_is_told_is_the_protocols_to_say(tree: Rehearsal, protocol: str, words: str, expected: list[str]) -> None:
    settle_in(tree, RELAYS, protocol)
    send(tree, words)
    assert groups(tree) == expected


def test_an_external_group_reads_english_and_spanish_too(tree: Rehearsal, chat: GroupChat) -> None:
    tree.load(school_with(RELAYS, languages='languages = ["es", "en"]'))
    settle_in_spanish = tree.load(school_with(RELAYS, languages='languages = ["es", "en"]'))
    assert settle_in_spanish.site.languages[0] == "es"
    send(tree, "ALERT 2 1 2")
    with GroupChat() as outside:
        post(tree, chats_of(chat, outside))
        assert [words.count("Maple Tree:") for words in (*chat.words, *outside.words)] == [1, 2]
        assert "puerta principal" in chat.words[0]
        assert outside.words[0].index("puerta principal") < outside.words[0].index("front gate")


def test_a_drill_says_so_first_and_last(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree, protocol='drill = ["staff", "relays"]')
    send(tree, "DRILL 2 1 2")
    post(tree, chats_of(chat))
    (words,) = chat.words
    assert words.startswith("Maple Tree: DRILL")
    assert words.endswith("DRILL")


def test_what_follows_goes_to_the_groups_that_may_have_the_alert(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree, RELAYS)
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    for _look in range(2):  # nobody set the address of the external one
        post(tree, chats_of(chat))
    send(tree, "UPDATE")
    assert groups(tree) == [STAFF_CHAT, NETWORK_CHAT, STAFF_CHAT]


def test_a_relay_that_left_the_file_is_told_nothing_more(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    tree.load(school_with(""))
    post(tree, chats_of(chat))
    assert (chat.asked, post_states(tree)) == (0, ["cancelled"])


def test_two_relays_of_one_name_are_refused() -> None:
    with pytest.raises(SchoolRefused, match="two relays"):
        read_school(school_with(RELAYS.replace(NETWORK_CHAT, STAFF_CHAT)))


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_hanging_relay_delays_no_text(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    chat.manner = Manner.HANGS
    send(tree, "ALERT 2 1 2")

    async def morning() -> tuple[list[Arrived], bool]:
        posting = asyncio.create_task(relay(tree.database, tree.means, chats_of(chat, limit=60)))
        assert await asyncio.to_thread(chat.wait_for, lambda: chat.asked == 1, 20)
        arrived = await asyncio.to_thread(tree.deliver)
        hangs = not posting.done()
        posting.cancel()
        return arrived, hangs

    arrived, hangs = asyncio.run(morning())
    assert hangs
    texted = [text.number for text in arrived if "CONFIRMED" in text.body]
    assert (len(texted), set(texted)) == (3, {LEAD, ANA, BOB})


def test_a_relay_that_hangs_is_tried_again_and_then_the_leads_are_told_once(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    chat.manner = Manner.HANGS
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    for _worker in range(3):
        post(tree, chats_of(chat, limit=0.2))
        tree.clock.at += timedelta(seconds=20)
    (row,) = posts(tree)
    assert (row.state, row.doubts, chat.asked) == ("failed", 2, 2)
    assert told(tree) == [UNKNOWN]
    post(tree, chats_of(chat, limit=0.2))
    assert (chat.asked, told(tree)) == (2, [])


def test_a_chat_whose_request_still_hangs_is_not_asked_a_second_time(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    chat.manner = Manner.HANGS
    send(tree, "ALERT 2 1 2")
    chats = chats_of(chat, limit=0.2)
    post(tree, chats)
    tree.clock.at += timedelta(seconds=20)
    post(tree, chats)
    assert (chat.asked, [(row.trouble, row.doubts) for row in posts(tree)]) == (1, [("still_asked", 1)])


@pytest.mark.parametrize("manner", [Manner.REFUSES, Manner.FAILS])
def test_a_relay_that_refuses_is_tried_six_times(tree: Rehearsal, chat: GroupChat, manner: Manner) -> None:
    settle_in(tree)
    chat.manner = manner
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    post(tree, chats_of(chat))
    post(tree, chats_of(chat))
    assert chat.asked == 1, "not again before its time"
    post_until_settled(tree, chats_of(chat))
    assert (chat.asked, post_states(tree)) == (MOST_TRIES, ["failed"])
    assert [(row.trouble, row.body_sealed) for row in posts(tree)] == [("refused", None)]
    assert told(tree) == [NOT_TOLD]
    post(tree, chats_of(chat))
    assert chat.asked == MOST_TRIES


def test_a_relay_that_is_not_there_fails_and_comes_back(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    with GroupChat() as gone:
        nobody = chats_of(gone)
    send(tree, "ALERT 2 1 2")
    post(tree, nobody)
    assert post_states(tree) == ["pending"]
    tree.clock.at += timedelta(seconds=2)
    post(tree, chats_of(chat))
    assert first_words(chat) == ["Maple Tree: CONFIRMED"]
    assert told(tree) == []


def test_the_pauses_grow_to_two_minutes(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    chat.manner = Manner.REFUSES
    send(tree, "ALERT 2 1 2")
    for seconds in (2, 6, 18, 54, 120):
        post(tree, chats_of(chat))
        (row,) = posts(tree)
        assert row.not_before == tree.clock.at + timedelta(seconds=seconds)
        tree.clock.at = row.not_before


def test_of_one_alert_a_failure_is_told_once_and_once_more_for_its_end(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    post(tree, chats_of(chat))
    tree.deliver()
    chat.manner = Manner.REFUSES
    heard = []
    for words in ("UPDATE", "UPDATE", "CLEAR", "CORRECT"):
        send(tree, words)
        post_until_settled(tree, chats_of(chat))
        heard.append(told(tree))
    last = f'The group chat "{STAFF_CHAT}" did not get our last message. Texts are not affected.'
    assert heard == [[last], [], [last], []]


def test_an_address_that_is_not_set_is_told_at_once(tree: Rehearsal) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    post(tree, NoChats())
    assert [(row.state, row.trouble, row.tries) for row in posts(tree)] == [("failed", "not_set", 1)]
    assert told(tree) == [NOT_TOLD]


def test_an_address_that_means_nothing_is_told_at_once(tree: Rehearsal) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    post(tree, AppriseChats({INTERNAL: "nonsense://x", EXTERNAL: ""}))
    assert [(row.state, row.trouble) for row in posts(tree)] == [("failed", "not_understood")]


def test_an_alert_that_is_too_old_is_not_posted_any_more(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    tree.clock.at += timedelta(minutes=30)
    post(tree, chats_of(chat))
    assert (chat.asked, [(row.state, row.trouble) for row in posts(tree)]) == (0, [("failed", "expired")])
    assert told(tree) == [NOT_TOLD]


def test_words_that_no_key_opens_hold_up_nothing(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    with writing(tree.database) as session:
        session.execute(update(RelayPost).values(body_sealed=b"nothing that was ever sealed"))
    tree.deliver()
    send(tree, "UPDATE")
    for _look in range(2):
        post(tree, chats_of(chat))
    assert [(row.state, row.trouble) for row in posts(tree)] == [("failed", "unreadable"), ("done", "")]


# --- workers that die -------------------------------------------------------------------------------------------------


def lease_runs_out(tree: Rehearsal) -> None:
    with writing(tree.database) as session:
        session.execute(update(RelayPost).values(lease_until=system_clock() - timedelta(seconds=1)))


def test_a_worker_that_died_leaves_a_post_that_is_marked_as_a_repeat(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    (lost,) = claim_posts(tree.database, tree.means)
    post(tree, chats_of(chat))
    assert chat.asked == 0, "its lease holds"
    lease_runs_out(tree)
    post(tree, chats_of(chat))
    assert first_words(chat) == ["(Repeat) Maple Tree:"]
    record_post(tree.database, tree.means, lost, Posted())  # it was not dead, only slow
    assert [(row.state, row.tries) for row in posts(tree)] == [("done", 2)]


def test_what_a_slow_worker_found_does_not_disturb_who_asks_now(tree: Rehearsal) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    (slow,) = claim_posts(tree.database, tree.means)
    lease_runs_out(tree)
    assert len(claim_posts(tree.database, tree.means)) == 1
    record_post(tree.database, tree.means, slow, NotPosted(PostTrouble.NOT_UNDERSTOOD))
    assert [(row.state, row.tries) for row in posts(tree)] == [("sending", 2)]


def test_a_group_never_reads_the_same_more_than_twice(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    for _life in range(2):
        assert len(claim_posts(tree.database, tree.means)) == 1
        lease_runs_out(tree)
    post_until_settled(tree, chats_of(chat))
    assert (chat.asked, post_states(tree)) == (0, ["failed"])
    assert told(tree) == [UNKNOWN]


def test_what_a_slow_worker_writes_down_late_still_counts(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    (slow,) = claim_posts(tree.database, tree.means)
    record_post(tree.database, tree.means, slow, Posted())
    post(tree, chats_of(chat))
    assert (chat.asked, post_states(tree)) == (0, ["done"])


def test_an_alert_in_doubt_is_followed_by_its_correction(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    chat.manner = Manner.LOSES_ANSWERS
    post(tree, chats_of(chat, limit=0.2))
    chat.manner = Manner.TAKES
    send(tree, "CORRECT")
    post_until_settled(tree, chats_of(chat))
    assert first_words(chat) == ["Maple Tree: CONFIRMED", "Maple Tree: CORRECTION"]
    assert post_states(tree) == ["cancelled", "done"]


# --- pauses -----------------------------------------------------------------------------------------------------------


def test_abort_holds_posts_until_a_lead_goes_on(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    code = code_in(say(tree, LEAD, "ABORT"))
    post(tree, chats_of(chat))
    assert (chat.asked, post_states(tree)) == (0, ["pending"])
    say(tree, LEAD, f"{code} {PIN}")
    post(tree, chats_of(chat))
    assert first_words(chat) == ["Maple Tree: CONFIRMED"]


def test_abort_holds_a_post_also_when_all_texts_have_gone(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    code_in(say(tree, LEAD, "ABORT"))
    post(tree, chats_of(chat))
    assert chat.asked == 0


def test_a_pause_that_nobody_ends_is_the_end_of_the_post(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    say(tree, LEAD, "ABORT")
    tree.clock.at += timedelta(minutes=10)
    post(tree, chats_of(chat))
    assert (chat.asked, post_states(tree)) == (0, ["cancelled"])


def test_trouble_with_the_carrier_holds_no_post(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    with writing(tree.database) as session:
        session.execute(update(Broadcast).values(paused_at=EIGHT_IN_THE_MORNING, paused_by="carrier"))
    post(tree, chats_of(chat))
    assert first_words(chat) == ["Maple Tree: CONFIRMED"]


# --- what it costs and what it leaves ---------------------------------------------------------------------------------


def test_a_post_takes_nothing_from_what_the_number_may_send(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    before = all_of(tree, select(Sender.tokens))
    post(tree, chats_of(chat))
    assert all_of(tree, select(Sender.tokens)) == before
    assert chat.asked == 1


def test_words_are_sealed_and_gone_when_they_were_posted(tree: Rehearsal, chat: GroupChat) -> None:
    settle_in(tree)
    send(tree, "ALERT 2 1 2")
    (waiting,) = posts(tree)
    assert waiting.body_sealed
    assert b"agents" not in waiting.body_sealed
    post(tree, chats_of(chat))
    assert [row.body_sealed for row in posts(tree)] == [None]
    assert PostState.DONE in post_states(tree)
