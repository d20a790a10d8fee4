"""Sound of any kind becomes one kind; what is no sound is refused, whatever its header says."""

from __future__ import annotations

import io
import math
import struct
import wave
from array import array
from itertools import chain, pairwise, repeat

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from phonetree.words.audio import LOUDEST, RATE, Flaw, NotSound, Sound, normalise, seconds_of

PCM, FLOAT, ALAW, MULAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE


def tone(seconds: float, *, rate: int = RATE, level: float = 0.3) -> list[float]:
    """A hum of 300 Hz, between -1 and 1."""
    return [level * math.sin(2 * math.pi * 300 * each / rate) for each in range(round(seconds * rate))]


def silence(seconds: float, rate: int = RATE) -> list[float]:
    return [0.0] * round(seconds * rate)


def file(frames: bytes, *, form: int = PCM, channels: int = 1, rate: int = RATE, bits: int = 16) -> bytes:
    """A WAV file made by hand, for what the standard library does not write."""
    align = channels * bits // 8
    described = struct.pack("<HHIIHH", form, channels, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits)
    if form == EXTENSIBLE:
        described += struct.pack("<HHIH14s", 22, bits, 0, PCM, bytes(14))
    return b"".join(
        (
            b"RIFF" + struct.pack("<I", 28 + len(described) + len(frames)) + b"WAVE",
            b"fmt " + struct.pack("<I", len(described)) + described,
            b"LIST" + struct.pack("<I", 3) + b"odd\0",
            b"data" + struct.pack("<I", len(frames)) + frames,
        )
    )


def in_bits(bits: int, samples: list[float]) -> bytes:
    if bits == 8:
        return bytes(128 + int(each * 127) for each in samples)
    size = 2 ** (bits - 1) - 1
    return b"".join(int(each * size).to_bytes(bits // 8, "little", signed=True) for each in samples)


def sixteen(samples: list[float], *, rate: int = RATE) -> bytes:
    return file(in_bits(16, samples), rate=rate)


def samples_of(sound: Sound) -> array[int]:
    """Through the standard library, which is strict: one channel, 16 bits, 8 kHz, no more and no less than it says."""
    with wave.open(io.BytesIO(sound.wav)) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (1, 2, RATE)
        samples = array("h", read.readframes(read.getnframes()))
    assert len(sound.wav) == 44 + 2 * len(samples)
    assert sound.seconds == seconds_of(sound.wav) == len(samples) / RATE
    return samples


def crossings(samples: array[int]) -> int:
    """How often the wave goes up through zero: once a period."""
    return sum(before < 0 <= after for before, after in pairwise(samples))


def sound_or_refused(wav: bytes) -> list[Sound]:
    """The sound, or none; any other error than our own is the test's."""
    try:
        return [normalise(wav, shortest=0.0)]
    except NotSound:
        return []


def flaw_of(wav: bytes, **limits: float) -> Flaw:
    with pytest.raises(NotSound) as caught:
        normalise(wav, **limits)
    assert str(caught.value) == caught.value.flaw.value
    return caught.value.flaw


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("rate", [6000, 8000, 11025, 44100, 48000])
def test_every_usual_kind_keeps_its_length_and_its_pitch(bits: int, channels: int, rate: int) -> None:
    together = list(chain.from_iterable(repeat(each, channels) for each in tone(0.5, rate=rate)))
    samples = samples_of(normalise(file(in_bits(bits, together), channels=channels, rate=rate, bits=bits)))
    assert abs(len(samples) - 0.5 * RATE) <= 2
    assert abs(crossings(samples) - 150) <= 2
    assert abs(max(samples) - LOUDEST) < LOUDEST / 40


def test_the_extended_header_is_read() -> None:
    assert len(samples_of(normalise(file(in_bits(16, tone(0.5)), form=EXTENSIBLE)))) == 4000


@pytest.mark.parametrize(("form", "loud", "quiet", "negative"), [(MULAW, 0x80, 0xFF, 0x00), (ALAW, 0xAA, 0xD5, 0x2A)])
def test_the_two_laws_of_telephony(form: int, loud: int, quiet: int, negative: int) -> None:
    """The bytes of the loudest, the quietest and the most negative sample stand in G.711."""
    wav = file(bytes([loud] * 20 + [quiet] * 20 + [negative] * 20) * 80, form=form, bits=8)
    samples = samples_of(normalise(wav))
    assert (samples[0], samples[40]) == (LOUDEST, -LOUDEST)
    assert abs(samples[20]) < 10


def test_silence_goes_and_a_moment_of_it_stays() -> None:
    sound = normalise(sixteen([*silence(1.5), *tone(0.7), *silence(0.4), *tone(0.7), *silence(3)]))
    assert abs(sound.seconds - (0.1 + 0.7 + 0.4 + 0.7 + 0.1)) <= 0.04, "what is between the words is theirs"


def test_the_hiss_of_a_line_is_silence() -> None:
    hiss = [0.002 * (-1) ** each for each in range(RATE)]
    assert normalise(sixteen([*hiss, *tone(0.5), *hiss])).seconds < 0.75


@pytest.mark.parametrize("level", [0.01, 0.3, 1.0])
def test_whisper_and_shout_come_to_one_level(level: float) -> None:
    samples = samples_of(normalise(sixteen(tone(0.5, level=level))))
    assert abs(max(samples) - LOUDEST) < LOUDEST / 100
    assert min(samples) >= -LOUDEST


def test_one_side_of_two_channels_is_heard() -> None:
    half = list(chain.from_iterable((each, 0.0) for each in tone(0.5)))
    assert abs(crossings(samples_of(normalise(file(in_bits(16, half), channels=2)))) - 150) <= 1


def test_the_same_sound_again_stays_as_it_is() -> None:
    once = normalise(sixteen([*silence(1), *tone(0.5), *silence(1)]))
    again = normalise(once.wav)
    assert again.seconds == once.seconds
    assert max(abs(a - b) for a, b in zip(samples_of(once), samples_of(again), strict=True)) <= 1


@pytest.mark.parametrize("claimed", [0, 10**6, 0xFFFFFFFF])
def test_a_header_that_lies_about_its_length_is_mended(claimed: int) -> None:
    wav = sixteen(tone(0.5))
    place = wav.index(b"data") + 4
    assert len(samples_of(normalise(wav[:place] + struct.pack("<I", claimed) + wav[place + 4 :]))) == 4000


def test_a_file_that_was_cut_off_is_taken_for_what_there_is() -> None:
    wav = sixteen(tone(0.5))
    assert len(samples_of(normalise(wav[:-2001]))) == 2999, "half a sample at the end goes"


@pytest.mark.parametrize(
    "wav",
    [
        b"",
        b"RIFF",
        b"RIFF\0\0\0\0WAVE",
        b"RIFF\0\0\0\0AVI " + bytes(4000),
        b"ID3\x04" + bytes(8_000_000),
        b"RIFF\0\0\0\0WAVE" + b"\xff" * 8_000_000,
        b"RIFF\0\0\0\0WAVE" + bytes(10_000),
        b"RIFF\0\0\0\0WAVEdata\0\0\0\0" + bytes(8000),
        b"RIFF\0\0\0\0WAVEfmt \x04\0\0\0\x01\0\x01\0data\0\0\0\0" + bytes(8000),
        file(bytes(8000), form=FLOAT, bits=32),
        file(bytes(8000), bits=12),
        file(bytes(8000), bits=0),
        file(bytes(8000), channels=0),
        file(bytes(8000), channels=60_000),
        file(bytes(8000), rate=0),
        file(bytes(8000), rate=1),
        file(bytes(8000), rate=4_000_000_000),
    ],
    ids=range(17),
)
def test_what_is_no_wav_is_refused(wav: bytes) -> None:
    assert flaw_of(wav) is Flaw.NOT_A_WAV


@pytest.mark.parametrize(
    "wav",
    [
        file(b""),
        file(b"\x01"),
        sixteen(silence(5)),
        sixteen([0.003] * RATE),
        file(bytes([0xFF]) * RATE, form=MULAW, bits=8),
        sixteen(tone(0.5)).split(b"data")[0],
    ],
    ids=["no samples", "half a sample", "silence", "hiss", "silence of a telephone", "nothing after the header"],
)
def test_what_holds_nothing_to_hear_is_refused(wav: bytes) -> None:
    assert flaw_of(wav) is Flaw.EMPTY


def test_a_click_is_too_short_to_be_a_sentence() -> None:
    assert flaw_of(sixteen([*silence(2), *tone(0.01), *silence(2)])) is Flaw.TOO_SHORT
    assert normalise(sixteen([*silence(2), *tone(0.01), *silence(2)]), shortest=0.1).seconds < 0.3


def test_a_sound_over_the_limit_is_refused_before_it_is_looked_at() -> None:
    an_hour = file(bytes(2 * 3600 * 1000), rate=4000, bits=8)
    assert flaw_of(an_hour) is Flaw.TOO_LONG
    assert flaw_of(sixteen(tone(0.5)), longest=0.4) is Flaw.TOO_LONG
    assert normalise(sixteen(tone(0.5)), longest=0.5).seconds == 0.5


@given(
    st.binary(max_size=300),
    st.sampled_from([PCM, ALAW, MULAW, EXTENSIBLE]),
    st.integers(0, 9),
    st.sampled_from([0, 4000, 7999, 8000, 8001, 192_000]),
    st.sampled_from([0, 8, 16, 24, 32]),
)
@example(b"\x00\x80", PCM, 1, 4000, 16)
def test_any_bytes_are_a_sound_or_refused(frames: bytes, form: int, channels: int, rate: int, bits: int) -> None:
    for sound in sound_or_refused(file(frames, form=form, channels=channels, rate=rate, bits=bits)):
        assert max(map(abs, samples_of(sound))) <= LOUDEST


@given(st.binary(max_size=120))
def test_any_header_is_a_sound_or_refused(after: bytes) -> None:
    for wav in (after, b"RIFF\0\0\0\0WAVE" + after, b"RIFF\0\0\0\0WAVEfmt " + after):
        assert all(sound.seconds > 0 for sound in sound_or_refused(wav))


def test_neither_the_sound_nor_its_error_shows_what_was_said() -> None:
    sound = normalise(sixteen(tone(0.5)))
    assert repr(sound) == "Sound(seconds=0.5)"
