"""The languages of a school: how far each is, every prompt to listen to, and what a lead says of new recordings."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Response as FlaskResponse
from flask import abort, request
from werkzeug.wrappers import Response

from phonetree.console.doors import ConsoleDesk, Doors
from phonetree.console.room import is_still_lead, shown
from phonetree.console.spoken import in_writing
from phonetree.desk import console_languages
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_languages import coverage_at, prompts_at, sound_of_prompt, sound_of_take
from phonetree.desk.coverage import Coverage
from phonetree.words.i18n import Word
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import Printed, printed

WORDS: Mapping[str, Printed] = {
    "title": printed("Languages"),
    "part": printed("Part"),
    "count": printed("Count"),
    "listen": printed("Listen to the prompts and approve recordings"),
    "borrowed": printed("What an alert call would borrow:"),
    "throughout": printed("An alert call would be in this language throughout."),
    "prompts": printed("Prompts"),
    "recorded": printed("Recorded prompts"),
    "none_recorded": printed("No prompt is recorded in this language yet."),
    "not_recorded": printed("Not recorded yet:"),
    "computer": printed("Not recorded, so a computer's voice says them:"),
    "takes": printed("New recordings"),
    "no_takes": printed("No recording waits for a lead."),
    "for_a_lead": printed("A second speaker found it good. A lead hears it before its first use."),
    "for_a_speaker": printed("It waits for a second speaker of the language."),
    "not_yours": printed("You cannot decide on this one: it takes somebody else who speaks the language."),
    "gone_sentence": printed("A sentence that is no longer said."),
    "heard": printed("I have listened to it to the end"),
    "use": printed("Use it"),
    "take_back": printed("Take it back"),
    "heard_first": printed("Listen to it first, and say so. Nothing was changed."),
    "nothing_waits": printed("That recording does not wait any more. Nothing was changed."),
    "decided": printed("Your decision is kept."),
    "back": printed("All languages"),
}
PARTS: Mapping[str, Printed] = {
    "level": printed("How sure"),
    "kind": printed("What it is"),
    "advice": printed("What to do"),
    "place": printed("Where"),
    "time": printed("When"),
}
PAGE = "console.prompts"
"""The only page on which anything is heard."""


def add_languages(doors: Doors) -> None:
    desk = doors.desk
    doors.blueprint.after_app_request(_let_sounds_be_heard)

    @doors.for_leads("/languages")
    @is_still_lead
    def languages(lead: SignedIn) -> Response:
        found = [(each, rows_of(each), borrowed_of(each)) for each in coverage_at(desk.database, desk.means, lead)]
        return shown(desk, lead, "languages.html", WORDS, found=found, LANGUAGES=LANGUAGES)

    @doors.for_leads("/languages/prompts")
    @is_still_lead
    def prompts(lead: SignedIn) -> Response:
        return _prompts(desk, lead, request.args.get("language", ""))

    @doors.for_leads("/languages/prompt.wav")
    @is_still_lead
    def prompt_sound(lead: SignedIn) -> Response:
        language, key = request.args.get("language", ""), request.args.get("key", "")
        return _sound(sound_of_prompt(desk.database, desk.means, lead, language, key))

    @doors.for_leads("/languages/take.wav")
    @is_still_lead
    def take_sound(lead: SignedIn) -> Response:
        return _sound(sound_of_take(desk.database, desk.means, lead, request.args.get("clip", "")))

    @doors.for_leads("/languages/decide", ("POST",))
    @is_still_lead
    def decide(lead: SignedIn) -> Response:
        return _decide(desk, lead, request.form.get("language", ""), request.form.get("clip", ""))


def _prompts(
    desk: ConsoleDesk, lead: SignedIn, language: str, status: int = HTTPStatus.OK, told: str = ""
) -> FlaskResponse:
    found = prompts_at(desk.database, desk.means, lead, language)
    if found is None:
        abort(404)

    def written(word: Word | None) -> object:
        return in_writing(word, lead.languages) if word else None

    return shown(
        desk,
        lead,
        "prompts.html",
        WORDS,
        status=status,
        came=told,
        is_refused=status != HTTPStatus.OK,
        language=LANGUAGES[language],
        recorded=[(each, written(each.sentence)) for each in found.prompts if each.is_recorded],
        missing=[written(each.sentence) for each in found.prompts if not each.is_recorded],
        takes=[(each, written(each.sentence)) for each in found.takes],
    )


def _decide(desk: ConsoleDesk, lead: SignedIn, language: str, clip: str) -> Response:
    """Good is said of what was listened to; to take something back nobody needs to hear it to the end."""
    is_good = request.form.get("what") == "use"
    if is_good and not request.form.get("heard"):
        return _prompts(desk, lead, language, HTTPStatus.UNPROCESSABLE_ENTITY, "heard_first")
    decided = console_languages.decide(desk.database, desk.means, lead, clip, is_good=is_good)
    if decided is None:
        return _prompts(desk, lead, language, HTTPStatus.NOT_FOUND, "nothing_waits")
    return _prompts(desk, lead, decided, told="decided")


def _sound(found: bytes | None) -> Response:
    if found is None:
        abort(404)
    return FlaskResponse(found, content_type="audio/wav")


def _let_sounds_be_heard(response: FlaskResponse) -> FlaskResponse:
    """Registered before the console's own headers, so it is asked after them."""
    if (request.endpoint, request.method, response.status_code) == (PAGE, "GET", HTTPStatus.OK):
        policy = response.headers.get("Content-Security-Policy", "")
        response.headers["Content-Security-Policy"] = f"{policy}; media-src 'self'"
    return response


def rows_of(coverage: Coverage) -> list[tuple[Printed, Printed]]:
    """What is there, of how much."""
    texts, calls = coverage.texts, coverage.calls
    voice = printed("a computer's voice") if coverage.has_voice else printed("recordings alone")
    rows = [
        (printed("Texts translated"), _of(texts.done, texts.total)),
        (printed("Texts that a speaker reviewed"), _of(texts.reviewed, texts.total)),
        (printed("Texts drafted and not reviewed"), _of(texts.drafted, texts.total)),
        (printed("Sentences of calls translated"), _of(calls.done, calls.total)),
        (printed("Sentences of calls that a speaker reviewed"), _of(calls.reviewed, calls.total)),
        (printed("Prompts recorded"), _of(coverage.recorded, coverage.prompts)),
        (printed("Voice"), voice),
    ]
    return rows if LANGUAGES[coverage.language].has_text else rows[3:]


def _of(done: int, total: int) -> Printed:
    return printed("{n} of {all}", n=done, all=total)


def borrowed_of(coverage: Coverage) -> list[tuple[Printed, str]]:
    """Each part of an alert that is not all in the language, and which it would be heard in."""
    return [(PARTS[part], _names(used)) for part, used in coverage.borrowed.items()]


def _names(codes: tuple[str, ...]) -> str:
    return ", ".join(LANGUAGES[code].endonym for code in codes)
