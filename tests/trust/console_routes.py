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
NOTHING_WAITS = "403"
"""A code and a PIN for nothing, or a call for it."""


def to_leads(answer: str) -> Mapping[str, str]:
    """For nobody else. What is no whole page names no school: its own tests say whose it is."""
    return {**LEADS_ONLY, **dict.fromkeys(LEADS, answer)}


def all_get(answer: str) -> Mapping[str, str]:
    return dict.fromkeys(EVERYBODY, answer)


def for_leads(answer: str) -> Mapping[str, str]:
    """Strangers and others are sent away; this is what a lead gets, with nothing in the form."""
    return {**dict.fromkeys((*STRANGERS, *NO_LEADS), AWAY), **dict.fromkeys(LEADS, answer)}


ROOMS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("GET", "/console/reports"): LEADS_ONLY,
    ("POST", "/console/reports/check"): for_leads("404"),
    ("POST", "/console/reports/false"): for_leads("404"),
    ("POST", "/console/reports/confirm"): for_leads("404"),
    ("GET", "/console/people"): LEADS_ONLY,
    ("POST", "/console/people/preview"): for_leads("400"),
    ("POST", "/console/people/import"): for_leads("400"),
    ("POST", "/console/people/admit"): for_leads("400"),
    ("POST", "/console/people/refuse"): for_leads("400"),
    ("GET", "/console/languages"): LEADS_ONLY,
    ("GET", "/console/languages/prompts"): for_leads("404"),
    ("GET", "/console/languages/prompt.wav"): for_leads("404"),
    ("GET", "/console/languages/take.wav"): for_leads("404"),
    ("POST", "/console/languages/decide"): for_leads("404"),
    ("GET", "/console/settings"): LEADS_ONLY,
    ("GET", "/console/settings/school.toml"): LEADS_ONLY,
    ("POST", "/console/settings/preview"): for_leads("400"),
    ("POST", "/console/settings/load"): for_leads("400"),
    ("GET", "/console/rota"): LEADS_ONLY,
    ("GET", "/console/requests"): LEADS_ONLY,
    ("POST", "/console/requests/take"): for_leads("404"),
    ("POST", "/console/requests/yes"): for_leads("404"),
    ("POST", "/console/requests/pass"): for_leads("404"),
    ("POST", "/console/requests/close"): for_leads("404"),
    ("GET", "/console/plan"): LEADS_ONLY,
    ("GET", "/console/plan/checklist.html"): for_leads("404"),
    ("GET", "/console/record"): LEADS_ONLY,
    ("POST", "/console/record/export"): for_leads(SAME),
}
"""The pages that ``phonetree.console.rooms`` adds."""
FILES = frozenset({"/console/settings/school.toml"})
"""Downloads of what families are told: the school's own numbers stand in them, and nobody else's."""
ROUTES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("GET", "/console/"): LEADS_ONLY,
    ("GET", "/console/now/live"): to_leads(SAME),
    ("GET", "/console/alert"): LEADS_ONLY,
    ("POST", "/console/alert/ask"): to_leads("404"),
    ("GET", "/console/alert/confirm"): LEADS_ONLY,
    # The lead of this site has just sent an alert: the form sent once more says so again.
    ("POST", "/console/alert/confirm"): {**to_leads(NOTHING_WAITS), "lead of this site": "303 /console/progress"},
    ("GET", "/console/alert/confirm/live"): to_leads(SAME),
    ("POST", "/console/alert/call"): to_leads(NOTHING_WAITS),
    ("POST", "/console/alert/let-go"): to_leads("303 /console/"),
    ("GET", "/console/progress"): LEADS_ONLY,
    ("GET", "/console/progress/live"): to_leads(SAME),
    ("POST", "/console/sign-out"): SIGNING_OUT,
    ("GET", "/console/sign-in"): all_get(SAME),
    ("POST", "/console/sign-in"): all_get(AS_ASKED),
    ("GET", "/console/code"): all_get(SAME),
    ("POST", "/console/code"): all_get(WRONG),
    ("POST", "/console/language"): all_get("303 /console/"),
    ("GET", "/console/style.css"): all_get(SAME),
    ("GET", "/console/live.js"): all_get(SAME),
    ("GET", "/healthz"): all_get(SAME),
    ("GET", "/readyz"): all_get(SAME),
    ("GET", "/metrics"): all_get("404"),
    ("GET", "/join/<code>"): all_get("404"),
    ("GET", "/privacy"): all_get(SAME),
    ("GET", "/terms"): all_get(SAME),
    **ROOMS,
}
"""As asked at the public address, word for word: there is no school of the code "<code>"."""
FOR_ANYBODY = frozenset(
    {"/console/sign-in", "/console/code", "/console/language", "/console/style.css", "/console/live.js"}
)
"""The pages of the console that strangers may see. Everything else below ``/console/`` is for leads."""
