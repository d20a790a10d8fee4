"""From an empty folder to LIVE, with the commands that an operator types, at a carrier on this machine."""

from __future__ import annotations

from pathlib import Path

from operator_desk import LEAD, MAPLE, PEOPLE, PIN, OperatorDesk
from test_cli_serving import free_port, is_ready, running

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Line

SCHOOL = "+12135550100"


def test_from_an_empty_folder_to_live(tmp_path: Path) -> None:
    desk, port = OperatorDesk.at(tmp_path), free_port()
    with SimulatedCarrier(*desk.account, numbers={SCHOOL: Line()}) as carrier:
        desk.settings.update(TWILIO_API_BASE_URL=carrier.base_url, PHONETREE_PUBLIC_URL=f"http://127.0.0.1:{port}")
        assert desk.run("doctor").stdout.splitlines()[0] == "NOT LIVE (simulated)"
        desk.done("migrate")
        desk.done("site", "load", MAPLE)
        desk.done("people", "import", PEOPLE, "--site", "MAPLE")
        desk.done("people", "set-pin", LEAD, typed=f"{PIN}\n")
        desk.done("twilio", "setup", "--yes")
        assert "No worker has made its rounds so far" in desk.run("doctor").stdout
        with running(desk, "serve", "--port", str(port)) as process:
            assert is_ready(port, process)
            assert carrier.handset("+12135550120").wait_for_text("Maple Tree", timeout=90)
            said = desk.done("doctor")
            assert said[0] == "LIVE (simulated)"
            assert "This stops alerts:" not in said
            answers = carrier.handset("+12135550142").text("JOIN MAPLE")
            assert "Maple Parents Phone Tree" in answers[0], "what was set up is where families text"
