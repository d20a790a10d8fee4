"""An alert from the console, as a browser without scripts sends it: asked, previewed, confirmed as by phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from browser import LEAD, PIN, Browser, signed_in
from phone import MAPLE, Town, town_in
from sqlalchemy import func, select, update

from phonetree.demo.rehearsal import HeldClock
from phonetree.desk import enrolment
from phonetree.models import Alert, Broadcast, Delivery, Pin, PinAttempt, State, reading, writing
from phonetree.words.numbers import PhoneNumber

PARENT, SECOND, WRONG = "+12135550142", "+12135550111", "000000"
DURESS_PIN = "158246"
SEEN = {"action": "alert", "kind": "2", "place": "1", "level": "2"}
Build = Callable[..., Town]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    with ExitStack() as stack:

        def a_town(**changes: str) -> Town:
            toml = MAPLE
            for name, value in changes.items():
                toml, changed = re.subn(rf"(?m)^{name} = [^#\n]*", f"{name} = {value} ", toml)
                assert changed == 1
            town = stack.enter_context(town_in(tmp_path, toml))
            stack.callback(forget_all, town)
            town.enrol(LEAD, "lead", pin=PIN)
            town.enrol(PARENT, "parent", language="es")
            return town

        yield a_town


@pytest.fixture
def town(build: Build) -> Town:
    return build()


def forget_all(town: Town) -> None:
    for phone in town.phones.values():
        phone.unread.clear()


def sign_in(town: Town) -> Browser:
    others = tuple(phone for number, phone in town.phones.items() if number == SECOND)
    return signed_in(town, town.phone(LEAD), others)


def texted(town: Town, number: str = LEAD) -> str:
    """The text that asks this lead for a code and a PIN."""
    town.deliver()
    return town.phone(number).unread.popleft()


def code_in(words: str) -> str:
    found = re.search(r"[Ss]end: (\d{4}) then your PIN", words)
    assert found, words
    return found[1]


def asks(town: Town, browser: Browser, **answers: str) -> str:
    """From the preview on; the code as this lead's phone was told it."""
    browser.goes("/console/alert")
    answer = browser.sends("/console/alert/ask", **(answers or SEEN), how="text")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/alert/confirm")
    words = texted(town)
    browser.goes("/console/alert/confirm")
    assert code_in(words) not in re.sub(r'value="[^"]*"', "", browser.page), "a page never shows the code"
    return code_in(words)


def confirms(town: Town, browser: Browser, code: str, pin: str = PIN) -> str:
    """Where the browser is led, or the page that says why not."""
    answer = browser.sends("/console/alert/confirm", code=code, pin=pin)
    return answer.headers["Location"] if answer.status_code == 303 else browser.page


def sends(town: Town, browser: Browser, **answers: str) -> None:
    assert confirms(town, browser, asks(town, browser, **answers)) == "/console/progress"
    town.deliver()
    town.folds()


def passes(town: Town, time: timedelta) -> None:
    clock = town.house.means.clock
    assert isinstance(clock, HeldClock)
    clock.at += time


def counted(town: Town, table: type[Alert | Broadcast | PinAttempt]) -> int:
    with reading(town.house.database) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_one_thing_at_a_time_and_a_link_for_each_choice(town: Town) -> None:
    browser = sign_in(town)
    browser.goes("/console/")
    assert '<a class="do big loud-deed" href="/console/alert">Send an alert</a>' in browser.page
    for path, asked, choice in (
        ("?action=alert", "What is it?", ">agents at the school</a>"),
        ("?action=alert&kind=2", "Where?", ">front gate</a>"),
        ("?action=alert&kind=2&place=1", "Did you or another staff member see them?", ">yes, seen</a>"),
    ):
        assert browser.goes(f"/console/alert{path}").status_code == 200
        assert f"<h1>{asked}</h1>" in browser.page or f" {asked}</h1>" in browser.page
        assert choice in browser.page
    assert counted(town, PinAttempt) == counted(town, Alert) == 0


def test_a_level_is_asked_where_it_is_missing_and_where_it_is_nonsense(town: Town) -> None:
    browser = sign_in(town)
    for level in ("", "&level=3", "&level=clear", "&level=x"):
        browser.goes(f"/console/alert?action=alert&kind=2&place=1{level}")
        assert "Did you or another staff member see them?" in browser.page
    browser.goes("/console/alert?action=alert&kind=7")
    assert "What is it?" in browser.page
    assert browser.goes("/console/alert?action=erase").status_code == 404
    assert browser.sends("/console/alert/ask", action="erase").status_code == 404


def test_the_preview_has_every_language_with_segments_cost_and_time(town: Town) -> None:
    town.enrol("+12135550143", "parent")
    browser = sign_in(town)
    browser.goes("/console/alert?action=alert&kind=2&place=1&level=2")
    page = browser.page
    assert "<h1>Nothing is sent yet.</h1>" in page
    assert "CONFIRMED: agents at the school, front gate." in page
    assert '<dt>Phones</dt><dd class="figure">3</dd>' in page
    assert '<dt>The last phone has it by</dt><dd class="figure">8:00</dd>' in page
    assert re.search(r'<dt>US dollars, about</dt><dd class="figure">0\.0\d</dd>', page)
    assert "Maple Tree: CONFIRMED 8:00. Immigration agents at the school, front gate." in page
    assert re.search(r'lang="es-419" dir="ltr">Maple Tree: CONFIRMADO 8:00\.', page)
    assert "Segments for each phone: 1. Phones: 2." in page
    assert "Segments for each phone: 1. Phones: 1." in page
    assert "Parents are NOT told" not in page
    assert counted(town, Broadcast) == 0
    browser.goes("/console/alert?action=alert&kind=2&place=1&level=1")
    assert "Staff only. Parents are NOT told." in browser.page


def test_an_alert_is_sent_with_the_code_from_the_phone_and_the_pin(town: Town) -> None:
    other = town.enrol(SECOND, "lead", pin="481516")
    browser = sign_in(town)
    sends(town, browser)
    assert any("Another lead sent an ALERT to 3 phones. ABORT pauses it." in words for words in other.unread)
    town.phone(PARENT).hears("CONFIRMADO")
    browser.goes("/console/progress")
    assert '<p class="done" role="status">Sent to 3 phones.</p>' in browser.page
    browser.goes("/console/progress")
    assert "Sent to 3 phones." not in browser.page
    assert "front gate" in browser.page


def test_the_text_to_the_phone_is_the_one_that_an_alert_by_text_gets(town: Town) -> None:
    browser = sign_in(town)
    browser.goes("/console/alert")
    browser.sends("/console/alert/ask", **SEEN, how="text")
    words = texted(town)
    town.phone(LEAD).texts("ALERT 2 1 2")
    by_text = town.phone(LEAD).unread.popleft()
    assert re.sub(r"\d{4}", "", words) == re.sub(r"\d{4}", "", by_text)


def test_what_was_asked_for_here_can_be_answered_on_the_phone(town: Town) -> None:
    browser = sign_in(town)
    code = asks(town, browser)
    town.phone(LEAD).texts(f"{code} {PIN}").hears("SENT to 2 phones")
    assert counted(town, Alert) == 1
    assert confirms(town, browser, code) == "/console/progress"
    assert counted(town, Alert) == 1


def test_a_form_sent_twice_in_haste_sends_once_and_says_so_twice(town: Town) -> None:
    browser = sign_in(town)
    code = asks(town, browser)
    assert confirms(town, browser, code) == confirms(town, browser, code) == "/console/progress"
    assert counted(town, Broadcast) == 1


def test_wrong_answers_are_counted_told_and_close_the_code(town: Town) -> None:
    other = town.enrol(SECOND, "lead", pin="481516")
    browser = sign_in(town)
    code = asks(town, browser)
    assert "The code or the PIN was wrong. Tries left: 2." in confirms(town, browser, code, WRONG)
    assert "Tries left: 1." in confirms(town, browser, "0000")
    assert "Three wrong answers." in confirms(town, browser, code, WRONG)
    assert "That is no longer open." in confirms(town, browser, code)
    assert counted(town, PinAttempt) == 3
    assert counted(town, Alert) == 0
    town.deliver()
    for told in ("A wrong code or PIN came from", "A wrong code or PIN came from", "Three wrong answers from"):
        other.hears(told)


def test_what_is_no_code_and_pin_is_not_counted(town: Town) -> None:
    browser = sign_in(town)
    code = asks(town, browser)
    for no_code, no_pin in (("", PIN), (code, ""), (code, PIN[:5]), (code + "1", PIN), ("abcd", PIN)):
        assert "nothing was counted" in confirms(town, browser, no_code, no_pin)
    assert counted(town, PinAttempt) == 0
    assert confirms(town, browser, f" {code[:2]} {code[2:]} ", PIN) == "/console/progress"


def test_five_wrong_answers_close_the_page_as_they_close_the_text_path(town: Town) -> None:
    browser = sign_in(town)
    for _again in range(2):
        code = asks(town, browser)
        for _wrong in range(3):
            confirms(town, browser, code, WRONG)
    assert counted(town, PinAttempt) == 5
    code = asks(town, browser)
    assert "Too many wrong answers in an hour" in confirms(town, browser, code)
    assert counted(town, Alert) == 0
    browser.goes("/console/alert/confirm")
    assert browser.sends("/console/alert/call").headers["Location"] == "/console/alert/confirm?called=1"
    town.deliver()
    town.rings(LEAD).picks_up().hears("Key your PIN.").presses(PIN).presses("1")
    assert counted(town, Alert) == 1


def test_a_pin_typed_on_a_page_is_not_in_the_phone(town: Town) -> None:
    """So no lead is told to have it set anew."""
    sends(town, sign_in(town))
    with reading(town.house.database) as session:
        assert session.scalars(select(Pin.texted_at)).all() == [None]


def test_a_code_is_good_for_three_minutes(town: Town) -> None:
    browser = sign_in(town)
    code = asks(town, browser)
    passes(town, timedelta(minutes=3, seconds=1))
    assert "That is no longer open." in confirms(town, browser, code)
    browser.goes("/console/alert/confirm")
    assert "Nothing waits for your PIN." in browser.page
    assert counted(town, Alert) == 0


def test_a_school_that_calls_takes_no_pin_on_a_page(build: Build) -> None:
    town = build(confirm='"call"')
    browser = sign_in(town)
    browser.goes("/console/alert?action=alert&kind=2&place=1&level=2")
    assert "This school takes no PIN on a page now." in browser.page
    assert 'value="text"' not in browser.page
    answer = browser.sends("/console/alert/ask", **SEEN, how="text")
    assert answer.headers["Location"] == "/console/alert/confirm?called=1"
    browser.goes("/console/alert/confirm?called=1")
    assert "Your phone is called." in browser.page
    assert 'name="pin"' not in browser.page
    browser.sends("/console/alert/confirm", code="4821", pin=PIN)
    assert counted(town, PinAttempt) == counted(town, Alert) == 0
    town.deliver()
    assert "Sent to" not in browser.goes("/console/alert/confirm/live").get_data(as_text=True)
    town.rings(LEAD).picks_up().hears("agents at the school", "Key your PIN.").presses(PIN).presses("1")
    assert counted(town, Alert) == 1
    assert "Sent to 2 phones." in browser.goes("/console/alert/confirm/live").get_data(as_text=True)
    browser.goes("/console/alert/confirm")
    assert "Sent to 2 phones." in browser.page


def test_two_approvals_are_two_leads(build: Build) -> None:
    town = build(approvals="2")
    other = town.enrol(SECOND, "lead", pin="481516")
    browser = sign_in(town)
    assert confirms(town, browser, asks(town, browser)) == "/console/alert/confirm"
    browser.goes("/console/alert/confirm")
    assert "Your part is done. Nothing is sent yet" in browser.page
    assert 'name="pin"' not in browser.page
    assert counted(town, Alert) == 0
    code = code_in(texted(town, SECOND))
    other.texts(f"{code} 481516").hears("SENT to 3 phones")
    assert counted(town, Alert) == 1


def test_another_lead_finishes_it_on_their_own_page(town: Town) -> None:
    town.enrol(SECOND, "lead", pin="481516")
    town.phone(SECOND).texts("ALERT 2 1 2").unread.clear()
    browser = sign_in(town)
    browser.goes("/console/")
    assert "Another lead has a preview open." in browser.page
    browser.sends("/console/alert/ask", action="send")
    assert confirms(town, browser, code_in(texted(town))) == "/console/progress"
    assert counted(town, Alert) == 1


def test_an_alert_is_updated_corrected_and_ended(town: Town) -> None:
    browser = sign_in(town)
    for action in ("update", "clear", "correct"):
        assert browser.goes(f"/console/alert?action={action}").status_code == 409
        assert "Nothing to send: nothing is open" in browser.page
    sends(town, browser)
    forget_all(town)
    browser.goes("/console/")
    number = re.findall(r"action=clear&alert=(\d+)", browser.page)[0]
    for action, words in (("update", "AVISO NUEVO"), ("clear", "YA NO SE VEN"), ("correct", "CORRECCION")):
        browser.goes(f"/console/alert?action={action}&alert={number}")
        assert words in browser.page
        sends(town, browser, action=action, alert=number)
        town.phone(PARENT).hears(words)
        forget_all(town)
    browser.goes("/console/")
    assert "No alert is open." in browser.page


def test_a_drill_is_a_drill(town: Town) -> None:
    town.enrol("+12135550150", "staff")
    browser = sign_in(town)
    drill = {**SEEN, "action": "drill"}
    browser.goes("/console/alert?action=drill&kind=2&place=1&level=2")
    assert "This is practice: every text says DRILL first and last." in browser.page
    sends(town, browser, **drill)
    town.phone("+12135550150").hears("DRILL")
    town.phone(PARENT).hears_nothing()


def test_a_pause_takes_no_pin_and_going_on_takes_code_and_pin(town: Town) -> None:
    browser = sign_in(town)
    assert confirms(town, browser, asks(town, browser)) == "/console/progress"
    browser.goes("/console/progress")
    answer = browser.sends("/console/alert/ask", action="pause")
    assert answer.headers["Location"] == "/console/progress"
    words = texted(town)
    assert "PAUSED. 2 phones wait" in words
    browser.goes("/console/progress")
    assert "Paused. 2 phones wait." in browser.page
    assert "Paused: what has not gone waits." in browser.page
    assert states(town) == {State.PENDING}
    browser.sends("/console/alert/ask", action="send")
    code = code_in(texted(town))
    browser.goes("/console/alert/confirm")
    assert "What has not gone is paused." in browser.page
    assert confirms(town, browser, code) == "/console/progress"
    town.deliver()
    town.phone(PARENT).hears("CONFIRMADO")


def states(town: Town) -> set[State]:
    with reading(town.house.database) as session:
        return set(session.scalars(select(Delivery.state).where(Delivery.broadcast_id.is_not(None))))


def test_a_freeze_takes_the_pin_alone_and_shuts_everything(town: Town) -> None:
    other = town.enrol(SECOND, "lead", pin="481516")
    browser = sign_in(town)
    browser.goes("/console/")
    assert browser.sends("/console/alert/ask", action="freeze").headers["Location"] == "/console/alert/confirm"
    browser.goes("/console/alert/confirm")
    assert "For 30 minutes no alert and no correction is sent" in browser.page
    assert 'name="code"' not in browser.page
    assert confirms(town, browser, "", WRONG) != "/console/"
    assert confirms(town, browser, "", PIN) == "/console/"
    browser.goes("/console/")
    assert "Frozen. No alert and no correction is sent for 30 minutes." in browser.page
    assert "Frozen: nothing of an alert is sent before 8:30" in browser.page
    assert browser.goes("/console/alert?action=alert&kind=2&place=1&level=2").status_code == 409
    assert "It is frozen. Nothing was sent." in browser.page
    assert browser.sends("/console/alert/ask", **SEEN, how="text").status_code == 409
    browser.sends("/console/alert/ask", action="thaw")
    assert "You froze it. Two other leads end it sooner" in browser.page
    town.deliver()
    other.unread.clear()
    other.texts("THAW")
    other.texts(f"{code_in(other.unread.popleft())} 481516").hears("one more lead")


def test_a_lead_without_a_pin_is_told_so(town: Town) -> None:
    browser = sign_in(town)
    with writing(town.house.database) as session:
        session.execute(update(Pin).values(set_at=town.house.means.now() - timedelta(days=1)))
    browser.goes("/console/alert?action=alert&kind=2&place=1&level=2")
    assert browser.page.count("<h1>Nothing is sent yet.</h1>") == 1
    with writing(town.house.database) as session:
        session.query(Pin).delete()
    assert browser.goes("/console/alert").headers["Location"] == "/console/sign-in"


def test_what_is_let_go_is_not_sent(town: Town) -> None:
    browser = sign_in(town)
    code = asks(town, browser)
    assert browser.sends("/console/alert/let-go").headers["Location"] == "/console/"
    browser.goes("/console/")
    assert "Let go. Nothing was sent." in browser.page
    assert "That is no longer open." in confirms(town, browser, code)
    assert counted(town, Alert) == 0


def test_under_duress_every_page_shows_what_was_to_be_expected(build: Build) -> None:
    town = build(duress="true")
    other = town.enrol(SECOND, "lead", pin="481516")
    with writing(town.house.database) as session:
        enrolment.set_duress_pin(session, town.house.means, PhoneNumber(LEAD), PIN, DURESS_PIN)
    browser = sign_in(town)
    assert confirms(town, browser, asks(town, browser), DURESS_PIN) == "/console/progress"
    browser.goes("/console/progress")
    assert "Sent to 3 phones." in browser.page
    assert "agents at the school, front gate" in browser.page
    assert counted(town, Alert) == counted(town, Broadcast) == 0
    passes(town, timedelta(seconds=20))
    browser.goes("/console/progress")
    assert '<dt>Phones reached</dt><dd class="figure">3</dd>' in browser.page
    assert "Everything has gone, and every receipt is in." in browser.page
    browser.goes("/console/")
    assert "agents at the school, front gate" in browser.page
    assert "action=clear&alert=" in browser.page
    town.deliver()
    town.phone(PARENT).hears_nothing()
    other.hears("Please answer the call from this number.").hears_nothing()
    assert [call.handset for call in town.calls if call.is_ringing] == [SECOND]


def test_the_pages_are_spanish_for_who_reads_spanish(town: Town) -> None:
    browser = sign_in(town)
    browser.goes("/console/")
    browser.sends("/console/language", language="es", here="/console/")
    browser.goes("/console/alert?action=alert&kind=2&place=1&level=2")
    assert "<h1>Todavía no se ha enviado nada.</h1>" in browser.page
    browser.goes("/console/")
    assert "Enviar una alerta" in browser.page
