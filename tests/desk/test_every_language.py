"""One alert to a school where everybody speaks another language: read in eighteen, and heard from recordings."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from catalogs import TEXTS, as_written, languages_of, texts
from hotline_calls import rung
from sqlalchemy import update
from stage import send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.call_answers import AnsweredBy, Gather
from phonetree.flows.prompts import PROMPTS
from phonetree.models import Clip, ClipState, Membership, Sender, Site, new_id, writing
from phonetree.simulator.sounds import tone
from phonetree.words.languages import LANGUAGES
from phonetree.words.numbers import PhoneNumber
from phonetree.words.speech import Played, Said, clip_of

ALERT = (
    "{s}: CONFIRMED {t}. Immigration agents at the school, {p}. If you can, wait for our text by {u}. "
    "Reply 2 to talk, 4 for rights."
)
WRITTEN = [code for code, language in LANGUAGES.items() if language.has_text]
NUMBERS = {code: PhoneNumber(f"+1213555{150 + n:04}") for n, code in enumerate(LANGUAGES)}
SPOKEN = ("hy", "so", "mww", "mam")
"""Languages without a provider's voice."""
SYNTHETIC = "a tone in place of a speaker"
RECORDED = ("who", "level-confirmed", "kind-at", "place-front-gate", "advice-wait")


@pytest.fixture(scope="module", autouse=True)
def _catalogs_as_they_are_written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with as_written(tmp_path_factory.mktemp("locales")):
        yield


def as_pattern(words: str) -> re.Pattern[str]:
    """The sentence, with anything where its fields are."""
    return re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(words)), re.DOTALL)


def test_an_alert_is_read_in_eighteen_languages(tree: Rehearsal) -> None:
    for code in WRITTEN:
        tree.enrol(NUMBERS[code], "parent", code)
    send(tree, "ALERT 2 1 2")
    got = {text.number: text.body for text in tree.deliver()}
    bodies = {code: got[NUMBERS[code]] for code in WRITTEN}
    assert len(set(bodies.values())) == len(WRITTEN) == 18
    sentences = {"en": ALERT} | {code: dict(texts(code))[ALERT] for code in languages_of(TEXTS)}
    assert {code for code, body in bodies.items() if not as_pattern(sentences[code]).fullmatch(body)} == set()
    assert all("Maple Tree" in body and "8:00" in body for body in bodies.values())


def record_for_tests(tree: Rehearsal) -> dict[str, tuple[str, str]]:
    """Sample clips in four languages, marked as what they are; by source, the language and the sentence."""
    made = {}
    with writing(tree.database) as session:
        (site,) = session.query(Site).all()
        for language in SPOKEN:
            for key in RECORDED:
                clip = Clip(
                    id=new_id(), sender_id=site.sender_id, site_id=None, language=language, key=key,
                    state=ClipState.APPROVED, recorded_by=SYNTHETIC, seconds=1.0, made_at=tree.clock(),
                    decided_at=tree.clock(), heard_at=tree.clock(),
                )  # fmt: skip
                vault = tree.means.vault(site.sender_id)
                clip.sound_sealed = vault.seal_bytes(tone(1), row=f"clips|{clip.id}|sound")
                session.add(clip)
                made[f"clip:{clip.id}"] = (language, key)
    return made


def test_where_there_is_no_voice_it_is_heard_from_recordings_and_only_the_times_are_not(tree: Rehearsal) -> None:
    assert {LANGUAGES[code].say for code in SPOKEN} == {None}
    assert set(RECORDED) - {clip_of(each) for each in PROMPTS} == {"place-front-gate"}, "a place is the school's own"
    made = record_for_tests(tree)
    for code in SPOKEN:
        tree.enrol(NUMBERS[code], "parent", code, channel="voice")
    with writing(tree.database) as session:
        session.execute(update(Sender).values(calls_per_second=100.0, call_tokens=100.0))
        session.execute(update(Membership).values(calls="all"))
    send(tree, "ALERT 2 1 2")
    ringing = rung(tree)
    for code in SPOKEN:
        answer = ringing[NUMBERS[code]].picks_up(AnsweredBy.PERSON)
        assert isinstance(answer, Gather)
        played = [made[each.source] for each in answer.said if isinstance(each, Played)]
        said = " ".join(each.words for each in answer.said if isinstance(each, Said))
        assert played[: len(RECORDED)] == [(code, key) for key in RECORDED]
        assert "8 in the morning" in said
        assert "agents" not in said
        assert {each.language for each in answer.said if isinstance(each, Said)} == {"en-US"}
