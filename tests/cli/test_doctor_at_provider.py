"""``phonetree doctor`` at the provider: account, numbers, service, registration, permissions, the public address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from doctors_ground import SCHOOL, SERVICE, TREE, Ground, ground
from phone import ACCOUNT, OLD_TOKEN, TOKEN
from test_cli_serving import free_port

from phonetree.operators.ledger_checks import REMEDIES
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Line
from phonetree.twilio.errors import ERRORS, explain
from phonetree.words.ports import Verdict

TOLL_FREE = "+18005550100"


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Ground]:
    with ground("sqlite", tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("name", "spoiled", "about", "level", "remedy"),
    [
        ("status", "suspended", "account", "stops", "support"),
        ("status", "closed", "account", "stops", "support"),
        ("kind", "Trial", "account", "stops", "Upgrade"),
        ("balance", "9.50", "balance", "warns", "Add money"),
        ("balance", "-0.20", "balance", "stops", "Add money"),
        ("countries_at_risk", {"US"}, "permissions-at-risk", "warns", "high-risk"),
    ],
)
def test_the_account(tree: Ground, name: str, spoiled: object, about: str, level: str, remedy: str) -> None:
    right = getattr(tree.carrier.standing, name)
    setattr(tree.carrier.standing, name, spoiled)
    found = tree.findings()
    assert (list(found), found[about]["level"]) == ([about], level)
    assert remedy in found[about]["remedy"]
    setattr(tree.carrier.standing, name, right)
    assert tree.findings() == {}


def test_the_auth_token_and_the_key(tree: Ground) -> None:
    assert tree.findings(TWILIO_AUTH_TOKEN="wrong")["auth-token"]["level"] == "stops"
    both = tree.findings(TWILIO_AUTH_TOKEN=f"{TOKEN},{OLD_TOKEN}")
    assert both["auth-token"]["level"] == "warns"
    wrong = {"TWILIO_API_KEY_SID": "SK" + "1" * 32, "TWILIO_API_KEY_SECRET": "wrong"}
    found = tree.findings(**wrong)
    assert "TWILIO_API_KEY_SID" in found["api-key"]["remedy"]
    assert "auth-token" not in found
    assert tree.findings() == {}


def test_a_provider_that_is_not_there(tree: Ground) -> None:
    tree.carrier.stop()
    found = tree.findings()
    assert {"account", "numbers"} <= set(found)
    assert "online" in found["account"]["remedy"]
    tree.carrier.start()
    assert tree.findings() == {}


def test_a_number_that_the_account_lacks(tree: Ground) -> None:
    with SimulatedCarrier(ACCOUNT, TOKEN, numbers={TOLL_FREE: tree.line}) as other:
        found = tree.findings(TWILIO_API_BASE_URL=other.base_url)
    assert "213-555-0100 is not a number of this account" in found["number"]["what"]
    assert tree.findings() == {}


@pytest.mark.parametrize("lacks", ["can_text", "can_call"])
def test_a_number_that_cannot(tree: Ground, lacks: str) -> None:
    setattr(tree.carrier.standing.number(SCHOOL), lacks, False)
    assert tree.findings()["capabilities"]["level"] == "stops"
    setattr(tree.carrier.standing.number(SCHOOL), lacks, True)
    assert tree.findings() == {}


@pytest.mark.parametrize(
    ("spoiled", "level", "words"),
    [
        ({"sms_url": None}, "stops", "a message comes in"),
        ({"voice_url": None}, "stops", "a call comes in"),
        ({"voice_url": "https://demo.twilio.com/welcome/voice/"}, "stops", "a call comes in"),
        ({"call_status_url": None}, "warns", "call status changes"),
        ({"sms_fallback_url": None}, "warns", "texts, when that fails"),
        ({"voice_fallback_url": None}, "warns", "calls, when that fails"),
        ({"sms_url": "https://clinic.example/x"}, "stops", "belongs to another application, https://clinic.example"),
    ],
)
def test_what_the_number_calls(tree: Ground, spoiled: dict[str, str | None], level: str, words: str) -> None:
    """The remedy is the command that it names, as it is written there."""
    changed: Line = replace(tree.line, **spoiled)  # type: ignore[arg-type]
    tree.carrier.set_line(SCHOOL, changed)
    found = tree.findings()
    assert (list(found), found["webhooks"]["level"]) == (["webhooks"], level)
    assert words in found["webhooks"]["what"]
    command = found["webhooks"]["remedy"].split("`")[1].split()
    assert command[:3] == ["phonetree", "twilio", "setup"]
    tree.desk.done(*command[1:], "--yes")
    assert tree.findings() == {}


def test_a_number_that_asks_by_get_or_stands_behind_a_trunk(tree: Ground) -> None:
    traits = tree.carrier.standing.number(SCHOOL)
    traits.methods["SmsMethod"] = "GET"
    assert tree.findings()["webhooks"]["level"] == "stops"
    tree.desk.done("twilio", "setup", "--yes")
    traits.applications["TrunkSid"] = "TK" + "1" * 32
    assert "trunk" in tree.findings()["webhooks"]["what"]
    tree.desk.done("twilio", "setup", "--yes", "--take-over")
    assert tree.findings() == {}


def test_a_service_that_drops_every_join(tree: Ground) -> None:
    traits = tree.carrier.standing.service(SERVICE)
    traits.defers_to_number = False
    found = tree.findings()["service"]
    assert (found["level"], "every JOIN is lost" in found["what"]) == ("stops", True)
    tree.desk.done("twilio", "setup", "--yes")
    assert tree.findings() == {}
    traits.validity = 300
    assert tree.findings()["service"]["level"] == "warns"
    tree.desk.done("twilio", "setup", "--yes")
    assert tree.findings() == {}


def test_a_service_without_the_number_of_another_or_of_nobody(tree: Ground) -> None:
    tree.carrier.set_line(SCHOOL, replace(tree.line, service=None))
    tree.carrier.standing.service(SERVICE)
    assert "is not in the Messaging Service" in tree.findings()["service"]["what"]
    tree.desk.done("twilio", "setup", "--yes")
    assert tree.findings() == {}
    traits = tree.carrier.standing.service(SERVICE)
    traits.defers_to_number, traits.fields["InboundRequestUrl"] = False, "https://clinic.example/x"
    assert "https://clinic.example." in tree.findings()["service"]["what"]
    tree.desk.done("twilio", "setup", "--yes", "--take-over")
    assert tree.findings() == {}
    assert tree.findings(TWILIO_MESSAGING_SERVICE_SID="MG" + "9" * 32)["service"]["level"] == "stops"


@pytest.mark.parametrize("countries", ["text_countries", "call_countries"])
def test_permissions_that_are_off(tree: Ground, countries: str) -> None:
    getattr(tree.carrier.standing, countries).clear()
    assert tree.findings()["permissions"]["level"] == "stops"
    tree.desk.done("twilio", "setup", "--yes")
    assert tree.findings() == {}


@pytest.mark.parametrize(
    ("status", "words"), [("IN_PROGRESS", "not decided"), ("FAILED", "was refused"), (None, "never handed in")]
)
def test_a_number_that_is_not_registered(tree: Ground, status: str | None, words: str) -> None:
    traits = tree.carrier.standing.service(SERVICE)
    traits.registration = status
    found = tree.findings()["registration"]
    assert (found["level"], words in found["what"], "(30034)" in found["what"]) == ("stops", True, True)
    traits.registration = "VERIFIED"
    assert tree.findings() == {}


def test_without_a_service_the_registration_cannot_be_seen(tree: Ground) -> None:
    found = tree.findings(TWILIO_MESSAGING_SERVICE_SID="")
    assert (list(found), found["registration"]["level"]) == (["registration"], "warns")
    assert "TWILIO_MESSAGING_SERVICE_SID" in found["registration"]["remedy"]


def test_a_toll_free_number_is_verified_instead(tmp_path: Path) -> None:
    with ground("sqlite", tmp_path, TREE.replace(SCHOOL, TOLL_FREE), number=TOLL_FREE) as tree:
        traits = tree.carrier.standing.number(TOLL_FREE)
        for status in (None, "IN_REVIEW", "TWILIO_REJECTED"):
            traits.verification = status
            assert "(30032)" in tree.findings()["registration"]["what"]
        traits.verification = "TWILIO_APPROVED"
        assert tree.findings() == {}


# --- the public address -----------------------------------------------------------------------------------------------


def test_nobody_at_the_public_address(tree: Ground) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    assert "cannot be reached" in tree.findings(PHONETREE_PUBLIC_URL=nowhere)["door"]["what"]
    assert tree.findings() == {}


def test_something_else_at_the_public_address(tree: Ground) -> None:
    found = tree.findings(PHONETREE_PUBLIC_URL=tree.carrier.base_url)
    assert "Something else" in found["door"]["what"]
    assert "(HTTP 404)" in found["door"]["what"]


def test_a_signature_that_does_not_arrive(tree: Ground) -> None:
    """The web server has another token than the operator's terminal."""
    origin = tree.desk.settings["PHONETREE_PUBLIC_URL"]
    found = tree.findings(PHONETREE_PUBLIC_URL=origin.replace("127.0.0.1", "localhost"))
    assert "does not arrive as it was signed (HTTP 403)" in found["door"]["what"]
    assert tree.findings() == {}


def test_an_address_of_this_machine_alone(tree: Ground) -> None:
    """With the real provider in the settings; nobody is asked for anything but the account, and nobody answers."""
    result = tree.desk.run("doctor", TWILIO_API_BASE_URL="https://provider.invalid")
    assert result.stdout.splitlines()[0] == "NOT LIVE"
    assert "an address of this machine alone" in result.stdout


# --- codes ------------------------------------------------------------------------------------------------------------

OF_THE_FACTS = (
    *(30001, 30002, 30003, 30004, 30005, 30006, 30007, 30008, 30017, 30022, 30023, 30024, 30027, 30032, 30034, 30036),
    *(30410, 30450, 21211, 21614, 21635, 21408, 21606, 21703, 21704, 21608, 21610, 21611, 21612, 21617, 14103, 14107),
    *(20429, 20500, 20503, 20003, 20404, 63038, 63017, 60728, 90007),
    *(13212, 13214, 13216, 13223, 13224, 13225, 13226, 13227, 13247, 21215, 21216, 21217, 10004, 22005),
)


@pytest.mark.parametrize("code", OF_THE_FACTS)
def test_every_code_that_matters_is_explained(code: int) -> None:
    assert code in ERRORS
    assert explain(code).endswith(".")
    assert str(code) not in explain(code)


def test_every_kind_of_trouble_has_a_remedy() -> None:
    assert set(REMEDIES) == set(Verdict)
    assert all(remedy.endswith((".", ")")) for remedy in REMEDIES.values())
