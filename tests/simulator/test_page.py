"""The page for a person: what it shows, how a text is written from it, and that nothing in it runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from listening_school import MARIA, SCHOOL, carrier_for, listening_school, said, voice, voice_carrier_for

from phonetree.simulator.carrier import SimulatedCarrier


@pytest.fixture
def carrier() -> Iterator[SimulatedCarrier]:
    with listening_school() as school, carrier_for(school) as carrier:
        school.reply = lambda form: f"<Response><Message>You said {form['Body'].title()}</Message></Response>"
        yield carrier


def write(carrier: SimulatedCarrier, to: str = SCHOOL, **headers: str) -> requests.Response:
    form = {"from": MARIA, "to": to, "body": "hello"}
    return requests.post(f"{carrier.base_url}/handsets/text", data=form, headers=headers, timeout=5)


def test_a_text_written_there_is_answered_there(carrier: SimulatedCarrier) -> None:
    shown = write(carrier)
    assert shown.url == f"{carrier.base_url}/"
    assert shown.text.index(">hello<") < shown.text.index(">You said Hello<")
    assert carrier.handset(MARIA).bodies == ("You said Hello",)


def test_everything_is_escaped_and_no_script_may_run(carrier: SimulatedCarrier) -> None:
    carrier.handset(MARIA).text("<script>alert(1)</script>")
    shown = requests.get(carrier.base_url, timeout=5)
    assert "<script" not in shown.text
    assert "&lt;script&gt;" in shown.text
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]


def test_an_unknown_number_or_another_site_is_refused(carrier: SimulatedCarrier) -> None:
    assert write(carrier, to=MARIA).status_code == 400
    assert write(carrier, **{"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert carrier.handset(MARIA).bodies == ()


def test_calls_are_shown_with_what_was_heard() -> None:
    with listening_school() as school, voice_carrier_for(school) as carrier:
        school.documents["/voice"] = voice(said("Hello &amp; &lt;b&gt;welcome"), "<Play>/a.wav</Play>")
        carrier.handset(MARIA).call()
        shown = requests.get(carrier.base_url, timeout=5).text
    assert f"Call {MARIA} → {SCHOOL} · completed" in shown
    assert ">Hello &amp; &lt;b&gt;welcome<" in shown
    assert "▶ 0 s" in shown
