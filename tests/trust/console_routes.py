"""Who gets what from each page below ``/console/`` and from the operators' pages. A route without a row fails."""

from __future__ import annotations

from collections.abc import Mapping

STRANGERS = ("nobody", "forged cookie", "expired session", "idle session", "signed-out session")
NO_LEADS = ("parent", "staff", "operator", "counselor", "volunteer", "interpreter", "network", "held lead", "left lead")
LEADS = ("lead of this site", "lead of another site")
EVERYBODY = (*STRANGERS, *NO_LEADS, *LEADS)
"""Each of *NO_LEADS* with a session of their own, as if they had been let in once: their role alone keeps them out."""

AWAY = "303 /console/sign-in"
"""Sent to sign in, as if there were nothing else."""
REFUSED = "400"
"""A form without its token."""
OWN = "200 own school"
"""The page, of the school that they lead and of no other."""
SAME = "200 the same for all"
AS_ASKED = "303 /console/code"
WRONG = "403"

LEADS_ONLY: Mapping[str, str] = {**dict.fromkeys((*STRANGERS, *NO_LEADS), AWAY), **dict.fromkeys(LEADS, OWN)}
SIGNING_OUT: Mapping[str, str] = dict.fromkeys(EVERYBODY, AWAY)


def all_get(answer: str) -> Mapping[str, str]:
    return dict.fromkeys(EVERYBODY, answer)


ROUTES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("GET", "/console/"): LEADS_ONLY,
    ("POST", "/console/sign-out"): SIGNING_OUT,
    ("GET", "/console/sign-in"): all_get(SAME),
    ("POST", "/console/sign-in"): all_get(AS_ASKED),
    ("GET", "/console/code"): all_get(SAME),
    ("POST", "/console/code"): all_get(WRONG),
    ("GET", "/console/style.css"): all_get(SAME),
    ("GET", "/healthz"): all_get(SAME),
    ("GET", "/readyz"): all_get(SAME),
    ("GET", "/metrics"): all_get("404"),
    ("GET", "/join/<code>"): all_get("404"),
    ("GET", "/privacy"): all_get(SAME),
    ("GET", "/terms"): all_get(SAME),
}
"""As asked at the public address, word for word: there is no school of the code "<code>"."""
FOR_ANYBODY = frozenset({"/console/sign-in", "/console/code", "/console/style.css"})
"""The pages of the console that strangers may see. Everything else below ``/console/`` is for leads."""
