"""Who may do what by text: every command of the keyword table, from every kind of phone, and what it changes.

``MAY`` says it: of each command the tables that it changes at once, by role. What is not said is nothing at all. A
command that asks first changes nothing by its first text; what follows the question is its flow's own test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from scene import PHONES, Scene, scene

from phonetree.dialogue.meanings import Command

SAID: Mapping[Command, str] = {
    Command.JOIN: "JOIN MAPLE",
    Command.LANGUAGE: "LANG",
    Command.LEAD: "LEAD",
    Command.STOP: "no more messages",
    Command.START: "COME BACK",
    Command.ALERT: "ALERT 2 1 2",
    Command.DRILL: "DRILL 2 1 2",
    Command.CHECK: "CHECK {report}",
    Command.FALSE: "FALSE {report}",
    Command.CONFIRM: "CONFIRM {report}",
    Command.REMOVE: "REMOVE 2",
    Command.RECORD: "RECORD +12135550166",
    Command.ADMIT: "ADMIT ALL",
    Command.REFUSE: "REFUSE ALL",
    Command.CODE: "CODE NEW",
    Command.MUTE: "MUTE {report}",
    Command.TAKE: "TAKE {free}",
    Command.DONE: "DONE {taken}",
    Command.PASS: "PASS {taken}",
}
"""Words that say as much as the command can be told at once; any other is its own name."""
Rights = Mapping[str, frozenset[str]]


def may(roles: str, *changes: str) -> dict[str, frozenset[str]]:
    return dict.fromkeys(roles.split(", "), frozenset(changes))


MAPLES_LEADS = "lead, left lead"
LEADS = "lead, left lead, elsewhere"
"""Who has left by STOP stays a lead until the roster says otherwise: the PIN is asked of them as of any."""
STAFF_BUT_LEADS = "staff, operator, counselor"
EVERYBODY_KNOWN = ", ".join(role for role in PHONES if role != "stranger")
PREVIEW = ("proposals", "approvals")
PAUSE = ("alerts", "paused", *PREVIEW)
"""It pauses what waits, and the lead gets a code with which to go on."""
NOTHING: Rights = {}
ASKS_FIRST: Rights = {}
"""By its first text it changes nothing, or nothing ever."""

MAY: Mapping[Command, Rights] = {
    # for everybody
    Command.JOIN: ASKS_FIRST,
    Command.LANGUAGE: ASKS_FIRST,
    Command.NEWS: ASKS_FIRST,
    Command.REPORT: ASKS_FIRST,
    Command.AID: ASKS_FIRST,
    Command.HOTLINE: ASKS_FIRST,
    Command.FIND: ASKS_FIRST,
    Command.RIGHTS: ASKS_FIRST,
    Command.PLAN: ASKS_FIRST,
    Command.LEAD: ASKS_FIRST,
    Command.HELP: ASKS_FIRST,
    Command.LESS: ASKS_FIRST,
    Command.ERASE: ASKS_FIRST,
    Command.MENU: ASKS_FIRST,
    Command.MOVE: may(f"parent, volunteer, interpreter, held, lead, {STAFF_BUT_LEADS}, elsewhere", "moves"),
    Command.BACK: ASKS_FIRST,
    Command.SAFE: may(EVERYBODY_KNOWN, "notes", "sites"),
    Command.START: may("left, left lead", "people", "consents"),
    Command.STOP: {
        **may("parent, network", "people", "consents", "called off"),
        **may(f"lead, {STAFF_BUT_LEADS}", "people", "consents", "called off", *PAUSE),  # they may have meant the alert
        **may("left lead", "consents", *PAUSE),
        **may("volunteer, interpreter, held, elsewhere, stranger", "people", "consents"),
        **may("left", "consents"),
    },
    # for leads
    Command.ALERT: {**may(LEADS, *PREVIEW), **may("network", "network_alerts", "sites")},
    Command.DRILL: may(LEADS, *PREVIEW),
    Command.UPDATE: may(MAPLES_LEADS, *PREVIEW),
    Command.CLEAR: may(MAPLES_LEADS, *PREVIEW),
    Command.CORRECT: may(MAPLES_LEADS, *PREVIEW),
    Command.SEND: may(MAPLES_LEADS, "approvals"),
    Command.ABORT: may(MAPLES_LEADS, *PAUSE),
    Command.STATUS: ASKS_FIRST,
    Command.CHECK: may(MAPLES_LEADS, "reports"),
    Command.FALSE: may(MAPLES_LEADS, "reports", "report_askers"),
    Command.CONFIRM: may(f"{MAPLES_LEADS}, network", *PREVIEW),
    Command.RECORD: may(MAPLES_LEADS, "recording_codes"),
    Command.FREEZE: may(LEADS, *PREVIEW),
    Command.THAW: ASKS_FIRST,
    Command.REMOVE: ASKS_FIRST,
    Command.JOINS: ASKS_FIRST,
    Command.ADMIT: may(MAPLES_LEADS, "memberships"),
    Command.REFUSE: may(MAPLES_LEADS, "memberships"),
    Command.CODE: may(LEADS, "sites"),
    # for those who serve
    Command.ON: may("lead, operator, counselor, left lead, elsewhere", "duties"),  # staff is on duty already
    Command.OFF: may("staff", "duties"),
    Command.MUTE: may(MAPLES_LEADS, "reporter_mutes"),
    Command.TAKE: may(f"volunteer, {MAPLES_LEADS}", "requests"),
    Command.DONE: may(MAPLES_LEADS, "requests"),
    Command.PASS: ASKS_FIRST,  # only who has it may give it back
}


@pytest.fixture(scope="module")
def maple() -> Iterator[Scene]:
    with scene() as made:
        yield made


def test_every_command_has_a_row() -> None:
    assert set(MAY) == set(Command), "a new command says here who may do what by it"


@pytest.mark.parametrize("role", sorted(PHONES))
def test_what_each_may_do(maple: Scene, role: str) -> None:
    found = {command: maple.done_by(role, SAID.get(command, command.value.upper())) for command in Command}
    known_now = {"people"} if role == "stranger" else set()  # a phone that we never heard of is written down
    expected = {command: MAY[command].get(role, frozenset()) | known_now for command in Command}
    assert found == expected


def test_nothing_that_one_text_does_sends_anything() -> None:
    """Not in the table above, which the test before compares with what happens."""
    letting_in = {Command.ADMIT, Command.REFUSE}
    others = [rights for command, rights in MAY.items() if command not in letting_in]
    every = {table for rights in others for tables in rights.values() for table in tables}
    assert every.isdisjoint({"sent", "pins", "memberships", "network_keys"})


# --- by call ----------------------------------------------------------------------------------------------------------

REACHES = ("hunts", "called")
"""The caller waits, and those on shift are rung."""
CHOSE = may("stranger", "people")
"""A stranger's first key chooses the language."""
BY_KEY: Mapping[str, Rights] = {
    **dict.fromkeys("0345679*", NOTHING),
    "1": CHOSE,
    "2": {
        **may(", ".join(role for role in PHONES if role not in {"stranger", "staff", "elsewhere"}), *REACHES),
        **may("staff, elsewhere", "hunts"),  # who is on duty alone, and a school where nobody is
        **CHOSE,
    },
    "8": {},
    "#": may(LEADS, "called"),
}
"""A number that is shown proves nothing: by key one may be called back, or speak to somebody, and no more."""
IN_OUR_CALL: Mapping[str, Rights] = {
    **dict.fromkeys("678#", NOTHING),
    "0": may("elsewhere", *PREVIEW),  # a freeze begins; while an alert is open the key is another
    "1": {},
    "1212": may(LEADS, *PREVIEW),
    "2": may(MAPLES_LEADS, *PREVIEW),
    "3": may(MAPLES_LEADS, *PREVIEW),
    "4": may(MAPLES_LEADS, *PREVIEW),
    "5": {},
    "5212": may(LEADS, *PREVIEW),
    "9": may(MAPLES_LEADS, *PAUSE),
}
"""In the call back after ``#``, which rings at a lead's phone: previews, and a pause. What sends is the PIN."""
KEYS = frozenset("0123456789*#")


def test_every_key_has_a_row() -> None:
    assert set(BY_KEY) == KEYS
    assert {keys[0] for keys in IN_OUR_CALL} == KEYS - {"*"}  # which says it once more


@pytest.mark.parametrize("role", sorted(PHONES))
def test_what_each_may_do_by_one_key(maple: Scene, role: str) -> None:
    found = {key: maple.keyed_by(role, key) for key in BY_KEY}
    assert found == {key: BY_KEY[key].get(role, frozenset()) for key in BY_KEY}


@pytest.mark.parametrize("role", sorted(PHONES))
def test_what_each_may_do_in_a_call_back(maple: Scene, role: str) -> None:
    found = {keys: maple.keyed_in_our_call(role, *keys) for keys in IN_OUR_CALL}
    assert found == {keys: IN_OUR_CALL[keys].get(role, frozenset()) for keys in IN_OUR_CALL}
