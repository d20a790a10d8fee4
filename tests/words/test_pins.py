"""PINs are kept so that neither the database nor a pepper alone gives one away."""

from __future__ import annotations

import pytest
from argon2 import extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from phonetree.words.pins import PinHasher, is_weak_pin

CHEAP = PinHasher(b"pepper of a test", time_cost=1, memory_cost=8, parallelism=1)


def test_a_pin_is_known_again_and_another_is_not() -> None:
    hashed = CHEAP.hash("739152")
    assert CHEAP.verify(hashed, "739152")
    assert not CHEAP.verify(hashed, "739153")


def test_a_hash_is_salted_and_does_not_show_the_pin() -> None:
    first, second = CHEAP.hash("739152"), CHEAP.hash("739152")
    assert first != second
    assert "739152" not in first


def test_without_the_pepper_the_right_pin_is_wrong() -> None:
    other = PinHasher(b"another pepper", time_cost=1, memory_cost=8, parallelism=1)
    assert not other.verify(CHEAP.hash("739152"), "739152")


def test_a_hash_made_at_another_cost_still_counts() -> None:
    dearer = PinHasher(CHEAP.pepper, time_cost=2, memory_cost=16, parallelism=1)
    assert dearer.verify(CHEAP.hash("739152"), "739152")


def test_unless_told_otherwise_a_guess_costs_what_owasp_asks() -> None:
    cost = extract_parameters(PinHasher(b"pepper of a test").hash("739152"))
    assert (cost.type.name, cost.time_cost, cost.memory_cost, cost.parallelism) == ("ID", 2, 19_456, 1)


@pytest.mark.parametrize("garbage", ["", "739152", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA", "día", "\x00"])
def test_a_hash_that_is_none_is_only_false(garbage: str) -> None:
    assert CHEAP.verify(garbage, "739152") is False


@settings(max_examples=30)
@given(st.text(alphabet=st.characters(), max_size=20))
def test_whatever_is_typed_is_only_false(typed: str) -> None:
    assert CHEAP.verify(CHEAP.hash("739152"), typed) is (typed == "739152")


def test_a_hasher_does_not_print_its_pepper() -> None:
    assert "pepper" not in repr(CHEAP)


@pytest.mark.parametrize(
    "pin",
    [
        *("", "12345", "1234567", "12a456", " 739152", "739152\n", "\u0667\u0663\u0669\u0661\u0665\u0662"),
        *("000000", "777777", "123456", "654321", "012345", "345678", "789012", "210987"),
    ],
)
def test_weak_pins(pin: str) -> None:
    assert is_weak_pin(pin)


@pytest.mark.parametrize("pin", ["739152", "123457", "112345", "135791", "000001", "246802"])
def test_other_pins_may_be_set(pin: str) -> None:
    assert not is_weak_pin(pin)
