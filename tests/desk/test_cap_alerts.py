"""CAP documents at the desk, on both kinds of database: two at once, a repeat, and who hears at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier

import pytest
from sqlalchemy import select
from stage import ANA, BOB, SCHOOL, SUE, all_of, names_of, rows, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import cap_keys, schools
from phonetree.desk.cap_alerts import MOST_IN_A_MINUTE, SeenBefore, Taken, TooMany, receive
from phonetree.desk.cap_documents import CapDocument, Happening, Message, Reference, Status
from phonetree.models import Alert, NetworkAlert, writing

NETWORK = "Example Rapid Response Network"
WHOLE = Happening("en", is_observed=True, expires=None, kind="at", place="front-gate")
_identifiers = count(1)


@pytest.fixture
def school(tree: Rehearsal) -> Rehearsal:
    """Staff may be told at once. Ana is a family, Sue works there, Bob is of the network."""
    toml = SCHOOL.read_text().replace("network_may_send = []", 'network_may_send = ["staff"]')
    tree.load(f'{toml}\n[[network]]\nname = "{NETWORK}"\n')
    for who, role in ((ANA, "parent"), (SUE, "staff"), (BOB, "network")):
        tree.enrol(who, role, "en")
    return tree


def key_of(tree: Rehearsal) -> int:
    with writing(tree.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        key = cap_keys.new_key(session, tree.means, site, NETWORK)
    found = cap_keys.recognise(tree.database, "MAPLE", key)
    assert found is not None
    return found


def document(tree: Rehearsal, status: Status = Status.ACTUAL) -> CapDocument:
    itself = Reference("alerts@network.example", f"NET-{next(_identifiers)}", tree.clock())
    return CapDocument(itself, status, Message.ALERT, (), (WHOLE,))


def test_staff_hear_at_once_and_families_when_a_lead_says_so(school: Rehearsal) -> None:
    assert receive(school.database, school.means, key_of(school), document(school)).number == 100
    assert names_of(school, rows(school)) == ["lead", "sue"]
    school.deliver()
    assert send(school, "SEND 100").startswith("SENT to 2 phones.")
    assert names_of(school, rows(school)) == ["ana", "bob", "lead", "sue"]
    (alert,) = all_of(school, select(Alert))
    assert alert.reaches_families


@pytest.mark.parametrize("is_same_key", [True, False])
def test_the_same_document_twice_at_once_has_one_effect(school: Rehearsal, *, is_same_key: bool) -> None:
    first = key_of(school)
    keys = (first, first if is_same_key else key_of(school))
    one, together = document(school), Barrier(2)

    def come(key: int) -> str:
        together.wait(5)
        try:
            return receive(school.database, school.means, key, one).what
        except SeenBefore as refusal:
            return str(refusal)

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(come, keys), reverse=True)
    assert said[0] == "this document came before, as 100; nothing was done a second time"
    assert said[1].startswith("sent at once")
    assert len(all_of(school, select(NetworkAlert))) == 1
    assert len(rows(school)) == 2


def test_thirty_a_minute_and_then_again(school: Rehearsal) -> None:
    key = key_of(school)
    for _turn in range(MOST_IN_A_MINUTE):
        receive(school.database, school.means, key, document(school, Status.TEST))
    with pytest.raises(TooMany):
        receive(school.database, school.means, key, document(school, Status.TEST))
    school.clock.at += timedelta(minutes=1)
    assert receive(school.database, school.means, key, document(school, Status.TEST)) == Taken(
        0, "recorded; nobody is told"
    )
