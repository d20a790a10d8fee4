"""The carrier's signature gives the provider's published values."""

from __future__ import annotations

import pytest

from phonetree.simulator.signing import Fields, signature

TOKEN = "12345"
PARAMS = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
    "Caller": "+14158675309",
}
REPEATED = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"), ("Digits", "1234"), ("Digits", "1234")]
BODY_HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
PATH = "mycompany.com/myapp.php?foo=1&bar=2"


@pytest.mark.parametrize(
    ("url", "fields", "expected"),
    [
        (f"https://{PATH}", PARAMS, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (f"https://{PATH.replace('/', ':443/', 1)}", PARAMS, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (f"http://{PATH.replace('/', ':80/', 1)}", PARAMS, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        (f"http://{PATH.replace('/', ':1234/', 1)}", PARAMS, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        (f"https://{PATH}", REPEATED, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
        (f"https://{PATH}&bodySHA256={BODY_HASH}", {}, "a9nBmqA0ju/hNViExpshrM61xv4="),
    ],
)
def test_published_vectors(url: str, fields: Fields, expected: str) -> None:
    assert signature(TOKEN, url, fields) == expected


def test_the_fragment_is_not_signed() -> None:
    assert signature(TOKEN, f"https://{PATH}#rc=2&rp=all", PARAMS) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_an_empty_value_is_signed() -> None:
    assert signature(TOKEN, "https://x.example/", {"ToCity": ""}) != signature(TOKEN, "https://x.example/", {})
