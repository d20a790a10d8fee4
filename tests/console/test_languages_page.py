"""Languages on a page: how far each is, every prompt heard by its own address, and recordings decided by who may."""

from __future__ import annotations

import io
import re
import wave
from array import array
from itertools import count

import pytest
from browser import LEAD, PIN, Browser, signed_in
from phone import MAPLE, Phone, Town
from rooms import OTHER, shows_no_number
from sqlalchemy import select

from phonetree.desk import clips, people, schools
from phonetree.desk.clips import Sentence
from phonetree.desk.recordings import NewRecording, sound_row, want
from phonetree.models import Clip, ClipState, Purpose, RecordingState, Site, reading, writing
from phonetree.school.reading import read_school
from phonetree.words.audio import normalise
from phonetree.words.numbers import PhoneNumber

pytest_plugins = ["signed_in_fixtures"]

LEVEL, PLAIN = "level-confirmed", "you-are-on-the-list"
SIDS = count(1)
INTERPRETER = "+12135550151"
PROMPTS = "/console/languages/prompts?language=es"
DECIDE = "/console/languages/decide"


def spoken() -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(array("h", [9000, -9000] * 4000).tobytes())
    return normalise(made.getvalue()).wav


SPOKEN = spoken()


def person_id(town: Town, number: str) -> str:
    with reading(town.house.database) as session:
        site = session.scalars(select(Site).where(Site.code == "MAPLE")).one()
        found = people.find_person(session, town.house.means, site.sender, PhoneNumber(number))
        assert found is not None
        return found.id


def take(town: Town, key: str, *, invited_by: str, language: str = "es", by: str = INTERPRETER) -> str:
    """As it is made by phone: recorded by an interpreter whom a lead invited."""
    means, speaker = town.house.means, person_id(town, by)
    with writing(town.house.database) as session:
        sender = session.scalars(select(Site).where(Site.code == "MAPLE")).one().sender
        new = NewRecording(f"RE{next(SIDS):032x}", Purpose.PROMPT, sender.id, seconds=1, person_id=speaker)
        recording = want(session, means, new)
        recording.state = RecordingState.FETCHED
        recording.sound_sealed = means.vault(sender.id).seal_bytes(SPOKEN, row=sound_row(recording.id))
        return clips.keep(session, means, recording, Sentence(language, key), person_id(town, invited_by)).id


def approved(town: Town, key: str) -> str:
    made = take(town, key, invited_by=LEAD)
    with writing(town.house.database) as session:
        clips.approve(session, town.house.means, session.get_one(Clip, made), "f" * 32, "e" * 32)
    return made


def state(town: Town, clip: str) -> tuple[str, bool]:
    with reading(town.house.database) as session:
        found = session.get_one(Clip, clip)
        return found.state, found.heard_at is not None


@pytest.fixture
def recorded(school: Town) -> Town:
    school.enrol(INTERPRETER, "interpreter", language="es")
    return school


def heard(browser: Browser, path: str) -> bytes:
    answer = browser.window.get(path, base_url=browser.url)
    assert (answer.status_code, answer.content_type) == (200, "audio/wav")
    return answer.get_data()


def test_each_language_of_the_school_with_what_it_has(school: Town, browser: Browser) -> None:
    assert browser.goes("/console/languages").status_code == 200
    page = re.sub(r"\s+", " ", browser.page)
    assert ">English</span>" in page
    assert ">Español</span>" in page
    texts = re.findall(r"Texts translated</th><td>([\d,]+) of ([\d,]+)</td>", page)
    assert texts[0][0] == texts[0][1]
    assert "Prompts recorded</th><td>0 of" in page
    assert "An alert call would be in this language throughout." in page
    shows_no_number(browser)


def test_only_the_page_of_prompts_lets_sounds_be_heard(school: Town, browser: Browser) -> None:
    policy = browser.goes(PROMPTS).headers["Content-Security-Policy"]
    assert policy.endswith("; media-src 'self'")
    assert policy.startswith("default-src 'none'")
    assert "media-src" not in browser.goes("/console/languages").headers["Content-Security-Policy"]
    assert "Confirmed" in browser.page or browser.goes(PROMPTS).status_code == 200


def test_every_prompt_with_the_recording_that_a_call_would_play(recorded: Town, browser: Browser) -> None:
    browser.goes(PROMPTS)
    assert "No prompt is recorded in this language yet." in browser.page
    assert "<audio" not in browser.page
    approved(recorded, PLAIN)
    browser.goes(PROMPTS)
    assert "You are on the list." in browser.page
    sounds = re.findall(r'src="([^"]+)"', browser.page)
    assert sounds == [f"/console/languages/prompt.wav?language=es&key={PLAIN}"]
    assert heard(browser, sounds[0]) == SPOKEN
    shows_no_number(browser, INTERPRETER)


def test_a_lead_hears_what_says_how_sure_before_its_first_use(recorded: Town, browser: Browser) -> None:
    clip = approved(recorded, LEVEL)
    browser.goes(PROMPTS)
    assert "A second speaker found it good." in browser.page
    assert heard(browser, f"/console/languages/take.wav?clip={clip}") == SPOKEN
    answer = browser.sends(DECIDE, language="es", clip=clip, what="use")
    assert (answer.status_code, state(recorded, clip)) == (422, ("approved", False))
    assert "Listen to it first" in browser.page
    assert browser.sends(DECIDE, language="es", clip=clip, what="use", heard="1").status_code == 200
    assert state(recorded, clip) == ("approved", True)
    assert "No recording waits for a lead." in browser.page
    assert browser.sends(DECIDE, language="es", clip=clip, what="use", heard="1").status_code == 404
    second = approved(recorded, LEVEL)
    browser.goes(PROMPTS)
    assert browser.sends(DECIDE, language="es", clip=second, what="back").status_code == 200
    assert (state(recorded, second)[0], state(recorded, clip)[0]) == ("rejected", "approved")


def test_a_lead_who_speaks_the_language_is_a_second_speaker_unless_they_invited_the_first(
    recorded: Town, browser: Browser, leads: tuple[Phone, Phone]
) -> None:
    theirs, mine = take(recorded, PLAIN, invited_by=OTHER), take(recorded, LEVEL, invited_by=LEAD)
    browser.goes(PROMPTS)
    assert browser.page.count("You cannot decide on this one") == 2, "who signed in speaks English"
    for clip in (theirs, mine):
        assert browser.sends(DECIDE, language="es", clip=clip, what="use", heard="1").status_code == 404
        assert state(recorded, clip)[0] == ClipState.RECORDED
    with writing(recorded.house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        found = people.find_person(session, recorded.house.means, site.sender, PhoneNumber(LEAD))
        assert found is not None
        found.second_language = "es"
    browser.goes(PROMPTS)
    assert browser.page.count("You cannot decide on this one") == 1
    assert browser.sends(DECIDE, language="es", clip=mine, what="use", heard="1").status_code == 404
    assert browser.sends(DECIDE, language="es", clip=theirs, what="use", heard="1").status_code == 200
    assert state(recorded, theirs) == ("approved", True)
    with reading(recorded.house.database) as session:
        assert session.get_one(Clip, theirs).approved_by == person_id(recorded, LEAD)
    assert leads[1].number == OTHER


def test_what_is_not_of_this_school_is_not_here(recorded: Town, browser: Browser) -> None:
    elm = MAPLE.replace('code = "MAPLE"', 'code = "ELM"').replace('"62753"', '"35601"')
    with writing(recorded.house.database) as session:
        schools.load_school(session, recorded.house.means, read_school(elm))
        elm_id = session.scalars(select(Site.id).where(Site.code == "ELM")).one()
    clip = approved(recorded, LEVEL)
    with writing(recorded.house.database) as session:
        session.get_one(Clip, clip).site_id = elm_id
    browser.goes(PROMPTS)
    assert "No recording waits" in browser.page
    assert browser.sends(DECIDE, language="es", clip=clip, what="use", heard="1").status_code == 404
    for path in (
        f"/console/languages/take.wav?clip={clip}",
        "/console/languages/take.wav?clip=",
        "/console/languages/prompt.wav?language=es&key=../../messages",
        "/console/languages/prompt.wav?language=ko&key=level-confirmed",
        "/console/languages/prompts?language=../../etc",
        "/console/languages/prompts",
    ):
        assert browser.window.get(path, base_url=browser.url).status_code == 404, path


def test_a_stranger_hears_nothing(recorded: Town) -> None:
    recorded.enrol("+12135550112", "lead", pin=PIN)
    clip = approved(recorded, PLAIN)
    stranger = Browser.at(recorded)
    for path in (f"/console/languages/take.wav?clip={clip}", f"/console/languages/prompt.wav?language=es&key={PLAIN}"):
        assert stranger.goes(path).headers["Location"] == "/console/sign-in"
    assert signed_in(recorded, recorded.phone("+12135550112")).goes(PROMPTS).status_code == 200
    for phone in recorded.phones.values():
        phone.unread.clear()
