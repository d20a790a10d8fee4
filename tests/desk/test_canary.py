"""The canary: what left from our number and is not the ledger's is found at the next look, and nothing else is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from stage import ANA, BOB, LEAD, all_of, claim_all, new_sid, say, send, sender_id, set_bucket
from structlog.testing import capture_logs

from phonetree.demo.rehearsal import MemoryCarrier, Rehearsal
from phonetree.desk.canary import watch
from phonetree.desk.counters import counted
from phonetree.desk.delivery import Claimed, as_repeat
from phonetree.desk.reconciliation import GRACE, reconcile
from phonetree.desk.settling import record
from phonetree.models import AuditEntry, Delivery, Freeze, Lease, database_now, reading, writing
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Line
from phonetree.twilio.client import TwilioCarrier
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import Carrier, InDoubt, OutgoingText, SentText

OURS, OTHERS = PhoneNumber("+12135550100"), PhoneNumber("+12135550190")
SOON = timedelta(seconds=30)
ACCOUNT, TOKEN = "AC" + "0" * 32, "12345"


def frozen(tree: Rehearsal) -> list[str]:
    """Why the school's voice was frozen, each time."""
    return [str(each.why) for each in all_of(tree, select(Freeze).order_by(Freeze.id))]


def look(tree: Rehearsal, line: Carrier | None = None) -> int:
    """One look, as if the time for it had come; then half a minute passes."""
    with writing(tree.database) as session:
        session.execute(update(Lease).where(Lease.name == "canary").values(until=database_now()))
    found = asyncio.run(watch(tree.database, tree.means, line or tree.carrier))
    tree.clock.at += SOON
    return found


def rogue(tree: Rehearsal, number: PhoneNumber = OURS, body: str = "School is closed. Stay at home.") -> None:
    """Somebody else has the provider send a text."""
    tree.carrier.sent.append((number, SentText(f"SMe{new_sid()[3:]}", ANA, body, tree.clock())))


def told(tree: Rehearsal) -> list[str]:
    return [text.body for text in tree.deliver() if text.number == LEAD and "did not send" in text.body]


def test_a_text_that_the_ledger_did_not_send_freezes_the_voice_at_the_next_look(tree: Rehearsal) -> None:
    assert look(tree) == 0
    rogue(tree)
    rogue(tree)
    assert look(tree) == 2
    assert frozen(tree) == ["canary"]
    (words,) = told(tree)
    assert words.startswith("Texts went out from our number that we did not send. FROZEN until")
    assert [look(tree) for _ in range(3)] == [0, 0, 0]
    assert (frozen(tree), told(tree)) == (["canary"], [])
    entries = all_of(tree, select(AuditEntry).where(AuditEntry.what == "texts that the ledger did not send"))
    assert [entry.about for entry in entries] == ["2 texts"]


def test_while_it_goes_on_the_voice_is_frozen_again_and_the_leads_told_once_each_time(tree: Rehearsal) -> None:
    look(tree)
    tellings = 0
    for _ in range(62):
        rogue(tree)
        assert look(tree) == 1
        arrived = tree.wait(timedelta())
        tellings += sum(text.number == LEAD and "did not send" in text.body for text in arrived)
    assert (tellings, frozen(tree)) == (2, ["canary", "canary"])
    with reading(tree.database) as session:
        assert counted(session)["texts that the ledger did not send"] == 62


def test_the_log_is_told_without_number_and_words(tree: Rehearsal) -> None:
    look(tree)
    rogue(tree)
    with capture_logs() as logged:
        assert look(tree) == 1
    (line,) = [each for each in logged if each["event"] == "texts that the ledger did not send"]
    assert (line["texts"], line["log_level"]) == (1, "error")
    assert ANA.e164 not in str(logged)
    assert "School is closed" not in str(logged)


def test_what_the_ledger_sent_is_nobody_elses(tree: Rehearsal) -> None:
    look(tree)
    for number in (ANA, BOB):
        tree.enrol(number, "parent", "en")
    send(tree, "ALERT 2 1 2")
    assert len(tree.deliver()) > 2
    assert look(tree) == 0
    say(tree, ANA, "ERASE")
    say(tree, ANA, "1")
    assert look(tree) == 0, "her rows are gone with her, and the provider's list still has her text"


def test_what_left_before_the_first_look_is_let_be(tree: Rehearsal) -> None:
    rogue(tree)
    tree.clock.at += SOON
    assert [look(tree), look(tree)] == [0, 0]


def test_another_number_of_the_account_is_none_of_ours(tree: Rehearsal) -> None:
    look(tree)
    rogue(tree, OTHERS)
    assert look(tree) == 0


def in_doubt(tree: Rehearsal) -> Claimed:
    """An alert to Ana that the carrier took, though nobody here knows that."""
    tree.enrol(ANA, "parent", "en")
    set_bucket(tree, tokens=1000.0, per_second=1000.0)
    send(tree, "ALERT 2 1 2")
    claimed = claim_all(tree)
    ours = next(one for one in claimed if one.text.recipient == ANA)
    tree.carrier.sent.append((OURS, SentText(new_sid(), ANA, ours.text.body, tree.clock())))
    return ours


def test_what_is_just_being_sent_is_ours(tree: Rehearsal) -> None:
    look(tree)
    in_doubt(tree)
    assert look(tree) == 0


def test_what_is_in_doubt_is_ours_also_when_it_is_sent_once_more(tree: Rehearsal) -> None:
    look(tree)
    ours = in_doubt(tree)
    record(tree.database, tree.means, [(ours, InDoubt("TimeoutError"))])
    assert look(tree) == 0
    tree.clock.at += GRACE
    asyncio.run(reconcile(tree.database, tree.means, tree.carrier))  # which knows nothing of it: it goes again
    assert look(tree) == 0
    tree.deliver()
    assert look(tree) == 0


def test_a_doubt_is_no_excuse_for_other_words_to_the_same_phone(tree: Rehearsal) -> None:
    look(tree)
    ours = in_doubt(tree)
    rogue(tree)
    assert look(tree) == 1
    tree.carrier.sent.append((OURS, SentText(new_sid(), ANA, as_repeat(ours.text.body, "en"), tree.clock())))
    assert look(tree) == 0


@dataclass
class Changing(MemoryCarrier):
    """A carrier whose list is another at each look; None: no list comes."""

    lists: list[Sequence[SentText] | None] = field(default_factory=list)

    async def find_sent(self, sender: PhoneNumber, since: datetime) -> Sequence[SentText] | None:  # noqa: ARG002
        return self.lists.pop(0)


def test_what_the_provider_was_made_to_forget_meanwhile_is_not_taken_for_somebody_elses(tree: Rehearsal) -> None:
    look(tree)
    gone = SentText(new_sid(), ANA, "ours an hour ago", tree.clock())
    assert look(tree, Changing(lists=[[gone], []])) == 0


def test_a_list_that_does_not_come_is_asked_for_again_from_where_the_last_one_ended(tree: Rehearsal) -> None:
    look(tree)
    rogue(tree)
    for _ in range(20):
        assert look(tree, Changing(lists=[None])) == 0
    assert look(tree) == 1


def test_workers_take_turns(tree: Rehearsal) -> None:
    look(tree)
    rogue(tree)
    assert look(tree) == 1
    rogue(tree)
    assert asyncio.run(watch(tree.database, tree.means, tree.carrier)) == 0, "another one looked just now"
    assert look(tree) == 1


def test_at_the_provider_itself(tree: Rehearsal) -> None:
    """A rogue text beside ours, an answer in a webhook and a text of another school, over the wire."""
    numbers = {OURS.e164: Line(), OTHERS.e164: Line()}
    with SimulatedCarrier(ACCOUNT, TOKEN, numbers=numbers, clock=tree.clock) as provider:
        way = TwilioCarrier(ACCOUNT, (ACCOUNT, TOKEN), provider.base_url, "https://tree.example.org")
        tree.enrol(ANA, "parent", "en")
        at_provider(tree, way, lambda line: watch(tree.database, tree.means, line))
        send(tree, "ALERT 2 1 2")
        at_provider(tree, way, lambda line: hand_over_all(tree, line))
        at_provider(tree, way, lambda line: line.send(text_from(OTHERS)))
        assert at_provider(tree, way, lambda line: watch(tree.database, tree.means, line)) == 0
        at_provider(tree, way, lambda line: line.send(text_from(OURS)))
        assert at_provider(tree, way, lambda line: watch(tree.database, tree.means, line)) == 1
    assert len(provider.accepted) == len(all_of(tree, select(Delivery).where(Delivery.sid.is_not(None)))) + 2


def text_from(number: PhoneNumber) -> OutgoingText:
    return OutgoingText("0" * 32, BOB, number, "Open the doors.", timedelta(minutes=5))


async def hand_over_all(tree: Rehearsal, line: Carrier) -> int:
    claimed = await asyncio.to_thread(claim_all, tree)
    outcomes = [(one, await line.send(one.text)) for one in claimed]
    await asyncio.to_thread(record, tree.database, tree.means, outcomes)
    return len(outcomes)


def at_provider(tree: Rehearsal, way: TwilioCarrier, work: Callable[[Carrier], object]) -> object:
    """Do it on an open line; the time for the next look has come."""

    async def on_the_line() -> object:
        async with way.open() as line:
            return await work(line)  # type: ignore[misc]

    with writing(tree.database) as session:
        session.execute(update(Lease).where(Lease.name == "canary").values(until=database_now()))
    assert sender_id(tree)
    tree.clock.at += SOON
    return asyncio.run(on_the_line())
