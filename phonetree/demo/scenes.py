"""The story, scene by scene: what families, leads and the operator do, and what has to be so after it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from phonetree.demo.cast import CODE, PLACES, SCHOOL_FILE, Cast, Person, roster_csv
from phonetree.demo.phones import Copies, Play, code_in, hear, inbox_size, say, wait_for_copies
from phonetree.demo.report_scenes import report_number
from phonetree.demo.seizure import search_folder, search_sounds
from phonetree.simulator.messages import Direction

LANGUAGES = {"en": "English", "es": "Spanish"}
"""Of the texts."""
TEXTS_TO_JOIN = 2
SIGNS_OF_TROUBLE = ('"level": "error"', "Traceback", "it starts again")


def roster_comes_in(play: Play) -> None:
    cast, mark = play.cast, play.mark()
    roster = play.stage.papers / "people.csv"
    roster.write_text(roster_csv(cast.roster), encoding="utf-8", newline="")
    _operator(play, "site", "load", str(SCHOOL_FILE))
    _operator(play, "people", "import", str(roster), "--site", CODE)
    _set_pins(play)
    copies = wait_for_copies(play, mark, cast.families)
    show_copies(play, copies)
    check_copies(play, "the import's welcome", copies, cast.families)


def families_join(play: Play) -> None:
    english, spanish = play.cast.joining
    for person, word in ((english, f"JOIN {CODE}"), (spanish, f"UNIRME {CODE}")):
        before = inbox_size(play, person)
        offer, confirmation = say(play, person, word), say(play, person, "1")
        got = inbox_size(play, person) - before
        is_in = "STOP" in confirmation and offer != confirmation and got == TEXTS_TO_JOIN
        play.check(f"{LANGUAGES[person.language]}: joined by keyword", is_in, _texts(got))
    first = {play.stage.phone(person.number).bodies[0] for person in (english, spanish)}
    play.check("each was answered in the language of their word", len(first) == len(LANGUAGES))


def families_ask(play: Play) -> None:
    english, spanish = play.cast.family("en", 3), play.cast.family("es", 3)
    answers = [say(play, english, "NEWS"), say(play, english, "RIGHTS"), say(play, spanish, "AYUDA")]
    play.check("three questions, three answers", len(set(answers)) == len(answers))


def lead_alerts(play: Play) -> None:
    """What the network confirmed: the preview, two wrong answers, the right one, and everybody has it."""
    lead, other = play.cast.leads[0], play.cast.leads[2]
    preview = say(play, lead, f"SEND {report_number(play)}")
    code, phones, mark = code_in(preview), play.cast.everyone, play.mark()
    texted = [person for person in phones if person.is_texted]
    play.check("the preview counts the phones and names one code", str(len(phones)) in _counts(preview), f"code {code}")
    _refused(play, lead, other, "a wrong code", f"{_another(code)} {lead.pin}", mark)
    _refused(play, lead, other, "a wrong PIN", f"{code} {_another(lead.pin)}", mark)
    mark, before = play.mark(), inbox_size(play, lead)
    say(play, lead, f"{code} {lead.pin}")
    copies = _besides(wait_for_copies(play, mark, phones), play.cast.neighbor)
    show_copies(play, copies)
    check_copies(play, "the alert", copies, phones)
    _check_places(play, copies)
    hear(play, lead, "handed over", before=before)
    told = hear(play, lead, "delivered", before=before)
    due = {str(len(phones)), str(len(texted))}
    play.check("progress told by text", due <= set(_counts(told)), f"{len(texted)} of {len(phones)} by text")
    status = say(play, lead, "STATUS")
    play.check("receipts counted by STATUS", due <= set(_counts(status)))


def families_answer(play: Play) -> None:
    asking, reading = play.cast.family("es", 3), play.cast.family("en", 3)
    state = say(play, asking, "que esta pasando en la escuela")
    play.check("other words hear how it stands", PLACES["es"] in state)
    person, rights = say(play, asking, "2"), say(play, reading, "4")
    play.check("2 gives a person to talk to, 4 the rights", "213-555-0199" in person and person != rights)


def family_stops(play: Play) -> None:
    leaving = gone(play.cast)
    say(play, leaving, "Ya no quiero mensajes")
    _lead_sends(play, "UPDATE", "the update", staying(play.cast))
    _check_silence(play, leaving)


def lead_ends(play: Play) -> None:
    _lead_sends(play, "CLEAR", "the end, to the same people", staying(play.cast))
    answer = say(play, play.cast.family("es", 3), "NEWS")
    play.check("who asks now hears that it is over", PLACES["es"] not in answer)


def staff_practise(play: Play) -> None:
    _lead_sends(play, "DRILL 2 1 2", "the drill, to staff alone", play.cast.staff)


def nothing_was_lost(play: Play) -> None:
    """The whole history once more, and the disk."""
    play.stage.carrier.settle()
    _check_silence(play, gone(play.cast))
    texts = [(text.recipient, text.body) for text in play.to_families(0)]
    twice = len(texts) - len(set(texts))
    play.check("no phone got any text twice", not twice, f"{len(texts)} texts, {twice} twice")
    errors = play.stage.carrier.errors
    play.check("the carrier has nothing to complain of", not errors, ", ".join(f"{e.code} {e.where}" for e in errors))
    wrong = sum(play.stage.log().count(sign) for sign in SIGNS_OF_TROUBLE)
    play.check("nothing went wrong by the product's own log", not wrong, f"{wrong} errors")
    search_disk(play, "while it runs")


def search_disk(play: Play, when: str) -> None:
    """No number of the cast, and no sound, in the raw bytes of database, write-ahead log, engine, keys and logs."""
    files = [path for path in play.stage.instance.rglob("*") if path.is_file()]
    finds = search_folder(play.stage.instance, [person.number for person in play.cast.phones])
    seen = ", ".join(sorted({f"{find.form} in {find.file}" for find in finds}))
    size = sum(path.stat().st_size for path in files) / 1_000_000
    name = f"{len(play.cast.phones)} numbers searched on the disk {when}, none found"
    play.check(name, bool(files) and not finds, seen or f"{len(files)} files, {size:.1f} MB")
    open_sounds = search_sounds(play.stage.instance)
    play.check(f"no recording lies open on the disk {when}", not open_sounds, ", ".join(open_sounds))


def gone(cast: Cast) -> Person:
    """The family that leaves."""
    return cast.family("es", 40)


def staying(cast: Cast) -> list[Person]:
    return [person for person in cast.everyone if person != gone(cast)]


def _operator(play: Play, *arguments: str) -> None:
    shown = [argument.rsplit("/", 1)[-1] for argument in arguments]
    play.transcript.tells(f"$ phonetree {' '.join(shown)}")
    for line in play.stage.operator(*arguments).splitlines():
        play.transcript.tells(f"  {line}")


def _set_pins(play: Play) -> None:
    """All at once, as fast as the machine can; phone and PIN come from standard input, so that no list shows them."""
    phones = play.cast.with_pin
    with ThreadPoolExecutor(len(phones)) as operators:
        typed = [f"{person.number.e164}\n{person.pin}\n" for person in phones]
        list(operators.map(lambda each: play.stage.operator("people", "set-pin", "-", typed=each), typed))
    play.transcript.tells(
        f"$ phonetree people set-pin -    (for each of {len(play.cast.leads)} leads, and the network)"
    )


def _lead_sends(play: Play, words: str, name: str, people: Sequence[Person]) -> None:
    """A lead proposes, confirms with code and PIN, and exactly these people get it."""
    lead, mark = play.cast.leads[0], play.mark()
    preview = say(play, lead, words)
    say(play, lead, f"{code_in(preview)} {lead.pin}")
    copies = wait_for_copies(play, mark, people)
    show_copies(play, copies)
    check_copies(play, name, copies, people)


def _refused(play: Play, lead: Person, other: Person, what: str, words: str, mark: int) -> None:
    """The other leads are told of every wrong answer: once that text is there, anything else would be there too."""
    before = inbox_size(play, other)
    answer = say(play, lead, words)
    hear(play, other, "", before=before)
    sent = len(play.to_families(mark))
    play.check(f"{what} sends nothing", sent == 0 and "NOT SENT" in answer, f"{sent} phones reached")


def show_copies(play: Play, copies: Copies) -> None:
    """One copy of each wording, and how many phones read it."""
    wordings = [bodies[0] for bodies in copies.values()]
    for body in dict.fromkeys(wordings):
        play.transcript.received(f"{wordings.count(body)} phones", body)


def check_copies(play: Play, name: str, copies: Copies, people: Sequence[Person]) -> None:
    """Exactly those of them who are texted, each once, each in its own language."""
    due = {person.number.e164: person.reads for person in people if person.is_texted}
    missing, extra = due.keys() - copies.keys(), copies.keys() - due.keys()
    twice = sum(len(bodies) > 1 for bodies in copies.values())
    seen = f"{len(copies)} of {len(due)} phones, {len(missing)} missing, {len(extra)} others, {twice} twice"
    play.check(f"{name}: each phone once", not missing and not extra and not twice, seen)
    read = dict.fromkeys(due.values())
    wordings = [{copies[n][0] for n in copies if due.get(n) == language} for language in read]
    one_each = all(len(bodies) == 1 for bodies in wordings) and len(set().union(*wordings)) == len(read)
    counted = ", ".join(f"{list(due.values()).count(code)} in {name}" for code, name in LANGUAGES.items())
    others = f", one in each of {len(read) - len(LANGUAGES)} more" if len(read) > len(LANGUAGES) else ""
    play.check(f"{name}: in each reader's language", one_each and len(read) > 1, counted + others)


def _besides(copies: Copies, person: Person) -> Copies:
    """Without the answer that this one had asked for."""
    return {number: bodies for number, bodies in copies.items() if number != person.number.e164}


def _check_silence(play: Play, leaving: Person) -> None:
    """The last text to this phone is the answer to its own goodbye; what failed on its way would count as well."""
    number = leaving.number.e164
    sent = [text.direction for text in play.stage.carrier.accepted if text.recipient == number]
    after = sent[::-1].index(Direction.REPLY) if Direction.REPLY in sent else len(sent)
    play.check("the family that left got nothing after its goodbye", after == 0, _texts(after))


def _check_places(play: Play, copies: Copies) -> None:
    language = {person.number.e164: person.reads for person in play.cast.everyone}
    fits = all(PLACES.get(language[number], PLACES["es"]) in bodies[0] for number, bodies in copies.items())
    play.check("the alert: the place in each reader's words", fits, ", ".join(PLACES.values()))


def _counts(text: str) -> list[str]:
    return re.findall(r"[0-9]+", text.replace(",", ""))


def _texts(count: int) -> str:
    return f"{count} text{'' if count == 1 else 's'}"


def _another(digits: str) -> str:
    """The same with its last digit wrong."""
    return digits[:-1] + str((int(digits[-1]) + 1) % 10)
