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
    ("POST", "/console/sign-out"): SIGNING_OUT,
    ("GET", "/console/sign-in"): all_get(SAME),
    ("POST", "/console/sign-in"): all_get(AS_ASKED),
    ("GET", "/console/code"): all_get(SAME),
    ("POST", "/console/code"): all_get(WRONG),
    ("GET", "/console/style.css"): all_get(SAME),
    ("GET", "/healthz"): all_get(SAME),
    ("GET", "/readyz"): all_get(SAME),
    ("GET", "/metrics"): all_get("404"),
    **ROOMS,
}
"""As asked at the public address."""
FOR_ANYBODY = frozenset({"/console/sign-in", "/console/code", "/console/style.css"})
"""The pages of the console that strangers may see. Everything else below ``/console/`` is for leads."""
