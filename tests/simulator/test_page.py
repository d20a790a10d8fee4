"""The page of telephones, as a browser without scripts uses it, and what a browser with scripts is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from listening_school import (
    JOON,
    MARIA,
    NAIRA,
    SCHOOL,
    ListeningSchool,
    asks,
    listening_school,
    said,
    twilio_client,
    voice,
    voice_carrier_for,
)
from werkzeug.wrappers import Response

from phonetree.simulator.answer_plans import ByHand
from phonetree.simulator.calls import CallStatus
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.page.faces import Face, FaceKind
from phonetree.simulator.page.lesson import Step
from phonetree.simulator.sounds import tone
from phonetree.words.prices import PRICES

FACES = (Face(MARIA, "María", FaceKind.FLIP, "es-US", "Spanish"), Face(NAIRA, "Naira", pin="739152"))
MARIAS, NAIRAS = 1, 2


def messages(answer: requests.Response) -> Iterator[dict[str, Any]]:
    """Of a stream, as they come."""
    for line in answer.iter_lines():
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))


@dataclass
class Browser:
    """At the page, without scripts; ``tells`` is what the page's script would hear."""

    carrier: SimulatedCarrier

    def page(self) -> str:
        return requests.get(self.carrier.base_url, timeout=5).text

    def posts(self, path: str, form: dict[str, str], **headers: str) -> requests.Response:
        headers = {"Accept": "text/html", **headers}
        return requests.post(f"{self.carrier.base_url}/handsets/{path}", data=form, headers=headers, timeout=5)

    def does(self, index: int, **form: str) -> requests.Response:
        return self.posts(str(index), form)

    def tells(self, after: int = 0, **headers: str) -> dict[str, Any]:
        """The first message of the stream to a browser that has seen everything up to *after*."""
        url = f"{self.carrier.base_url}/handsets/events?after={after}"
        with requests.get(url, headers=headers, stream=True, timeout=5) as answer:
            told: dict[str, Any] = next(messages(answer))
            return told

    def state(self, index: int) -> str:
        return str(self.tells()["words"][f"phone-{index}"])

    def display(self, index: int) -> list[str]:
        """The lines of one telephone, bare of tags."""
        return [re.sub(r"<[^>]+>", "", html) for face, html in self.tells()["lines"] if face == index]


@dataclass
class Scene:
    school: ListeningSchool
    carrier: SimulatedCarrier
    browser: Browser


@pytest.fixture
def scene() -> Iterator[Scene]:
    with listening_school() as school:
        carrier = voice_carrier_for(school, sms_url=school.sms_url)
        with carrier:
            school.documents["/sms"] = lambda form: (
                f"<Response><Message>You said {form['Body'].title()}</Message></Response>"
            )
            carrier.draw(FACES)
            yield Scene(school, carrier, Browser(carrier))


# --- texts ------------------------------------------------------------------------------------------------------------


def test_a_text_written_there_is_answered_there(scene: Scene) -> None:
    shown = scene.browser.does(MARIAS, act="text", body="hello")
    assert shown.url.startswith(f"{scene.carrier.base_url}/")
    assert shown.text.index(">hello<") < shown.text.index(">You said Hello<")
    assert scene.carrier.handset(MARIA).bodies == ("You said Hello",)


def test_everything_is_escaped_and_only_our_own_script_may_run(scene: Scene) -> None:
    scene.carrier.handset(MARIA).text("<script>alert(1)</script>")
    shown = requests.get(scene.carrier.base_url, timeout=5)
    assert re.findall(r"<script[^>]*>", shown.text) == ['<script type="module" src="/handsets/page.js">']
    assert "&lt;script&gt;" in shown.text
    assert " style=" not in shown.text
    policy = shown.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Host": "elsewhere.example"}])
def test_another_site_cannot_act(scene: Scene, headers: dict[str, str]) -> None:
    assert scene.browser.posts("1", {"body": "hello"}, **headers).status_code == 400
    assert scene.browser.posts("faults", {"slow": "on"}, **headers).status_code == 400
    assert scene.carrier.accepted == ()
    assert scene.carrier.behaviour.fault_plan is None


def test_what_makes_no_sense_now_is_told(scene: Scene) -> None:
    assert scene.browser.does(MARIAS, act="text", body=" ").status_code == 409
    assert (
        scene.browser.does(MARIAS, to=MARIA, body="hello").text
        == f"There is no such number here. The tree's number is {SCHOOL}."
    )
    assert scene.browser.does(MARIAS, keys="x").status_code == 409
    assert scene.browser.does(9, keys="1").status_code == 404
    assert scene.carrier.accepted == ()


def test_who_nobody_chose_is_drawn_by_number_and_others_can_be_added() -> None:
    with listening_school() as school, voice_carrier_for(school, sms_url=school.sms_url) as carrier:
        browser = Browser(carrier)
        assert "No telephone has been used yet." in browser.page()
        carrier.handset(MARIA).text("hello")
        assert f">{MARIA}</h2>" in browser.page()
        assert f">{JOON}</h2>" in browser.posts("draw", {"number": JOON}).text
        assert browser.posts("draw", {"number": "Joon"}).status_code == 409
        assert browser.posts("draw", {"number": JOON}).text.count(f">{JOON}</h2>") == 1


# --- calls ------------------------------------------------------------------------------------------------------------


def test_a_call_is_dialled_answered_by_keys_and_hung_up(scene: Scene) -> None:
    scene.school.documents["/voice"] = voice(asks("Press &lt;one&gt;", "/chosen", numDigits="1"))
    scene.school.documents["/chosen"] = voice(asks("You pressed a key", "/chosen", numDigits="1"))
    for key in SCHOOL.removeprefix("+1"):
        scene.browser.does(MARIAS, keys=key)
    assert scene.browser.tells()["words"]["state-1"] == "To call: 2135550100"
    scene.browser.does(MARIAS, act="green")
    assert scene.carrier.settle()
    assert scene.browser.state(MARIAS) == "in-call"
    scene.browser.does(MARIAS, keys="1")
    assert scene.carrier.settle()
    scene.browser.does(MARIAS, act="red")
    scene.carrier.settle()
    expected = ["Press &lt;one&gt;", "You press 1", "You pressed a key", "The call is over: completed"]
    assert scene.browser.display(MARIAS) == [f"You call {SCHOOL}", *expected]
    assert scene.browser.state(MARIAS) == "idle"
    assert scene.school.forms("/chosen")[0]["Digits"] == "1"
    assert ' class="heard" lang="en-US" dir="auto">Press &lt;one&gt;</p>' in scene.browser.page()


def test_a_number_that_is_nobodys_is_not_called_and_digits_can_be_erased(scene: Scene) -> None:
    for act in ({"keys": "1"}, {"keys": "2"}, {"act": "left"}):
        scene.browser.does(MARIAS, **act)
    assert scene.browser.tells()["words"]["state-1"] == "To call: 1"
    assert scene.browser.does(MARIAS, act="green").status_code == 409
    scene.browser.does(MARIAS, act="right")
    assert scene.browser.tells()["words"]["state-1"] == "Ready. Call rings the tree."
    assert scene.carrier.handset(MARIA).calls == ()


def ringing(scene: Scene, words: str = "It is an alert") -> None:
    """The school calls this telephone, which lies there for somebody at the page."""
    scene.school.documents["/out"] = voice(said(words), asks("Press any key", "/heard"))
    scene.carrier.handset(MARIA).answers(ByHand())
    out, status = scene.school.url("/out"), scene.school.url("/status")
    with twilio_client(scene.carrier) as school:
        school.calls.create(to=MARIA, from_=SCHOOL, url=out, status_callback=status, machine_detection="Enable")
    assert scene.carrier.settle()


@pytest.mark.parametrize(
    ("act", "status"),
    [("green", CallStatus.IN_PROGRESS), ("red", CallStatus.BUSY), ("left", CallStatus.NO_ANSWER)],
)
def test_a_phone_that_rings_is_picked_up_declined_or_left_to_ring(scene: Scene, act: str, status: CallStatus) -> None:
    ringing(scene)
    assert scene.browser.state(MARIAS) == "ringing"
    scene.browser.does(MARIAS, act=act)
    assert scene.carrier.settle()
    assert scene.carrier.accepted_calls[0].status is status
    assert ("It is an alert" in scene.browser.display(MARIAS)) == (act == "green")


def test_a_voicemail_can_answer(scene: Scene) -> None:
    ringing(scene)
    scene.browser.does(MARIAS, act="right")
    assert scene.carrier.wait_for(lambda: scene.carrier.accepted_calls[0].is_final)
    assert scene.carrier.accepted_calls[0].answered_by == "machine_start"
    assert "It is an alert" in scene.browser.display(MARIAS)


def test_somebody_says_nothing_or_speaks_after_the_tone(scene: Scene) -> None:
    scene.school.documents["/voice"] = voice(asks("A key?", "/silent", timeout="5"))
    scene.school.documents["/silent"] = voice(said("Speak"), '<Record action="/spoken" maxLength="60"/>')
    scene.school.documents["/spoken"] = voice(said("Thank you"))
    scene.browser.does(MARIAS, act="green")
    scene.carrier.settle()
    assert scene.browser.does(MARIAS, act="right").status_code == 409, "nothing is recorded yet"
    scene.browser.does(MARIAS, act="left")
    scene.carrier.settle()
    assert scene.browser.tells()["words"]["state-1"] == "In a call. The tone: it waits for you to speak."
    scene.browser.does(MARIAS, act="right")
    assert scene.carrier.wait_for(lambda: bool(scene.school.forms("/spoken")))
    assert scene.school.forms("/spoken")[0]["RecordingDuration"] == "5"


def test_two_who_are_joined_see_whom_they_talk_with(scene: Scene) -> None:
    scene.school.documents["/voice"] = voice(f"<Dial><Number>{NAIRA}</Number></Dial>")
    scene.carrier.handset(NAIRA).answers(ByHand())
    scene.browser.does(MARIAS, act="green")
    assert scene.carrier.settle()
    scene.browser.does(NAIRAS, act="green")
    assert scene.carrier.wait_for(lambda: scene.carrier.handset(NAIRA).calls[0].joined_with == MARIA)
    told = scene.browser.tells()["words"]
    assert (told["state-1"], told["state-2"]) == ("Talking with: Naira.", "Talking with: María.")
    scene.browser.does(MARIAS, act="red")
    assert scene.carrier.settle()
    assert scene.browser.state(NAIRAS) == "idle"


def test_a_recording_is_fetched_from_where_the_call_has_it(scene: Scene) -> None:
    scene.school.answers["/a.wav"] = Response(tone(1.0), content_type="audio/wav")
    scene.school.documents["/voice"] = voice("<Play>/a.wav</Play>", "<Play>/gone.wav</Play>")
    scene.browser.does(MARIAS, act="green")
    scene.carrier.settle()
    first, second = re.findall(r'src="(/handsets/sound/\d+\.wav)"', scene.browser.page())
    assert requests.get(scene.carrier.base_url + first, timeout=5).content == tone(1.0)
    assert requests.get(f"{scene.carrier.base_url}/handsets/sound/999.wav", timeout=5).status_code == 404
    assert second != first


def test_what_a_caller_on_hold_hears_again_and_again_is_written_once(scene: Scene) -> None:
    scene.school.documents["/voice"] = voice('<Enqueue waitUrl="/wait">q</Enqueue>')
    scene.school.documents["/wait"] = voice(said("Please wait"))
    scene.browser.does(MARIAS, act="green")
    assert scene.carrier.wait_for(lambda: len(scene.school.forms("/wait")) > 2)
    scene.browser.does(MARIAS, act="red")
    assert scene.carrier.settle()
    assert scene.browser.display(MARIAS).count("Please wait") == 1


# --- what a browser is told -------------------------------------------------------------------------------------------


def test_a_browser_that_was_away_hears_what_it_missed_and_no_more(scene: Scene) -> None:
    scene.browser.does(MARIAS, body="first")
    everything = scene.browser.tells()
    assert [face for face, _ in everything["lines"]] == [MARIAS, MARIAS]
    seen = int(re.findall(r'data-seen="(\d+)"', scene.browser.page())[0])
    assert everything["run"] in scene.browser.page()
    scene.browser.does(NAIRAS, body="second")
    assert [face for face, _ in scene.browser.tells(seen)["lines"]] == [NAIRAS, NAIRAS]
    assert scene.browser.tells(0, **{"Last-Event-ID": str(seen)})["lines"] == scene.browser.tells(seen)["lines"]


def test_the_stream_goes_on_as_things_happen(scene: Scene) -> None:
    with requests.get(f"{scene.carrier.base_url}/handsets/events", stream=True, timeout=5) as answer:
        told = messages(answer)
        assert next(told)["lines"] == []
        seen: list[str] = []
        for words in ("now", "then"):
            scene.browser.does(MARIAS, body=words)
            while not any(f">You said {words.title()}<" in html for html in seen):
                seen += [html for _, html in next(told)["lines"]]
    assert len(seen) == len(set(seen)) == 4, "two texts and two answers, each of them once"


# --- the wire ---------------------------------------------------------------------------------------------------------


def test_the_wire_shows_parameters_twiml_segments_and_cost(scene: Scene) -> None:
    scene.browser.does(MARIAS, body="hello")
    (crossing,) = scene.browser.tells()["crossings"]
    assert "Carrier asks the tree" in crossing
    assert "POST /sms" in crossing
    assert '<dt>Body</dt><dd dir="auto">hello</dd>' in crossing
    assert "&lt;Message&gt;You said Hello&lt;/Message&gt;" in crossing
    assert f"200 · 2 segments, about ${2 * PRICES.segment:.4f}" in crossing


def test_what_the_tree_asks_is_shown_for_drawn_phones_alone(scene: Scene) -> None:
    with twilio_client(scene.carrier) as school:
        school.messages.create(to=JOON, from_=SCHOOL, body="not on the page")
        kept = school.messages.create(
            to=MARIA, from_=SCHOOL, body="on the page", status_callback=scene.school.receipt_url
        )
        assert scene.carrier.settle()
        school.messages.list()
        school.messages(kept.sid or "").delete()
    shown = "".join(scene.browser.tells()["crossings"])
    assert "not on the page" not in shown
    assert shown.count("Tree asks the carrier") == 2, "the text, and its deletion, which names no number"
    assert f"201 · 1 segment, about ${PRICES.segment:.4f}" in shown
    assert shown.count("MessageStatus") == 2


def test_minutes_of_a_call_are_priced_when_it_is_over(scene: Scene) -> None:
    ringing(scene, words="A minute and a bit. " * 50)
    scene.browser.does(MARIAS, act="green")
    assert scene.carrier.settle()
    scene.browser.does(MARIAS, act="red")
    assert scene.carrier.settle()
    (report,) = [each for each in scene.browser.tells()["crossings"] if "POST /status" in each]
    assert f"200 · 2 minutes, about ${2 * PRICES.call_minute:.4f}" in report


def test_an_answer_that_did_not_come_is_shown_as_none() -> None:
    with listening_school() as school, voice_carrier_for(school, sms_url="http://127.0.0.1:1/sms") as carrier:
        carrier.draw(FACES)
        browser = Browser(carrier)
        browser.does(MARIAS, body="hello")
        (crossing,) = browser.tells()["crossings"]
    assert "no answer" in crossing
    assert "ClientConnectorError" in crossing


# --- faults and training ----------------------------------------------------------------------------------------------


def test_faults_are_switched_on_and_off(scene: Scene) -> None:
    scene.browser.posts("faults", {"lost": "on", "slow": "on"})
    behaviour = scene.carrier.behaviour
    assert behaviour.callbacks.drop == 1
    assert behaviour.fault_plan is not None
    assert scene.browser.page().count(" checked") == 2
    scene.browser.posts("faults", {})
    assert scene.carrier.behaviour.callbacks.drop == 0
    assert scene.carrier.behaviour.fault_plan is None


def test_lost_receipts_never_reach_the_tree(scene: Scene) -> None:
    scene.browser.posts("faults", {"lost": "on"})
    with twilio_client(scene.carrier) as school:
        school.messages.create(to=MARIA, from_=SCHOOL, body="hello", status_callback=scene.school.receipt_url)
    assert scene.carrier.settle()
    assert scene.school.statuses() == []
    assert scene.carrier.handset(MARIA).bodies == ("hello",)


def test_a_training_ticks_what_was_done_and_begins_again(scene: Scene) -> None:
    steps = [Step("Say one", MARIA, re.compile("One")), Step("Say two", MARIA, re.compile("Two"))]
    scene.carrier.draw(FACES, steps)
    scene.browser.does(MARIAS, body="two")
    assert scene.browser.tells()["words"]["step-at"] == "Step 1 of 2"
    scene.browser.does(NAIRAS, body="one")
    assert scene.browser.tells()["words"]["tick-1"] == ""
    scene.browser.does(MARIAS, body="one")
    told = scene.browser.tells()["words"]
    assert (told["step-at"], told["step"], told["tick-1"], told["tick-2"]) == ("Step 2 of 2", "Say two", "Done.", "")
    scene.browser.does(MARIAS, body="two")
    assert scene.browser.tells()["words"]["tick-2"] == "Done."
    assert "You have done it all." in scene.browser.page()
    scene.browser.posts("training", {})
    assert scene.browser.tells()["words"]["step-at"] == "Step 1 of 2"
