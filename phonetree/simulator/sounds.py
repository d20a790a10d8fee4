"""Sound as a telephone carries it: WAV files that are made up, checked, and kept as recordings."""

from __future__ import annotations

import array
import io
import math
import sys
import time
import wave
from dataclasses import dataclass, field

from phonetree.simulator.messages import new_sid

RATE, PITCH, LOUDNESS = 8000, 400, 8000


def tone(seconds: float) -> bytes:
    """A WAV file of a plain tone: 16 bits, one channel, 8 kHz."""
    period = RATE // PITCH
    wave_form = [round(LOUDNESS * math.sin(2 * math.pi * step / period)) for step in range(period)]
    count = int(seconds * RATE)
    samples = array.array("h", wave_form * (count // period + 1))[:count]
    if sys.byteorder == "big":
        samples.byteswap()
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return made.getvalue()


def length_of(sound: bytes) -> float:
    """Seconds of a WAV file. Raises ValueError where it is none."""
    try:
        with wave.open(io.BytesIO(sound)) as file:
            return float(file.getnframes() / file.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError):
        raise ValueError("not a WAV file") from None


@dataclass(slots=True, eq=False, repr=False)
class Recording:
    """What somebody said after a tone. ``ready_at`` is monotonic seconds."""

    call_sid: str
    seconds: float
    ready_at: float
    sid: str = field(default_factory=lambda: new_sid("RE"))


class Recordings:
    """The recordings that were not deleted, and those that were."""

    def __init__(self) -> None:
        self.kept: dict[str, Recording] = {}
        self.deleted: list[str] = []

    def find(self, sid: str) -> Recording | None:
        """One that may be fetched by now."""
        found = self.kept.get(sid)
        return found if found is not None and found.ready_at <= time.monotonic() else None

    def delete(self, recording: Recording) -> None:
        del self.kept[recording.sid]
        self.deleted.append(recording.sid)
