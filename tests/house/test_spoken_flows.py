"""What flows say in calls: every step that a call can reach, to anyone, in the languages that calls are held in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from house_rules import ROOT
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
from phonetree.words import i18n
from phonetree.words.i18n import (
    CALLS,
    ByChannel,
    InLanguage,
    Lines,
    NotSpoken,
    Sentences,
    Spoken,
    Text,
    Word,
    _,
    catalog,
    say,
)
from phonetree.words.speech import Speaker, in_language

HELD_IN = ("en", "es", "ko")
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
    """Compile the catalogs of calls into a folder of this run: those compiled earlier may be out of date."""
    folder = tmp_path_factory.mktemp("locales")
    for written in (ROOT / "locales").glob(f"*/LC_MESSAGES/{CALLS}.po"):
        compiled = folder / written.relative_to(ROOT / "locales").with_suffix(".mo")
        compiled.parent.mkdir(parents=True)
        with written.open("rb") as po, compiled.open("wb") as mo:
            write_mo(mo, read_po(po, locale=written.parent.parent.name))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(i18n, "LOCALES", Path(folder))
        catalog.cache_clear()
        yield
    catalog.cache_clear()


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
    for language in HELD_IN:
        for word in said:
            utterances = Speaker((language, "es", "en")).speak(word)
            assert all("{" not in str(utterance) for utterance in utterances)


def test_what_is_only_written_is_noticed() -> None:
    with pytest.raises(NotSpoken):
        Speaker(("en",)).speak(_("{s}: Send a digit.", s="Maple Tree"))
    with pytest.raises(NotSpoken):
        list(sentences_in(Sentences((_("news now"),))))


@pytest.mark.parametrize("language", ["es", "ko"])
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
