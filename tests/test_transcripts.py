"""Every file in transcripts/ is a conversation: it is replayed and must come out word for word as it stands there.

It is played once, with messages that can be read back (``coded``), and then put into every language that is written.

After a change that is meant: ``REWRITE_TRANSCRIPTS=1 pytest tests/test_transcripts.py``, then read every changed line
as the family or the lead who gets it. A transcript reads like this::

    # what it is about
    % mode = "hold"              a line of school.toml that reads otherwise here
    % school: many.toml          it is this school instead
    @ school: oak.toml           a second school on the same number
    @ lead: lead en 739152       name: role language [PIN] [code of the school]
    @ lead: second PIN 158246    the PIN that this lead keys when somebody forces them
    @ ana: stranger              nobody has enrolled her
    @ bob: parent en voice       he is called rather than texted; landline, unreachable: no text gets there
    @ network: line 2135550199   a telephone of somebody else, such as an outside line of the school
    ana > JOIN MAPLE             she writes
    ana < Maple Parents ...      she gets; further lines of the same text are indented; silence is no line
    ana calls                    she calls the tree; or: ana calls, number withheld
    ana hears (es) Hola.         what is said, a line for each sentence; (es): in another language than the call's
    ana presses 2                or: ana waits; ana speaks 4 (seconds); ana speaks 4 and hangs up; ana hangs up
    bob's phone rings            and bob picks up, or: is busy; does not answer; bob's machine answers
    ana is joined with bob       the two talk
    bob's call is over           and not because he hung up
    ana is tried                 the technical volunteer sends her phone a test
    +20m                         time passes and the rounds are made
    ~ slow                       the number may send nothing more for a while, but what cannot wait
    ~ fast                       and now it may

Who writes is answered first; then the others, by name. A file is named after its flow; ``-by-call``: by voice; ``-es``:
in Spanish.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import coded
import pytest
from babel.core import Locale
from catalogs import TEXTS, in_use, languages_of
from pseudo import PSEUDO
from sqlalchemy import select, update

from phonetree.demo.call_lines import NobodyListens, act, is_act, is_notice, noticed
from phonetree.demo.rehearsal import Arrived, Rehearsal
from phonetree.desk import trials
from phonetree.desk.people import find_person
from phonetree.flows import (
    FLOWS,
    announce,
    erase_school,
    follow_up,
    guarded,
    record_prompts,
    under_duress,
    verdict,
    vouch,
)
from phonetree.models import Pin, Sender, writing
from phonetree.words.languages import LANGUAGES
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import Verdict
from phonetree.words.segments import LONGEST_TEXT, is_gsm7, measure

FOLDER = Path(__file__).parent / "transcripts"
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))
REWRITES = os.environ.get("REWRITE_TRANSCRIPTS") == "1"
PERSON = re.compile(
    r"@ (?P<name>\w+): (?P<role>\w+)( (?P<language>\w\w\w?))?( (?P<pin>\d{6}))?( (?P<code>[A-Z]+))?"
    r"( (?P<phone>voice|landline|unreachable))?"
)
SECOND_PIN = re.compile(r"@ (?P<name>\w+): second PIN (?P<pin>\d{6})")
LINE = re.compile(r"@ (?P<name>\w+): line (?P<number>\d{10})")
NO_TEXTS = {"landline": Verdict.LANDLINE, "unreachable": Verdict.UNREACHABLE}
TRIED = re.compile(r"(?P<name>\w+) is tried")
TEXT = re.compile(r"(?P<name>\w+) > (?P<words>.*)")
PASSED = re.compile(r"\+(?P<count>\d+)(?P<unit>[smh])")
UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


MOST_SEGMENTS = 8
"""Of the longest answers in the widest languages. The short budgets of what goes to many have tests of their own."""
WORD = re.compile(r"[^\W\d_]+")


@pytest.fixture(scope="module", autouse=True)
def _coded_catalogs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("coded")
    coded.compile_coded(folder)
    with in_use(folder):
        yield


@dataclass
class Stage:
    """The people of one transcript and their phones."""

    tree: Rehearsal
    numbers: dict[str, PhoneNumber] = field(default_factory=dict)

    def number(self, name: str) -> PhoneNumber:
        return self.numbers.setdefault(name, PhoneNumber(f"+121355501{11 + len(self.numbers)}"))

    def play(self, line: str) -> Iterator[str]:
        """What reaches any phone because of this line of the transcript."""
        if line.startswith("@ school: "):
            self.tree.load((FOLDER / line.removeprefix("@ school: ")).read_text())
        elif said := LINE.fullmatch(line):
            self.numbers[said["name"]] = PhoneNumber(f"+1{said['number']}")
        elif said := SECOND_PIN.fullmatch(line):
            self._give_second_pin(self.number(said["name"]), said["pin"])
        elif said := PERSON.fullmatch(line):
            self._enrol(**{key: value or "" for key, value in said.groupdict().items()})
        elif said := TRIED.fullmatch(line):
            yield from self._tried(said["name"])
        elif is_act(line):
            yield from self._acted(line)
        elif said := TEXT.fullmatch(line):
            yield from self._told(self.tree.text(self.number(said["name"]), said["words"]), said["name"])
        elif said := PASSED.fullmatch(line):
            yield from self._told(self.tree.wait(int(said["count"]) * UNITS[said["unit"]]))
        elif line in {"~ slow", "~ fast"}:
            self.pace(-1e9 if line == "~ slow" else 1000.0)
            yield from self._told(self.tree.deliver())
        elif line and line[0] not in "#%":
            pytest.fail(f"not a line of a transcript: {line}")

    def _enrol(self, *, name: str, role: str, language: str, pin: str, code: str, phone: str) -> None:
        number = self.number(name)
        if phone in NO_TEXTS:
            self.tree.without_texts[number] = NO_TEXTS[phone]
        if role != "stranger":
            channel = "voice" if phone == "voice" else "sms"
            self.tree.enrol(number, role, language, pin, code=code, channel=channel)

    def _give_second_pin(self, number: PhoneNumber, pin: str) -> None:
        with writing(self.tree.database) as session:
            person = find_person(session, self.tree.means, session.scalars(select(Sender)).one(), number)
            session.get_one(Pin, person and person.id).duress_hashed = self.tree.means.pins.hash(pin)

    def _tried(self, name: str) -> Iterator[str]:
        with writing(self.tree.database) as session:
            site = trials.first_site(session)
            assert site is not None
            trials.begin(session, self.tree.means, site, self.number(name))
        yield from self._told(self.tree.deliver(), name)

    def _acted(self, line: str) -> Iterator[str]:
        """What is noticed at once comes first, then what it leads to."""
        try:
            act(self.tree, self.numbers, line)
        except NobodyListens as error:
            pytest.fail(f"{line}: {error}")
        yield from noticed(self.tree, self.numbers)
        yield from self._told(self.tree.deliver(), re.split(r"\W", line, maxsplit=1)[0])

    def _told(self, arrived: list[Arrived], speaker: str = "") -> Iterator[str]:
        yield from self._read(arrived, speaker)
        yield from noticed(self.tree, self.numbers)

    def _read(self, arrived: list[Arrived], speaker: str) -> Iterator[str]:
        names = {number: name for name, number in self.numbers.items()}
        for text in sorted(arrived, key=lambda text: (names[text.number] != speaker, names[text.number])):
            yield f"{names[text.number]} < " + text.body.replace("\n", f"\n{names[text.number]} <   ")

    def pace(self, tokens: float) -> None:
        """So many texts, and calls, may go at once."""
        with writing(self.tree.database) as session:
            session.execute(update(Sender).values(tokens=tokens, call_tokens=tokens))


def school_of(script: str) -> str:
    """The school file, with the lines that read otherwise in this transcript."""
    other = re.search(r"^% school: (\S+)$", script, re.MULTILINE)
    school = (FOLDER / (other[1] if other else "school.toml")).read_text()
    for line in re.findall(r"^% (?!school: )(.+)$", script, re.MULTILINE):
        key = line.partition(" = ")[0]
        school, found = re.subn(rf"^{key} = .*$", line, school, count=1, flags=re.MULTILINE)
        assert found == 1, f"school.toml has no line for {key}"
    return school


def replay(script: str) -> str:
    """The whole transcript anew."""
    return written_down(played(script))


def written_down(came: Iterable[coded.Line]) -> str:
    return "".join(f"{line}\n" for each in came for line in each.as_lines())


def played(script: str) -> list[coded.Line]:
    """Every line that somebody or time says, and each text and each notice that came of it."""
    spoken = [line for line in script.splitlines() if not re.match(r"\w+ <", line) and not is_notice(line)]
    with Rehearsal(school_of(script)) as tree:
        tree.waits_for_segments = False
        stage = Stage(tree)
        stage.pace(1000.0)
        return [coded.line_of(said) for line in spoken for said in (line, *stage.play(line))]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcript(path: Path) -> None:
    script = path.read_text()
    came = played(script)
    if REWRITES:
        path.write_text(written_down(came))
    assert REWRITES or written_down(came).splitlines() == script.splitlines()
    assert hard_coded(came, given_in(script)) == set()
    assert [line for line in came if len(languages_in(line)) > 1] == []
    for language in ("en", *languages_of(TEXTS)):
        assert wrong_in(came, language, coded.translate) == []
    for name in PSEUDO:
        assert wrong_in(came, name, pseudo_words) == []


def hard_coded(came: Iterable[coded.Line], given: str) -> set[str]:
    """Words that are in no catalog, and that neither the school nor anybody in the transcript has written."""
    known = set(WORD.findall(given))
    words = {
        word for line in came if line.is_said for piece in coded.left_over(line.pieces) for word in WORD.findall(piece)
    }
    return words - known


def given_in(script: str) -> str:
    """What people write, what schools say of themselves, how languages are called, how a recording is shown."""
    own = "\n".join(line for line in script.splitlines() if not re.match(r"\w+ <", line) and not is_notice(line))
    schools = [(FOLDER / name).read_text() for name in re.findall(r"^@ school: (\S+)$", script, re.MULTILINE)]
    named = [f"{language.endonym} {language.press_self or ''}" for language in LANGUAGES.values()]
    months = [name for code in coded.CODED for name in Locale.parse(code).months["format"]["wide"].values()]
    return "\n".join((own, school_of(script), *schools, *named, *months, *NOT_SAID))


NOT_SAID = ("recording of seconds", "mam level confirmed who this language press")
"""In place of what nobody wrote."""


def languages_in(line: coded.Line) -> set[str]:
    """Of a text; in a call each language of the first menu names itself."""
    return {message.language for message in coded.messages_in(line.pieces)} if line.name else set()


def wrong_in(came: Iterable[coded.Line], language: str, by: coded.Translate) -> list[str]:
    """What of it is not in this language, or is no text that a phone can take."""
    said = {id(line): line for line in came if line.is_said}.values()
    missing = {
        message.msgid
        for line in said
        for message in coded.messages_in(line.pieces)
        if not by(message.domain, language, message.msgid)
    }
    texts = () if missing else [coded.in_words(line.pieces, language, by) for line in said if line.name]
    return sorted(missing) + [text for text in texts if "{" in text or is_too_long(text)]


def is_too_long(text: str) -> bool:
    return len(text) > LONGEST_TEXT or measure(text).segments > MOST_SEGMENTS


def pseudo_words(_domain: str, language: str, msgid: str) -> str:
    return PSEUDO[language](msgid)


def test_what_is_in_no_catalog_is_noticed() -> None:
    hello, bye = (coded.coded(TEXTS, msgid, "en") for msgid in ("{s}: Language?", "language"))
    came = [coded.line_of(f"ana < {hello.format(s='Maple')}\nana <   Go away, Ana"), coded.line_of("ana hears OK")]
    assert [line.as_lines() for line in came] == [["ana < Maple: Language?", "ana <   Go away, Ana"], ["ana hears OK"]]
    assert hard_coded(came, "Maple Ana") == {"Go", "away", "OK"}
    assert wrong_in(came, "es", lambda _domain, _language, msgid: "" if "s" in msgid else "x") == ["{s}: Language?"]
    assert wrong_in([coded.line_of(f"ana < {bye}")], "es", lambda *_: "ж" * 600) == ["ж" * 600]
    mixed = coded.line_of(f"ana < {bye}{coded.coded(TEXTS, 'language', 'es')}")
    assert languages_in(mixed) == {"en", "es"}


def test_the_languages_that_nobody_speaks_are_what_they_are_called() -> None:
    words = "{s}: Send STOP.\nOr {n}"
    made = {name: change(words) for name, change in PSEUDO.items()}
    assert made["accented"] == "[{s}: Šéñd ŠTÓP.\nÓr {n} ~~~~~~~~~]"
    assert made["in GSM-7"] == "{s}: ßèñd ßTÖP.\nÖr {n}"
    assert is_gsm7(made["in GSM-7"])
    assert made["from the right"].count("{") == 2
    assert not re.search("[A-Za-z]", made["from the right"].format(s="", n=""))


BY_TEXT_ALONE = {
    "letters": "only a text can come as boxes",
    "help": "no key leads to it: every call says who we are, and 2 leads to a person",
    "safe": "a word that families text during an alert",
    "start": "by call one joins again",
    "erase_all": "two leads agree by text; by call nobody erases a school",
    "either": "only a word can have two meanings",
    "promise": "a question that is asked by text; by call a lead chooses the same with 2, 3 or 4",
    "status": "by call it is a key of the lead's own call",
    "vouch": "the network answers by text what it was told by text",
    "shift": "operators say by text when they are there",
    "match": "a word that leads text",
    "network": "the network reports by text or over HTTP",
    "move": "both phones text; who only calls leaves on the old phone and joins on the new one",
    "held": "a lead lets in by text who waits, with a word that a call has no key for",
    "forward": "SEND and FALSE answer a text; the PIN may still be keyed into a call",
}
"""Flows without a form by voice, and why."""
BY_CALL_ALONE = {"call", "called", "call_backs", "judge", "lead_call", "pin", "prompts", "recording", "tree", "trial"}
FOR_THE_NETWORK = (vouch.flow,)
FOR_LEADS = (
    announce.flow,
    erase_school.flow,
    follow_up.flow,
    follow_up.promise,
    follow_up.abort,
    follow_up.status,
    guarded.flow,
    record_prompts.flow,
    under_duress.flow,
    verdict.flow,
)


def flows_told(*, by_call: bool, in_spanish: bool = False) -> set[str]:
    """The flows that have such a transcript."""
    chosen = [path.stem for path in TRANSCRIPTS if ("-by-call" in path.stem) is by_call]
    return {stem.partition("-")[0] for stem in chosen if stem.endswith("-es") or not in_spanish}


def test_every_flow_has_a_transcript_that_is_named_after_it() -> None:
    names = {flow.name for flow in FLOWS}
    assert flows_told(by_call=False) | flows_told(by_call=True) == names
    assert flows_told(by_call=False) == names - BY_CALL_ALONE


def test_what_a_family_sees_is_told_in_spanish_too() -> None:
    seen = {flow.name for flow in FLOWS if flow not in (*FOR_LEADS, *FOR_THE_NETWORK)} - BY_CALL_ALONE
    assert seen - flows_told(by_call=False, in_spanish=True) == set()


def test_every_flow_with_a_voice_is_told_by_call_in_english_and_spanish() -> None:
    spoken = {flow.name for flow in FLOWS} - set(BY_TEXT_ALONE)
    told = {path.stem for path in TRANSCRIPTS if "-by-call" in path.stem}
    assert {f"{name}-by-call{suffix}" for name in spoken for suffix in ("", "-es")} - told == set()
    assert {stem.partition("-")[0] for stem in told} == spoken


MOST_WORDS = 15


def too_long(script: str) -> list[str]:
    """Sentences of a call with over fifteen words."""
    said = re.findall(r"^\w+ hears (?:\(\w+\) )?(.+)$", script, re.MULTILINE)
    return [sentence for sentence in said if len(sentence.split()) > MOST_WORDS]


def test_no_sentence_of_a_call_is_longer_than_somebody_can_hear() -> None:
    found = {path.name: too_long(path.read_text()) for path in TRANSCRIPTS}
    assert {name: sentences for name, sentences in found.items() if sentences} == {}
    assert too_long(f"ana hears (es) {'word ' * 15}word.\n") == [f"{'word ' * 15}word."]


def test_the_choice_comes_before_its_key() -> None:
    heard = [line for path in TRANSCRIPTS for line in path.read_text().splitlines() if " hears " in line]
    assert not [line for line in heard if re.search(r"hears (\(\w+\) )?(Press|Oprima) ", line)]
    assert [line for line in heard if line.endswith("press 1.")]


def test_an_act_at_a_telephone_that_makes_no_sense_fails() -> None:
    for act_of_hers in ("ana picks up", "ana presses 1", "ana waits", "ana speaks 3", "ana hangs up", "eve calls"):
        with pytest.raises(pytest.fail.Exception, match=act_of_hers):
            replay(f"@ ana: stranger\nana > NEWS\n{act_of_hers}\n")


def test_a_changed_word_is_noticed() -> None:
    script = "# one word\n@ ana: stranger\nana > NEWS\nana < Maple Tree: No alarm now, 8:00.\n"
    assert replay(script) == script.replace("No alarm", "No report")


def test_what_is_no_line_of_a_transcript_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match="not a line"):
        replay("@ ana: stranger\nana: NEWS\n")
