"""How the latest broadcast gets on, as a moving picture: each second anew while somebody looks."""

from __future__ import annotations

from typing import Any

from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.wrappers import Response

from phonetree.console.alert_words import DEEDS
from phonetree.console.doors import Doors
from phonetree.console.live import LATER, SOON, Happening
from phonetree.console.plots import Bar, Line, bar_plot, line_plot
from phonetree.console.progress_words import BESIDES, CHANNELS, LEFT, PROGRESS_WORDS, of_all, said_of, title_of
from phonetree.console.rendering import Say, page, part, say_in
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_progress import Counts, Progress, progress_at
from phonetree.desk.headway import Curve, Share
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import Printed

LIVE = "/console/progress/live"
PARTS = ("figures", "deeds")
ROWS = 8
"""Of the table beside the curve."""


def add_progress(doors: Doors) -> None:
    database, means, counts = doors.desk.database, doors.desk.means, Counts()

    @doors.for_leads("/progress")
    def progress(lead: SignedIn) -> Response:
        shown = _shown(say_in(lead.languages), progress_at(database, means, lead, counts))
        return page("progress.html", lead.languages, school=lead.school, live=LIVE, **shown)

    @doors.for_leads("/progress/live", by_itself=True)
    def progress_live(lead: SignedIn) -> Response:
        """The same parts as they are now."""
        say, found = say_in(lead.languages), progress_at(database, means, lead, counts)
        shown = _shown(say, found) | {"csrf": generate_csrf()}
        parts = {name: part(f"progress_{name}.html", lead.languages, **shown) for name in PARTS}
        said = say.plain(said_of(found)) if found else ""
        is_moving = found is not None and not found.headway.is_over
        return Happening(parts, said, SOON if is_moving else LATER).response()


def _shown(say: Say, found: Progress | None) -> dict[str, Any]:
    words = {"pw": PROGRESS_WORDS, "deeds": DEEDS, "progress": found}
    if found is None:
        return words
    headway = found.headway
    channels = [(CHANNELS[code], "", share) for code, share in headway.by_channel.items()]
    languages = [(LANGUAGES[code].endonym, LANGUAGES[code].bcp47, share) for code, share in headway.by_language.items()]
    return words | {
        "title": title_of(found),
        "left": [(label, getattr(headway, name)) for name, label in LEFT.items()],
        "besides": [(label, getattr(headway, name)) for name, label in BESIDES.items()],
        "curve": _curve(say, found),
        "curve_rows": _curve_rows(found),
        "by_channel": channels,
        "channel_bars": _bars(say, PROGRESS_WORDS["channels"], channels),
        "by_language": languages,
        "language_bars": _bars(say, PROGRESS_WORDS["languages"], languages),
    }


def _curve(say: Say, found: Progress) -> Markup:
    headway, right = found.headway, _right(found)
    now = found.seconds
    so_far = [point for point in headway.curve if point[0] <= now]
    lines = (
        Line("limit", say.plain(PROGRESS_WORDS["limit"]), headway.limit, goes_on=True),
        Line("reached", say.plain(PROGRESS_WORDS["reached"]), [*so_far, (now, at(headway.curve, now))]),
    )
    title = say.plain(PROGRESS_WORDS["over_time"])
    return line_plot(title, lines, right, max(1, headway.phones), (clock(0), clock(right)))


def _right(found: Progress) -> float:
    """As far as the number would need at best, or as long as it has taken."""
    return max(found.seconds, found.headway.limit[-1][0])


def _curve_rows(found: Progress) -> list[tuple[str, int, int]]:
    """After so long, so many were reached, where so many could have been."""
    headway, now = found.headway, found.seconds
    moments = sorted({round(now * row / ROWS) for row in range(1, ROWS + 1)})
    return [(clock(each), int(at(headway.curve, each)), int(at(headway.limit, each))) for each in moments]


def _bars(say: Say, title: Printed, rows: list[tuple[Any, str, Share]]) -> Markup:
    bars = [
        Bar(
            name if isinstance(name, str) else say.plain(name),
            tag,
            say.plain(of_all(share.reached, share.phones)),
            share.reached / max(1, share.phones),
        )
        for name, tag, share in rows
    ]
    return bar_plot(say.plain(title), bars)


def at(curve: Curve, seconds: float) -> float:
    """How many there are on the line at this moment."""
    before = max((point for point in curve if point[0] <= seconds), default=(0.0, 0.0))
    after = min((point for point in curve if point[0] > seconds), default=None)
    if after is None:
        return before[1]
    return before[1] + (after[1] - before[1]) * (seconds - before[0]) / (after[0] - before[0])


def clock(seconds: float) -> str:
    """Minutes and seconds since it began."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
