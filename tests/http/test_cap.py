"""CAP documents over HTTP: who may post, what is refused and writes nothing, what waits for a lead, what is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cap_posts import NETWORK, NOW, at, cap, cap_key, info, post, reference, send
from phone import MAPLE, Phone, Town, rows, town_in
from sqlalchemy import select

from phonetree.cap.document import read_document
from phonetree.desk import cap_keys, schools
from phonetree.desk.cap_alerts import MOST_IN_A_MINUTE
from phonetree.models import Alert, NetworkAlert, reading, writing

ROOT = Path(__file__).resolve().parents[2]
LEAD, ANA, SUE = "+12135550110", "+12135550142", "+12135550143"
PIN = "739152"
WAITS = "Received as {0}: waits for a lead.\n"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path) as town:
        yield town


@pytest.fixture
def key(town: Town) -> str:
    return cap_key(town)


@pytest.fixture
def lead(town: Town) -> Phone:
    town.enrol(ANA, "parent")
    return town.enrol(LEAD, "lead", pin=PIN)


def reports(town: Town) -> list[NetworkAlert]:
    with reading(town.house.database) as session:
        return list(session.scalars(select(NetworkAlert).order_by(NetworkAlert.id)))


def alerts(town: Town) -> list[Alert]:
    with reading(town.house.database) as session:
        return list(session.scalars(select(Alert).order_by(Alert.id)))


def hears(town: Town, lead: Phone, *words: str) -> None:
    """A slice of sending may be over on a busy machine before it begins."""
    for _slice in range(5):
        if not lead.unread:
            town.deliver()
    lead.hears(*words)


def sends(town: Town, lead: Phone, words: str) -> None:
    """By code and PIN. What everybody gets then is not looked at here."""
    lead.texts(words)
    preview = lead.unread.popleft()
    code = preview.split("Send: ")[1][:4]
    lead.texts(f"{code} {PIN}").hears("sent to" if "SENT" not in lead.unread[0] else "SENT")
    town.deliver()
    for phone in town.phones.values():
        phone.unread.clear()


# --- who may post -----------------------------------------------------------------------------------------------------


def test_without_a_good_key_nothing_is_read_and_nothing_written(town: Town, key: str) -> None:
    before = rows(town.house.database)
    body = cap()
    wrong = {
        "none": {},
        "empty": {"Authorization": ""},
        "another scheme": {"Authorization": f"Basic {key}"},
        "no key": {"Authorization": "Bearer"},
        "another key": {"Authorization": f"Bearer {key}x"},
        "capitals": {"Authorization": f"Bearer {key.upper()}"},
        "not ASCII": {"Authorization": "Bearer \xe9"},
    }
    kind = {"Content-Type": "application/cap+xml"}
    answers = [send(town, body, kind | headers) for headers in wrong.values()]
    answers += [post(town, body, key, path=f"/cap/{code}") for code in ("ELM", "NOBODY", "%00", "%C3%A9", "a" * 300)]
    answers += [post(town, b"a" * 100_000, "nobodys"), post(town, b"", "nobodys", Content_Type="text/html")]
    assert {(answer.status, answer.body) for answer in answers} == {(401, "This key is not known for this address.\n")}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert rows(town.house.database) == before


def test_a_key_is_good_for_its_own_school_until_it_is_revoked(town: Town, key: str) -> None:
    newer = cap_key(town)
    with writing(town.house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        assert cap_keys.revoke(session, town.house.means, site, NETWORK, but_newest=True) == 1
    assert post(town, cap(status="Test"), key).status == 401
    assert post(town, cap(status="Test"), newer).status == 200
    assert post(town, cap(status="Test"), newer, path="/cap/maple").status == 200


def test_the_key_itself_is_stored_nowhere(town: Town, key: str, tmp_path: Path) -> None:
    assert len(key) == 48
    assert post(town, cap(), key).status == 200
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert key.encode() not in everything
    assert key.removeprefix(cap_keys.PREFIX).encode() not in everything
    assert cap_keys.hash_of(key) in everything


def test_a_key_takes_thirty_documents_a_minute(town: Town, key: str) -> None:
    for _turn in range(MOST_IN_A_MINUTE):
        assert post(town, cap(status="Test"), key).status == 200
    before = rows(town.house.database)
    assert post(town, cap(status="Test"), key).status == 429
    assert rows(town.house.database) == before
    assert post(town, cap(status="Test"), cap_key(town)).status == 200


# --- what is refused --------------------------------------------------------------------------------------------------

DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY a "b">]>'
MALFORMED: dict[str, tuple[bytes, int, str]] = {
    "nothing": (b"", 400, "the document is not well-formed XML"),
    "no XML": (b"an alert", 400, "the document is not well-formed XML"),
    "cut off": (cap()[:-3], 400, "the document is not well-formed XML"),
    "two documents": (cap() + cap(), 400, "the document is not well-formed XML"),
    "an unknown entity": (cap(info(headline="&who;")), 400, "the document is not well-formed XML"),
    "a NUL": (cap(info(headline="a\0b")), 400, "the document is not well-formed XML"),
    "Latin 1": (cap(info(headline="é")).decode().encode("latin-1"), 400, "the document is not UTF-8"),
    "UTF-16": (cap().decode().encode("utf-16"), 400, "the document is not UTF-8"),
    "declared Latin 1": (cap().replace(b"UTF-8", b"ISO-8859-1"), 400, "the document is not UTF-8"),
    "a DOCTYPE": (DOCTYPE + cap().split(b"?>")[1], 400, "the document has a DOCTYPE"),
    "a bare DOCTYPE": (b"<!DOCTYPE alert>" + cap().split(b"?>")[1], 400, "the document has a DOCTYPE"),
    "an external DTD": (
        b'<!DOCTYPE alert SYSTEM "file:///etc/passwd">' + cap().split(b"?>")[1],
        400,
        "the document has a DOCTYPE",
    ),
    "deep": (b"<a>" * 50 + b"</a>" * 50, 400, "the document has too many elements within elements"),
    "many": (
        cap("<x/>" * 3000),
        400,
        "the document has too many elements within elements",
    ),
    "CAP 1.1": (
        cap().replace(b"cap:1.2", b"cap:1.1"),
        400,
        "the document is no alert of CAP 1.2 (urn:oasis:names:tc:emergency:cap:1.2)",
    ),
    "no namespace": (
        b"<alert/>",
        400,
        "the document is no alert of CAP 1.2 (urn:oasis:names:tc:emergency:cap:1.2)",
    ),
    **{
        f"no {name}": (cap(**{name: None}), 400, f"{name} is missing")
        for name in ("identifier", "sender", "sent", "status", "msgType", "scope")
    },
    **{
        f"no {name}": (cap(info(**{name: None})), 400, f"{name} is missing")
        for name in ("category", "event", "urgency", "severity", "certainty")
    },
    "no info": (cap("<note>n</note>"), 400, "info is missing"),
    "an unknown status": (
        cap(status="Real"),
        400,
        "status is not one of Actual, Exercise, System, Test, Draft",
    ),
    "an unknown msgType": (
        cap(msgType="Shout"),
        400,
        "msgType is not one of Alert, Update, Cancel, Ack, Error",
    ),
    "an unknown certainty": (
        cap(info(certainty="Sure")),
        400,
        "certainty is not one of Observed, Likely, Possible, Unlikely, Unknown",
    ),
    "a naive time": (cap(sent="2026-11-16T08:00:00"), 400, "sent has no time zone"),
    "no time": (cap(sent="yesterday"), 400, "sent is no time such as 2026-11-16T08:00:00-08:00"),
    "an impossible time": (cap(sent="2026-13-16T08:00:00Z"), 400, "sent is no time such as 2026-11-16T08:00:00-08:00"),
    "before all time": (
        cap(sent="0001-01-01T00:00:00+14:00"),
        400,
        "sent is no time such as 2026-11-16T08:00:00-08:00",
    ),
    "a naive expires": (cap(info(expires="2026-11-16T09:00:00")), 400, "expires has no time zone"),
    "a naive onset": (cap(info(onset="2026-11-16T09:00:00")), 400, "onset has no time zone"),
    "a comma in the sender": (
        cap(sender="a,b"),
        400,
        "sender is empty, too long, or has a space, a comma, < or & in it",
    ),
    "references that are none": (
        cap(msgType="Update", references="NET-1"),
        400,
        "references are not sender,identifier,sent",
    ),
    "an Update of nothing": (cap(msgType="Update"), 400, "references is missing"),
    "a Cancel of nothing": (cap(msgType="Cancel"), 400, "references is missing"),
    **{
        f"an unknown reference of {message}": (
            cap(msgType=message, references=reference("NOBODY")),
            400,
            "references name a document that did not come here; send what holds as a new Alert",
        )
        for message in ("Alert", "Update", "Cancel")
    },
    "expired": (cap(info(expires=at(seconds=0))), 400, "expires is past"),
    "eleven minutes old": (cap(sent=at(minutes=-11)), 400, "sent is over ten minutes ago"),
    "three minutes early": (cap(sent=at(minutes=3)), 400, "sent is in the future; are the clocks right?"),
}


@pytest.mark.parametrize("case", sorted(MALFORMED))
def test_what_is_refused_has_a_plain_reason_and_writes_nothing(town: Town, key: str, lead: Phone, case: str) -> None:
    body, status, reason = MALFORMED[case]
    before = rows(town.house.database)
    reply = post(town, body, key)
    assert (reply.status, reply.kind, reply.body) == (status, "text/plain", f"Refused: {reason}.\n")
    assert rows(town.house.database) == before
    town.deliver()
    lead.hears_nothing()


@pytest.mark.parametrize(
    "kind",
    ["", "application/x-www-form-urlencoded", "text/html", "application/json", "text/xml; charset=iso-8859-1"],
)
def test_another_kind_of_content_is_refused(town: Town, key: str, kind: str) -> None:
    before = rows(town.house.database)
    assert post(town, cap(), key, Content_Type=kind).status == 415
    assert rows(town.house.database) == before


@pytest.mark.parametrize("kind", ["application/cap+xml", "text/xml; charset=UTF-8", "application/xml;charset=utf-8"])
def test_xml_in_utf_8_is_taken(town: Town, key: str, kind: str) -> None:
    assert post(town, b"\xef\xbb\xbf" + cap(), key, Content_Type=kind).status == 200


def test_over_64_kb_is_not_read(town: Town, key: str) -> None:
    before = rows(town.house.database)
    assert post(town, cap(info(description="é" * 33_000)), key).status == 413
    assert rows(town.house.database) == before
    assert post(town, cap(info(description="é" * 31_000)), key).status == 200


@pytest.mark.parametrize("sent", [timedelta(minutes=-10), timedelta(minutes=2), timedelta(0)])
def test_ten_minutes_old_and_two_minutes_early_are_taken(town: Town, key: str, sent: timedelta) -> None:
    assert post(town, cap(sent=at(NOW + sent)), key).status == 200


def test_the_same_document_has_its_effect_once(town: Town, key: str, lead: Phone) -> None:
    body = cap(identifier="NET-A")
    assert post(town, body, key).body == WAITS.format(100)
    hears(town, lead, "The network reports")
    before = rows(town.house.database)
    again = post(town, body, key)
    assert (again.status, again.body) == (
        409,
        "Refused: this document came before, as 100; nothing was done a second time.\n",
    )
    assert rows(town.house.database) == before
    in_another_zone = cap(identifier="NET-A", sent="2026-11-16T16:00:00-00:00")
    assert post(town, in_another_zone, key).status == 409
    assert post(town, cap(identifier="NET-A", sent=at(seconds=1)), key).status == 200
    hears(town, lead, "The network reports")


# --- what waits for a lead --------------------------------------------------------------------------------------------


def test_an_alert_waits_for_a_lead_and_then_goes_as_any_alert(town: Town, key: str, lead: Phone) -> None:
    body = cap(info(description="They knock at doors", area="Maple and 3rd", expires=at(hours=1)))
    assert post(town, body, key).body == WAITS.format(100)
    hears(
        town,
        lead,
        "The network reports: agents at the school, front gate. It says: CONFIRMED.",
        "Two vans at the front gate They knock at doors (Maple and 3rd).",
        "SEND 100 sends it, FALSE 100 drops it.",
    )
    town.phone(ANA).hears_nothing()
    lead.texts("SEND 100").hears("CONFIRMED: agents at the school, front gate. Source: Example Rapid Response Network.")
    lead.texts(f"4821 {PIN}").hears("SENT to 2 phones")
    town.deliver()
    lead.hears("CONFIRMED")
    town.phone(ANA).hears("CONFIRMED", "Immigration agents at the school, front gate")
    (row,) = reports(town)
    assert (row.state, row.words_sealed) == ("sent", None)


LEVELS = {"Observed": "2", "Likely": "1", "Possible": "1", "Unlikely": "1", "Unknown": "1"}


@pytest.mark.parametrize("certainty", LEVELS)
def test_only_what_was_observed_is_confirmed(town: Town, key: str, certainty: str) -> None:
    post(town, cap(info(certainty=certainty)), key)
    assert [row.level for row in reports(town)] == [LEVELS[certainty]]


@pytest.mark.parametrize(
    ("parts", "kind", "place"),
    [
        ({}, "2", "1"),
        ({"kind": "near"}, "1", "1"),
        ({"kind": "ROUTE"}, "3", "1"),
        ({"kind": "6"}, "6", "1"),
        ({"kind": None}, "", "1"),
        ({"kind": "secured"}, "", "1"),
        ({"kind": "4"}, "", "1"),
        ({"place": None}, "2", "9"),
        ({"place": "the-moon"}, "2", "9"),
        ({"kind": "support", "place": "the-moon"}, "6", ""),
        ({"kind": None, "place": None}, "", ""),
    ],
)
def test_kind_and_place_are_the_schools_own_else_asked(
    town: Town, key: str, parts: dict[str, str | None], kind: str, place: str
) -> None:
    assert post(town, cap(info(**parts)), key).status == 200
    assert [(row.kind, row.place) for row in reports(town)] == [(kind, place)]


def test_an_event_code_names_the_kind_as_well(town: Town, key: str) -> None:
    code = "<eventCode><valueName>phonetree-kind</valueName><value>route</value></eventCode>"
    post(town, cap(info(kind=None).replace("<urgency>", f"{code}<urgency>")), key)
    assert [row.kind for row in reports(town)] == ["3"]


def test_what_the_document_does_not_say_the_lead_is_asked(town: Town, key: str, lead: Phone) -> None:
    post(town, cap(info(kind=None, place=None, certainty="Likely")), key)
    hears(town, lead, "The network reports: Two vans at the front gate.")
    lead.texts("SEND 100").hears("What is it?").texts("1").hears("Where?").texts("9")
    lead.hears("NOT CONFIRMED: agents near the school, place not known.")


def test_the_leads_read_the_schools_language_where_there_is_one(town: Town, key: str, lead: Phone) -> None:
    infos = [info(language=tag, headline=words) for tag, words in (("es-US", "Hay agentes"), ("en-GB", "Agents"))]
    post(town, cap(*infos), key)
    hears(town, lead, "front gate. It says: CONFIRMED. Agents.")
    post(town, cap(*infos[:1]), key)
    hears(town, lead, "Hay agentes")


@pytest.mark.parametrize("parts", [{"status": status} for status in ("Test", "System", "Draft")])
def test_what_is_no_alert_is_recorded_and_nobody_is_told(
    town: Town, key: str, lead: Phone, parts: dict[str, str | None]
) -> None:
    assert post(town, cap(**parts), key).body == "Received: recorded; nobody is told.\n"
    town.deliver()
    lead.hears_nothing()
    assert [(row.state, row.number, row.words_sealed) for row in reports(town)] == [("recorded", 0, None)]


@pytest.mark.parametrize("message", ["Ack", "Error"])
def test_answers_are_recorded_whatever_they_refer_to(town: Town, key: str, lead: Phone, message: str) -> None:
    body = cap("<note>n</note>", msgType=message, references=reference("OURS"))
    assert post(town, body, key).body == "Received: recorded; nobody is told.\n"
    town.deliver()
    lead.hears_nothing()


def test_an_exercise_is_a_drill_that_waits_for_a_lead(town: Town, key: str, lead: Phone) -> None:
    post(town, cap(status="Exercise"), key)
    hears(town, lead, "The network asks for a DRILL: agents at the school, front gate.")
    lead.texts("SEND 100").hears("DRILL, nothing sent yet.", "Staff only. Parents are NOT told.")
    lead.texts(f"4821 {PIN}").hears("DRILL sent to 1 phones.")
    town.deliver()
    lead.hears("DRILL", "practice")
    town.phone(ANA).hears_nothing()
    assert [alert.is_drill for alert in alerts(town)] == [True]


# --- what follows -----------------------------------------------------------------------------------------------------


def test_an_update_of_what_waits_changes_it_and_open_previews_lapse(town: Town, key: str, lead: Phone) -> None:
    post(town, cap(info(certainty="Likely"), identifier="NET-B"), key)
    hears(town, lead, "It says: NOT CONFIRMED.")
    lead.texts("SEND 100").hears("NOT CONFIRMED")
    update = cap(info(headline="Now seen", place="bus-stop"), msgType="Update", references=reference("NET-B"))
    assert post(town, update, key).body == "Received as 100: changed, and waits for a lead.\n"
    hears(town, lead, "The network updates 100:", "It says: CONFIRMED. Now seen.", "SEND 100 sends it")
    lead.texts(f"4821 {PIN}").hears("no longer")
    lead.texts("SEND 100").hears("CONFIRMED: agents at the school")
    assert [(row.state, row.words_sealed is None) for row in reports(town)] == [("waiting", False), ("recorded", True)]


def test_an_update_of_an_alert_that_is_out_waits_for_a_leads_update(town: Town, key: str, lead: Phone) -> None:
    post(town, cap(identifier="NET-C"), key)
    hears(town, lead, "SEND 100")
    sends(town, lead, "SEND 100")
    update = cap(info(headline="Still there"), identifier="NET-D", msgType="Update", references=reference("NET-C"))
    assert post(town, update, key).body == "Received as 102: about alert 101, which is out; waits for a lead.\n"
    hears(town, lead, "The network has news of alert 101:", "Still there.", "SEND 102 sends an UPDATE")
    lead.texts("SEND 102").hears("UPDATE, no change: agents at the school.")
    lead.texts(f"4858 {PIN}").hears("UPDATE sent to 2 phones.")
    town.deliver()
    lead.hears("UPDATE")
    town.phone(ANA).hears("UPDATE")
    later = cap(msgType="Update", references=f"{reference('NET-C')} {reference('NET-D')}")
    assert "about alert 101" in post(town, later, key).body
    hears(town, lead, "The network has news of alert 101:")


@pytest.mark.parametrize(("digit", "said", "level"), [("1", "NO LONGER SEEN", "clear"), ("2", "CORRECTION", "wrong")])
def test_a_cancel_of_an_alert_that_is_out_waits_for_a_lead_to_say_how_it_ended(
    town: Town, key: str, lead: Phone, digit: str, said: str, level: str
) -> None:
    post(town, cap(identifier="NET-E"), key)
    hears(town, lead, "SEND 100")
    sends(town, lead, "SEND 100")
    cancel = cap(info(headline="They drove off"), msgType="Cancel", references=reference("NET-E"))
    assert post(town, cancel, key).body == "Received as 102: about alert 101, which is out; waits for a lead.\n"
    hears(town, lead, "The network takes alert 101 back:", "They drove off.", "CLEAR 101", "CORRECT 101", "FALSE 102")
    assert alerts(town)[0].closed_at is None
    lead.texts("SEND 102").hears("How is it?").texts(digit).hears(said)
    lead.texts(f"4858 {PIN}").hears(f"{said} sent to 2 phones.")
    assert (alerts(town)[0].level, reports(town)[1].state) == (level, "sent")
    town.deliver()
    for phone in (lead, town.phone(ANA)):
        phone.hears(said)


def test_a_lead_who_ends_the_alert_by_its_own_number_settles_what_the_network_said(
    town: Town, key: str, lead: Phone
) -> None:
    post(town, cap(identifier="NET-F"), key)
    hears(town, lead, "SEND 100")
    sends(town, lead, "SEND 100")
    post(town, cap(msgType="Cancel", references=reference("NET-F")), key)
    hears(town, lead, "The network takes alert 101 back:")
    sends(town, lead, "CLEAR 101")
    assert [row.state for row in reports(town)] == ["sent", "expired"]
    lead.texts("SEND").hears("Nothing to send")


def test_a_cancel_of_what_only_waited_drops_it(town: Town, key: str, lead: Phone) -> None:
    post(town, cap(identifier="NET-G"), key)
    hears(town, lead, "SEND 100")
    lead.texts("SEND 100").hears("nothing sent yet")
    cancel = cap("<note>n</note>", msgType="Cancel", references=reference("NET-G"))
    assert post(town, cancel, key).body == "Received as 100: dropped; nothing was sent.\n"
    hears(town, lead, "The network takes 100 back. Nothing was sent, and it is dropped.")
    lead.texts(f"4821 {PIN}").hears("no longer")
    assert alerts(town) == []


def test_an_update_of_what_is_over_is_a_report_of_its_own(town: Town, key: str, lead: Phone) -> None:
    post(town, cap(identifier="NET-H"), key)
    hears(town, lead, "SEND 100")
    lead.texts("FALSE 100").hears("100 is dropped.")
    assert post(town, cap(msgType="Update", references=reference("NET-H")), key).body == WAITS.format(101)
    hears(town, lead, "The network reports:", "SEND 101")
    assert post(town, cap(msgType="Cancel", references=reference("NET-H")), key).body == "Received: recorded.\n"


def test_an_exercise_never_touches_an_alert_that_is_real(town: Town, key: str, lead: Phone) -> None:
    post(town, cap(identifier="NET-I"), key)
    hears(town, lead, "SEND 100")
    assert post(town, cap(status="Exercise", msgType="Cancel", references=reference("NET-I")), key).status == 200
    assert reports(town)[0].state == "waiting"
    post(town, cap(status="Exercise", msgType="Update", references=reference("NET-I")), key)
    hears(town, lead, "The network asks for a DRILL:")


def test_one_networks_names_say_nothing_about_anothers_documents(tmp_path: Path) -> None:
    with town_in(tmp_path, f'{MAPLE}\n[[network]]\nname = "Another Network"\n') as town:
        mine, others = cap_key(town), cap_key(town, "Another Network")
        assert post(town, cap(identifier="NET-J"), mine).status == 200
        assert post(town, cap(msgType="Cancel", references=reference("NET-J")), others).status == 400
        assert post(town, cap(identifier="NET-J"), others).status == 200


def test_the_example_of_the_documents_does_what_they_say(town: Town, key: str, lead: Phone) -> None:
    (example,) = re.findall(r"```xml\n(.*?)```", (ROOT / "docs/cap.md").read_text(encoding="utf-8"), re.DOTALL)
    assert post(town, example.encode(), key).body == WAITS.format(100)
    hears(town, lead, "agents at the school, front gate. It says: CONFIRMED. Two white vans", "SEND 100")


# --- the parser alone -------------------------------------------------------------------------------------------------


def test_what_is_needed_is_read_and_nothing_else() -> None:
    document = read_document(
        cap(info(area="A  place\n here", instruction="Stay"), references=" a,b,2026-11-16T08:00:00Z ")
    )
    (told,) = document.happenings
    assert told.words == "Two vans at the front gate Stay (A place here)"
    assert [reference.identifier for reference in document.references] == ["b"]
    assert "Two vans" not in repr(document)


def test_references_may_have_a_space_after_the_comma_as_some_write_them() -> None:
    document = read_document(cap(references="a, b, 2026-11-16T08:00:00-00:00\n c,d,2026-11-16T08:00:00+01:00"))
    assert [(each.sender, each.identifier) for each in document.references] == [("a", "b"), ("c", "d")]


def test_elements_of_another_namespace_are_not_looked_at() -> None:
    signed = cap().replace(b"</alert>", b'<s xmlns="urn:signature"><status>Test</status></s></alert>')
    assert read_document(signed).status == "Actual"
