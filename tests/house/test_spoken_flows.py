"""What flows say in calls: every step that a call can reach, to anyone, in the languages that calls are held in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pytest
from catalogs import CALLS, as_written
from situations import calls, calls_without, calls_without_aid, reached
from test_flows import BY_TEXT

from phonetree.dialogue.call_form import as_call
from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import Ask, Dial, End, Hold, Hunt, Join, Menu, Node, Record, Step
from phonetree.flows import (
    STEPS,
    aid,
    announce,
    call,
    called,
    follow_up,
    join,
    lead_call,
    masked_calls,
    rung,
    take_requests,
    tree,
    trial,
    under_duress,
    verdict,
    yearly,
)
from phonetree.flows.call_backs import CALL_BACKS
from phonetree.words.i18n import (
    ByChannel,
    InLanguage,
    Lines,
    NotSpoken,
    Sentences,
    Spoken,
    Text,
    Word,
    _,
    say,
)
from phonetree.words.languages import LANGUAGES
from phonetree.words.speech import NoRecordings, Played, Recordings, Said, Speaker, clip_of, in_language, speaker_for

OWN, SCHOOLS = "its own", "the school's"
VOICE: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("en", "es", "ko", "fil", "ru", "vi"), (OWN, OWN)),
    **dict.fromkeys(("zh_Hans", "zh_Hant", "ar", "am", "pl", "uk"), (OWN, OWN)),
    **dict.fromkeys(("hy", "fa", "so", "mww", "om", "ur"), (SCHOOLS, OWN)),
    **dict.fromkeys(("quc", "mam", "kjb", "zpq", "zab"), (SCHOOLS, OWN)),
}
"""The written rule: in which language a sentence is heard while nobody has recorded it, and once somebody has.

Where the provider has no voice, what is not recorded is said in the second language, or else the school's first."""
HELD_IN = tuple(code for code, (unrecorded, _recorded) in VOICE.items() if unrecorded is OWN)
MOST_WORDS = 15
"""Of one sentence in English and Spanish, its values included."""
KEYS = re.compile(r"(press|oprima|presione)\b", re.IGNORECASE)
WORDS_OF_TEXTS = re.compile(r"(?i:\breply\b|^send\b)|\b([Ss]end|[Tt]ext) (\{|[A-Z0-9]{2})|\bSTOP\b")
BY_TEXT_INSTEAD = re.compile(r"[^,]+, text (JOIN|LESS|LANG|ERASE|START) to this number\.")
"""The one kind of sentence that sends somebody to a text: their phone cannot be called back."""

BEGINNINGS = [
    *(call.hello, call.home, call.again, call.lost, lead_call.promise),
    *CALL_BACKS.values(),
    under_duress.begin,
    *(called.tell, called.before_joining, tree.hello, rung.whisper, join.welcome_by_call),
    *(yearly.ask, yearly.ask_again, trial.hello),
    masked_calls.before_talking,
]
CONTEXTS = list(calls())
UNANSWERED = {
    announce.kind.name: ("kind", "place", "level"),
    announce.place.name: ("place", "level"),
    announce.level.name: ("level",),
    follow_up.which.name: ("alert",),
    take_requests.take_number.name: ("number",),
    verdict.confirm.name: ("kind", "place"),
}
"""Steps that ask only what is not answered yet."""


def contexts_of(step: Step) -> list[Context]:
    missing = UNANSWERED.get(step.name)
    bare = calls_without_aid() if step is aid.items else ()
    return [*CONTEXTS, *(calls_without(*missing) if missing else ()), *bare]


BY_CALL = reached(BEGINNINGS, contexts_of)


@pytest.fixture(scope="module", autouse=True)
def _catalogs_as_they_are_written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with as_written(tmp_path_factory.mktemp("locales"), CALLS):
        yield


def words_of(node: Node) -> tuple[Word, ...]:
    """What a node says in a call, with its choices."""
    match node:
        case Menu() | Ask() | Record() | Hunt() | Dial() | Join() | Hold():
            return as_call((node.prompt,), node)
        case End(text) if text is not None:
            return (text,)
        case _:
            return ()


@cache
def said_by(name: str) -> list[Word]:
    """Everything that a step can say, each different thing once."""
    step = BY_CALL[name]
    said = [word for context in contexts_of(step) for word in words_of(step(context))]
    return list({repr(word): word for word in said}.values())


def sentences_in(word: Word) -> Iterator[Spoken]:
    """The sentences of ours, values included; the school's own words are its own affair."""
    match word:
        case Sentences(parts) | Lines(parts):
            for part in parts:
                yield from sentences_in(part)
        case ByChannel(_written, said):
            yield from sentences_in(said)
        case InLanguage(_language, inner):
            yield from sentences_in(inner)
        case Spoken():
            yield word
        case Text():
            raise NotSpoken(word.msgid)
        case _:
            return


def whole_sentences(words: str) -> list[str]:
    return [each for each in re.split(r"(?<=[.?!])\s+", words) if each]


def too_long(words: Iterable[str]) -> list[str]:
    sentences = [sentence for each in words for sentence in whole_sentences(each)]
    return [sentence for sentence in sentences if len(sentence.split()) > MOST_WORDS]


def key_first(words: Iterable[str]) -> list[str]:
    """Who hears a key before its choice has forgotten it by then."""
    return [sentence for each in words for sentence in whole_sentences(each) if KEYS.match(sentence)]


def of_another_channel(msgids: Iterable[str]) -> list[str]:
    return [each for each in msgids if WORDS_OF_TEXTS.search(each) and not BY_TEXT_INSTEAD.fullmatch(each)]


def said_in(language: str) -> set[str]:
    """Every sentence of every step in this language; None where it is not translated."""
    spoken = [each for name in BY_CALL for word in said_by(name) for each in sentences_in(word)]
    return {in_language(each, language) or f"(not in {language}) {each.msgid}" for each in spoken}


def test_a_call_reaches_most_steps_and_no_step_is_out_of_reach() -> None:
    assert {"call.languages", "hotline.whisper", "join.confirm", "lead.words", "called.tell"} <= set(BY_CALL)
    assert {"menu.unknown", "either.meaning"}.isdisjoint(BY_CALL)
    assert set(STEPS) - set(BY_CALL) - set(BY_TEXT) == set()


@pytest.mark.parametrize("name", sorted(BY_CALL))
def test_every_step_of_a_call_can_be_said(name: str) -> None:
    """What is only written raises; and nobody hears nothing but silence where there are words."""
    said = said_by(name)
    for language in ("en", "es", "ko"):
        for word in said:
            utterances = Speaker((language, "es", "en")).speak(word)
            assert all("{" not in str(utterance) for utterance in utterances)


def test_what_is_only_written_is_noticed() -> None:
    with pytest.raises(NotSpoken):
        Speaker(("en",)).speak(_("{s}: Send a digit.", s="Maple Tree"))
    with pytest.raises(NotSpoken):
        list(sentences_in(Sentences((_("news now"),))))


@pytest.mark.parametrize("language", [code for code in VOICE if code != "en" and LANGUAGES[code].has_text])
def test_every_sentence_is_translated(language: str) -> None:
    assert in_language(say("Nobody has translated this."), language) is None
    assert [each for each in said_in(language) if each.startswith("(not in ")] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_sentence_is_longer_than_a_breath(language: str) -> None:
    assert too_long([" ".join(["word"] * (MOST_WORDS + 1)) + ". Short."]) != []
    assert too_long([f"{' '.join(['word'] * MOST_WORDS)}. Short."]) == []
    assert too_long(said_in(language)) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_choice_comes_before_its_key(language: str) -> None:
    assert key_first(["Hello. Press 1 for news.", "For news, press 1.", "Oprima el 1 para noticias."]) == [
        "Press 1 for news.",
        "Oprima el 1 para noticias.",
    ]
    assert key_first(said_in(language)) == []


def test_nothing_that_is_said_speaks_of_texts() -> None:
    odd = ["Reply 2 to talk.", "Send LANG for another language.", "Text STOP to leave.", "Send {code} now."]
    assert of_another_channel([*odd, "To join, text JOIN to this number.", "To send it now to {n} phones"]) == odd
    msgids = {each.msgid for name in BY_CALL for word in said_by(name) for each in sentences_in(word)}
    assert len(msgids) > 150
    assert of_another_channel(msgids) == []


# --- in which language a sentence is heard ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecordedIn:
    """Everything that can be recorded is, in one language."""

    language: str

    def find(self, language: str, key: str) -> str | None:
        return f"file:{language}/{key}" if language == self.language else None


@cache
def sentences() -> list[Spoken]:
    """Every sentence of every step that a call can reach, each once, values included."""
    found = [each for name in BY_CALL for word in said_by(name) for each in sentences_in(word)]
    return list({repr(each): each for each in found}.values())


def heard_in(sentence: Spoken, language: str, second: str | None, default: str, recordings: Recordings) -> str:
    """The language in which who speaks *language* hears it."""
    (utterance,) = speaker_for(language, second, default, recordings).speak(sentence)
    match utterance:
        case Played(source):
            return source.removeprefix("file:").partition("/")[0]
        case Said(_words, spoken, voice):
            return next(code for code, row in LANGUAGES.items() if row.say == (spoken, voice))
        case _:
            raise AssertionError(utterance)


def test_the_rule_is_written_for_every_language() -> None:
    assert set(VOICE) == set(LANGUAGES)
    assert len(HELD_IN) == 12
    assert len([each for each in sentences() if clip_of(each)]) > 100
    assert len([each for each in sentences() if not clip_of(each)]) > 100


@pytest.mark.parametrize("default", ["es", "en"])
@pytest.mark.parametrize("language", VOICE)
def test_what_nobody_has_recorded_is_heard_as_the_rule_says(language: str, default: str) -> None:
    expected = language if VOICE[language][0] is OWN else default
    heard = {heard_in(each, language, None, default, NoRecordings()) for each in sentences()}
    assert heard == {expected}


@pytest.mark.parametrize("language", VOICE)
def test_what_is_recorded_is_heard_in_its_own_language_and_what_cannot_be_as_before(language: str) -> None:
    unrecorded, recorded = ({OWN: language, SCHOOLS: "es"}[where] for where in VOICE[language])
    for is_recorded, expected in ((True, recorded), (False, unrecorded)):
        chosen = [each for each in sentences() if bool(clip_of(each)) is is_recorded]
        assert {heard_in(each, language, None, "es", RecordedIn(language)) for each in chosen} == {expected}


@pytest.mark.parametrize("language", [code for code, (unrecorded, _) in VOICE.items() if unrecorded is SCHOOLS])
def test_a_second_language_comes_before_the_schools(language: str) -> None:
    assert {heard_in(each, language, "ru", "es", NoRecordings()) for each in sentences()} == {"ru"}
    assert {heard_in(each, language, "hy", "es", NoRecordings()) for each in sentences()} == {"es"}
    assert {heard_in(each, language, "hy", "es", RecordedIn("hy")) for each in sentences()} == {"hy", "es"}
