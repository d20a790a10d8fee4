"""Speech after a tone: what is told of it, the sound itself, and recordings of nothing and of an hour."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Iterator

import pytest
import requests
from listening_school import (
    ACCOUNT,
    MARIA,
    TOKEN,
    ListeningSchool,
    listening_school,
    said,
    twilio_client,
    voice,
    voice_carrier_for,
)
from twilio.base.exceptions import TwilioRestException

from phonetree.simulator.answer_plans import PicksUp
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.leg_events import Need
from phonetree.simulator.lines import Behaviour
from phonetree.simulator.phone_calls import PhoneCall


@pytest.fixture
def school() -> Iterator[ListeningSchool]:
    with listening_school() as school:
        record = '<Record action="/sound" maxLength="20" timeout="4" finishOnKey="#" recordingStatusCallback="/ready"/>'
        school.documents["/voice"] = voice(said("After the tone."), record, "<Redirect>/sound</Redirect>")
        school.documents["/sound"] = lambda form: voice(said(f"{form.get('RecordingDuration', 'no')} seconds."))
        yield school


@pytest.fixture
def carrier(school: ListeningSchool) -> Iterator[SimulatedCarrier]:
    with voice_carrier_for(school) as carrier:
        yield carrier


def fetch(carrier: SimulatedCarrier, sid: str, token: str = TOKEN) -> requests.Response:
    url = f"{carrier.base_url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}.wav"
    return requests.get(url, auth=(ACCOUNT, token), timeout=5)


def test_what_is_said_is_kept_told_and_fetched(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    call = carrier.handset(MARIA).call()
    assert call.needs is Need.SOUND
    call.speak(3.5, key="#")
    assert call.words[-1] == "3 seconds."
    assert carrier.settle()
    form, ready = school.forms("/sound")[0], school.forms("/ready")[0]
    assert (form["RecordingDuration"], form["Digits"], form["CallSid"]) == ("3", "#", call.sid)
    assert form["RecordingUrl"].endswith(f"/Recordings/{form['RecordingSid']}")
    assert (ready["RecordingSid"], ready["RecordingStatus"]) == (form["RecordingSid"], "completed")
    assert school.asked[-1].is_signed
    sound = fetch(carrier, form["RecordingSid"])
    assert (sound.status_code, sound.headers["Content-Type"]) == (200, "audio/x-wav")
    with wave.open(io.BytesIO(sound.content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert file.getnframes() == 28000
        assert len(set(file.readframes(100))) > 1
    assert fetch(carrier, form["RecordingSid"], "wrong").status_code == 401


def test_a_recording_can_be_deleted(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.handset(MARIA).call(plan=PicksUp(speaks=2)).wait_until_over()
    sid = school.forms("/sound")[0]["RecordingSid"]
    with twilio_client(carrier) as client:
        assert client.recordings(sid).delete()
        assert fetch(carrier, sid).status_code == 404
        with pytest.raises(TwilioRestException) as refusal:
            client.recordings(sid).delete()
    assert refusal.value.code == 20404
    assert carrier.deleted_recordings == (sid,)


def test_a_recording_is_not_there_at_once(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.behaviour = Behaviour(recording_lag=0.3)
    carrier.handset(MARIA).call().speak(1)
    sid = school.forms("/sound")[0]["RecordingSid"]
    assert fetch(carrier, sid).status_code == 404
    assert carrier.settle()
    assert school.forms("/ready")[0]["RecordingSid"] == sid
    assert fetch(carrier, sid).status_code == 200


@pytest.mark.parametrize("act", [PhoneCall.stay_silent, lambda call: call.speak(0), lambda call: call.press("#")])
def test_nothing_is_no_recording(
    carrier: SimulatedCarrier, school: ListeningSchool, act: Callable[[PhoneCall], None]
) -> None:
    call = carrier.handset(MARIA).call()
    act(call)
    assert call.words[-1] == "no seconds."
    assert carrier.settle()
    assert school.forms("/ready") == []


def test_a_moment_is_zero_seconds_and_an_hour_is_cut(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    for seconds in (0.4, 3600.0):
        carrier.handset(MARIA).call().speak(seconds)
    assert [form["RecordingDuration"] for form in school.forms("/sound")] == ["0", "20"]


def test_hanging_up_while_speaking_is_told_and_not_answered(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    call = carrier.handset(MARIA).call()
    call.speak(3, hangs_up=True)
    assert call.is_over
    assert carrier.settle()
    form = school.forms("/sound")[0]
    assert (form["Digits"], form["CallStatus"], form["RecordingDuration"]) == ("hangup", "completed", "3")
    assert call.words == ("After the tone.",)


def test_hanging_up_before_a_word_is_no_recording(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.handset(MARIA).call().hang_up()
    assert carrier.settle()
    assert school.forms("/sound") == []
