"""I1 and I2: a whole turn by text over HTTP, beside endpoints of the same server that do less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from itertools import count

from sqlalchemy import delete, func, select

from bench.figures import Figure, Sizes, interleaved
from bench.ground import ACCOUNT, TOKEN, Ground, number_of
from bench.load import Answers, post_all, signed_post
from bench.serving import AS_SERVED, PLAIN, Server, served
from phonetree.models import Heard, reading, writing

TURN, CONSTANT, SIGNED, BARE = "/twilio/sms", "/bench/constant", "/bench/signed", "/bench/bare"
SCHOOL = "+12135550100"
WARM, WARM_LINES = 64, 8
TWILIOS = "bare Flask, twilio's validator"
FLOORS = {"SQLite": (0.18, 0.35), "PostgreSQL": (0.15, 0.30)}


@dataclass
class Texting:
    """Families that text: every request is another message, and as far as there are phones from another phone."""

    ground: Ground
    sizes: Sizes
    server: Server
    sids: Iterator[int] = field(default_factory=lambda: count(1))
    took: list[Answers] = field(default_factory=list)

    def post(self, path: str) -> float:
        """Answers per second at *path*. Every one of them has to be a text."""
        requests = [text_post(self.ground, next(self.sids), path) for _ in range(self.sizes.turns)]
        answers = post_all(self.ground.port, requests, self.sizes.connections, keep=self.server.keeps_lines)
        if answers.sorry or answers.texts != len(requests) or answers.statuses != {HTTPStatus.OK: len(requests)}:
            raise RuntimeError(f"{path} answered {dict(answers.statuses)}, {answers.texts} of them with a text")
        if path == TURN:
            self.took.append(answers)
        return answers.per_second


def text_from(ground: Ground, turn: int) -> dict[str, str]:
    """The text of one family, with as many fields as the provider sends."""
    sid = f"SM{turn:032x}"
    country = {f"{end}{part}": "" for end in ("From", "To") for part in ("City", "State", "Zip", "Country", "Carrier")}
    return country | {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "Body": "NEWS",
        "From": number_of(turn % ground.phones).e164, "To": SCHOOL,
        "MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid, "SmsStatus": "received",
        "NumMedia": "0", "NumSegments": "1",
    }  # fmt: skip


def forget_heard(ground: Ground) -> None:
    """What the parts before have texted, so that every part counts its own."""
    with writing(ground.database) as session:
        session.execute(delete(Heard))


def heard_on(ground: Ground) -> int:
    with reading(ground.database) as session:
        return session.scalar(select(func.count()).select_from(Heard)) or 0


def warm_up(ground: Ground) -> None:
    """Let each worker of the server answer some texts, which do not count."""
    sids = count(1 << 64)
    requests = [text_post(ground, next(sids)) for _ in range(WARM)]
    answers = post_all(ground.port, requests, WARM_LINES)
    if answers.statuses != {HTTPStatus.OK: WARM}:
        raise RuntimeError(f"the server answered {dict(answers.statuses)} at first")
    forget_heard(ground)


def text_post(ground: Ground, turn: int, path: str = TURN) -> bytes:
    return signed_post(f"http://127.0.0.1:{ground.port}", path, text_from(ground, turn), TOKEN)


def measure(ground: Ground, sizes: Sizes) -> list[Figure]:
    """On the server on which the floors were set, and, for information, as it is served."""
    floor, goal = FLOORS[ground.name]
    turn, constant, signed, bare, note = _measure(ground, sizes, PLAIN)
    served_turn, served_constant, served_signed, served_bare, served_note = _measure(ground, sizes, AS_SERVED)
    same, where = "constant, same server", ground.name
    of = {each: f"on {each.name}, {where}" for each in (PLAIN, AS_SERVED)}
    return [
        Figure(f"I1 a whole turn {of[PLAIN]}", "per second", turn, constant, same, floor, goal, note=note),
        Figure(f"I1 a whole turn {of[AS_SERVED]}", "per second", served_turn, served_constant, same, note=served_note),
        Figure(f"I2 signature and TwiML {of[PLAIN]}", "per second", signed, constant, same, 0.60, 0.85),
        Figure(f"I2 the same {of[PLAIN]}", "per second", signed, bare, TWILIOS),
        Figure(f"I2 the same {of[AS_SERVED]}", "per second", served_signed, served_bare, TWILIOS),
    ]


def _measure(ground: Ground, sizes: Sizes, by: Server) -> tuple[float, float, float, float, str]:
    """Turns, constants, signatures ours and the library's: each per second; and how long turns took."""
    forget_heard(ground)
    paths = [TURN, CONSTANT, SIGNED, BARE]
    with served(ground, by) as server:
        texting = Texting(ground, sizes, server)
        for path in paths:  # each process warms up
            texting.post(path)
        texting.took.clear()
        turn, constant, signed, bare = interleaved(sizes.turn_rounds, *(partial(texting.post, path) for path in paths))
    _count(texting)
    middle, last = (max(a.percentile(share) for a in texting.took) * 1000 for share in (0.5, 0.99))
    return turn, constant, signed, bare, f"{sizes.connections} at once, p50 {middle:.0f} ms, p99 {last:.0f} ms"


def _count(texting: Texting) -> None:
    """Every turn had its effect once."""
    turns, heard = (texting.sizes.turn_rounds + 1) * texting.sizes.turns, heard_on(texting.ground)
    if heard != turns:
        raise RuntimeError(f"{heard} texts were heard of {turns}")
