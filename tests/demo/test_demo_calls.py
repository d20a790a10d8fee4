"""How the demo prints calls, and what it makes of a telephone at which nothing happens."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from phonetree.demo.calls import SHOWN, in_time, languages, shown
from phonetree.demo.cast import make_cast
from phonetree.demo.phones import NothingCame
from phonetree.demo.transcript import Transcript
from phonetree.simulator.answer_plans import Heard

KOREAN = Heard("장소: 정문.", language="ko-KR", voice="Polly.Seoyeon-Neural")
RECORDING = Heard(url="http://127.0.0.1/audio/x.wav", size=64_000, seconds=3.9)


def test_what_a_voice_says_is_shown_with_its_language_and_a_recording_with_its_length() -> None:
    assert shown(KOREAN) == "(Korean) 장소: 정문."
    assert shown(RECORDING) == "[a recording of 4 seconds]"
    assert languages([KOREAN, RECORDING]) == {"Korean"}


def test_a_long_menu_is_cut_short_at_a_word() -> None:
    menu = shown(Heard("press " * SHOWN, language="en-US"))
    assert menu.endswith("press …")
    assert len(menu) <= len("(English) ") + SHOWN
    assert "…" not in shown(Heard("press " * SHOWN, language="en-US"), most=10 * SHOWN)


@pytest.mark.parametrize("error", [TimeoutError("no call came in time"), RuntimeError("the call is over")])
def test_what_does_not_happen_at_a_telephone_ends_the_story_and_names_who_waited(error: Exception) -> None:
    caller = make_cast().caller
    with pytest.raises(NothingCame, match=f"Mrs. Park: {error}"), in_time(caller):
        raise error


def test_what_is_done_and_heard_in_a_call_is_a_line_each() -> None:
    console = Console(file=StringIO(), width=80)
    transcript = Transcript(console)
    transcript.did("Mrs. Park", "presses 3")
    transcript.heard("Mrs. Park", shown(KOREAN))
    assert isinstance(console.file, StringIO)
    pressed, heard = console.file.getvalue().splitlines()
    assert pressed.split(maxsplit=1)[1].split() == ["Mrs.", "Park", ">", "presses", "3"]
    assert heard.rstrip().endswith("<  (Korean) 장소: 정문.")
