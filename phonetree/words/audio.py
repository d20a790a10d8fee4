"""Sound of any telephone or file as one kind of WAV, for whatever keeps recordings: 8 kHz, mono, 16 bits, one level."""

from __future__ import annotations

import io
import struct
import sys
import wave
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate, pairwise

RATE = 8000
"""Samples a second: what a telephone carries."""
LONGEST, SHORTEST = 60.0, 0.3
"""Seconds."""
LOUDEST = round(32767 * 10 ** (-3 / 20))
"""The peak that every sound is brought to: 3 dB below the most that 16 bits hold."""
QUIETEST = 160
"""A peak below this, -46 dB, is the noise of a line."""
_HEADER = 44
_STEP = RATE // 50
_MARGIN = 5
"""Steps of 20 ms that stay before and after what is heard, so that no first or last sound is cut."""
_PCM, _ALAW, _MULAW, _EXTENSIBLE = 1, 6, 7, 0xFFFE
_RATES = range(4000, 192_001)
_CHANNELS = range(1, 9)


class Flaw(StrEnum):
    """Why something is no sound that can be kept."""

    NOT_A_WAV = "it is not a WAV file of a kind that we read"
    EMPTY = "nothing is to be heard in it"
    TOO_SHORT = "it is too short"
    TOO_LONG = "it is too long"


class NotSound(ValueError):
    """What came is no sound that can be kept."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Sound:
    """A whole WAV file of our one kind."""

    wav: bytes = field(repr=False)
    seconds: float


@dataclass(frozen=True, slots=True)
class _Raw:
    """The samples of a file as they lie there."""

    form: int
    channels: int
    rate: int
    width: int
    frames: memoryview = field(repr=False)

    @property
    def seconds(self) -> float:
        return len(self.frames) / (self.width * self.channels * self.rate)


def normalise(wav: bytes, *, longest: float = LONGEST, shortest: float = SHORTEST) -> Sound:
    """One voice at 8 kHz, without the silence around it, at one level. Raises ``NotSound``.

    The lengths are in seconds: *longest* of the whole, *shortest* of what is heard. A file that was cut off, or whose
    header lies about its length, is taken for what there is.
    """
    raw = _read(wav)
    if raw.seconds > longest:
        raise NotSound(Flaw.TOO_LONG)
    heard = _trimmed(_resampled(_mixed(_samples(raw), raw.channels), raw.rate))
    if len(heard) < shortest * RATE:
        raise NotSound(Flaw.TOO_SHORT)
    return Sound(_written(_levelled(heard)), len(heard) / RATE)


def seconds_of(wav: bytes) -> float:
    """The length of a file that ``normalise`` made."""
    return max(0, len(wav) - _HEADER) / (2 * RATE)


def _read(wav: bytes) -> _Raw:
    if wav[:4] != b"RIFF" or wav[8:12] != b"WAVE":
        raise NotSound(Flaw.NOT_A_WAV)
    header = b""
    for name, content in _chunks(memoryview(wav)):
        if name == b"fmt ":
            header = bytes(content[:26])
        elif name == b"data":
            return _described(header, content)
    raise NotSound(Flaw.EMPTY if header else Flaw.NOT_A_WAV)


def _chunks(wav: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Each chunk with what there is of it. Who writes while it records leaves the length of the samples at 0 or -1."""
    start = 12
    while start + 8 <= len(wav):
        name, length = bytes(wav[start : start + 4]), int.from_bytes(wav[start + 4 : start + 8], "little")
        start += 8
        end = len(wav) if name == b"data" and not length else start + length
        yield name, wav[start:end]
        start = end + length % 2


def _described(header: bytes, frames: memoryview) -> _Raw:
    if len(header) < 16:  # noqa: PLR2004 - the fields below
        raise NotSound(Flaw.NOT_A_WAV)
    form, channels, rate, _rate, _align, bits = struct.unpack_from("<HHIIHH", header)
    if form == _EXTENSIBLE and len(header) == 26:  # noqa: PLR2004 - up to its own form
        (form,) = struct.unpack_from("<H", header, 24)
    kinds = {(_PCM, 8), (_PCM, 16), (_PCM, 24), (_PCM, 32), (_ALAW, 8), (_MULAW, 8)}
    if (form, bits) not in kinds or channels not in _CHANNELS or rate not in _RATES:
        raise NotSound(Flaw.NOT_A_WAV)
    whole = len(frames) - len(frames) % (bits // 8 * channels)
    return _Raw(form, channels, rate, bits // 8, frames[:whole])


def _samples(raw: _Raw) -> array[int]:
    """The samples with 16 bits each, all channels in turn. Slices and tables do it, not loops."""
    low, high = bytes(raw.frames[max(0, raw.width - 2) :: raw.width]), bytes(raw.frames[raw.width - 1 :: raw.width])
    if raw.width == 1:
        table = [_one_byte(raw.form, byte) & 0xFFFF for byte in range(256)]
        low, high = (
            low.translate(bytes(each & 0xFF for each in table)),
            high.translate(bytes(each >> 8 for each in table)),
        )
    woven = bytearray(2 * len(high))
    woven[0::2], woven[1::2] = low, high
    samples = array("h", bytes(woven))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _one_byte(form: int, byte: int) -> int:
    """What one byte stands for: linear, or by G.711 with a sign, a power and a fraction."""
    if form == _PCM:
        return (byte - 128) << 8
    byte ^= 0xFF if form == _MULAW else 0x55
    power, fraction = byte >> 4 & 7, byte & 15
    if form == _MULAW:
        size = ((fraction << 3) + 132 << power) - 132
        return -size if byte & 0x80 else size
    size = (fraction << 4) + 8 if not power else (fraction << 4) + 264 << power - 1
    return size if byte & 0x80 else -size


def _mixed(samples: array[int], channels: int) -> array[int]:
    if channels == 1:
        return samples
    each = [samples[number::channels] for number in range(channels)]
    return array("h", [sum(together) // channels for together in zip(*each, strict=True)])


def _resampled(samples: array[int], rate: int) -> array[int]:
    """At our rate: the mean of what falls into one sample, or a straight line between two."""
    if rate == RATE or not samples:
        return samples
    length = len(samples) * RATE // rate
    if rate > RATE:
        sums = array("q", accumulate(samples, initial=0))
        edges = [each * rate // RATE for each in range(length + 1)]
        return array("h", [(sums[end] - sums[start]) // (end - start) for start, end in pairwise(edges)])
    last = len(samples) - 1
    places = (divmod(each * rate, RATE) for each in range(length))
    return array("h", [samples[at] + (samples[min(at + 1, last)] - samples[at]) * part // RATE for at, part in places])


def _trimmed(samples: array[int]) -> array[int]:
    """Without the silence at either end, which is measured against the loudest moment."""
    peaks = [_peak(samples[start : start + _STEP]) for start in range(0, len(samples), _STEP)]
    loudest = max(peaks, default=0)
    if loudest < QUIETEST:
        raise NotSound(Flaw.EMPTY)
    heard = [place for place, peak in enumerate(peaks) if peak >= max(QUIETEST, loudest // 32)]
    return samples[max(0, heard[0] - _MARGIN) * _STEP : (heard[-1] + 1 + _MARGIN) * _STEP]


def _levelled(samples: array[int]) -> array[int]:
    gain = LOUDEST / _peak(samples)
    return array("h", [int(each * gain) for each in samples])


def _peak(samples: array[int]) -> int:
    highest, lowest = max(samples), min(samples)
    return max(highest, -lowest)


def _written(samples: array[int]) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())  # it swaps the bytes itself where that is needed
    return file.getvalue()
