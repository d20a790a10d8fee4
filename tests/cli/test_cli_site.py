"""``phonetree site``: a school's file is checked, loaded and shown."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from operator_desk import MAPLE, OperatorDesk
from sqlalchemy import select

from phonetree.desk.schools import find_site
from phonetree.models import (
    Drill,
    Membership,
    Person,
    Pin,
    Site,
    open_database,
    writing,
)
from phonetree.school.reading import dump_school, read_school


@pytest.fixture
def desk(tmp_path: Path) -> OperatorDesk:
    return OperatorDesk.at(tmp_path)


def changed(desk: OperatorDesk, before: str, after: str) -> Path:
    words = MAPLE.read_text(encoding="utf-8")
    assert before in words
    return desk.file("changed.toml", words.replace(before, after, 1))


def test_check_needs_no_settings_and_prints_notices(tmp_path: Path) -> None:
    lines = OperatorDesk(tmp_path).done("site", "check", MAPLE)
    assert lines[-1].startswith("MAPLE: nothing is wrong; ")
    told = [line for line in lines if line.startswith("notice: ")]
    assert lines[: len(told)] == told
    assert lines[-1].endswith(f"{len(told)} notices")
    assert not list(tmp_path.iterdir())


def test_check_tells_which_group_chat_has_no_address(desk: OperatorDesk) -> None:
    assert any("MAPLE_SIGNAL_URL is not set" in line for line in desk.done("site", "check", MAPLE))
    told = desk.run("site", "check", MAPLE, MAPLE_SIGNAL_URL="signal://127.0.0.1/+12135550190").stdout
    assert "MAPLE_SIGNAL_URL" not in told
    assert "nothing is wrong" in told


@pytest.mark.parametrize("command", ["check", "load"])
def test_what_is_wrong_is_told_by_line_and_nothing_is_loaded(desk: OperatorDesk, command: str) -> None:
    wrong = changed(desk, 'code = "MAPLE"', 'code = "STOP"\nnumbr = "+12135550142"')
    lines = desk.fails("site", command, wrong)
    assert len(lines) == 2
    assert all(line.startswith("line ") for line in lines)
    assert not (desk.folder / "phonetree.db").exists()


def test_a_file_in_another_alphabet_is_told(desk: OperatorDesk) -> None:
    file = desk.folder / "old.toml"
    file.write_bytes(MAPLE.read_text(encoding="utf-8").encode("utf-16"))
    assert desk.fails("site", "check", file) == ["the file is not UTF-8 text; save it again as UTF-8"]


def test_a_missing_file_is_wrong_usage(desk: OperatorDesk) -> None:
    assert desk.run("site", "check", desk.folder / "none.toml").exit_code == 2


def test_loading_is_idempotent(desk: OperatorDesk) -> None:
    assert desk.done("site", "load", MAPLE) == ["MAPLE: loaded"]
    before = desk.rows()
    assert desk.done("site", "load", MAPLE) == ["MAPLE: nothing to change"]
    assert desk.rows() == before
    assert desk.done("site", "load", changed(desk, "messages_per_month = 4", "messages_per_month = 5")) == [
        "MAPLE: loaded"
    ]
    assert desk.rows() == before


def test_a_school_does_not_move_to_another_number(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    (line,) = desk.fails("site", "load", changed(desk, '"+12135550100"', '"+12135550142"'))
    assert line.startswith("site.number is not the one")


def test_show_tells_what_was_loaded(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    lines = desk.done("site", "show", "maple")
    assert "number:        213-555-0100" in lines
    assert any(line.startswith("places:") and "1 puerta principal" in line for line in lines)


def test_show_as_json_is_the_whole_file(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    (line,) = desk.done("site", "show", "MAPLE", "--json")
    assert json.loads(line) == json.loads(dump_school(read_school(MAPLE.read_text(encoding="utf-8"))))


def test_an_unknown_school_is_told_with_those_there_are(desk: OperatorDesk) -> None:
    assert desk.fails("site", "show", "OAK") == ["there is no school with this code; loaded are: none yet"]
    desk.done("site", "load", MAPLE)
    assert desk.fails("site", "show", "OAK") == ["there is no school with this code; loaded are: MAPLE"]


# --- the protocol -----------------------------------------------------------------------------------------------------


def test_check_tells_who_would_hear_what(tmp_path: Path) -> None:
    lines = OperatorDesk(tmp_path).done("site", "check", MAPLE)
    (unconfirmed,) = [line for line in lines if line.startswith("2 agents at the school") and "not confirmed" in line]
    assert "network, staff. Parents NOT told." in unconfirmed
    assert unconfirmed.split()[-2:] == ["5m", "never"]
    (confirmed,) = [line for line in lines if line.startswith("2 agents at the school") and "not confirmed" not in line]
    assert "network, staff, parents, chat “staff" in confirmed
    assert confirmed.split()[-2:] == ["5m", "15m"]
    assert "leads needed to send: 1" in lines


def parents_hear_rumors(desk: OperatorDesk) -> Path:
    return changed(desk, 'unconfirmed = ["staff", "network"]', 'unconfirmed = ["staff", "network", "parents"]')


def test_a_change_of_the_protocol_is_shown_before_it_is_saved(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    lines = desk.done("site", "load", parents_hear_rumors(desk))
    assert lines[0].split() == ["what", "would", "change", "level", "heard", "before", "by", "heard", "after", "by"]
    (at_school,) = [line for line in lines if line.startswith("2 agents at the school")]
    assert "network, staff. Parents NOT told." in at_school
    assert at_school.split()[-3:] == ["network,", "staff,", "parents"]
    assert len([line for line in lines if line.startswith(("1 ", "2 ", "3 "))]) == 3
    assert lines[-1] == "MAPLE: loaded"
    assert "not confirmed: told to staff, network, parents" in [
        " ".join(line.split()) for line in desk.done("site", "show", "MAPLE")
    ]


def test_pins_that_were_texted_are_told_once_they_are_to_be_keyed(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    with writing(open_database(desk.settings["DATABASE_URL"])) as session:
        site = session.scalars(select(Site)).one()
        now = datetime.now(UTC)
        lead = {"id": "a" * 32, "number_index": b"a", "number_sealed": b"a", "language": "en", "first_seen": now.date()}
        session.add(Person(sender_id=site.sender_id, memberships=[Membership(site_id=site.id, role="lead")], **lead))
        session.flush()
        session.add(Pin(person_id="a" * 32, hashed="-", set_at=now, texted_at=now))
    by_call = changed(desk, 'confirm = "text"', 'confirm = "call"')
    assert desk.done("site", "load", by_call)[-1] == (
        "notice: 1 PIN of leads went by text before: set new ones (people set-pin)"
    )
    assert desk.done("site", "load", MAPLE)[-1] == "MAPLE: loaded"


def test_a_change_of_a_rule_is_shown(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    assert desk.done("site", "load", changed(desk, "approvals = 1", "approvals = 2")) == [
        "leads needed to send: before 1, after 2",
        "MAPLE: loaded",
    ]


@pytest.mark.parametrize(
    ("typed", "yes", "last", "code"),
    [
        ("n\n", [], "MAPLE: nothing was changed", 1),
        ("y\n", [], "MAPLE: loaded", 0),
        ("", ["--yes"], "MAPLE: loaded", 0),
    ],
)
def test_in_a_terminal_a_change_of_the_protocol_is_asked_about(
    desk: OperatorDesk, typed: str, yes: list[str], last: str, code: int
) -> None:
    desk.done("site", "load", MAPLE)
    printed, exit_code = desk.in_terminal("site", "load", str(parents_hear_rumors(desk)), *yes, typed=typed)
    assert printed[-1].endswith(last)
    assert exit_code == code
    assert any("Save this?" in line for line in printed) is not bool(yes)
    now = desk.done("site", "load", MAPLE)
    assert (now == ["MAPLE: nothing to change"]) is (code == 1)


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_a_changed_plan_needs_a_version_of_its_own(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    (line,) = desk.fails("site", "load", changed(desk, "Children stay inside", "Children remain"))
    assert line == (
        "plan.version 2026-2 was loaded before with another summary (en); a version is a record: "
        "give the changed plan a version of its own"
    )
    file = desk.file("new.toml", MAPLE.read_text().replace("Children stay", "All stay").replace("2026-2", "2027-1"))
    assert desk.done("site", "load", file) == ["MAPLE: loaded"]
    new, old = desk.done("site", "show", "MAPLE", "--plans")[1:]
    assert new.split()[:4] == ["2027-1", "LSLC", "2026-09-15", "2027-09-15"]
    assert new.rstrip().endswith("in force")
    assert old.split()[:4] == ["2026-2", "LSLC", "2026-09-15", "2027-09-15"]
    assert not old.rstrip().endswith("in force")


def test_a_school_without_a_plan_says_so(desk: OperatorDesk) -> None:
    words = MAPLE.read_text()
    desk.done("site", "load", desk.file("bare.toml", words[: words.index("[plan]")]))
    assert desk.done("site", "show", "MAPLE", "--plans") == ["MAPLE: no safety plan was ever loaded"]


# --- the checklist ----------------------------------------------------------------------------------------------------


def test_a_checklist_is_printed_for_every_language_or_for_one(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    html = "\n".join(desk.done("site", "show", "MAPLE", "--checklist"))
    assert html.startswith("<!DOCTYPE html>")
    assert re.findall(r'<article class="page" lang="([\w-]+)"', html) == ["es-419", "en-US", "ko", "hy"]
    alone = "\n".join(desk.done("site", "show", "MAPLE", "--checklist", "--language", "en"))
    assert re.findall(r'<article class="page" lang="([\w-]+)"', alone) == ["en-US"]


def test_a_checklist_in_a_language_that_the_school_has_not_is_wrong_usage(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    assert desk.run("site", "show", "MAPLE", "--checklist", "--language", "ru").exit_code == 2


# --- drills -----------------------------------------------------------------------------------------------------------


def test_drills_are_shown_in_figures(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    assert desk.done("site", "show", "MAPLE", "--drills") == ["MAPLE: no drill is on record"]
    database = open_database(desk.settings["DATABASE_URL"])
    with writing(database) as session:
        site = find_site(session, "MAPLE")
        assert site is not None
        session.add(a_drill(site.id))
    database.dispose()
    (drill,) = desk.done("site", "show", "MAPLE", "--drills")[1:]
    figures = ["412", "400", "12", "6:52", "391", "9", "2", "97%", "7", "3"]
    assert drill.split() == ["2026-09-14", "09:00", "2026-2", *figures]


def a_drill(site_id: int) -> Drill:
    """One of four hundred phones, on a Monday morning."""
    began = datetime(2026, 9, 14, 16, 0, tzinfo=UTC)
    return Drill(
        site_id=site_id,
        broadcast_id=1,
        plan_version="2026-2",
        started_at=began,
        recorded_at=began,
        phones=412,
        texts=400,
        calls=12,
        last_phone_after=412,
        delivered=391,
        heard=9,
        voicemails=2,
        not_reached=7,
        without_receipt=3,
    )
