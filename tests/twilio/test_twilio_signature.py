"""Signatures: Twilio's published vectors, and requests signed here by an independent hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from phonetree.twilio.signature import is_signed, signed_url

TOKEN = "12345"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = MultiDict(
    [
        ("CallSid", "CA1234567890ABCDE"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
        ("Caller", "+14158675309"),
    ]
)
REPEATED = MultiDict(
    [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]
)


def sign(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """Twilio's rule, written from its description: names in order, each name's different values in order."""
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


@pytest.mark.parametrize(
    ("url", "form", "signature"),
    [
        (URL, FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL.replace(".com", ".com:443"), FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (URL, FORM, "kvajT1Ptam85bY51eRf/AJRuM3w="),  # Twilio signed with :443
        (URL.replace("https", "http"), FORM, "0ZXoZLH/DfblKGATFgpif+LLRf4="),  # Twilio signed with :80
        (URL.replace("https", "http").replace(".com", ".com:1234"), FORM, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        (URL, REPEATED, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    ],
)
def test_published_vectors_are_accepted(url: str, form: MultiDict[str, str], signature: str) -> None:
    assert sign(TOKEN, URL, FORM.items(multi=True)) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert is_signed([TOKEN], url, form, signature)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/twilio/sms", ""),
        ("/twilio/status/message/a1", "name=Jos%C3%A9&b=%7Bx%7D"),
        ("/twilio/sms", "z=1&a=2&empty=&it's=1"),
    ],
)
def test_the_query_is_taken_as_it_arrived(path: str, query: str) -> None:
    form = MultiDict([("Body", "¿Qué pasó? 👋"), ("ToCity", ""), ("A", "2"), ("A", "1")])
    url = signed_url("https://tree.example.org", path, query)
    assert url == "https://tree.example.org" + path + (f"?{query}" if query else "")
    assert is_signed([TOKEN], url, form, sign(TOKEN, url, form.items(multi=True)))


def test_either_token_is_good_while_they_rotate() -> None:
    signature = sign("old", URL, FORM.items(multi=True))
    assert is_signed(["new", "old"], URL, FORM, signature)
    assert not is_signed(["new"], URL, FORM, signature)


def test_what_is_not_signed_is_refused() -> None:
    signature = sign(TOKEN, URL, FORM.items(multi=True))
    changed = MultiDict(FORM)
    changed["Digits"] = "1235"
    blank_added = MultiDict([*FORM.items(multi=True), ("ToCity", "LOS ANGELES")])
    assert not is_signed([TOKEN], URL, FORM, None)
    assert not is_signed([TOKEN], URL, FORM, "")
    assert not is_signed([TOKEN], URL, FORM, signature.lower())
    assert not is_signed([TOKEN], URL.replace("https", "http"), FORM, signature)
    assert not is_signed([TOKEN], URL, changed, signature)
    assert not is_signed([TOKEN], URL, blank_added, signature)
    assert not is_signed([], URL, FORM, signature)


def test_an_empty_token_signs_nothing() -> None:
    assert not is_signed([""], URL, FORM, sign("", URL, FORM.items(multi=True)))


def test_what_cannot_be_encoded_is_refused_and_raises_nothing() -> None:
    assert not is_signed([TOKEN], URL, MultiDict([("Body", "\ud800")]), "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


NAMES = st.text(st.sampled_from("Bodyabc12 é"), max_size=4)
FIELDS = st.lists(st.tuples(NAMES, NAMES), max_size=6)
ORIGINS = st.sampled_from(
    ["https://t.example", "http://t.example", "https://t.example:8443", "http://[::1]:80", "https://T.example:443"]
)


@given(origin=ORIGINS, query=st.text("a=1&%+.", max_size=6), fields=FIELDS, shown=FIELDS, is_its_own=st.booleans())
def test_what_twilios_own_check_says_is_said_here(
    origin: str,
    query: str,
    fields: list[tuple[str, str]],
    shown: list[tuple[str, str]],
    is_its_own: bool,  # noqa: FBT001 - drawn
) -> None:
    """For what was signed, with and without the port, and for what was changed on the way, ADR 0011."""
    theirs, arrived = RequestValidator(TOKEN), MultiDict(fields if is_its_own else shown)
    url = signed_url(origin, "/twilio/sms", query)
    host, _, port = url.removeprefix("https://").removeprefix("http://").partition(":")
    for signed in {url, url.replace(".example", ".example:443"), url.replace(f":{port.partition('/')[0]}", ""), host}:
        signature = str(theirs.compute_signature(signed, MultiDict(fields)))
        assert is_signed([TOKEN], url, arrived, signature) == bool(theirs.validate(url, arrived, signature))
