"""An alert by call: one pass in 25 seconds, every part its own sentence, so that recordings can stand for each."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product

import pytest

from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.flows import alerts, prompts
from phonetree.flows.spoken_alerts import where
from phonetree.flows.told_alerts import spoken, standing
from phonetree.words.i18n import Moment, Named, Sentences, Spoken, Word
from phonetree.words.speech import Played, Said, Speaker, clip_of, in_language, place_key

AT = Moment(datetime(2026, 11, 16, 12, 59, tzinfo=UTC), date(2026, 11, 16))
BEGAN = Moment(datetime(2026, 11, 15, 7, 51, tzinfo=UTC), date(2026, 11, 16))
GATE = Named({"en": "the long front gate", "es": "puerta principal"}, "es")
WORDS_A_MINUTE = 150
LONGEST = 25
"""Seconds of one pass."""
ALERTS = (Action.ALERT, Action.UPDATE, Action.CLEAR, Action.CORRECT, Action.DRILL)


class Everything:
    """Every sentence that can be recorded is."""

    def find(self, language: str, key: str) -> str | None:
        return f"{language}/{key}"


def told(action: Action, kind: Kind = Kind.AT, level: Level = Level.CONFIRMED, place: Word = GATE) -> Sentences:
    program = "Maple Parents Phone Tree"
    return spoken(action, kind, level, program=program, place=place, at=AT, next_text=AT, opened=BEGAN)


def heard(words: Sentences) -> str:
    return " ".join(said.words for said in Speaker(("en",)).speak(words) if isinstance(said, Said))


def seconds(words: str) -> float:
    return len(words.split()) * 60 / WORDS_A_MINUTE


def test_a_confirmed_alert_says_who_level_kind_place_time_and_what_to_do() -> None:
    assert heard(told(Action.ALERT)) == (
        "This is Maple Parents Phone Tree. This is confirmed. The report: immigration agents at the school. "
        "The place: the long front gate. The time: 12:59 in the afternoon. If you can, wait for our next message. "
        "The next message comes at the latest at: 12:59 in the afternoon."
    )


def test_a_report_in_doubt_says_so_before_anything_else() -> None:
    who, level, *_rest = told(Action.ALERT, level=Level.UNCONFIRMED).parts
    assert [clip_of(each) for each in (who, level) if isinstance(each, Spoken)] == ["who", "level-unconfirmed"]
    assert "This is confirmed." not in heard(told(Action.ALERT, level=Level.UNCONFIRMED))


def test_a_drill_says_so_first_and_last_and_names_no_agents() -> None:
    words = heard(told(Action.DRILL))
    assert words.split(". ")[1] == "This is a drill"
    assert words.endswith("This was a drill.")
    assert "agents" not in words


def test_a_correction_says_that_we_were_wrong_and_when() -> None:
    assert heard(told(Action.CORRECT)) == (
        "This is Maple Parents Phone Tree. This is a correction. "
        "Our message was wrong. Its time: yesterday, 7:51 in the morning. They were not immigration agents. "
        "There is nothing to do. We are sorry."
    )


@pytest.mark.parametrize("kind", Kind)
def test_the_end_never_promises_safety(kind: Kind) -> None:
    words = heard(told(Action.CLEAR, kind)).lower()
    assert "all clear" not in words
    assert ("this can change" in words) == (kind in alerts.SIGHTINGS)


@pytest.mark.parametrize(("action", "kind"), list(product(ALERTS, Kind)))
def test_one_pass_takes_at_most_25_seconds(action: Action, kind: Kind) -> None:
    assert seconds("word " * 63) > LONGEST
    for level in (Level.UNCONFIRMED, Level.CONFIRMED):
        assert seconds(heard(told(action, kind, level))) <= LONGEST


@pytest.mark.parametrize(("action", "kind"), list(product(ALERTS, Kind)))
def test_where_everything_is_recorded_only_times_need_a_voice(action: Action, kind: Kind) -> None:
    utterances = Speaker(("mam", "es"), Everything()).speak(told(action, kind))
    spoken_by_voice = [said.words for said in utterances if isinstance(said, Said)]
    assert all("12:59" in words or "7:51" in words for words in spoken_by_voice)
    played = [each.source for each in utterances if isinstance(each, Played)]
    assert played[0] == "mam/who"
    assert (f"mam/{place_key(GATE)}" in played) == (kind in alerts.PLACED and action in TOLD_WHERE[kind])


TOLD_WHERE = {
    kind: {Action.ALERT, Action.UPDATE, *([Action.CLEAR] if kind in alerts.SIGHTINGS else [])} for kind in Kind
}


def test_a_place_without_a_name_is_a_sentence_too() -> None:
    assert in_language(where(alerts.elsewhere()), "en") == "The place is not known by name."
    assert "not known by name" in heard(told(Action.ALERT, place=alerts.elsewhere()))


@pytest.mark.parametrize(("kind", "level"), list(product(Kind, Level)))
def test_how_it_stands_says_since_when(kind: Kind, level: Level) -> None:
    assert "12:59 in the afternoon" in heard(Sentences(standing(kind, level, place=GATE, since=AT)))


# --- what interpreters record -----------------------------------------------------------------------------------------


def test_every_prompt_has_a_name_of_its_own() -> None:
    names = [clip_of(prompt) for prompt in prompts.PROMPTS]
    assert all(names)
    assert len(names) == len(set(names))
    assert names[0] == "who"


def test_every_sentence_of_an_alert_is_a_prompt_or_has_a_time_or_a_place_in_it() -> None:
    recordable = {clip_of(prompt) for prompt in prompts.PROMPTS} | {place_key(GATE)}
    parts = [part for action, kind in product(ALERTS, Kind) for part in told(action, kind).parts]
    named = {clip_of(part) for part in parts if isinstance(part, Spoken)}
    assert named - recordable == {""}
