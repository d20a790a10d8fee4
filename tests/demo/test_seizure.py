"""A number planted in any form is found, and neither the find nor its file's name shows it."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import pytest

from phonetree.demo.seizure import search_folder, search_sounds
from phonetree.simulator.sounds import tone
from phonetree.words.numbers import PhoneNumber

NUMBERS = (PhoneNumber("+13235550107"), PhoneNumber("+12135550142"), PhoneNumber("+525555550142"))
E164, NATIONAL = "+12135550142", "2135550142"
PLANTED = {
    "E.164": E164.encode(),
    "without the plus": E164[1:].encode(),
    "national": NATIONAL.encode(),
    "dashed": b"213-555-0142",
    "spaced": b"+1 213 555 0142",
    "in brackets": b"(213) 555-0142",
    "dotted": b"213.555.0142",
    "with a space that does not break": "213\u00a0555\u20110142".encode(),
    "url-encoded": quote("+1 (213) 555-0142").encode(),
    "url-encoded twice": quote(quote(E164)).encode(),
    "base64": base64.b64encode(E164.encode()),
    "base64, one byte later": base64.b64encode(b"x" + E164.encode()),
    "base64, two bytes later": base64.urlsafe_b64encode(b"xy" + E164.encode()),
    "base64 of a sentence": base64.b64encode(b"text from 213-555-0142 at 7:51"),
    "hex": E164.encode().hex().encode(),
    "hex in capitals": NATIONAL.encode().hex().upper().encode(),
    "hex, half a byte later": b"a" + NATIONAL.encode().hex().encode(),
    "hex with spaces": NATIONAL.encode().hex(" ").encode(),
    "reversed": E164[::-1].encode(),
    "UTF-16, little end first": E164.encode("utf-16-le"),
    "UTF-16, big end first": E164.encode("utf-16-be"),
    "among other digits": b"9" + NATIONAL.encode() + b"9",
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_number_is_found(tmp_path: Path, planted: bytes) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "some.db-wal").write_bytes(b"\0\xff\n" + planted + b"\xfe\0")
    finds = search_folder(tmp_path, NUMBERS)
    assert {(find.file, find.which) for find in finds} == {("logs/some.db-wal", 1)}
    assert NATIONAL not in repr(finds)


def test_a_number_from_abroad_is_found_without_its_plus(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"from 52 55 5555 0142.")
    assert [find.which for find in search_folder(tmp_path, NUMBERS)] == [2]


def test_other_numbers_and_other_digits_are_no_finds(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"2026-11-16T16:00:00.123456Z +12135550143 5550142 " + bytes(range(256)) * 40)
    assert search_folder(tmp_path, NUMBERS) == []


def test_a_recording_that_lies_open_is_found_and_a_sealed_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio" / "open").write_bytes(tone(0.1))
    (tmp_path / "some.db").write_bytes(b"page" + tone(0.1) + b"page")
    (tmp_path / "sealed").write_bytes(bytes(byte ^ 0x5A for byte in tone(0.1)))
    (tmp_path / "log").write_bytes(b"WAVE, RIFF and OggS are words as well.")
    assert search_sounds(tmp_path) == ["audio/open", "some.db"]
