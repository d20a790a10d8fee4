"""Each error code by its meaning: written a second time here, because a slip costs somebody their alert."""

from __future__ import annotations

import pytest

from phonetree.twilio.errors import ERRORS, explain, is_in_doubt, verdict_of, verdict_of_receipt
from phonetree.words.ports import Verdict

BY_VERDICT: dict[Verdict, list[int]] = {
    Verdict.PERMANENT: [
        *[21211, 21612, 30004, 30005],
        *[13223, 13224, 13225, 13226, 21202, 21214, 21216, 21217],
    ],
    Verdict.OPTED_OUT: [21610],
    Verdict.LANDLINE: [21614, 21635, 30006],
    Verdict.UNREACHABLE: [30003, 30008, 30410],
    Verdict.BUSY: [
        *[14107, 21611, 30001, 30017, 30022, 30023, 30027, 60728, 63017, 63038],
        *[10004, 22005],
    ],
    Verdict.THROTTLED: [20429],
    Verdict.FILTERED: [30007, 30450],
    Verdict.EXPIRED: [30036],
    Verdict.UNKNOWN: [20009, 20500, 20503, 21220, 30025, 30026],
    Verdict.MISCONFIGURED: [
        *[10001, 10002, 14101, 14102, 14103, 14106, 14108, 14109, 14110, 20001, 20003, 20005, 20006, 20404],
        *[21212, 21408, 21602, 21603, 21604, 21606, 21608, 21609, 21617, 21703, 21704, 21705, 21712],
        *[13212, 13214, 13216, 13227, 13247, 21201, 21203, 21205, 21208, 21210, 21213, 21215, 21219],
        *[30002, 30018, 30019, 30024, 30032, 30034, 30047, 30610, 90007],
    ],
}
ROWS = [(code, verdict) for verdict, codes in BY_VERDICT.items() for code in codes]


def test_every_code_has_its_row_here() -> None:
    assert sorted(code for code, _ in ROWS) == sorted(ERRORS)


@pytest.mark.parametrize(("code", "verdict"), ROWS)
def test_a_code_means_the_same_in_a_receipt_and_in_a_refusal(code: int, verdict: Verdict) -> None:
    assert verdict_of_receipt(code) is verdict
    assert verdict_of(400, code) is (None if code in {20500, 20503} else verdict)
    assert verdict_of(503, code) is None


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_a_code_is_explained_in_one_plain_sentence(code: int) -> None:
    sentence = explain(code)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert len(sentence) <= 100
    assert str(code) not in sentence


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (302, Verdict.MISCONFIGURED),
        (400, Verdict.UNKNOWN),
        (401, Verdict.MISCONFIGURED),
        (403, Verdict.MISCONFIGURED),
        (404, Verdict.MISCONFIGURED),
        (405, Verdict.MISCONFIGURED),
        (408, None),
        (409, Verdict.UNKNOWN),
        (413, Verdict.UNKNOWN),
        (429, Verdict.THROTTLED),
        (500, None),
        (502, None),
        (503, None),
        (504, None),
    ],
)
@pytest.mark.parametrize("code", [None, 29999])
def test_without_a_known_code_the_http_status_speaks(status: int, code: int | None, verdict: Verdict | None) -> None:
    assert verdict_of(status, code) is verdict
    assert is_in_doubt(status) is (verdict is None)


def test_a_receipt_that_does_not_say_why() -> None:
    assert verdict_of_receipt(None) is Verdict.UNKNOWN
    assert verdict_of_receipt(39999) is Verdict.UNKNOWN
    assert explain(None) == "The carrier does not say why."
    assert explain(39999) == "Not in our table: see https://www.twilio.com/docs/errors/39999."
