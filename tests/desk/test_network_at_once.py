"""Where the school lets it, the network tells some without a lead: exactly those, once, and never a parent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select
from stage import ANA, BOB, LEAD, PIN, ROSA, SCHOOL, SUE, all_of, code_in, say, send, tree_at

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import cap_keys, schools
from phonetree.desk.cap_alerts import Taken, receive
from phonetree.desk.cap_documents import CapDocument, Happening, Message, Reference, Status
from phonetree.models import Alert, FamilyTask, Membership, NetworkAlert, Person, PinAttempt, writing
from phonetree.words.numbers import PhoneNumber

NETWORK = "Example Rapid Response Network"
BOTH = PhoneNumber("+12135550155")
"""Who is a parent and works there."""
NET_PIN = "481516"
WHOLE = Happening("en", is_observed=True, expires=None, kind="at", place="front-gate", words="Two vans")
_identifiers = count(1)


def school_that_lets(names: str, **lines: str) -> str:
    protocol = {"network_may_send": names, "approvals": "1"} | lines
    written = "\n".join(f"{key} = {value}" for key, value in protocol.items())
    toml = SCHOOL.read_text().replace("network_may_send = []\n", "").replace("approvals = 1", written)
    return f'{toml}\n[[network]]\nname = "{NETWORK}"\n'


def people(tree: Rehearsal) -> None:
    for who, role in ((ANA, "parent"), (SUE, "staff"), (BOTH, "parent"), (BOTH, "staff")):
        tree.enrol(who, role, "en")
    tree.enrol(BOB, "network", "en", NET_PIN)


@pytest.fixture
def school() -> Iterator[Rehearsal]:
    """Staff may be told at once."""
    with tree_at(school=school_that_lets('["staff"]')) as tree:
        people(tree)
        yield tree


def key_of(tree: Rehearsal) -> int:
    with writing(tree.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        key = cap_keys.new_key(session, tree.means, site, NETWORK)
    found = cap_keys.recognise(tree.database, "MAPLE", key)
    assert found is not None
    return found


def comes(
    tree: Rehearsal,
    *happenings: Happening,
    status: Status = Status.ACTUAL,
    message: Message = Message.ALERT,
    after: tuple[Reference, ...] = (),
) -> tuple[Taken, Reference]:
    """A document of the network."""
    itself = Reference("alerts@network.example", f"NET-{next(_identifiers)}", tree.clock())
    document = CapDocument(itself, status, message, after, happenings or (WHOLE,))
    return receive(tree.database, tree.means, key_of(tree), document), itself


def told(tree: Rehearsal) -> set[PhoneNumber]:
    """Whose phones got the alert itself."""
    return {each.number for each in tree.deliver() if each.body.startswith("Maple Tree: ")}


# --- exactly those ----------------------------------------------------------------------------------------------------

AUDIENCES = {
    '["staff"]': {SUE, BOTH, LEAD},
    '["leads"]': {LEAD},
    '["network"]': {BOB},
    '["network", "leads"]': {LEAD, BOB},
    '["staff", "leads", "network"]': {SUE, BOTH, LEAD, BOB},
}


@pytest.mark.parametrize("names", AUDIENCES)
@pytest.mark.parametrize("is_observed", [True, False])
def test_a_whole_document_goes_at_once_to_exactly_those(names: str, *, is_observed: bool) -> None:
    with tree_at(school=school_that_lets(names)) as tree:
        people(tree)
        taken, _itself = comes(tree, Happening("en", is_observed, None, "near", "bus-stop"))
        assert taken.what.startswith("sent at once")
        assert told(tree) == AUDIENCES[names]
        (alert,) = all_of(tree, select(Alert))
        assert (alert.kind, alert.place, alert.level, alert.reaches_families) == ("1", "2", "12"[is_observed], False)


def test_no_parent_is_told_by_any_document_and_by_no_code_of_the_network(school: Rehearsal) -> None:
    """Everything that the network can do, one after another."""
    heard: set[PhoneNumber] = set()
    for status in Status:
        for message in Message:
            known = comes(school)[1]
            after = () if message is Message.ALERT else (known,)
            comes(school, status=status, message=message, after=after)
            heard |= {each.number for each in school.deliver()}
            school.clock.at += timedelta(minutes=2)
    say(school, BOB, f"{code_in(say(school, BOB, 'ALERT 2 1 2'))} {NET_PIN}")
    for words in ("SEND 100", "SEND", "UPDATE", "CLEAR", "CORRECT", "DRILL 2 1 2", "00 2 1 2", f"4821 {NET_PIN}"):
        say(school, BOB, words)
    heard |= {each.number for each in school.deliver()}
    heard |= {each.number for each in school.wait(timedelta(hours=2))}
    assert ANA not in heard
    assert {SUE, LEAD} <= heard


def test_the_families_wait_for_a_lead_and_nobody_is_told_twice(school: Rehearsal) -> None:
    comes(school)
    leads_read = [each.body for each in school.deliver() if each.number == LEAD]
    assert leads_read[0] == (
        "From the network, sent to 3 phones at once: agents at the school, front gate. It says: CONFIRMED. Two vans. "
        "Parents are NOT told. SEND 100 tells the others, FALSE 100 does not. ABORT pauses it."
    )
    assert send(school, "SEND 100").startswith("SENT to 2 phones.")
    assert told(school) == {ANA, BOB}
    (alert,) = all_of(school, select(Alert))
    assert alert.reaches_families
    assert send(school, "CLEAR").startswith("NO LONGER SEEN sent to 5 phones.")
    assert told(school) == {ANA, SUE, BOTH, LEAD, BOB}


def test_a_lead_who_drops_it_leaves_the_alert_to_staff_open(school: Rehearsal) -> None:
    comes(school)
    assert say(school, LEAD, "FALSE 100") == "100 is dropped. Only those who had it at once were told."
    assert say(school, LEAD, "SEND 100") == "100 was dropped. Nothing was sent."
    assert "CONFIRMED" in say(school, LEAD, "STATUS")


def test_what_no_lead_decides_in_time_waits_no_more(school: Rehearsal) -> None:
    comes(school)
    school.deliver()
    read = [each.body for each in school.wait(timedelta(minutes=31)) if each.number == LEAD]
    assert "100 from the network waits no more. Only those who had it at once were told." in read


def test_when_the_alert_ends_the_families_part_ends_with_it(school: Rehearsal) -> None:
    comes(school)
    code = code_in(say(school, LEAD, "SEND 100"))
    school.enrol(ROSA, "lead", "en", NET_PIN)
    send(school, "CLEAR 101", ROSA, NET_PIN)
    assert not say(school, LEAD, f"{code} {PIN}").startswith("SENT")
    assert ANA not in told(school)


def test_families_who_are_told_later_are_not_handed_to_staff_at_once(school: Rehearsal) -> None:
    comes(school)
    school.wait(timedelta(minutes=20))
    send(school, "SEND 100")
    school.wait(timedelta(minutes=14))
    assert all_of(school, select(FamilyTask)) == []


def test_what_staff_heard_is_not_changed_by_an_update_but_updated(school: Rehearsal) -> None:
    _taken, itself = comes(school)
    school.deliver()
    taken, _later = comes(school, message=Message.UPDATE, after=(itself,))
    assert taken == Taken(102, "about alert 101, which is out; waits for a lead")
    assert send(school, "SEND 102").startswith("UPDATE sent to 3 phones.")
    assert say(school, LEAD, "SEND 100").startswith("LIVE, nothing sent yet.")


def test_a_cancel_takes_the_families_part_back_and_a_lead_ends_the_rest(school: Rehearsal) -> None:
    _taken, itself = comes(school)
    taken, _later = comes(school, message=Message.CANCEL, after=(itself,))
    assert taken.number == 102
    assert say(school, LEAD, "SEND 100") == "100 was dropped. Nothing was sent."
    assert "How is it?" in say(school, LEAD, "SEND 102")


# --- what still waits for a lead --------------------------------------------------------------------------------------

NOT_WHOLE = {
    "no kind": Happening("en", is_observed=True, expires=None, kind="", place="front-gate"),
    "no place": Happening("en", is_observed=True, expires=None, kind="at", place=""),
    "another place": Happening("en", is_observed=True, expires=None, kind="at", place="the-moon"),
    "support nowhere": Happening("en", is_observed=True, expires=None, kind="support", place=""),
}


@pytest.mark.parametrize("case", NOT_WHOLE)
def test_what_is_not_whole_waits_for_a_lead(school: Rehearsal, case: str) -> None:
    assert comes(school, NOT_WHOLE[case])[0].what == "waits for a lead"
    assert told(school) == set()


def test_an_exercise_waits_for_a_lead(school: Rehearsal) -> None:
    assert comes(school, status=Status.EXERCISE)[0].what == "waits for a lead"
    assert told(school) == set()


def test_where_the_school_lets_nobody_it_waits() -> None:
    with tree_at(school=school_that_lets("[]")) as tree:
        people(tree)
        assert comes(tree)[0].what == "waits for a lead"
        assert "nothing sent yet" not in say(tree, BOB, "ALERT 2 1 2")
        assert told(tree) == set()


def test_where_nobody_is_there_to_hear_it_waits() -> None:
    with tree_at(school=school_that_lets('["network"]')) as tree:
        assert comes(tree)[0].what == "waits for a lead"


# --- the network's own code and PIN -----------------------------------------------------------------------------------


def test_its_own_code_and_pin_send_it_to_those_and_the_leads_have_it_anyway(school: Rehearsal) -> None:
    preview = say(school, BOB, "ALERT 2 1 2 two vans")
    assert "Parents are NOT told. To 3 phones" in preview
    assert [each.number for each in school.deliver()] == [LEAD]
    assert say(school, BOB, f"{code_in(preview)} {NET_PIN}") == (
        "SENT to 3 phones. The leads decide about the others. Delete your last text, it holds your PIN."
    )
    assert told(school) == {SUE, BOTH, LEAD}
    assert send(school, "SEND 100").startswith("SENT to 2 phones.")


@pytest.mark.parametrize("lines", [{"confirm": '"call"'}, {"approvals": "2"}])
def test_where_pins_are_keyed_into_calls_it_waits_and_two_approvals_are_the_leads_affair(lines: dict[str, str]) -> None:
    with tree_at(school=school_that_lets('["staff"]', **lines)) as tree:
        people(tree)
        preview = say(tree, BOB, "ALERT 2 1 2")
        assert ("Send: 4821" in preview) is ("approvals" in lines)
        if "approvals" in lines:
            assert say(tree, BOB, f"4821 {NET_PIN}").startswith("SENT to 3 phones.")


def test_without_a_pin_it_waits(school: Rehearsal) -> None:
    school.enrol(ROSA, "network", "en")
    assert say(school, ROSA, "ALERT 2 1 2") == "Maple Tree: Thank you. The leads have it as 100 and decide."


def test_a_wrong_pin_sends_nothing_counts_and_is_told(school: Rehearsal) -> None:
    code = code_in(say(school, BOB, "ALERT 2 1 2"))
    school.deliver()
    for tries in ("2", "1"):
        assert f"Tries left: {tries}." in say(school, BOB, f"{code} {PIN}")
    assert say(school, BOB, f"{code} {PIN}") == "NOT SENT. Three wrong answers. The leads have it."
    read = [each.body for each in school.deliver() if each.number == LEAD]
    assert read == ["A wrong code or PIN came from the network's phone. Nothing was sent."] * 3
    assert not say(school, BOB, f"{code} {NET_PIN}").startswith("SENT")
    assert len(all_of(school, select(PinAttempt))) == 3
    assert all_of(school, select(Alert)) == []


def test_a_lead_was_first(school: Rehearsal) -> None:
    code = code_in(say(school, BOB, "ALERT 2 1 2"))
    send(school, "SEND 100")
    assert not say(school, BOB, f"{code} {NET_PIN}").startswith("SENT")
    assert len(all_of(school, select(Alert))) == 1


def test_the_network_was_first_and_the_leads_preview_of_it_all_lapses(school: Rehearsal) -> None:
    own = code_in(say(school, BOB, "ALERT 2 1 2"))
    leads = code_in(say(school, LEAD, "SEND 100"))
    assert say(school, BOB, f"{own} {NET_PIN}").startswith("SENT to 3 phones.")
    assert not say(school, LEAD, f"{leads} {PIN}").startswith("SENT")
    assert send(school, "SEND 100").startswith("SENT to 2 phones.")


def test_a_lead_does_not_share_the_networks_own_preview(school: Rehearsal) -> None:
    say(school, BOB, "ALERT 2 1 2")
    assert "To 5 phones" in say(school, LEAD, "SEND")


def test_who_is_of_the_network_no_more_sends_nothing(school: Rehearsal) -> None:
    code = code_in(say(school, BOB, "ALERT 2 1 2"))
    with writing(school.database) as session:
        for person in session.scalars(select(Person)):
            if school.means.number_of(person) == BOB:
                person.memberships[:] = [Membership(site_id=person.memberships[0].site_id, role="staff")]
    assert not say(school, BOB, f"{code} {NET_PIN}").startswith("SENT")
    assert [row.state for row in all_of(school, select(NetworkAlert))] == ["waiting"]
