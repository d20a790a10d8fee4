"""``phonetree people``: a list is imported wholly or not at all, PINs are set, and no number is ever printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from operator_desk import LEAD, MAPLE, PEOPLE, PIN, OperatorDesk
from sqlalchemy import select

from phonetree.cli.failing import in_plain_words
from phonetree.models import Person, Pin, open_database, reading, writing
from phonetree.words.crypto import KeyRing, parse_master_keys
from phonetree.words.pins import PinHasher
from phonetree.words.ports import system_clock

HEADER = "phone,language,role,channel,consent\n"


@pytest.fixture
def desk(tmp_path: Path) -> OperatorDesk:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", MAPLE)
    return desk


def import_(desk: OperatorDesk, *more: str) -> list[str]:
    return desk.done("people", "import", PEOPLE, "--site", "MAPLE", *more)


def test_the_example_is_imported_once(desk: OperatorDesk) -> None:
    lines = import_(desk)
    assert lines[0] == "13 added, 0 changed, 0 as before"
    assert lines[1].startswith("4 welcomes are on their way, the last by 2")
    before = desk.rows()
    assert import_(desk) == ["0 added, 0 changed, 13 as before"]
    assert desk.rows() == before
    assert (before["people"], before["memberships"], before["consents"], before["deliveries"]) == (12, 13, 13, 4)


def test_a_dry_run_writes_nothing(desk: OperatorDesk) -> None:
    before = desk.rows()
    lines = import_(desk, "--dry-run")
    assert lines[0] == "13 would be added, 0 would be changed, 0 as before"
    assert lines[1].startswith("4 welcomes would be on their way")
    assert desk.rows() == before


def test_a_wrong_line_refuses_the_whole_file(desk: OperatorDesk) -> None:
    rows = "213-555-0142,es,parent,sms,\n213-555-0143,es,parent,sms,form\n213-555-014,es,parent,sms,form\n"
    before = desk.rows()
    lines = desk.fails("people", "import", desk.file("wrong.csv", HEADER + rows), "--site", "MAPLE")
    assert lines == [
        "line 2: consent is empty: a parent is imported only with how and when they agreed",
        "line 4: phone cannot be used: the phone number is too short",
    ]
    assert desk.rows() == before


def test_a_language_that_the_school_does_not_have_is_refused(desk: OperatorDesk) -> None:
    file = desk.file("wrong.csv", HEADER + "213-555-0142,vi,parent,sms,form\n")
    assert desk.fails("people", "import", file, "--site", "MAPLE") == [
        "line 2: language is not one of the site's languages"
    ]


def test_what_was_odd_is_told(desk: OperatorDesk) -> None:
    file = desk.file("twice.csv", HEADER + "213-555-0142,es,parent,sms,form\n" * 2)
    lines = desk.done("people", "import", file, "--site", "MAPLE")
    assert lines[:2] == ["notice: line 3: repeats line 2 and was left out", "1 added, 0 changed, 0 as before"]


def test_who_left_is_counted_and_stays_out(desk: OperatorDesk) -> None:
    import_(desk)
    database = open_database(desk.settings["DATABASE_URL"])
    with writing(database) as session:
        for person in session.scalars(select(Person)):
            person.stopped_at = system_clock()
    database.dispose()
    assert import_(desk)[1] == "12 of these phones had left by STOP and stay out; only they can come back"


def test_an_unknown_school_and_wrong_usage(desk: OperatorDesk) -> None:
    assert desk.fails("people", "import", PEOPLE, "--site", "OAK") == [
        "there is no school with this code; loaded are: MAPLE"
    ]
    assert desk.run("people", "import", PEOPLE).exit_code == 2


def pin_is(desk: OperatorDesk, pin: str) -> bool:
    """Whether exactly one PIN is set, and it is this one."""
    keys = desk.settings["PHONETREE_KEYS"], Path(desk.settings["PHONETREE_KEY_DIR"])
    ring = KeyRing.open(keys[1], parse_master_keys(keys[0]), today=system_clock().date())
    database = open_database(desk.settings["DATABASE_URL"])
    with reading(database) as session:
        hashed = session.scalars(select(Pin.hashed)).all()
    database.dispose()
    return len(hashed) == 1 and PinHasher(ring.pepper).verify(hashed[0], pin)


@pytest.mark.parametrize(
    ("phone", "typed"), [([LEAD], f"{PIN}\n"), (["-"], f"{LEAD}\n{PIN}\n"), (LEAD.split("-"), f"  {PIN} \n")]
)
def test_a_pin_is_set(desk: OperatorDesk, phone: list[str], typed: str) -> None:
    import_(desk)
    lines = desk.done("people", "set-pin", *phone, typed="481516\n" if phone != ["-"] else f"{LEAD}\n481516\n")
    assert lines == ["the PIN is set; its owner should be the only one who knows it"]
    desk.done("people", "set-pin", *phone, typed=typed)
    assert pin_is(desk, PIN)


@pytest.mark.parametrize("typed", ["111111", "123456", "210987", "12345", "1234567", "letters"])
def test_a_weak_pin_is_refused(desk: OperatorDesk, typed: str) -> None:
    import_(desk)
    lines = desk.fails("people", "set-pin", LEAD, typed=f"{typed}\n")
    assert lines == ["the PIN must be six digits, and not one digit six times or a run such as 123456"]
    assert desk.rows()["pins"] == 0


def test_the_network_has_pins_too(desk: OperatorDesk) -> None:
    import_(desk)
    desk.done("people", "set-pin", "213-555-0118", typed=f"{PIN}\n")
    assert pin_is(desk, PIN)


@pytest.mark.parametrize("phone", ["213-555-0112", "213-555-0120", "213-555-0188"])
def test_nobody_else_has_a_pin(desk: OperatorDesk, phone: str) -> None:
    import_(desk)
    lines = desk.fails("people", "set-pin", phone, typed=f"{PIN}\n")
    assert lines == ["no lead and no network phone has this number; import it with that role first"]
    assert desk.rows()["pins"] == 0


SECOND = "158246"


def with_duress(desk: OperatorDesk) -> None:
    """The school turns it on, and a second lead has a PIN."""
    file = desk.folder / "duress.toml"
    file.write_text(MAPLE.read_text().replace("duress = false", "duress = true"))
    desk.done("site", "load", file)
    roster = desk.folder / "leads.csv"
    roster.write_text("phone,language,role,channel,consent\n213-555-0177,en,lead,sms,paper form\n")
    desk.done("people", "import", roster, "--site", "MAPLE")
    desk.done("people", "set-pin", LEAD, typed=f"{PIN}\n")
    desk.done("people", "set-pin", "213-555-0177", typed="481516\n")


def test_a_second_pin_is_set_beside_the_first(desk: OperatorDesk) -> None:
    import_(desk)
    with_duress(desk)
    lines = desk.done("people", "set-pin", "--duress", LEAD, typed=f"{PIN}\n{SECOND}\n")
    assert lines == ["the second PIN is set; its owner should be the only one who knows it"]
    database = open_database(desk.settings["DATABASE_URL"])
    with reading(database) as session:
        kept = session.execute(select(Pin.hashed, Pin.duress_hashed)).all()
    database.dispose()
    assert sorted(second is None for _first, second in kept) == [False, True]
    assert all(SECOND not in f"{first}{second}" for first, second in kept)


@pytest.mark.parametrize("second", [PIN, "739100", "749252", "700152"])
def test_a_second_pin_that_a_slip_of_the_finger_could_make_is_refused(desk: OperatorDesk, second: str) -> None:
    import_(desk)
    with_duress(desk)
    lines = desk.fails("people", "set-pin", "--duress", LEAD, typed=f"{PIN}\n{second}\n")
    assert lines == ["the second PIN must differ from the PIN in at least three places"]


def test_a_second_pin_is_refused_with_the_reason(desk: OperatorDesk) -> None:
    import_(desk)
    desk.done("people", "set-pin", LEAD, typed=f"{PIN}\n")
    (line,) = desk.fails("people", "set-pin", "--duress", LEAD, typed=f"{PIN}\n{SECOND}\n")
    assert line.endswith("[protocol] duress = true")
    with_duress(desk)
    (line,) = desk.fails("people", "set-pin", "--duress", LEAD, typed=f"481516\n{SECOND}\n")
    assert line.endswith("the first line is not this lead's PIN")
    (line,) = desk.fails("people", "set-pin", "--duress", LEAD, typed=f"{PIN}\n123456\n")
    assert line.startswith("the second PIN must be six digits")
    (line,) = desk.fails("people", "set-pin", "--duress", LEAD, typed=f"{PIN}\n")
    assert line == "there is no second PIN on standard input"


def test_what_is_no_number_or_missing_is_told_without_it(desk: OperatorDesk) -> None:
    assert desk.fails("people", "set-pin", "213-555-011") == ["the phone cannot be used: the phone number is too short"]
    assert desk.fails("people", "set-pin", LEAD) == ["there is no PIN on standard input"]
    assert desk.fails("people", "set-pin", "-") == ["there is no phone on standard input"]


def test_a_mistake_of_ours_is_one_line_without_its_message() -> None:
    with pytest.raises(KeyError) as found:
        dict[str, str]()["+12135550142"]
    line = in_plain_words(found.value)
    assert line.startswith("a mistake of ours, please report it: KeyError in test_cli_people.py:")
    assert "555" not in line
