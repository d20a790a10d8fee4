"""The school file: what is taken, and every refusal with its line and its reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from phonetree.school.reading import SchoolRefused, dump_school, load_stored, read_school
from phonetree.school.schema import Audience, Confirm, JoinMode, Ring, School, TakenBy
from phonetree.words.numbers import PhoneNumber

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "maple.toml"

SMALLEST = """\
[site]
code = "MAPLE"
name = "Maple Street Elementary"
program = "Maple Parents Phone Tree"
short = "Maple Tree"
run_by = "the Maple parents' committee"
contact = "+12135550102"
timezone = "America/Los_Angeles"
number = "213-555-0100"
languages = ["es", "en", "ko"]

[[places]]
key = "front-gate"
digit = 1
name = { es = "puerta", en = "front gate" }
"""
"""The fifteen lines that a school cannot do without."""


def refusal(text: str) -> str:
    with pytest.raises(SchoolRefused) as caught:
        read_school(text)
    return str(caught.value)


def test_the_smallest_school_has_the_defaults_of_the_contract() -> None:
    school = read_school(SMALLEST)
    assert school.site.number == PhoneNumber("+12135550100")
    assert school.site.timezone == ZoneInfo("America/Los_Angeles")
    assert school.site.messages_per_month == 4
    assert school.site.keypad_code is None
    assert school.protocol.unconfirmed == (Audience.STAFF, Audience.NETWORK)
    assert school.protocol.confirmed == (Audience.STAFF, Audience.PARENTS, Audience.NETWORK, Audience.RELAYS)
    assert school.protocol.confirm is Confirm.TEXT
    assert school.protocol.solo_after == timedelta(minutes=2)
    assert school.sender.daily_budget == Decimal(50)
    assert school.sender.segments_per_day is None
    assert school.hotline.ring is Ring.TOGETHER
    assert school.join.mode is JoinMode.OPEN
    assert school.aid_rules.expires == timedelta(days=7)
    assert school.plan is None


def test_the_example_is_a_whole_school() -> None:
    school = read_school(EXAMPLE.read_text(encoding="utf-8"))
    assert school.place("parking").digit == 3
    food = school.aid_by_digit(1)
    assert food is not None
    assert food.until == date(2027, 6, 30)
    assert len(school.aid) >= 14
    assert school.shifts[1].covers(datetime(2026, 9, 16, 18, 59))  # noqa: DTZ001 - the site's own clock
    assert school.plan is not None
    assert len(school.plan.summary["es"]) == 3


def test_places_and_aid_are_found_by_key_and_digit() -> None:
    school = read_school(SMALLEST)
    place = school.place_by_digit(1)
    assert place is not None
    assert place == school.place("front-gate")
    assert school.place_by_digit(2) is None
    assert school.aid_by_digit(1) is None
    with pytest.raises(KeyError):
        school.place("back-gate")


def test_rides_and_child_care_wait_for_a_lead_and_other_aid_where_the_file_says_so() -> None:
    food = f"{SMALLEST}{AID}"
    waits = {
        (key, said): read_school(food.replace('"food"', f'"{key}"') + said).aid[0].waits_for_yes
        for key in ("food", "ride", "rides", "childcare", "child-care")
        for said in ("", "needs_yes = true\n")
    }
    assert [each for each, is_so in waits.items() if not is_so] == [("food", "")]
    stored = read_school(f"{food}needs_yes = true\n")
    assert load_stored(dump_school(stored)) == stored


def test_leads_hear_of_what_nobody_takes_after_a_day_or_two_hours_or_when_the_file_says() -> None:
    plain = read_school(SMALLEST).aid_rules
    assert [plain.waits_for_lead(who) for who in TakenBy] == [timedelta(days=1), timedelta(hours=2)]
    told = read_school(f'{SMALLEST}[aid_rules]\nlead_after = "90m"\n')
    assert [told.aid_rules.waits_for_lead(who) for who in TakenBy] == [timedelta(minutes=90)] * 2
    assert load_stored(dump_school(told)) == told


def test_people_meet_at_listed_places_and_where_none_is_listed_at_any() -> None:
    listed = read_school(EXAMPLE.read_text(encoding="utf-8"))
    assert [place.key for place in listed.meeting_places] == ["front-gate", "parking"]
    assert [place.key for place in read_school(SMALLEST).meeting_places] == ["front-gate"]


def test_codes_of_languages_become_ours() -> None:
    text = SMALLEST.replace('"ko"]', '"zh-Hans", "tl", "quc"]')
    assert read_school(text).site.languages == ("es", "en", "zh_Hans", "fil", "quc")


def test_never_forbids_sending_alone() -> None:
    school = read_school(f'{SMALLEST}[protocol]\nsolo_after = "never"\n')
    assert school.protocol.solo_after is None
    assert load_stored(dump_school(school)) == school


@pytest.mark.parametrize("text", [SMALLEST, EXAMPLE.read_text(encoding="utf-8")], ids=["smallest", "example"])
def test_a_school_is_stored_and_loaded_unchanged(text: str) -> None:
    school = read_school(text)
    stored = dump_school(school)
    assert load_stored(stored) == school
    assert dump_school(load_stored(stored)) == stored


def test_the_order_of_keys_in_the_file_does_not_change_what_is_stored() -> None:
    swapped = SMALLEST.replace('es = "puerta", en = "front gate"', 'en = "front gate", es = "puerta"')
    assert dump_school(read_school(swapped)) == dump_school(read_school(SMALLEST))


def test_a_table_can_be_made_again_from_its_values() -> None:
    school = read_school(EXAMPLE.read_text(encoding="utf-8"))
    tables = [school.site, school.protocol, school.sender, *school.hotlines, *school.shifts, *school.aid, school.plan]
    assert all(type(table)(**dict(table)) == table for table in tables if table is not None)
    assert School(**dict(school)) == school


@pytest.mark.parametrize("stored", ["", "{}", "[1]", '{"site": 3}'])
def test_what_was_not_stored_by_us_is_refused(stored: str) -> None:
    with pytest.raises(SchoolRefused):
        load_stored(stored)


def test_a_stored_school_that_contradicts_itself_is_refused() -> None:
    stored = dump_school(read_school(SMALLEST)).replace("+12135550102", "+12135550100")
    with pytest.raises(SchoolRefused, match="contradicts"):
        load_stored(stored)


def test_a_name_may_be_as_long_as_a_place_has_room() -> None:
    names = 'es = "puerta principal", ko = "학교앞큰정문옆문의집"'
    assert len(read_school(SMALLEST.replace('es = "puerta"', names)).place("front-gate").name) == 3


def test_the_network_may_send_to_staff_leads_and_itself() -> None:
    school = read_school(f'{SMALLEST}[protocol]\nnetwork_may_send = ["staff", "leads", "network"]\n')
    assert school.protocol.network_may_send == (Audience.STAFF, Audience.LEADS, Audience.NETWORK)


def test_a_school_does_not_change_after_it_was_read() -> None:
    school = read_school(SMALLEST)
    with pytest.raises(ValidationError, match="frozen"):
        school.site.code = "OTHER"  # type: ignore[misc]
    with pytest.raises(TypeError):
        school.places[0].name["es"] = "other"  # type: ignore[index]


def test_a_failed_validation_does_not_show_what_was_written() -> None:
    with pytest.raises(ValidationError) as caught:
        School.model_validate({"site": {"contact": "+1213555014", "number": "2135550142", "secret": "2135550143"}})
    assert "555" not in str(caught.value)


def test_a_school_never_shows_a_phone_number() -> None:
    assert "5550" not in repr(read_school(SMALLEST)).replace("-", "")


CHANGED = [
    # what is in the file, what is written instead, the line, what the reason holds
    ('code = "MAPLE"', 'code = "maple"', 2, "site.code must be 2 to 12 capital letters"),
    ('code = "MAPLE"', 'code = "M"', 2, "site.code must be 2 to 12 capital letters"),
    ('code = "MAPLE"', 'code = "STOP"', 2, "carriers take"),
    ('code = "MAPLE"', 'code = "OPTOUT"', 2, "carriers take"),
    ('code = "MAPLE"', 'code = "4821"', 2, "needs a letter"),
    ('code = "MAPLE"', 'code = "MAPLE"\nkeypad_code = "123"', 3, "site.keypad_code must be 4 to 8 digits"),
    ('code = "MAPLE"', 'code = "MAPLE"\nkeypad_code = 62753', 3, "site.keypad_code must be words in quotes"),
    ('code = "MAPLE"', 'code = "MAPLE"\nmessages_per_month = 0', 3, "must be at least 1"),
    ('name = "Maple Street Elementary"', 'name = "  "', 3, "site.name is empty"),
    ('name = "Maple Street Elementary"', 'nam = "Maple"', 3, "site.nam is not a known key; did you mean name?"),
    ('name = "Maple Street Elementary"', "", 1, "site.name is missing"),
    ('"Maple Parents Phone Tree"', '"maple.example.org"', 4, "holds a web address"),
    ('"Maple Parents Phone Tree"', '"see https://x"', 4, "holds a web address"),
    ('"Maple Parents Phone Tree"', '"Maple \U0001f4de"', 4, "holds an emoji"),
    ('"Maple Parents Phone Tree"', '"Maple\\nTree"', 4, "must be one line"),
    ('"Maple Parents Phone Tree"', '"Maple\\u202eTree"', 4, "must be one line"),
    ('short = "Maple Tree"', 'short = "Maple Streets"', 5, "site.short is too long: at most 12"),
    ('short = "Maple Tree"', "short = 3", 5, "site.short must be words in quotes"),
    ('"+12135550102"', '"+1213555"', 7, "site.contact cannot be used: the phone number is too short"),
    ('"+12135550102"', '"213-555-0102 x7"', 7, "extension"),
    ('"+12135550102"', "12135550102", 7, "must be a phone number in quotes"),
    ('"+12135550102"', '"2135550100"', 7, "the tree's own number; HELP must reach a person"),
    ("America/Los_Angeles", "Los Angeles", 8, "must be the name of a time zone"),
    ("America/Los_Angeles", "../etc/passwd", 8, "must be the name of a time zone"),
    ("America/Los_Angeles", "America", 8, "must be the name of a time zone"),
    ('["es", "en", "ko"]', "[]", 10, "site.languages is too short: at least 1"),
    ('["es", "en", "ko"]', '"es"', 10, "must be a list in brackets"),
    ('["es", "en", "ko"]', '["es", "en", "ES"]', 10, "names the same one twice"),
    ('["es", "en", "ko"]', '["es", "zap"]', 10, "site.languages[1] is not a language we know"),
    ('["es", "en", "ko"]', '["es",\n  "en",\n  7]', 12, "site.languages[2] is not a language we know"),
    ('["es", "en", "ko"]', '["quc", "es"]', 10, "begins with a language that is spoken from recordings"),
    ('["es", "en", "ko"]', '["ko", "es"]', 15, "places[0].name has no words in ko, the first language"),
    ("[[places]]", "[places]", 12, "places must be written with two brackets: [[places]]"),
    ("[[places]]", "[[place]]", 12, "place is not a known key; did you mean places?"),
    ('key = "front-gate"', 'key = "Front Gate"', 13, "must be small letters, digits and dashes"),
    ("digit = 1", "digit = 0", 14, "places[0].digit must be at least 1"),
    ("digit = 1", "digit = 9", 14, "places[0].digit must be at most 8"),
    ("digit = 1", 'digit = "1"', 14, "must be a whole number, without quotes"),
    ("digit = 1", "digit = true", 14, "must be a whole number"),
    ('{ es = "puerta", en = "front gate" }', '"puerta"', 15, "must be words by language"),
    ('es = "puerta", en', "en", 15, "places[0].name has no words in es"),
    ('es = "puerta"', 'es = "puerta principal de la escuela"', 15, "places[0].name.es has 30 characters"),
    ('es = "puerta"', 'es = "puerta [a] {b} 12"', 15, "has 21 characters; a place has at most 16"),
    ('es = "puerta"', 'es = "puerta principal2"', 15, "has 17 characters; a place has at most 16"),
    ('es = "puerta"', 'es = "puerta", ko = "학교앞큰정문옆문의집집"', 15, "has 11 characters; a place has at most 10"),
    ('es = "puerta"', 'es = "jardín"', 15, "places[0].name.es holds “í”"),
    ('es = "puerta"', 'es = "puerta", ko = "학교 앞 큰 정문 옆 문"', 15, "places[0].name.ko has 13 characters"),
    ('es = "puerta"', 'es = "puerta", xx = "p"', 15, "places[0].name.xx is not a language we know"),
    ('es = "puerta"', 'es = "puerta", quc = "p"', 15, "has no texts"),
    ('es = "puerta"', 'es = ""', 15, "places[0].name.es is empty"),
]


@pytest.mark.parametrize(("written", "instead", "line", "fragment"), CHANGED)
def test_a_mistake_in_the_school_itself_is_refused(written: str, instead: str, line: int, fragment: str) -> None:
    assert written in SMALLEST
    lines = refusal(SMALLEST.replace(written, instead, 1)).splitlines()
    assert [each for each in lines if each.startswith(f"line {line}: ") and fragment in each], lines


AID = '[[aid]]\nkey = "food"\ndigit = 1\nname = { es = "Comida" }\n'
PLAN = '[plan]\nversion = "1"\napproved_on = 2026-09-15\nreview_by = 2027-09-15\nsummary = { es = ["uno"] }\n'
LINE = '[[hotlines]]\nname = "Night line"\nnumber = "+12135550199"\n'
RELAY = '[[relays]]\nname = "staff"\n'

ADDED = [
    # what stands from line 16 on, the line, what the reason holds
    ("[protocol]\napprovals = 3", 17, "protocol.approvals must be at most 2"),
    ("[protocol]\napprovals = 0", 17, "protocol.approvals must be at least 1"),
    ('[protocol]\nduress = "no"', 17, "protocol.duress must be true or false"),
    ('[protocol]\nconfirmed = ["staff", "teachers"]', 17, "protocol.confirmed[1] must be one of 'staff', "),
    ('[protocol]\ndrill = ["staff", "staff"]', 17, "names the same one twice"),
    ('[protocol]\nnetwork_may_send = ["parents"]', 17, "parents never hear from the network without a lead"),
    ('[protocol]\nnetwork_may_send = ["relays"]', 17, "may name staff, leads and network"),
    ('[protocol]\nconfirm = "sms"', 17, "protocol.confirm must be one of 'text' or 'call'"),
    ('[protocol]\nexpires = "half an hour"', 17, "protocol.expires must be a duration"),
    ('[protocol]\nexpires = "never"', 17, "protocol.expires must be a duration"),
    ("[protocol]\nexpires = 30", 17, "protocol.expires must be a duration"),
    ('[protocol]\nexpires = "0m"', 17, "must be more than nothing"),
    ('[protocol]\nexpires = "367d"', 17, "at most a year"),
    ('[protocol]\nsolo_after = "soon"', 17, 'or "never"'),
    ("[sender]\nsegments_per_second = 0", 17, "sender.segments_per_second must be more than 0"),
    ("[sender]\nsegments_per_second = -1.5", 17, "must be more than 0"),
    ("[sender]\nsegments_per_second = inf", 17, "must be"),
    ("[sender]\nsegments_per_second = nan", 17, "must be"),
    ("[sender]\nsegments_per_second = true", 17, "must be a number"),
    ('[sender]\nsegments_per_second = "1"', 17, "must be a number, without quotes"),
    ("[sender]\ncalls_per_second = 0", 17, "must be more than 0"),
    ("[sender]\nsegments_per_day = 0", 17, "must be at least 1"),
    ("[sender]\ncarrier_segments_per_minute = { att = 0 }", 17, "minute.att must be more than 0"),
    ("[sender]\ndaily_budget = -1", 17, "must be more than 0"),
    ("[sender]\ndaily_budget = nan", 17, "must be"),
    ('[sender]\ndaily_budget = "much"', 17, "must be an amount in dollars"),
    ('[[places]]\nkey = "gate"\ndigit = 1\nname = { es = "a" }', 18, "digit is already taken by places[0]"),
    ('[[places]]\nkey = "front-gate"\ndigit = 2\nname = { es = "a" }', 17, "key is already taken by places[0]"),
    (f"{AID}{AID}", 21, "aid[1].key is already taken by aid[0]"),
    (f"{AID}{AID}", 22, "aid[1].digit is already taken by aid[0]"),
    (AID.replace("1", "0"), 18, "aid[0].digit must be at least 1"),
    (AID.replace("1", "100"), 18, "aid[0].digit must be at most 99"),
    (AID.replace("es =", "en ="), 19, "aid[0].name has no words in es"),
    (f'{AID}[aid.text]\nen = "Food"', 20, "aid[0].text has no words in es"),
    (f'{AID}text = {{ es = "vea www.comida.org" }}', 20, "aid[0].text.es holds a web address"),
    (f'{AID}taken_by = "lead"', 20, "must be one of 'counselor' or 'volunteer'"),
    (f'{AID}until = "june"', 20, "must be a day such as"),
    (f'{AID}needs_yes = "yes"', 20, "must be true or false"),
    (AID.replace('"food"', '"ride"') + "needs_yes = false", 16, "rides and child care always need one"),
    ('[aid_rules]\nlead_after = "soon"', 17, "aid_rules.lead_after must be a duration"),
    (f"{AID}until = 2027", 20, "must be a day such as"),
    (f"{AID}until = 2027-06-30T10:00:00", 20, "must be a day such as"),
    (f"{LINE}hours = 'always'", 19, "must be days and times"),
    (f"{LINE}hours = 'Mon-Sun 06:00'", 19, "must be times such as"),
    (f"{LINE}hours = 'Mon-Fry 06:00-21:00'", 19, "must be days such as"),
    (f"{LINE}hours = 'Mon 06:00-25:00'", 19, "between 00:00 and 24:00"),
    (f"{LINE}hours = 'Mon 06:00-06:00'", 19, "opens and closes at the same time"),
    (LINE.replace("0199", "0100"), 18, "a caller would go round in a ring"),
    ('[hotline]\nring = "loud"', 17, "hotline.ring must be one of 'together' or 'in_turn'"),
    ('[hotline]\ninterpreter_line = "+12135550100"', 17, "is the tree's own number"),
    ('[hotline]\nlegal = [{ name = "Law", phone = "1" }]', 17, "hotline.legal[0].number is missing"),
    ('[hotline]\nlegal = [{ name = "Law", numbr = "1" }]', 17, "did you mean number?"),
    ('[[shifts]]\ndays = "Mon-Fri"', 16, "shifts[0].hours is missing"),
    ('[[shifts]]\ndays = "weekends"\nhours = "07:00-16:00"', 17, "shifts[0].days must be days such as"),
    ('[join]\nmode = "closed"', 17, "join.mode must be one of 'open' or 'hold'"),
    (f'{RELAY}url_env = "signal://secret"', 18, "never the address itself"),
    (f'{RELAY}url_env = "TWILIO_AUTH_TOKEN"', 18, "is the name of a setting of the phone tree"),
    (f'{RELAY}url_env = "DATABASE_URL"', 18, "is the name of a setting of the phone tree"),
    (f'{RELAY}url_env = "A_URL"\naudience = "parents"', 19, "must be one of 'internal' or 'external'"),
    ('[aid_rules]\nmeeting_places = ["front-gate", "moon"]', 17, "meeting_places[1] is not the key of a place"),
    (PLAN.replace("[plan]", '[plan]\ncouncil = "PTA"'), 17, "must be one of 'LSLC' or 'SSC'"),
    (PLAN.replace("approved_on = 2026-09-15\n", ""), 16, "plan.approved_on is missing"),
    (PLAN.replace("review_by = 2027-09-15\n", ""), 16, "plan.review_by is missing"),
    (PLAN.replace('version = "1"\n', ""), 16, "plan.version is missing"),
    (PLAN.replace("2026-09-15", '"in September"'), 18, "plan.approved_on must be a day such as"),
    (PLAN.replace('"1"', '"the one of this September"'), 17, "plan.version is too long: at most 20"),
    (PLAN.replace("] }", '], en = ["one", "two"] }'), 20, "plan.summary.en has 2 texts and es has 1"),
    (PLAN.replace("2027", "2025"), 19, "plan.review_by is not after approved_on; are the dates reversed?"),
    (PLAN.replace("2027", "2026"), 19, "plan.review_by is not after approved_on"),
    (PLAN.replace('["uno"]', "[]"), 20, "plan.summary.es is too short: at least 1"),
    (PLAN.replace('["uno"]', '["1","2","3","4"]'), 20, "plan.summary.es is too long: at most 3"),
    (PLAN.replace("es =", "en ="), 20, "plan.summary has no words in es"),
    (PLAN.replace("[plan]", "[[plan]]"), 16, "plan must be written with one bracket: [plan]"),
    ("[sender]\nfoo = 1", 17, "sender.foo is not a known key"),
    ("12135550142 = 1", 16, "… is not a known key"),
    ('"+12135550142" = 1', 16, "… is not a known key"),
]


@pytest.mark.parametrize(("added", "line", "fragment"), ADDED)
def test_a_mistake_in_another_table_is_refused(added: str, line: int, fragment: str) -> None:
    lines = refusal(SMALLEST + added).splitlines()
    assert [each for each in lines if each.startswith(f"line {line}: ") and fragment in each], lines


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    wrong = SMALLEST.replace("Maple Tree", "A much too long name").replace("digit = 1", "digit = 9")
    told = refusal(f"{wrong}[protocol]\napprovals = 3\n{PLAN.replace('2027', '2025')}sumary = 1\n").splitlines()
    assert [line.split(":")[0] for line in told] == ["line 5", "line 14", "line 17", "line 21", "line 23"]


def test_a_wrong_table_does_not_hide_that_two_others_disagree() -> None:
    told = refusal(SMALLEST.replace('code = "MAPLE"', "code = 1") + AID + AID)
    assert "site.code" in told
    assert "aid[1].digit is already taken" in told


def test_a_meeting_place_is_not_doubted_while_a_place_cannot_be_read() -> None:
    told = refusal(SMALLEST.replace("digit = 1", "digit = 9") + '[aid_rules]\nmeeting_places = ["front-gate"]\n')
    assert "meeting_places" not in told


def test_a_school_without_a_site_says_so() -> None:
    assert "site is missing" in refusal("")
    assert "line 1: site must be written with one bracket: [site]" in refusal("site = 3")


def test_no_refusal_shows_a_phone_number() -> None:
    numbers = ["+12135550142x", "1.21E+10", "2135550142 or 2135550143", "213555014"]
    told = [refusal(SMALLEST.replace("+12135550102", number)) for number in numbers]
    told.append(refusal(f'{SMALLEST}"+12135550142" = 1'))
    told.append(refusal(SMALLEST.replace('"+12135550102"', '"+12135550142')))
    assert all("5550" not in each and "1.21" not in each for each in told)


@given(st.text(alphabet=st.sampled_from("[]{}=.\"'\n #,abe1é\\"), max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        school = read_school(SMALLEST + text)
    except SchoolRefused as refused:
        assert refused.problems  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(school, School)
