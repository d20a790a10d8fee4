"""``phonetree talk``: a conversation in the terminal, and its transcript."""

from __future__ import annotations

from pathlib import Path

import pytest
from operator_desk import ROOT, OperatorDesk

TRANSCRIPTS = ROOT / "tests" / "transcripts"


@pytest.fixture
def desk(tmp_path: Path) -> OperatorDesk:
    return OperatorDesk(tmp_path)


def test_a_stranger_joins(desk: OperatorDesk) -> None:
    lines = desk.done("talk", typed="JOIN\n1\n\n")
    assert lines[0] == "you > JOIN"
    assert lines[1].startswith("you < Maple Parents Phone Tree, run by")
    assert lines[2] == "you <   Reply 1: join"
    assert lines[4].startswith("you < Maple Tree: You are on the list.")
    assert not list(desk.folder.iterdir())


def test_a_lead_sends_and_it_reaches_the_company(desk: OperatorDesk) -> None:
    saved = desk.folder / "alert.txt"
    typed = "ALERT 2 1 2\n4821 739152\n+20m\n"
    printed = desk.done("talk", "--lead", "--language", "en", "--save", saved, typed=typed)
    transcript = saved.read_text(encoding="utf-8").splitlines()
    assert printed[0] == "Your PIN in this play is 739152."
    assert "@ you: lead en 739152" in transcript
    assert "+20m" in transcript
    assert {line.partition(" < ")[0] for line in transcript if " < Maple Tree: " in line} == {
        "you",
        "family",
        "teacher",
    }


def test_what_was_saved_is_what_was_said(desk: OperatorDesk) -> None:
    saved = desk.folder / "talk.txt"
    school = TRANSCRIPTS / "school.toml"
    printed = desk.done("talk", "sms", "--language", "es", "--school", school, "--save", saved, typed="NEWS\nLESS\n2\n")
    head = ["# a talk by sms with Maple Street Elementary", "@ you: parent es"]
    transcript = saved.read_text(encoding="utf-8").splitlines()
    assert transcript[:2] == head
    assert [line for line in transcript if line[0] not in "#@"] == [line for line in printed if line != "you > "]


def test_a_call_is_held_in_the_terminal(desk: OperatorDesk) -> None:
    printed = desk.done("talk", "voice", "--language", "en", typed="4\n\nhang up\npick up\ncall\n99\n")
    assert printed[0].startswith("you hear ")
    assert "you: 4" in printed
    assert "you hear You can stay silent." in printed
    assert "you hear For the menu, press star." in printed[printed.index("you: ") :]
    assert "(there is no such call)" in printed[printed.index("you: pick up") :]
    assert "you hear Sorry, we did not understand." in printed[printed.index("you: 99") :]


def test_the_tree_calls_back_and_the_others_are_on_the_line(desk: OperatorDesk) -> None:
    saved = desk.folder / "call.txt"
    school = TRANSCRIPTS / "school.toml"
    typed = "#\npick up\n6\nhang up\n> NEWS\ncall\n2\nnetwork picks up\nnonsense\n+1m\nhang up\n"
    options = ("--lead", "--language", "en", "--school", school, "--save", saved)
    printed = desk.done("talk", "voice", *options, typed=typed)
    after = printed[printed.index("you: #") :]
    assert after[1:4] == ["you hear We call you now.", "your call is over", "your phone rings"]
    assert "you hear No alert today." in printed
    assert "you < Maple Tree: No report now, 8:00." in printed
    assert "you are joined with network" in printed
    assert "(nobody knows who does what)" in printed
    transcript = saved.read_text(encoding="utf-8").splitlines()
    assert "@ network: line 2135550199" in transcript
    assert {"you calls", "you presses #", "you picks up", "you hangs up", "you > NEWS", "+1m"} <= set(transcript)
    assert "you is joined with network" in transcript
    assert "nonsense" not in transcript


def test_wrong_usage(desk: OperatorDesk) -> None:
    assert desk.run("talk", "--language", "klingon").exit_code == 2
    assert desk.run("talk", "carrier-pigeon").exit_code == 2
    assert desk.run("talk", "--school", desk.folder / "none.toml").exit_code == 2


def test_a_wrong_school_is_told_by_line(desk: OperatorDesk) -> None:
    lines = desk.fails("talk", "--school", desk.file("wrong.toml", "[site]\nnumbr = 1\n"))
    assert "line 2: site.numbr is not a known key; did you mean number?" in lines
