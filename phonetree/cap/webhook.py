"""``POST /cap/<code>``: the network's computers post CAP 1.2 documents, each with the key of its network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from flask import Blueprint, Response, request

from phonetree.cap.document import read_document
from phonetree.cap.elements import NotUnderstood
from phonetree.desk.cap_alerts import CapRefused, KeyGone, SeenBefore, Taken, TooMany
from phonetree.desk.cap_documents import CapDocument

LARGEST = 64_000
"""Bytes of a document (64 kB)."""
KINDS = frozenset({"application/cap+xml", "application/xml", "text/xml"})
_SCHEME = "bearer "

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CapDesk:
    """What the webhook asks. ``recognise`` tells whose key it is, for the school of this code."""

    recognise: Callable[[str, str], int | None]
    receive: Callable[[int, CapDocument], Taken]


def networks(desk: CapDesk) -> Blueprint:
    """The blueprint under ``/cap``: without a good key nothing is read, and no code of a school is told from none."""
    blueprint = Blueprint("cap", __name__, url_prefix="/cap")
    blueprint.errorhandler(NotUnderstood)(_refused)
    blueprint.errorhandler(CapRefused)(_refused)

    @blueprint.post("/<code>")
    def post(code: str) -> Response:
        key_id = desk.recognise(code, _key())
        if key_id is None:
            return _unknown()
        if (wrong := _wrong_kind()) is not None:
            return wrong
        request.max_content_length = LARGEST
        taken = desk.receive(key_id, read_document(request.get_data(cache=False)))
        known_as = f" as {taken.number}" if taken.number else ""
        return _said(f"Received{known_as}: {taken.what}.", 200)

    return blueprint


def _key() -> str:
    """The key that came in the header; what is none is like a wrong one."""
    given = request.headers.get("Authorization", "")
    return given[len(_SCHEME) :].strip() if given.lower().startswith(_SCHEME) else ""


def _unknown() -> Response:
    answer = _said("This key is not known for this address.", 401)
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _wrong_kind() -> Response | None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype in KINDS and charset in {"utf-8", "utf8", "us-ascii"}:
        return None
    return _said(f"Refused: the Content-Type is not one of {', '.join(sorted(KINDS))}, in UTF-8.", 415)


def _refused(refusal: NotUnderstood | CapRefused) -> Response:
    """In plain words of ours, which quote nothing of the document."""
    match refusal:
        case KeyGone():
            return _unknown()
        case SeenBefore():
            status = 409
        case TooMany():
            status = 429
        case _:
            status = 400
    log.info("a CAP document was refused", status=status, why=str(refusal))
    return _said(f"Refused: {refusal}.", status)


def _said(words: str, status: int) -> Response:
    return Response(f"{words}\n", status=status, mimetype="text/plain")
