"""``phonetree twilio setup`` at the carrier on this machine: it shows, asks, changes, leaves what is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from operator_desk import MAPLE, OperatorDesk

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Line

SCHOOL, OTHERS = "+12135550100", "+12135550199"
PUBLIC = "https://tree.example.org"
SERVICE = "MG" + "3" * 32
RIGHT = Line(
    f"{PUBLIC}/twilio/sms",
    f"{PUBLIC}/twilio/fallback",
    voice_url=f"{PUBLIC}/twilio/voice",
    voice_fallback_url=f"{PUBLIC}/twilio/fallback",
    call_status_url=f"{PUBLIC}/twilio/status/call",
)
NOTHING = "nothing to do: everything here is set to this tree"


@pytest.fixture
def desk(tmp_path: Path) -> OperatorDesk:
    return OperatorDesk.at(tmp_path)


@pytest.fixture
def carrier(desk: OperatorDesk) -> Iterator[SimulatedCarrier]:
    """A number fresh from the shop, and one of somebody else in the same account."""
    theirs = Line("https://clinic.example/in", voice_url="https://clinic.example/call")
    numbers = {SCHOOL: Line(voice_url="https://demo.twilio.com/welcome/voice/"), OTHERS: theirs}
    with SimulatedCarrier(*desk.account, numbers=numbers) as carrier:
        desk.settings.update(TWILIO_API_BASE_URL=carrier.base_url, PHONETREE_PUBLIC_URL=PUBLIC)
        desk.done("site", "load", MAPLE)
        yield carrier


def line_of(carrier: SimulatedCarrier, number: str = SCHOOL) -> Line:
    return carrier.line_of(number)


def test_it_shows_asks_changes_and_then_has_nothing_to_do(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    shown = desk.done("twilio", "setup", typed="y\n")
    assert shown[0].split() == ["number", "setting", "now", "wanted"]
    assert [f"{PUBLIC}/twilio/sms" in line and "nothing" in line for line in shown].count(True) == 1
    assert any("https://demo.twilio.com/…" in line and f"{PUBLIC}/twilio/voice" in line for line in shown)
    assert shown[-1].endswith("changed: 5 settings")
    assert line_of(carrier) == RIGHT
    assert line_of(carrier, OTHERS).sms_url == "https://clinic.example/in"
    assert desk.done("twilio", "setup") == [NOTHING]


@pytest.mark.parametrize(("words", "typed"), [(["--dry-run"], ""), (["--dry-run", "--yes"], ""), ([], "n\n")])
def test_without_a_yes_nothing_is_changed(
    desk: OperatorDesk, carrier: SimulatedCarrier, words: list[str], typed: str
) -> None:
    before = line_of(carrier)
    shown = desk.done("twilio", "setup", *words, typed=typed)
    assert any(f"{PUBLIC}/twilio/sms" in line for line in shown)
    assert line_of(carrier) == before


def test_nobody_there_to_say_yes_is_a_no(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    before = line_of(carrier)
    assert desk.run("twilio", "setup").exit_code == 1
    assert line_of(carrier) == before


def test_what_is_asked_by_get_is_asked_by_post(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    carrier.set_line(SCHOOL, RIGHT)
    carrier.standing.number(SCHOOL).methods["VoiceMethod"] = "GET"
    assert desk.done("twilio", "setup", "--yes")[-1] == "changed: 1 settings"
    assert carrier.standing.number(SCHOOL).methods["VoiceMethod"] == "POST"


def test_a_fallback_on_another_host_is_left(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    spare = Line(
        RIGHT.sms_url,
        "https://spare.example/sorry",
        voice_url=RIGHT.voice_url,
        voice_fallback_url="https://spare.example/sorry",
        call_status_url=RIGHT.call_status_url,
    )
    carrier.set_line(SCHOOL, spare)
    assert desk.done("twilio", "setup", "--yes") == [NOTHING]
    assert line_of(carrier) == spare


@pytest.mark.parametrize(
    ("theirs", "name"),
    [
        (Line("https://clinic.example/in?key=secret"), "https://clinic.example"),
        (Line(RIGHT.sms_url, call_status_url="https://clinic.example:8443/end"), "https://clinic.example:8443"),
    ],
)
def test_a_number_of_another_application_is_named_and_left(
    desk: OperatorDesk, carrier: SimulatedCarrier, theirs: Line, name: str
) -> None:
    carrier.set_line(SCHOOL, theirs)
    (line,) = desk.fails("twilio", "setup", "--yes")
    assert line == f"213-555-0100 belongs to another application, {name}: left as it is (--take-over)"
    assert line_of(carrier) == theirs
    desk.done("twilio", "setup", "--yes", "--take-over")
    assert line_of(carrier) == RIGHT
    assert desk.done("twilio", "setup") == [NOTHING]


def test_a_number_behind_a_trunk_is_taken_only_when_told(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    carrier.set_line(SCHOOL, RIGHT)
    carrier.standing.number(SCHOOL).applications["TrunkSid"] = "TK" + "1" * 32
    assert "another application, trunk:" in desk.fails("twilio", "setup", "--yes")[0]
    assert carrier.standing.number(SCHOOL).applications["TrunkSid"]
    desk.done("twilio", "setup", "--yes", "--take-over")
    assert not carrier.standing.number(SCHOOL).applications["TrunkSid"]
    assert desk.done("twilio", "setup") == [NOTHING]


def test_the_service_of_the_settings_and_its_pool(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    carrier.set_line(SCHOOL, RIGHT)
    desk.settings["TWILIO_MESSAGING_SERVICE_SID"] = SERVICE
    traits = carrier.standing.service(SERVICE)
    traits.defers_to_number, traits.validity = False, 600
    carrier.standing.service("MG" + "4" * 32).validity = 600
    assert desk.done("twilio", "setup", "--yes")[-1] == "changed: 4 settings"
    assert traits.fields["InboundRequestUrl"] == RIGHT.sms_url
    assert traits.fields["FallbackUrl"] == RIGHT.sms_fallback_url
    assert (traits.validity, line_of(carrier).service, line_of(carrier, OTHERS).service) == (36000, SERVICE, None)
    assert carrier.standing.service("MG" + "4" * 32).validity == 600
    assert desk.done("twilio", "setup") == [NOTHING]


def test_a_service_that_leaves_it_to_the_number_is_right(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    carrier.set_line(SCHOOL, Line(RIGHT.sms_url, service=SERVICE))
    desk.done("twilio", "setup", "--yes", "--take-over")
    desk.settings["TWILIO_MESSAGING_SERVICE_SID"] = SERVICE
    assert desk.done("twilio", "setup") == [NOTHING]


def test_a_service_of_another_application_is_left(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    carrier.set_line(SCHOOL, RIGHT)
    desk.settings["TWILIO_MESSAGING_SERVICE_SID"] = SERVICE
    traits = carrier.standing.service(SERVICE)
    traits.defers_to_number, traits.fields["InboundRequestUrl"] = False, "https://clinic.example/in"
    (line,) = desk.fails("twilio", "setup", "--yes")
    assert line.startswith("the Messaging Service belongs to another application, https://clinic.example:")
    assert (traits.fields["InboundRequestUrl"], line_of(carrier).service) == ("https://clinic.example/in", None)


def test_permissions_are_turned_on(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    carrier.set_line(SCHOOL, RIGHT)
    carrier.standing.text_countries.discard("US")
    carrier.standing.call_countries.discard("US")
    shown = desk.done("twilio", "setup", "--yes")
    assert [line.split()[-2:] for line in shown[1:3]] == [["off", "on"], ["off", "on"]]
    assert "US" in carrier.standing.text_countries & carrier.standing.call_countries
    assert desk.done("twilio", "setup") == [NOTHING]


def test_a_number_that_the_account_lacks(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    with SimulatedCarrier(*desk.account, numbers={OTHERS: Line()}) as other:
        desk.settings["TWILIO_API_BASE_URL"] = other.base_url
        assert desk.fails("twilio", "setup", "--yes") == [
            "213-555-0100 is not in this account: buy it there, or correct it"
        ]
        assert line_of(other, OTHERS) == Line()
    assert carrier.errors == ()


def test_why_it_cannot_be_told_is_one_line(desk: OperatorDesk, carrier: SimulatedCarrier) -> None:
    desk.settings["TWILIO_MESSAGING_SERVICE_SID"] = "MG" + "9" * 32
    assert desk.fails("twilio", "setup")[0].startswith("TWILIO_MESSAGING_SERVICE_SID: The carrier knows no such")
    (line,) = desk.fails("twilio", "setup", TWILIO_AUTH_TOKEN="wrong")
    assert line.startswith("the account's numbers: ")
    assert line.endswith("(20003) Nothing was changed")
    carrier.stop()
    assert "is this machine online?" in desk.fails("twilio", "setup")[0]


def test_without_a_school_there_is_no_number(tmp_path: Path) -> None:
    (line,) = OperatorDesk.at(tmp_path).fails("twilio", "setup")
    assert line.startswith("no school is loaded")
    assert OperatorDesk.at(tmp_path).run("twilio", "setup", "--force").exit_code == 2
