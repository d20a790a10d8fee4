"""A take is used when a second speaker finds it good, a better one replaces it, and the one before can come back."""

from __future__ import annotations

import io
import wave
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from stage import BOB, ROSA, SCHOOL

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import clips, people, schools
from phonetree.desk.clips import ClipStore, NoSound, NotTheirs, Sentence, keep, open_clip, source_of, waiting
from phonetree.desk.recordings import NewRecording, sound_row, want
from phonetree.models import Clip, ClipState, Purpose, Recording, RecordingState, Sender, Site, writing
from phonetree.school.reading import read_school
from phonetree.words.audio import normalise
from phonetree.words.i18n import Sentences, say
from phonetree.words.speech import Played, speaker_for

LEAD, OTHER_LEAD = ("d" * 32, "e" * 32)
HELLO, LEVEL = "good-morning", "level-confirmed"
OAK = SCHOOL.with_name("oak.toml")


def spoken(seconds: int) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(array("h", [9000, -9000] * (4000 * seconds)).tobytes())
    return normalise(made.getvalue()).wav


SPOKEN = spoken(1)


@dataclass
class Studio:
    """One transaction at a school, with takes as they are made by phone."""

    tree: Rehearsal
    session: Session
    rosa: str
    luis: str
    sids: Iterator[int]

    @property
    def site(self) -> Site:
        return self.session.scalars(select(Site).where(Site.code == self.tree.school.site.code)).one()

    def recorded(self, by: str = "") -> Recording:
        new = NewRecording(
            f"RE{next(self.sids):032x}", Purpose.PROMPT, self.site.sender_id, seconds=1, person_id=by or self.rosa
        )
        recording = want(self.session, self.tree.means, new)
        recording.state = RecordingState.FETCHED
        vault = self.tree.means.vault(recording.sender_id)
        recording.sound_sealed = vault.seal_bytes(SPOKEN, row=sound_row(recording.id))
        return recording

    def take(self, key: str = HELLO, *, by: str = "", site_id: int | None = None, language: str = "mam") -> Clip:
        self.tree.clock.at += timedelta(minutes=1)
        return keep(self.session, self.tree.means, self.recorded(by), Sentence(language, key, site_id), LEAD)

    def approve(self, clip: Clip, person: str = "", lead: str = OTHER_LEAD) -> None:
        self.tree.clock.at += timedelta(minutes=1)
        clips.approve(self.session, self.tree.means, clip, person or self.luis, lead)

    def approved(self, key: str = HELLO, *, site_id: int | None = None, language: str = "mam") -> Clip:
        clip = self.take(key, site_id=site_id, language=language)
        self.approve(clip)
        return clip

    def hear(self, clip: Clip) -> None:
        clips.hear(self.session, self.tree.means, clip)

    def revert(self, clip: Clip) -> Clip | None:
        self.tree.clock.at += timedelta(minutes=1)
        return clips.revert(self.session, self.tree.means, clip)

    def found(self, key: str = HELLO, language: str = "mam", site: Site | None = None) -> str | None:
        return ClipStore(self.session, site or self.site).find(language, key)

    def states(self, *taken: Clip) -> list[str]:
        """As they lie in the database."""
        self.session.flush()
        self.session.expire_all()
        return [clip.state for clip in taken]


@pytest.fixture
def studio(tree: Rehearsal) -> Iterator[Studio]:
    tree.enrol(ROSA, "parent", "mam")
    tree.enrol(BOB, "parent", "mam")
    with writing(tree.database) as session:
        sender = session.scalars(select(Sender)).one()
        rosa, luis = (people.find_person(session, tree.means, sender, number) for number in (ROSA, BOB))
        assert rosa is not None
        assert luis is not None
        yield Studio(tree, session, rosa.id, luis.id, count(1))


# A take, its approval, and what it replaces


def test_a_take_waits_and_is_not_used(studio: Studio) -> None:
    clip = studio.take()
    assert (clip.state, clip.recorded_by, clip.invited_by) == (ClipState.RECORDED, studio.rosa, LEAD)
    assert (clip.seconds, open_clip(studio.tree.means, clip)) == (1.0, SPOKEN)
    assert clip.sound_sealed is not None
    assert b"RIFF" not in clip.sound_sealed
    assert studio.found() is None


def test_keeping_it_moves_the_sound(studio: Studio) -> None:
    recording = studio.recorded()
    sentence = Sentence("mam", HELLO)
    keep(studio.session, studio.tree.means, recording, sentence, LEAD)
    assert (recording.sound_sealed, recording.handled_at) == (None, studio.tree.clock.at)
    with pytest.raises(NoSound):
        keep(studio.session, studio.tree.means, recording, sentence, LEAD)


def test_what_is_not_here_yet_cannot_be_kept(studio: Studio) -> None:
    new = NewRecording("RE" + "f" * 32, Purpose.PROMPT, studio.site.sender_id, seconds=1)
    with pytest.raises(NoSound):
        keep(
            studio.session, studio.tree.means, want(studio.session, studio.tree.means, new), Sentence("mam", "x"), LEAD
        )


def test_a_second_speaker_brings_it_into_use(studio: Studio) -> None:
    clip = studio.take()
    studio.approve(clip)
    assert studio.states(clip) == [ClipState.APPROVED]
    assert (clip.approved_by, clip.decided_at) == (studio.luis, studio.tree.clock.at)
    assert studio.found() == source_of(clip) == f"clip:{clip.id}"
    assert [studio.found(language="quc"), studio.found("other")] == [None, None]


def test_neither_the_speaker_nor_who_was_invited_by_the_same_lead_approves(studio: Studio) -> None:
    clip = studio.take()
    for person, lead in ((studio.rosa, OTHER_LEAD), (studio.luis, LEAD), (studio.rosa, LEAD)):
        with pytest.raises(NotTheirs):
            studio.approve(clip, person, lead)
    assert studio.states(clip) == [ClipState.RECORDED]


def test_a_new_take_is_not_used_until_it_is_approved_and_then_replaces(studio: Studio) -> None:
    first, second = studio.approved(), studio.take()
    assert studio.found() == source_of(first)
    studio.approve(second)
    assert studio.states(first, second) == [ClipState.RETIRED, ClipState.APPROVED]
    assert studio.found() == source_of(second)


def test_a_second_answer_to_the_same_question_changes_nothing(studio: Studio) -> None:
    first, second = studio.approved(), studio.take()
    clips.reject(studio.session, studio.tree.means, second)
    studio.approve(second)
    clips.reject(studio.session, studio.tree.means, first)
    decided = first.decided_at
    studio.approve(first)
    assert studio.states(first, second) == [ClipState.APPROVED, ClipState.REJECTED]
    assert first.decided_at == decided


def test_a_rejected_take_keeps_no_sound(studio: Studio) -> None:
    clip = studio.take()
    clips.reject(studio.session, studio.tree.means, clip)
    assert studio.states(clip) == [ClipState.REJECTED]
    assert (clip.sound_sealed, open_clip(studio.tree.means, clip)) == (None, None)


def test_what_waits_is_listed_oldest_first(studio: Studio) -> None:
    one, two, _used = studio.take("one"), studio.take("two"), studio.approved("three")
    studio.take("four", language="quc")
    sender = studio.session.get_one(Sender, studio.site.sender_id)
    assert waiting(studio.session, sender, "mam") == [one, two]


def test_who_does_it_over_leaves_one_take_and_others_keep_theirs(studio: Studio) -> None:
    first, others, again = studio.take(), studio.take(by=studio.luis), studio.take()
    elsewhere = studio.take(site_id=studio.site.id)
    assert studio.states(first, others, again, elsewhere) == [
        ClipState.REJECTED,
        ClipState.RECORDED,
        ClipState.RECORDED,
        ClipState.RECORDED,
    ]


# The way back


def test_revert_brings_back_one_after_another(studio: Studio) -> None:
    first, second, third = studio.approved(), studio.approved(), studio.approved()
    assert studio.revert(third) == second
    assert studio.states(first, second, third) == [ClipState.RETIRED, ClipState.APPROVED, ClipState.REJECTED]
    assert studio.revert(second) == first
    assert studio.found() == source_of(first)
    assert studio.revert(first) is None
    assert studio.found() is None


def test_revert_pressed_twice_goes_back_once(studio: Studio) -> None:
    first, second, third = studio.approved(), studio.approved(), studio.approved()
    assert [studio.revert(third), studio.revert(third)] == [second, second]
    assert studio.states(first, second) == [ClipState.RETIRED, ClipState.APPROVED]


def test_a_take_that_was_never_used_does_not_come_back(studio: Studio) -> None:
    studio.take()
    used = studio.approved()
    assert studio.revert(used) is None


# What a lead hears first


def test_a_level_is_used_once_a_lead_has_heard_it(studio: Studio) -> None:
    sender = studio.session.get_one(Sender, studio.site.sender_id)
    first, hello = studio.approved(LEVEL), studio.approved()
    assert studio.found(LEVEL) is None
    assert clips.unheard(studio.session, sender, "mam") == [first]
    studio.hear(first)
    assert studio.found(LEVEL) == source_of(first)
    assert clips.unheard(studio.session, sender, "mam") == []
    assert studio.found() == source_of(hello)


def test_the_older_level_stays_in_use_until_the_new_one_is_heard(studio: Studio) -> None:
    first = studio.approved(LEVEL)
    studio.hear(first)
    second = studio.approved(LEVEL)
    assert studio.found(LEVEL) == source_of(first)
    studio.hear(second)
    assert studio.states(first, second) == [ClipState.RETIRED, ClipState.APPROVED]
    assert studio.found(LEVEL) == source_of(second)


def test_a_lead_who_does_not_like_what_they_hear_leaves_the_older_in_use(studio: Studio) -> None:
    first = studio.approved(LEVEL)
    studio.hear(first)
    second = studio.approved(LEVEL)
    assert studio.revert(second) == first
    assert studio.states(first, second) == [ClipState.APPROVED, ClipState.REJECTED]


def test_a_lead_may_hear_it_before_it_is_approved(studio: Studio) -> None:
    clip = studio.take(LEVEL)
    studio.hear(clip)
    assert studio.states(clip) == [ClipState.RECORDED]
    studio.approve(clip)
    assert studio.found(LEVEL) == source_of(clip)


# Where a call finds them


def test_a_schools_own_words_go_before_those_of_the_tree(studio: Studio) -> None:
    oak = read_school(OAK.read_text())
    schools.load_school(studio.session, studio.tree.means, oak)
    other = studio.session.scalars(select(Site).where(Site.code == oak.site.code)).one()
    own, shared = studio.approved(site_id=studio.site.id), studio.approved()
    assert [studio.found(), studio.found(site=other)] == [source_of(own), source_of(shared)]


def test_what_comes_with_the_program_is_the_last(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "mam" / "audio").mkdir(parents=True)
    for name in (f"{HELLO}.wav", "bye.wav"):
        (tmp_path / "mam" / "audio" / name).write_bytes(SPOKEN)
    clip = studio.approved()
    store = ClipStore(studio.session, studio.site, tmp_path)
    assert [store.find("mam", key) for key in (HELLO, "bye", "none")] == [source_of(clip), "file:mam/bye", None]


@pytest.mark.parametrize(
    ("language", "key"),
    [
        ("mam", "../secret"),
        ("mam", "secret/../secret"),
        ("../mam", "secret"),
        ("..", "secret"),
        ("", "secret"),
        ("mam", ""),
        ("mam", "SECRET"),
        ("mam", "secret.wav"),
        ("mam", "secret\n"),
        ("mam", "secret" * 20),
        ("zap", "secret"),
    ],
)
def test_no_name_leads_out_of_its_folder(tmp_path: Path, language: str, key: str) -> None:
    (tmp_path / "mam" / "audio").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "mam", tmp_path / "mam" / "audio"):
        (folder / "secret.wav").write_bytes(SPOKEN)
    assert clips.shipped("mam", "secret", tmp_path) is not None
    assert clips.shipped(language, key, tmp_path) is None


def test_a_turn_asks_once_a_language_and_loads_no_sound(studio: Studio) -> None:
    clip = studio.approved("kind-near")
    studio.hear(clip)
    studio.session.flush()
    store = ClipStore(studio.session, studio.site)
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(studio.tree.database, "before_cursor_execute", note)
    near = say("Agents near the school.", clip="kind-near")
    said = speaker_for("mam", "quc", "es", store).speak(Sentences([near, say("One."), say("Two."), near]))
    assert Played(source_of(clip)) in said
    clip_reads = [statement for statement in asked if "FROM clips" in statement]
    assert len(clip_reads) == 4, "mam, quc, es, en"
    assert not any("sound_sealed" in statement for statement in clip_reads)
