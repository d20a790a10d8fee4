from __future__ import annotations

from pathlib import Path

import pytest

from phonetree.school.notices import notices, unset
from phonetree.school.reading import read_school

EXAMPLE = (Path(__file__).parents[2] / "docs" / "examples" / "maple.toml").read_text(encoding="utf-8")


def told(text: str) -> str:
    return "\n".join(str(notice) for notice in notices(read_school(text)))


@pytest.mark.parametrize(
    ("written", "instead", "fragment"),
    [
        ('unconfirmed = ["staff", "network"]', 'unconfirmed = ["parents"]', "every rumor will reach every family"),
        ('"staff", "parents", "network", "relays"', '"staff"', "no alert will ever reach a family"),
        ('"network", "relays"]', '"network"]', "relays are named nowhere in the protocol"),
        ('call_after = "5m"', 'call_after = "45m"', "protocol.call_after is not before expires"),
        ('short = "Maple Tree"', 'short = "Árbol Maple"', "site.short holds “Á”"),
        ("Despensa martes", "Despensa mañana y todos los días", "aid[0].text.es holds “í”"),
        ("Despensa martes", "Despensa martes " * 20, "aid[0].text.es takes 3 segments"),
        ("Los niños se quedan adentro", "Los niños están adentro", "plan.summary.es[1] holds “á”"),
        ("No agent enters", "No agent enters" * 8, "plan.summary.en[0] takes 3 segments"),
        ("Keep your emergency card", "Keep your emergency card " * 12, "plan.summary.en[2] takes 3 segments"),
        ('en = "bus stop"', 'ru = "парк"', "places[3].name has no words in en; es stands in"),
        ('en = "bus stop"', 'ru = "парк"', "places[3].name has words in ru, which site.languages does not name"),
        ('meeting_places = ["front-gate", "parking"]', "", "rides and child care may begin at every place of the file"),
        ("duress = false", "duress = true", "protocol.duress needs two leads with PINs at least"),
        ("[[network]]\nname", "[[relays]]\nurl_env = 'X_URL'\nname", "no Rapid Response Network is named"),
    ],
)
def test_what_deserves_a_second_look_is_told(written: str, instead: str, fragment: str) -> None:
    assert fragment not in told(EXAMPLE)
    assert written in EXAMPLE
    assert fragment in told(EXAMPLE.replace(written, instead, 1))


def test_a_pin_by_text_is_told() -> None:
    assert 'choose "call"' in told(EXAMPLE)
    assert 'choose "call"' not in told(EXAMPLE.replace('confirm = "text"', 'confirm = "call"'))


@pytest.mark.parametrize(("after", "is_told"), [("2m", True), ("never", False)])
def test_with_two_approvals_one_phone_that_may_go_on_alone_is_told(after: str, *, is_told: bool) -> None:
    two = EXAMPLE.replace("approvals = 1", "approvals = 2").replace('solo_after = "2m"', f'solo_after = "{after}"')
    assert ("protocol.solo_after" in told(two)) is is_told
    assert "protocol.solo_after" not in told(EXAMPLE)


def test_a_bare_school_is_told_what_it_lacks() -> None:
    bare = EXAMPLE[: EXAMPLE.index("[protocol]")] + '[[places]]\nkey = "gate"\ndigit = 1\nname = { es = "puerta" }\n'
    paths = {notice.path for notice in notices(read_school(bare))}
    assert {"hotlines", "network", "shifts", "aid", "plan", "protocol.confirm", "places[0].name"} <= paths


def test_a_group_chat_without_an_address_is_told_by_its_name() -> None:
    school = read_school(EXAMPLE)
    (notice,) = unset(school, {"MAPLE_SIGNAL_URL": " "})
    assert str(notice).startswith("relays[0].url_env MAPLE_SIGNAL_URL is not set")
    assert unset(school, {"MAPLE_SIGNAL_URL": "signal://127.0.0.1/+12135550190"}) == ()


def test_recorded_languages_need_no_words() -> None:
    assert "quc" not in told(EXAMPLE.replace('"ko", "hy"]', '"ko", "hy", "quc"]'))


def test_notices_have_no_line_and_show_no_number() -> None:
    found = notices(read_school(EXAMPLE))
    assert found
    assert {notice.line for notice in found} == {None}
    assert "555" not in "".join(str(notice) for notice in found)
