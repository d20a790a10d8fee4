"""The calls of the story: the plan, landlines, a caller's own language, the hotline, a lead's alert by keypad."""

from __future__ import annotations

from phonetree.demo.calls import (
    WHOLE,
    InHand,
    call_that_told,
    calls_so_far,
    dials,
    languages,
    rings,
    sees_the_tree,
    show_heard,
)
from phonetree.demo.cast import HEARD_KEY, PLACES, WAITS, Person
from phonetree.demo.phones import Play, hear, say, wait_for_copies
from phonetree.demo.scenes import check_copies, show_copies, staying
from phonetree.simulator.calls import CallStatus
from phonetree.simulator.phone_calls import PhoneCall
from phonetree.words.languages import LANGUAGES

NO_TEXTS_HERE = 30006
"""The carrier's code for a landline."""
KOREAN, NEWS, TALK, RIGHTS, PLAN, MORE, LEADS_KEY = "3", "1", "2", "4", "2", "1", "#"
SECOND_PLACE = {"en": "parking lot", "es": "estacionamiento"}
PARTS_OF_THE_PLAN = ("2026-2", "consejo local", "orden firmada por un juez", "adentro con sus maestros")


# --- the safety plan --------------------------------------------------------------------------------------------------


def plan_is_heard(play: Play) -> None:
    """Behind the rights, page by page: for a flip phone a call is easier than a link."""
    call = dials(play, play.cast.family("es", 9))
    call.presses(RIGHTS)
    first, more = call.presses(PLAN), call.presses(MORE)
    call.hangs_up()
    words = " ".join(each.words for each in (*first, *more))
    is_whole = all(part in words for part in PARTS_OF_THE_PLAN)
    play.check("the plan is heard: its version, who approved it, its summary", is_whole, PARTS_OF_THE_PLAN[0])
    play.check("and in the caller's language", languages([*first, *more]) == {"Spanish"})


# --- landlines --------------------------------------------------------------------------------------------------------


def homes_are_called(play: Play) -> None:
    """The alert has told them already: here is what was heard."""
    homes = play.cast.homes
    calls = {home: _told(play, home) for home in homes.all}
    for home, call in calls.items():
        show_call(play, home, call)
    spoken = all(languages(call.heard) == {_name(home.reads)} for home, call in calls.items())
    play.check("each home is called in a language it understands", spoken, ", ".join(_name(h.reads) for h in calls))
    answered, waited = calls[homes.answers], calls[homes.texted]
    play.check("somebody answers, hears it once, and presses a key", _passes(homes.answers, answered) == 1)
    play.check("who presses no key hears it a second time", _passes(homes.texted, waited) == len(("first", "again")))
    play.check("a text that a landline cannot get becomes a call", _was_refused(play, homes.texted))
    play.check("a machine is told after its beep", _machine_was_told(play, homes.machine, calls[homes.machine]))
    status = say(play, play.cast.leads[0], "STATUS")
    counted = f"{len(calls) - 1} calls heard, 1 voicemail"
    play.check("STATUS counts who heard it, and a voicemail as a voicemail", counted in status, counted)


def _told(play: Play, home: Person) -> PhoneCall:
    return call_that_told(play, home, PLACES[home.reads])


def show_call(play: Play, home: Person, call: PhoneCall) -> None:
    """A call that is over, as it went."""
    if home == play.cast.homes.machine:
        play.transcript.did(home.name, "is called by the tree; its machine answers")
        show_heard(play, home, call.heard, WHOLE)
        return
    play.transcript.did(home.name, "is called by the tree, and picks up")
    *told, thanks = call.heard
    waits = home.plan == WAITS
    show_heard(play, home, told[: len(told) // 2] if waits else told, WHOLE)
    if waits:
        play.transcript.did(home.name, "presses nothing, and hears it once more")
    play.transcript.did(home.name, f"presses {HEARD_KEY}")
    show_heard(play, home, [thanks])


def _passes(home: Person, call: PhoneCall) -> int:
    return sum(PLACES[home.reads] in words for words in call.words)


def _was_refused(play: Play, home: Person) -> bool:
    texts = play.stage.carrier.accepted
    return any(t.recipient == home.number.e164 and t.error_code == NO_TEXTS_HERE for t in texts)


def _machine_was_told(play: Play, home: Person, call: PhoneCall) -> bool:
    record = next(each for each in play.stage.carrier.accepted_calls if each.sid == call.sid)
    return (record.answered_by or "").startswith("machine") and _passes(home, call) == 1


def _name(code: str) -> str:
    return LANGUAGES[code].english_name


# --- a caller's own language ------------------------------------------------------------------------------------------


def caller_chooses_korean(play: Play) -> None:
    """Nobody knows this number yet."""
    caller = play.cast.caller
    call = dials(play, caller)
    offered = languages(call.call.just_heard)
    play.check("each language is offered in itself", {"English", "Spanish", "Korean"} <= offered, _listed(offered))
    menu = languages(call.presses(KOREAN))
    play.check("the menu is in Korean alone", menu == {"Korean"}, _listed(menu))
    news = call.presses(NEWS)
    fits = languages(news) == {"Korean"} and any(PLACES["ko"] in each.words for each in news)
    play.check("the latest alert is heard in Korean, its place as well", fits, PLACES["ko"])
    call.hangs_up()
    again = dials(play, caller)
    play.check("who calls again is greeted in Korean", languages(again.call.just_heard) == {"Korean"})
    again.hangs_up()


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


# --- the hotline ------------------------------------------------------------------------------------------------------


def caller_reaches_a_person(play: Play) -> None:
    """Three phones ring: a voicemail answers first, the second takes the call, the third falls silent."""
    caller, (voicemail, takes, rings_on) = play.cast.family("es", 7), play.cast.on_shift
    for each in play.cast.on_shift:
        say(play, each, "ON")
    before = {each: calls_so_far(play, each) for each in play.cast.on_shift}
    call = dials(play, caller)
    call.presses(TALK)
    machine = rings(play, voicemail, before[voicemail])
    machine.listens()
    still_ringing = rings(play, rings_on, before[rings_on])
    operator = rings(play, takes, before[takes])
    whispered = operator.picks_up()
    secret = caller.number.national()
    play.check("the whisper says no number", bool(whispered) and not any(secret in each.words for each in whispered))
    play.check("a voicemail that answers first never takes the call", call.call.joined_with is None)
    operator.presses("1")
    _check_joined(play, call, operator)
    _check_ended(play, machine, still_ringing)
    call.hangs_up()
    play.check("and hears when the call is over", operator.call.wait_until_over())
    hear(play, takes, "213-555-0199", before=0)


def _check_joined(play: Play, call: InHand, operator: InHand) -> None:
    joined = call.is_joined_with(operator.who) and operator.is_joined_with(call.who)
    if joined:
        play.transcript.did(call.who.name, f"talks with the {operator.who.name}")
    play.check("who presses 1 gets the call: the two are joined", joined)
    hidden = sees_the_tree(call.call) and sees_the_tree(operator.call)
    play.check("both see the tree's number and no other", hidden, call.call.seen_number)


def _check_ended(play: Play, machine: InHand, still_ringing: InHand) -> None:
    ended = machine.call.wait_until_over() and not machine.call.was_joined_with
    play.check("the call to the voicemail was ended", ended)
    silent = still_ringing.call.wait_until_over() and still_ringing.call.status is CallStatus.CANCELED
    play.check("the phone that still rang falls silent", silent, still_ringing.who.name)


# --- a lead's alert by keypad -----------------------------------------------------------------------------------------


def lead_alerts_by_keypad(play: Play) -> None:
    """The PIN is keyed into the tree's own call to the lead's phone, never into one that came in."""
    lead, people, mark = play.cast.leads[0], staying(play.cast), play.mark()
    call = called_back(play, lead, LEADS_KEY)
    for key in ("1", "1", "2", "2"):
        preview = call.presses(key)
    phones = any(str(len(people)) in each.words for each in preview)
    play.check("the preview is read back and counts the phones", phones, f"{len(people)} phones")
    call.presses(lead.pin, shown="the PIN")
    play.check("nothing is sent before the last 1", not play.to_families(mark))
    call.presses("1")
    copies = wait_for_copies(play, mark, people)
    show_copies(play, copies)
    check_copies(play, "the alert by keypad", copies, people)


def called_back(play: Play, who: Person, *keys: str) -> InHand:
    """Call, press *keys*, be hung up on and called back: a number that is shown proves nothing."""
    first = dials(play, who)
    so_far = calls_so_far(play, who)
    for key in keys:
        first.presses(key, shown="the code" if len(key) > 1 else key)
    play.check(f"{who.name}: the tree hangs up and calls back", first.call.wait_until_over())
    call = rings(play, who, so_far)
    call.picks_up()
    return call
